"""Dates and times of day."""

from __future__ import annotations

import re
from functools import partial

from june_tts.wording import numbers
from june_tts.wording.language import Language
from june_tts.wording.rules import Rule, before, ends_sentence, spaced

_ISO = r"(?<![\w-])(?P<year>[12][0-9]{3})-(?P<month>[01][0-9])-(?P<day>[0-3][0-9])(?![\w-])"
_STAMP = (
    r"(?<![\w-])(?P<year>[12][0-9]{3})-(?P<month>[01][0-9])-(?P<day>[0-3][0-9])"
    r"T(?P<hour>[0-2][0-9]):(?P<minute>[0-5][0-9])(?::[0-5][0-9](?:\.[0-9]{1,9})?)?(?:Z|[+-][0-9:]{4,5})?(?!\w)"
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
            r"(?<![\w:.])(?P<hour>[01]?[0-9]|2[0-4]):(?P<minute>[0-5][0-9])(?::(?P<second>[0-5][0-9]))?"
            r"(?:\s?(?P<half>[AaPp])(?P<dot>\.)?\s?[Mm](?!\w)(?P<stop>\.)?)?(?![\w]|:[0-9])",
            _say_clock,
        ),
        Rule(
            r"(?<![\w:.,])(?P<hour>1[0-2]|0?[1-9])\s?(?P<half>[AaPp])(?P<dot>\.)?\s?[Mm](?!\w)(?P<stop>\.)?",
            _say_hour,
        ),
        Rule(
            r"(?<![\w:.])(?P<left>[0-9]{1,4}):(?P<right>[0-9]{1,4})(?![\w:])",
            lambda match: (
                f"{numbers.cardinal(match['left'], 'en')} to "
                f"{numbers.cardinal(match['right'], 'en')}"
            ),
        ),
    ]


def _other_rules(language: Language) -> list[Rule]:
    months = _months(language)
    gap = r"\s(?:de\s)?" if language.date_gap == " de " else r"\s"
    mark = r"\." if language.code == "de" else r"(?:er|[ºª°])?"
    unit = r"(?:\s?(?:Uhr|h|heures|horas)(?!\w))?"
    return [
        Rule(
            rf"(?<![\w.,:]){_DAY}{mark}{gap}(?P<month>{months})(?!\w)(?:{gap}{_YEAR})?",
            partial(_say_local_date, language),
            re.I,
        ),
        Rule(
            rf"(?<![\w.,:])(?P<hour>[01]?[0-9]|2[0-4]){language.hour_marks}(?P<minute>[0-5][0-9])"
            rf"(?![0-9]|[.:,][0-9]){unit}",
            partial(_say_local_time, language),
        ),
        Rule(
            r"(?<![\w.,:])(?P<hour>[01]?[0-9]|2[0-4])\s?(?:Uhr|h)(?P<minute>)(?!\w)",
            partial(_say_local_time, language),
        ),
    ]


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
        if found is None or (parts["mark"] == "." and len(parts["year"]) == 2):
            return None
        day, month = found
    else:
        day, month = int(parts["day"]), int(parts["month"])
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return None
    year = parts["year"] if len(parts["year"]) == 4 else f"20{parts['year']}"
    return say_date(language, day, month, year, before_day=_word_before(match))


def _say_stamp(language: Language, match: re.Match[str]) -> str | None:
    date = _say_numeric(language, match)
    if date is None or int(match["hour"]) > 24:
        return None
    if language.code == "en":
        return f"{date}, {_clock(int(match['hour']), int(match['minute']))}"
    return f"{date}, {_local_clock(language, int(match['hour']), int(match['minute']))}"


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
        ordinal = numbers.ordinal(str(day), "de")
        if before_day in ("am", "zum", "vom", "dem", "den", "bis", "beim"):
            return f"{ordinal}n"
        return ordinal if before_day in ("der", "die", "das") else f"{ordinal}r"
    if day == 1 and language.code != "es":
        return numbers.ordinal("1", language.code)
    return numbers.cardinal(str(day), language.code)


def _word_before(match: re.Match[str]) -> str:
    words = match.string[max(0, match.start() - 12) : match.start()].lower().split()
    return words[-1] if words else ""


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
    article = "" if _word_before(match) == "the" else "the "
    said = (
        f"{article}{numbers.ordinal(match['day'], 'en')} of {_month_name(language, match['month'])}"
    )
    return f"{said}, {numbers.year(match['year'], 'en')}" if match["year"] else said


def _month_name(language: Language, written: str) -> str:
    return language.months[language.month_names[written.lower()] - 1]


def _say_clock(match: re.Match[str]) -> str | None:
    hour, minute = int(match["hour"]), int(match["minute"])
    half = match["half"]
    if hour > 24 or (half and not 1 <= hour <= 12):
        return None
    said = _clock(hour, minute, half=bool(half))
    if match["second"]:
        said += f" and {numbers.cardinal(str(int(match['second'])), 'en')} seconds"
    return spaced(match, said + _half(match))


def _clock(hour: int, minute: int, *, half: bool = False) -> str:
    hours = numbers.cardinal(str(hour), "en")
    if minute == 0:
        if half:
            return hours
        return f"{hours} o'clock" if 1 <= hour <= 12 else f"{hours} hundred"
    minutes = numbers.cardinal(str(minute), "en")
    return f"{hours} oh {minutes}" if minute < 10 else f"{hours} {minutes}"


def _say_hour(match: re.Match[str]) -> str:
    return f"{numbers.cardinal(str(int(match['hour'])), 'en')}{_half(match)}"


def _half(match: re.Match[str]) -> str:
    """A.M. or P.M.; its last stop may be the sentence's as well."""
    if not match["half"]:
        return ""
    stop = match["stop"] and (not match["dot"] or ends_sentence(match))
    return f" {match['half'].upper()} M{'.' if stop else ''}"


def _say_local_date(language: Language, match: re.Match[str]) -> str | None:
    day = int(match["day"])
    if not 1 <= day <= 31:
        return None
    month = language.month_names[match["month"].lower()]
    return say_date(language, day, month, match["year"] or "", _word_before(match))


def _say_local_time(language: Language, match: re.Match[str]) -> str | None:
    if before(match).isalnum():
        return None
    return _local_clock(language, int(match["hour"]), int(match["minute"] or 0))


def _local_clock(language: Language, hour: int, minute: int) -> str:
    both, sharp, one = language.clock
    hours = one if hour == 1 else numbers.cardinal(str(hour), language.code)
    minutes = numbers.cardinal(str(minute), language.code)
    said = (both if minute else sharp).format(h=hours, m=minutes)
    # "une heure", "uma hora"
    return re.sub(r"\b(heure|hora)s\b", r"\1", said) if hour == 1 else said
