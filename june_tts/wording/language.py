"""What differs from language to language when text is put into words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module

# Languages with number words, currencies, units, dates and abbreviations. In all
# others only markup is stripped: their engines read digits by themselves.
KNOWN = {
    "en": "english",
    "de": "german",
    "fr": "french",
    "es": "spanish",
    "it": "italian",
    "pt": "portuguese",
}


@dataclass(frozen=True, slots=True)
class Currency:
    """A currency's names for one and for many, and its hundredth's."""

    one: str
    many: str
    cent: str = ""
    cents: str = ""


@dataclass(frozen=True, slots=True)
class Language:
    """One language's words for what is written in signs.

    `decimal` is the decimal mark; `groups` are the marks that may part
    thousands. `symbols` maps a sign to its words. `units` maps a unit as written
    after a number to its names for one and for many.
    """

    code: str
    decimal: str
    groups: str
    months: tuple[str, ...]
    month_names: Mapping[str, int]
    currencies: Mapping[str, Currency]
    units: Mapping[str, tuple[str, str]]
    abbreviations: Mapping[str, str]
    symbols: Mapping[str, str]
    to: str
    minus: str
    percent: str
    dot: str
    at: str
    slash: str
    scales: Mapping[str, str]
    # Between a currency and its hundredths: "five dollars and ten cents".
    and_cents: str = " "
    # "Millions d'euros": what stands between a scale and a currency.
    scale_of: str = " "
    # How one thing is counted: "ein Euro", "un euro".
    one: str = "one"
    # What follows the digits of an ordinal; a regular expression.
    ordinal_marks: str = ""
    # What stands between day, month and year: "3 de marzo de 2024".
    date_gap: str = " "
    # What stands between hours and minutes as written: "15:30", "15h30".
    hour_marks: str = ":"
    # A time with minutes, a full hour, and how the hour 1 is counted.
    clock: tuple[str, str, str] = ("", "", "")


def language_of(tag: str) -> Language | None:
    """The tables for a BCP-47 tag, or None where June has none."""
    name = KNOWN.get(tag.replace("_", "-").partition("-")[0].lower())
    if name is None:
        return None
    found: Language = import_module(f"june_tts.wording.{name}").LANGUAGE
    return found
