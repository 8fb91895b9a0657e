"""Times of day."""

from __future__ import annotations

import re
from functools import partial

from june_tts.wording import numbers
from june_tts.wording.counting import counted
from june_tts.wording.language import Language
from june_tts.wording.measures import counted_amount
from june_tts.wording.rules import Rule, before, ends_sentence, spaced, word_before

_HOUR, _MINUTE = r"(?P<hour>[01]?[0-9]|2[0-4])", r"(?P<minute>[0-5][0-9])"
# Hours that are nouns of their own: "les deux heures", "as duas horas".
_HOURS = {"de": "Uhr", "fr": "heures", "es": "horas", "it": "ore", "pt": "horas"}


def clock_rules(language: Language) -> list[Rule]:
    return _english_rules() if language.code == "en" else _other_rules(language)


def _english_rules() -> list[Rule]:
    half = r"(?P<half>[AaPp])(?P<dot>\.)?\s?[Mm](?!\w)(?P<stop>\.)?"
    return [
        Rule(
            rf"(?<![\w:.]){_HOUR}:{_MINUTE}(?::(?P<second>[0-5][0-9]))?(?:\s?{half})?(?![\w]|:[0-9])",
            _say_clock,
        ),
        Rule(rf"(?<![\w:.,])(?P<hour>1[0-2]|0?[1-9])\s?{half}", _say_hour),
    ]


def _other_rules(language: Language) -> list[Rule]:
    unit = r"(?:\s?(?:Uhr|h|hs|heures|horas)(?!\w))?"
    say = partial(_say_local_time, language)
    half = r"\s?(?P<half>[AaPp])\.?\s?[Mm](?!\w)(?P<stop>\.)?"
    rules = [
        Rule(
            rf"(?<![\w.,:]){_HOUR}(?:{language.hour_marks}){_MINUTE}(?::(?P<second>[0-5][0-9]))?"
            rf"(?![0-9]|[.:,][0-9]){unit}",
            say,
        ),
        Rule(rf"(?<![\w.,:]){_HOUR}\.{_MINUTE}(?![0-9]|[.:,][0-9])(?P<uhr>\sUhr)?", say),
    ]
    if "h" in language.hour_marks:
        rules.append(Rule(rf"(?<![\w.,:]){_HOUR}\s?h(?P<minute>)(?!\w)", say))
    if language.code == "de":
        rules.append(Rule(rf"(?<![\w.,:]){_HOUR}\s?Uhr(?P<minute>)(?!\w)", say))
    if language.day_parts:
        say = partial(_say_day_part, language)
        rules.insert(0, Rule(rf"(?<![\w:.,]){_HOUR}(?::{_MINUTE})?{half}", say))
    return rules


def _say_clock(match: re.Match[str]) -> str | None:
    hour, minute = int(match["hour"]), int(match["minute"])
    half = match["half"]
    if hour > 24 or (half and not 1 <= hour <= 12):
        return None
    said = english_clock(hour, minute, half=bool(half))
    if match["second"]:
        said += f" and {numbers.cardinal(str(int(match['second'])), 'en')} seconds"
    return spaced(match, said + _half(match))


def english_clock(hour: int, minute: int, *, half: bool = False) -> str:
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


def _say_local_time(language: Language, match: re.Match[str]) -> str | None:
    if before(match).isalnum():
        return None
    # "15.30" alone is a number.
    bare = "uhr" in match.groupdict() and not match["uhr"]
    if bare and word_before(match) not in language.marks.hours:
        return None
    said = local_clock(language, int(match["hour"]), int(match["minute"] or 0))
    if not match.groupdict().get("second"):
        return said
    seconds = counted_amount(language, str(int(match["second"])), language.units["s"])
    return f"{said} {language.counting.and_word} {seconds}"


def local_clock(language: Language, hour: int, minute: int) -> str:
    both, sharp = language.clock
    hours = _hours(language, hour)
    minutes = numbers.cardinal(str(minute), language.code)
    said = (both if minute else sharp).format(h=hours, m=minutes)
    # "une heure", "uma hora"
    few = hour == 1 or (hour == 0 and language.code == "fr")
    return re.sub(r"\b(heure|hora)s\b", r"\1", said) if few else said


def _hours(language: Language, hour: int) -> str:
    if language.code == "de":
        return "ein" if hour == 1 else numbers.cardinal(str(hour), "de")
    return counted(language, str(hour), _HOURS[language.code.partition("_")[0]])


def _say_day_part(language: Language, match: re.Match[str]) -> str | None:
    """ "3:45 p. m.": the half of the day in words."""
    hour, minute = int(match["hour"]), int(match["minute"] or 0)
    if not 1 <= hour <= 12 or language.day_parts is None:
        return None
    morning, noon, afternoon, night = language.day_parts
    said = language.clock[0] if minute else "{h}"
    said = said.format(h=_hours(language, hour), m=numbers.cardinal(str(minute), language.code))
    if match["half"] in "aA":
        part = morning
    elif hour == 12:
        part = noon
    else:
        part = night if hour >= 8 else afternoon
    return f"{said} {part}{'.' if match['stop'] and ends_sentence(match) else ''}"
