"""What English alone writes with figures: heights, decades, "10k" and years."""

from __future__ import annotations

import re

from june_tts.wording import numbers
from june_tts.wording.rules import Rule

_DECADES = ("hundreds", "tens", "twenties", "thirties", "forties", "fifties", "sixties",
            "seventies", "eighties", "nineties")  # fmt: skip
# A screen has four K, a salary forty thousand.
_SPELT = {"4K", "8K", "2K", "5G", "4G", "3G"}


def height_and_decade_rules() -> list[Rule]:
    return [
        Rule(
            r"(?<!\w)(?P<feet>[0-9]{1,2})['′’](?P<inches>[0-9]{1,2})(?:[\"″”]|'')?(?!\w)",
            _say_height,
        ),
        Rule(
            r"(?<![\w.,])['’‘]?(?P<century>1[0-9]|20)?(?P<decade>[0-9])0['’]?s(?!\w)", _say_decade
        ),
    ]


def thousands_and_year_rules(amount: str) -> list[Rule]:
    return [
        Rule(rf"(?<![\w.,])(?P<amount>{amount})\s?(?P<scale>[KkMBT]|bn|mn)(?!\w)", _say_thousands),
        Rule(r"(?<![\w.,/])(?P<year>1[1-9][0-9]{2}|20[0-9]{2})(?![\w,]*[0-9]|\.[0-9])", _say_year),
    ]


def _say_height(match: re.Match[str]) -> str:
    return f"{numbers.cardinal(match['feet'], 'en')} foot {numbers.cardinal(match['inches'], 'en')}"


def _say_decade(match: re.Match[str]) -> str:
    century, decade = match["century"], int(match["decade"])
    if century == "20" and decade == 0:
        return "two thousands"
    if decade == 0 and not century:
        return "zeros"
    first = f"{numbers.cardinal(century, 'en')} " if century else ""
    return first + _DECADES[decade]


def _say_thousands(match: re.Match[str]) -> str:
    said = numbers.decimal(match["amount"].replace(",", "").partition(".")[0],
                           match["amount"].partition(".")[2], "en")  # fmt: skip
    if match[0] in _SPELT:
        return f"{said} {match['scale']}"
    names = {"k": "thousand", "m": "million", "b": "billion", "t": "trillion"}
    return f"{said} {names[match['scale'][0].lower()]}"


def _say_year(match: re.Match[str]) -> str:
    return numbers.year(match["year"], "en")
