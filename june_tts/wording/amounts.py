"""Plain numbers, percentages, ranges and scores; and how amounts are read."""

from __future__ import annotations

import re
from functools import partial

from june_tts.wording import numbers
from june_tts.wording.counting import agreed, noun_after
from june_tts.wording.english_numbers import height_and_decade_rules, thousands_and_year_rules
from june_tts.wording.fractions import fraction_rules
from june_tts.wording.language import Language
from june_tts.wording.measures import measure_rules, scale_rules
from june_tts.wording.money import money_rules
from june_tts.wording.ordinals import mark_rules
from june_tts.wording.reading import amount_pattern, is_foreign, read, say_amount
from june_tts.wording.rules import Rule, after, before, spaced

# Where a number begins, and not in the middle of something else.
_FREE = r"(?<![\w.,])"


def amount_rules(language: Language) -> list[Rule]:
    amount = amount_pattern(language)
    english = language.code == "en"
    return [
        *money_rules(language),
        *(height_and_decade_rules() if english else []),
        *measure_rules(language),
        Rule(
            rf"{_FREE}(?P<amount>{amount})[ \u00a0\u202f]?%(?:-(?=[^\W\d_]))?",
            partial(_say_percent, language),
        ),
        *fraction_rules(language),
        *mark_rules(language),
        *scale_rules(language),
        *(thousands_and_year_rules(amount) if english else []),
        *_sign_rules(language),
        *_plain_rules(language, amount),
    ]


def _sign_rules(language: Language) -> list[Rule]:
    """Signs between numbers: scores, ranges and minus."""
    return [
        Rule(
            r"(?<![\w:.,])(?P<left>[0-9]{1,4}):(?P<right>[0-9]{1,4})(?![\w:])",
            partial(_say_score, language),
        ),
        Rule(
            r"(?<![\w.,])(?P<number>[0-9]{1,3}(?:[.,][0-9]{1,2})?)\s?[x×](?=\s[^\W\d_]{2}"
            r"|[.,;:!?)]|$)",
            partial(_say_times, language),
        ),
        Rule(
            r"(?:(?<=[0-9%°])|(?<=[0-9 ][AaPp][Mm]))(?P<dash>\s?[–—]\s?|-|\s-\s)(?=[$€£]?[0-9])",
            partial(_say_range, language),
        ),
        Rule(r"(?<![\w)\]%])[-−](?=[$€£]?[0-9]|\.[0-9])", lambda match: f"{language.minus} "),
    ]


def _plain_rules(language: Language, amount: str) -> list[Rule]:
    return [
        Rule(rf"(?P<amount>{amount})", partial(_say_number, language)),
        Rule(r"(?<![\w.])\.(?P<fraction>[0-9]+)", partial(_say_part, language)),
    ]


def _say_percent(language: Language, match: re.Match[str]) -> str:
    return spaced(match, f"{say_amount(language, match['amount'])} {language.percent}")


def _say_score(language: Language, match: re.Match[str]) -> str:
    left, right = (numbers.cardinal(match[side], language.code) for side in ("left", "right"))
    return f"{left} {language.counting.against} {right}"


def _say_times(language: Language, match: re.Match[str]) -> str:
    one, many = language.counting.times
    word = one if match["number"] == "1" else many
    said = say_amount(language, match["number"])
    if language.code == "de":
        return f"{said.removesuffix('s') if match['number'] == '1' else said}{word}"
    return f"{agreed(language, said, word)} {word}"


def _say_range(language: Language, match: re.Match[str]) -> str:
    """A dash between numbers: a range, or where spaces and order say so, a minus."""
    if match["dash"] == " - ":
        left = re.search(r"([0-9]{1,9})$", match.string[max(0, match.start() - 9) : match.start()])
        right = re.match(r"\D?([0-9]{1,9})", match.string[match.end() : match.end() + 10])
        if left and right and int(left[1]) > int(right[1]):
            return f" {language.minus} "
    return f" {language.to} "


def _say_number(language: Language, match: re.Match[str]) -> str:
    amount = match["amount"]
    whole, fraction = read(language, amount)
    if language.code == "de" and re.fullmatch(r"1[1-9][0-9]{2}", amount):
        return spaced(match, numbers.year(whole, "de"))
    if fraction and is_foreign(language, amount):
        # A version or the like: read as it stands.
        parts = (numbers.cardinal(part, language.code) for part in (whole, fraction))
        return spaced(match, f" {language.dot} ".join(parts))
    said = numbers.decimal(whole, fraction, language.code)
    if not fraction and before(match) not in ".,:" and (noun := noun_after(language, match)):
        said = agreed(language, said, noun)
    return spaced(match, said)


def _say_part(language: Language, match: re.Match[str]) -> str:
    """ ".5" without its zero."""
    said = numbers.decimal("0", match["fraction"], language.code)
    return said.removeprefix("zero ") if before(match) == " " and after(match) else said
