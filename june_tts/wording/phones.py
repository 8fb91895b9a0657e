"""Telephone numbers and versions: what is read part by part."""

from __future__ import annotations

import re
from functools import partial

from june_tts.wording import numbers
from june_tts.wording.language import Language
from june_tts.wording.rules import Rule

_PHONE = (
    r"(?<![\w.+-])(?P<phone>"
    r"\+[0-9]{1,3}[ .-]?(?:\([0-9]{1,5}\)[ .-]?)?[0-9]{1,8}(?:[ .-][0-9]{2,8}){1,5}"
    r"|\+[0-9]{8,15}"
    r"|(?:1[ .-])?\([0-9]{2,5}\) ?[0-9]{3,5}[ .-][0-9]{3,5}(?:[ -][0-9]{2,4})?"
    r"|(?:1-)?[0-9]{3}[.-][0-9]{3}[.-][0-9]{4}"
    r"|[0-9]{3}-[0-9]{4}"
    r")(?![\w]|[-.,][0-9])"
)
# Within a country a number begins with zero in many; spaces alone tell no number from it.
_NATIONAL = (
    r"(?<![\w.,:+/-])(?P<phone>\(?0[0-9]{1,5}\)?(?:\s?[ /.-]\s?[0-9]{2,9}){1,5})"
    r"(?![\w]|[-.,:/][0-9])"
)
# After a word such as "telephone" any row of figures is one.
_NAMED = r"(?<![\w.,:+/-])(?P<phone>[0-9]{2,9}(?:[ /.-][0-9]{2,9}){0,5})(?![\w%€$]|[-.,:/][0-9])"
# ISBN, accounts and the like.
_CODE = r"(?<![\w.,-])(?P<phone>[0-9]{1,9}(?:-[0-9]{1,9}){3,6})(?![\w]|[-.,][0-9])"
_LEAST, _MOST = 7, 15
# So far behind its word may a number be.
_NEAR = 32
_GROUP = re.compile(r"[0-9]+")
_VERSION = r"(?<![\w.,])(?P<v>[vV])?(?P<parts>[0-9]{1,6}(?:\.[0-9]{1,6}){2,6})(?![\w]|[.,][0-9])"
_V = r"(?<![\w.,])[vV](?=[0-9])"
_THOUSANDS = re.compile(r"[1-9][0-9]{0,2}(?:\.[0-9]{3})+")


def phone_and_version_rules(language: Language) -> list[Rule]:
    """After dates, which may look like versions."""
    say_short = partial(_say_short, language)
    return [
        Rule(_PHONE, partial(_say_phone, language)),
        Rule(_CODE, partial(_say_phone, language)),
        Rule(_NATIONAL, say_short),
        Rule(_NAMED, partial(_say_named, language)),
        Rule(_VERSION, partial(_say_version, language)),
        Rule(_V, lambda match: "version "),
    ]


def _say_phone(language: Language, match: re.Match[str]) -> str | None:
    groups = _GROUP.findall(match["phone"])
    if match["phone"].startswith("+") and len(groups) == 1 and len(groups[0]) < 8:
        return None
    said = ", ".join(_say_group(language, group) for group in groups)
    return f"{language.symbols['+']} {said}" if match["phone"].startswith("+") else said


def _say_short(language: Language, match: re.Match[str]) -> str | None:
    """Figures with separators only: as many as a telephone number has."""
    figures = sum(map(len, _GROUP.findall(match["phone"])))
    return _say_phone(language, match) if _LEAST <= figures <= _MOST else None


def _say_named(language: Language, match: re.Match[str]) -> str | None:
    """Near such a word, or right after it where the figures are few."""
    ahead = match.string[max(0, match.start() - _NEAR) : match.start()].lower()
    words = re.findall(r"[^\W\d_]+", ahead)
    figures = sum(map(len, _GROUP.findall(match["phone"])))
    near = words if figures >= _LEAST else words[-1:]
    if figures > _MOST or language.marks.phones.isdisjoint(near):
        return None
    return _say_phone(language, match)


def _say_group(language: Language, group: str) -> str:
    """French says two figures as one number."""
    if language.code == "fr" and len(group) == 2:
        return numbers.cardinal(group, "fr")
    return numbers.digits(group, language.code)


def _say_version(language: Language, match: re.Match[str]) -> str | None:
    if "." in language.groups and _THOUSANDS.fullmatch(match["parts"]):
        return None
    parts = match["parts"].split(".")
    said = f" {language.dot} ".join(numbers.cardinal(part, language.code) for part in parts)
    return f"version {said}" if match["v"] else said
