"""Fractions, in figures and as signs."""

from __future__ import annotations

import re
from functools import partial

from june_tts.wording import numbers
from june_tts.wording.language import Language
from june_tts.wording.reading import either, say_amount
from june_tts.wording.rules import Rule, after, spaced

_SIGNS = {
    "½": (1, 2), "⅓": (1, 3), "⅔": (2, 3), "¼": (1, 4), "¾": (3, 4), "⅕": (1, 5), "⅖": (2, 5),
    "⅗": (3, 5), "⅘": (4, 5), "⅙": (1, 6), "⅚": (5, 6), "⅛": (1, 8), "⅜": (3, 8), "⅝": (5, 8),
    "⅞": (7, 8),
}  # fmt: skip
# Pairs that are no fraction: all day, and the date.
_PAIRS = {(24, 7), (9, 11), (7, 11)}


def fraction_rules(language: Language) -> list[Rule]:
    unit = rf"(?:[ \u00a0\u202f]?(?P<unit>{either(language.units)})(?![\w/²³]))?"
    return [
        Rule(
            rf"(?<![\w./,-])(?P<upper>[0-9]{{1,3}}{re.escape(language.decimal)}[0-9]{{1,2}})"
            r"/(?P<lower>[0-9]{1,3})(?![\w/]|[.,][0-9])",
            partial(_say_mark, language),
        ),
        Rule(
            r"(?<![\w./,])(?:(?P<whole>[0-9]{1,4})\s)?(?P<upper>[0-9]{1,4})[/⁄](?P<lower>[0-9]{1,4})"
            rf"(?![\w/]|[.,][0-9]){unit}",
            partial(_say_figures, language),
        ),
        Rule(
            rf"(?:(?<![\w.,])(?P<whole>[0-9]{{1,4}})\s?)?(?P<sign>[{''.join(_SIGNS)}])",
            partial(_say_sign, language),
        ),
    ]


def _say_figures(language: Language, match: re.Match[str]) -> str:
    upper, lower = int(match["upper"]), int(match["lower"])
    whole = match["whole"]
    said = _mixed(language, whole, upper, lower) if whole else _part(language, upper, lower)
    if not match["unit"]:
        return said
    one, many = language.units[match["unit"]]
    return f"{said} {many if whole else one}"


def _say_mark(language: Language, match: re.Match[str]) -> str:
    """ "8.5/10": so much out of what could be had."""
    lower = numbers.cardinal(match["lower"], language.code)
    return f"{say_amount(language, match['upper'])} {language.counting.over} {lower}"


def _say_sign(language: Language, match: re.Match[str]) -> str:
    upper, lower = _SIGNS[match["sign"]]
    whole = match["whole"]
    said = _mixed(language, whole, upper, lower) if whole else _part(language, upper, lower)
    return spaced(match, said) if after(match).isalnum() or not whole else said


def _mixed(language: Language, whole: str, upper: int, lower: int) -> str:
    """ "Two and a half"."""
    counting = language.counting
    if language.code == "de":
        first = "ein" if whole == "1" else numbers.cardinal(whole, "de")
        if (upper, lower) == (1, 2):
            return f"{first}einhalb"
        first = numbers.cardinal(whole, "de")
        return f"{first} {counting.and_word} {_part(language, upper, lower)}"
    first = numbers.cardinal(whole, language.code)
    part = counting.half[1] if (upper, lower) == (1, 2) else _part(language, upper, lower)
    return f"{first} {counting.and_word} {part}"


def _part(language: Language, upper: int, lower: int) -> str:
    counting, code = language.counting, language.code
    above, below = numbers.cardinal(str(upper), code), numbers.cardinal(str(lower), code)
    if (upper, lower) in _PAIRS:
        return f"{above} {below}"
    if (upper, lower) == (1, 2):
        return counting.half[0]
    named = counting.parts.get(lower) if lower != 10 or upper == 1 else None
    if named is None or not 0 < upper < lower:
        if code == "en" and upper > lower:
            return f"{above} over {below}"
        return f"{above} {counting.over} {below}"
    if upper > 1:
        return f"{above} {named[1]}"
    one = {"en": "one", "de": "ein", "pt": "um", "pt_BR": "um"}.get(code, "un")
    return f"{one} {named[0]}"
