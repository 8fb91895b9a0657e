"""Addresses of pages and people, read part by part."""

from __future__ import annotations

import re
from functools import partial

from june_tts.wording import numbers
from june_tts.wording.language import Language
from june_tts.wording.rules import Rule, spaced

_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,62})"
# Only endings that are hardly words: "end.it" is a sentence without its space.
_ENDING = r"(?:com|org|net|edu|gov|io|ai|dev|app|info|eu|co\.uk|ac\.uk|de|fr|es|it|pt|uk|us)"
_HOST = rf"(?:{_LABEL}\.){{1,5}}{_ENDING}"
_URL = (
    r"(?:https?://|www\.)(?P<host>[^\s/?#:,;()\"'<>]{1,200})(?::[0-9]{1,5})?"
    r"(?P<path>[/?#][^\s<>\"]{0,1000})?"
)
_BARE = rf"(?<![\w@./-])(?P<host>{_HOST})(?P<path>/[^\s<>\"]{{0,1000}})?(?![\w@-])"
_EMAIL = (
    r"(?:mailto:)?(?P<name>[A-Za-z0-9_%+-][A-Za-z0-9._%+-]{0,63})"
    rf"@(?P<host>(?:{_LABEL}\.){{1,5}}[A-Za-z]{{2,24}})"
)
_STOPS = ".,;:!?)'"
# Longer paths are not worth hearing.
_SHORT_PATH = re.compile(r"/[A-Za-z][A-Za-z-]{0,20}(?:/[A-Za-z][A-Za-z-]{0,20})?/?")

_GROUP = re.compile(r"[0-9]+")


def address_rules(language: Language) -> list[Rule]:
    say_link = partial(_say_link, language)
    return [
        Rule(_URL, say_link, re.I),
        Rule(_EMAIL, partial(_say_email, language)),
        Rule(_BARE, say_link),
    ]


def _say_link(language: Language, match: re.Match[str]) -> str:
    host = match["host"].removeprefix("www.")
    path = match["path"] or ""
    stops = ""
    while (path or host)[-1:] in tuple(_STOPS):
        stops = (path or host)[-1] + stops
        path, host = (path[:-1], host) if path else (path, host[:-1])
    words = _say_host(language, host)
    if _SHORT_PATH.fullmatch(path):
        parts = (part.replace("-", " ") for part in path.strip("/").split("/"))
        words = f" {language.slash} ".join([words, *parts])
    # A bracket or quotation mark belonged to the text around the link.
    return spaced(match, words) + stops.replace(")", "").replace("'", "")


def _say_host(language: Language, host: str) -> str:
    parts = [_say_label(language, part) for part in host.split(".") if part]
    return f" {language.dot} ".join(parts)


def _say_label(language: Language, label: str) -> str:
    return _GROUP.sub(lambda found: numbers.cardinal(found[0], language.code), label).replace(
        "-", " "
    )


def _say_email(language: Language, match: re.Match[str]) -> str:
    name = re.sub(r"[._%+-]", lambda sign: _sign(language, sign[0]), match["name"])
    name = _GROUP.sub(lambda found: " " + numbers.cardinal(found[0], language.code) + " ", name)
    host = _say_host(language, match["host"])
    return spaced(match, " ".join(f"{name} {language.at} {host}".split()))


def _sign(language: Language, sign: str) -> str:
    names = {".": language.dot, "+": language.symbols["+"], "%": language.percent}
    return f" {names.get(sign, '')} "
