"""Addresses, telephone numbers and versions: what is read part by part."""

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

_PHONE = (
    r"(?<![\w.+-])(?P<phone>"
    r"\+[0-9]{1,3}[ .-]?(?:\([0-9]{1,5}\)[ .-]?)?[0-9]{2,5}(?:[ .-][0-9]{2,5}){1,4}"
    r"|\+[0-9]{8,15}"
    r"|(?:1[ .-])?\([0-9]{3}\) ?[0-9]{3}[ .-][0-9]{4}"
    r"|(?:1-)?[0-9]{3}[.-][0-9]{3}[.-][0-9]{4}"
    r"|[0-9]{3}-[0-9]{4}"
    r")(?![\w]|[-.,][0-9])"
)
_GROUP = re.compile(r"[0-9]+")
_VERSION = r"(?<![\w.,])(?P<v>[vV])?(?P<parts>[0-9]{1,6}(?:\.[0-9]{1,6}){2,6})(?![\w]|[.,][0-9])"
_V = r"(?<![\w.,])[vV](?=[0-9])"


def address_rules(language: Language) -> list[Rule]:
    say_link = partial(_say_link, language)
    return [
        Rule(_URL, say_link, re.I),
        Rule(_EMAIL, partial(_say_email, language)),
        Rule(_BARE, say_link),
    ]


def phone_and_version_rules(language: Language) -> list[Rule]:
    """After dates, which may look like versions."""
    rules = [
        Rule(_PHONE, partial(_say_phone, language)),
        Rule(_VERSION, partial(_say_version, language)),
    ]
    return [*rules, Rule(_V, lambda match: "version ")] if language.code == "en" else rules


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


def _say_phone(language: Language, match: re.Match[str]) -> str | None:
    groups = _GROUP.findall(match["phone"])
    if match["phone"].startswith("+") and len(groups) == 1 and len(groups[0]) < 8:
        return None
    said = ", ".join(numbers.digits(group, language.code) for group in groups)
    return f"{language.symbols['+']} {said}" if match["phone"].startswith("+") else said


def _say_version(language: Language, match: re.Match[str]) -> str:
    parts = match["parts"].split(".")
    said = f" {language.dot} ".join(numbers.cardinal(part, language.code) for part in parts)
    return f"version {said}" if match["v"] and language.code == "en" else said
