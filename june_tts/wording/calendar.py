"""Dates."""

from __future__ import annotations

import re
from functools import partial

from june_tts.wording import numbers
from june_tts.wording.clock import english_clock, local_clock
from june_tts.wording.language import Language
from june_tts.wording.ordinals import german_ordinal
from june_tts.wording.rules import Rule, word_before

_ISO = r"(?<![\w-])(?P<year>[12][0-9]{3})-(?P<month>[01][0-9])-(?P<day>[0-3][0-9])(?![\w-])"
_STAMP = (
    r"(?<![\w-])(?P<year>[12][0-9]{3})-(?P<month>[01][0-9])-(?P<day>[0-3][0-9])"
    r"T(?P<hour>[0-2][0-9]):(?P<minute>[0-5][0-9])(?::[0-5][0-9](?:\.[0-9]{1,9})?)?(?:Z"
    r"|[+-][0-9:]{4,5})?(?!\w)"
)
_NUMERIC = (
    r"(?<![\w./-])(?P<first>[0-3]?[0-9])(?P<mark>[/.-])(?P<second>[0-3]?[0-9])(?P=mark)"
    r"(?P<year>(?:1[0-9]|20)?[0-9]{2})(?![\w]|[./-][0-9])"
)
_YEAR = r"(?P<year>(?:1[0-9]|20)[0-9]{2})(?![0-9]|-[0-9])"
_DAY = r"(?P<day>[0-3]?[0-9])"


def calendar_rules(language: Language) -> list[Rule]:
    return [
        Rule(_STAMP, partial(_say_stamp, language)),
        Rule(_ISO, partial(_say_numeric, language)),
        Rule(_NUMERIC.replace("(?P=mark)", "[/.-]"), partial(_say_numeric, language)),
        *(_english_rules(language) if language.code == "en" else _other_rules(language)),
    ]


def _months(language: Language) -> str:
    names = sorted(language.month_names, key=len, reverse=True)
    return "|".join(re.escape(name) for name in names)


def _english_rules(language: Language) -> list[Rule]:
    # "may" and "march" are dates only with a capital.
    months = "|".join(name.capitalize() for name in _months(language).split("|"))
    mark = r"(?:st|nd|rd|th)?"
    return [
        Rule(
            rf"(?<!\w)(?P<month>{months})\.?\s{_DAY}{mark}"
            rf"(?:\s?[-–]\s?(?P<until>[0-3]?[0-9]){mark})?(?![\w:%]|[.,][0-9])(?:,?\s{_YEAR})?",
            partial(_say_month_day, language),
        ),
        Rule(
            rf"(?<![\w.,:]){_DAY}{mark}\s(?:of\s)?(?P<month>{months})(?!\w)(?:,?\s{_YEAR})?",
            partial(_say_day_month, language),
        ),
        Rule(
            r"(?<![\w./,-])(?P<month>[01]?[0-9])/(?P<day>[0-3]?[0-9])(?![\w/]|[.,][0-9])",
            partial(_say_day_and_month, language),
        ),
    ]


def _other_rules(language: Language) -> list[Rule]:
    months = _months(language)
    gap = r"\s(?:del?\s)?" if language.date_gap == " de " else r"\s"
    mark = r"\." if language.code == "de" else r"(?:er|\.?[ºª°])?"
    until = rf"(?:\s?[-–]\s?(?P<until>[0-3]?[0-9]){mark})?"
    rules = [
        Rule(
            rf"(?<![\w.,:]){_DAY}{mark}{until}{gap}(?P<month>{months})(?!\w)(?:,?{gap}{_YEAR})?",
            partial(_say_local_date, language),
            re.I,
        ),
        Rule(
            r"(?<![\w./,-])(?P<day>[0-3]?[0-9])/(?P<month>[01]?[0-9])(?![\w/]|[.,][0-9])",
            partial(_say_day_and_month, language),
        ),
    ]
    if language.code == "de":
        rules.append(
            Rule(
                r"(?<![\w./,-])(?P<day>[0-3]?[0-9])\.(?P<month>[01]?[0-9])\.(?![\w.]|\s?[0-9])",
                partial(_say_day_and_month, language),
            )
        )
    return rules


def _day_and_month(language: Language, first: int, second: int) -> tuple[int, int] | None:
    """Day and month of a date in figures; Americans write the month first."""
    day, month = (second, first) if language.code == "en" else (first, second)
    if month > 12:
        day, month = month, day
    return (day, month) if 1 <= month <= 12 and 1 <= day <= 31 else None


def _say_numeric(language: Language, match: re.Match[str]) -> str | None:
    parts = match.groupdict()
    if "first" in parts:
        found = _day_and_month(language, int(parts["first"]), int(parts["second"]))
        if found is None or not _is_date(language, match):
            return None
        day, month = found
    else:
        day, month = int(parts["day"]), int(parts["month"])
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return None
    year = parts["year"] if len(parts["year"]) == 4 else f"20{parts['year']}"
    return say_date(language, day, month, year, before_day=word_before(match))


def _say_stamp(language: Language, match: re.Match[str]) -> str | None:
    date = _say_numeric(language, match)
    if date is None or int(match["hour"]) > 24:
        return None
    if language.code == "en":
        return f"{date}, {english_clock(int(match['hour']), int(match['minute']))}"
    return f"{date}, {local_clock(language, int(match['hour']), int(match['minute']))}"


def _is_date(language: Language, match: re.Match[str]) -> bool:
    """Figures with stops and a short year may be a version; in German they are a date
    where they are of two figures each or come after a word like "am"."""
    if match["mark"] != "." or len(match["year"]) == 4:
        return True
    padded = len(match["first"]) == len(match["second"]) == 2
    return language.code == "de" and (padded or word_before(match) in language.marks.dates)


def say_date(language: Language, day: int, month: int, year: str, before_day: str = "") -> str:
    name = language.months[month - 1]
    said_year = numbers.year(year, language.code) if year else ""
    if language.code == "en":
        said = f"{name} {numbers.ordinal(str(day), 'en')}"
        return f"{said}, {said_year}" if year else said
    said = f"{_say_day(language, day, before_day)}{language.date_gap}{name}"
    return f"{said}{language.date_gap}{said_year}" if year else said


def _say_day(language: Language, day: int, before_day: str) -> str:
    if language.code == "de":
        return german_ordinal(str(day), before_day)
    if day == 1 and language.code != "es":
        return numbers.ordinal("1", language.code)
    return numbers.cardinal(str(day), language.code)


def _say_month_day(language: Language, match: re.Match[str]) -> str | None:
    english = numbers.ordinal
    day, until = int(match["day"]), match["until"]
    if not 1 <= day <= 31:
        return None
    month = _month_name(language, match["month"])
    said = f"{month} {english(match['day'], 'en')}"
    if until:
        said += f" to {english(until, 'en')}"
    return f"{said}, {numbers.year(match['year'], 'en')}" if match["year"] else said


def _say_day_month(language: Language, match: re.Match[str]) -> str | None:
    if not 1 <= int(match["day"]) <= 31:
        return None
    article = "" if word_before(match) == "the" else "the "
    said = (
        f"{article}{numbers.ordinal(match['day'], 'en')} of {_month_name(language, match['month'])}"
    )
    return f"{said}, {numbers.year(match['year'], 'en')}" if match["year"] else said


def _month_name(language: Language, written: str) -> str:
    return language.months[language.month_names[written.lower()] - 1]


def _say_local_date(language: Language, match: re.Match[str]) -> str | None:
    day = int(match["day"])
    if not 1 <= day <= 31 or int(match["until"] or 1) > 31:
        return None
    month = language.month_names[match["month"].lower()]
    ahead = word_before(match)
    said = say_date(language, int(match["until"] or day), month, match["year"] or "", ahead)
    return f"{_say_day(language, day, ahead)} {language.to} {said}" if match["until"] else said


def _say_day_and_month(language: Language, match: re.Match[str]) -> str | None:
    """ "24/12" after a word that dates have before them; "24.12." in German."""
    day, month = int(match["day"]), int(match["month"])
    if not (1 <= day <= 31 and 1 <= month <= 12):
        return None
    ahead, stopped = word_before(match), match[0].endswith(".")
    padded = language.code != "en" and "0" in (match["day"][0], match["month"][0])
    if not (stopped or padded or ahead in language.marks.dates):
        return None
    last = stopped and match.end() == len(match.string)
    return say_date(language, day, month, "", ahead) + ("." if last else "")
