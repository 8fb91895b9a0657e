"""Amounts with their units, and with their scales."""

from __future__ import annotations

import re
from functools import partial

from june_tts.wording.counting import agreed
from june_tts.wording.language import Language
from june_tts.wording.reading import amount_pattern, either, read, say_amount
from june_tts.wording.rules import Rule

_FREE = r"(?<![\w.,])"
_GAP = r"[ \u00a0\u202f-]?"
# Languages in which what is less than two is one: "1,5 litre".
_FEW = ("fr", "pt", "pt_BR")


def measure_rules(language: Language) -> list[Rule]:
    amount, units = amount_pattern(language), either(language.units)
    return [
        Rule(
            rf"{_FREE}(?P<amount>{amount})(?P<gap>{_GAP})(?P<unit>{units})"
            rf"(?:/(?:(?P<under>{units})(?![\w/²³])|(?=[0-9]|[^\W\d_]{{3}}))|(?![\w/²³]))"
            rf"(?:\.(?=\s+[a-z0-9,]))?",
            partial(_say_unit, language),
        )
    ]


def scale_rules(language: Language) -> list[Rule]:
    """ "1 Mio. Menschen": scales that are written short."""
    if language.code == "en":
        return []
    short = [name for name, words in language.scales.items() if name not in words and len(name) > 1]
    if not short:
        return []
    pattern = rf"{_FREE}(?P<amount>{amount_pattern(language)})\s?(?P<scale>{either(short)})(?!\w)"
    return [Rule(pattern, partial(_say_scale, language))]


def counted_amount(language: Language, amount: str, noun: tuple[str, str]) -> str:
    """An amount with what it counts, for one and for many."""
    form = noun[0] if is_one(language, amount) else noun[1]
    return f"{amount_of(language, amount, form)} {form}"


def amount_of(language: Language, amount: str, noun: str) -> str:
    """The amount alone, in the form that the noun wants."""
    said = say_amount(language, amount)
    return said if read(language, amount)[1] else agreed(language, said, noun)


def is_one(language: Language, amount: str) -> bool:
    whole, _ = read(language, amount)
    return amount == "1" or (language.code in _FEW and len(whole) == 1 and whole in "01")


def _say_unit(language: Language, match: re.Match[str]) -> str:
    amount, unit = match["amount"], language.units[match["unit"]]
    if match["gap"] == "-":
        said = f"{amount_of(language, amount, unit[0])} {unit[0]}"
    else:
        said = counted_amount(language, amount, unit)
    if match["under"]:
        return f"{said} {language.counting.per} {language.units[match['under']][0]}"
    return f"{said} {language.counting.per} " if match[0].endswith("/") else said


def _say_scale(language: Language, match: re.Match[str]) -> str:
    return counted_amount(language, match["amount"], language.scales[match["scale"]])
