"""What differs from language to language when text is put into words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
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
# Varieties with words of their own.
VARIETIES = {"pt-br": "brazilian"}


@dataclass(frozen=True, slots=True)
class Currency:
    """A currency's names for one and for many, and its hundredth's."""

    one: str
    many: str
    cent: str = ""
    cents: str = ""


@dataclass(frozen=True, slots=True)
class Counting:
    """How things are counted, and how parts of one are named.

    `feminine` matches nouns that are feminine, `links` are words that are no nouns: what
    follows a number decides its form ("una hora", "veintiún euros"). `half` is alone
    and after a whole. `parts` names a fraction's lower part, for one and for many;
    `over` stands before those without a name. `times`: "once", "three times".
    """

    feminine: str
    links: frozenset[str]
    half: tuple[str, str]
    parts: Mapping[int, tuple[str, str]]
    over: str
    and_word: str
    times: tuple[str, str]
    # "Two to one", of scores and ratios.
    against: str
    # What parts a measure from what it is a measure of: "euros per month".
    per: str


@dataclass(frozen=True, slots=True)
class Marks:
    """Words beside a number that tell what the number is.

    `numbered` come before the number of a chapter or the like, `kings` before a ruler's;
    `articles` before an ordinal; `dates` before a day and month in figures; `phones` not
    far before a telephone number; `hours` before a time whose minutes follow a stop;
    `feminine` before a number of something feminine.
    """

    numbered: frozenset[str]
    kings: frozenset[str]
    articles: frozenset[str]
    dates: frozenset[str]
    phones: frozenset[str]
    hours: frozenset[str] = frozenset()
    feminine: frozenset[str] = frozenset()


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
    # A scale as written to its words for one and for many: "1 Mio.", "2 Mio.".
    scales: Mapping[str, tuple[str, str]]
    counting: Counting
    marks: Marks
    # Between a currency and its hundredths: "five dollars and ten cents".
    and_cents: str = " "
    # "Millions d'euros": what stands between a scale and a currency.
    scale_of: str = " "
    # What follows the digits of an ordinal; a regular expression.
    ordinal_marks: str = ""
    # What stands between day, month and year: "3 de marzo de 2024".
    date_gap: str = " "
    # What stands between hours and minutes as written: "15:30", "15h30".
    hour_marks: str = ":"
    # A time with minutes, and a full hour.
    clock: tuple[str, str] = ("", "")
    # The halves of the day, where clocks have twelve hours: before noon, noon, after it,
    # and from eight on.
    day_parts: tuple[str, str, str, str] | None = None
    # Days of the week as written short, in "Mo–Fr".
    weekdays: Mapping[str, str] = field(default_factory=dict)


def table_of(tag: str) -> str:
    """The name of the tables for a BCP-47 tag; empty where June has none."""
    tag = tag.replace("_", "-").lower()
    variety = "-".join(tag.split("-")[:2])
    return VARIETIES.get(variety) or KNOWN.get(tag.partition("-")[0], "")


def language_of(name: str) -> Language:
    """The tables of that name."""
    found: Language = import_module(f"june_tts.wording.{name}").LANGUAGE
    return found
