"""Numbers in words, in the languages that June knows well.

The only file that imports num2words. Nothing here raises: what is too long to be
read as one number is read digit by digit.
"""

from __future__ import annotations

import re
from functools import lru_cache

from num2words import num2words

# Beyond a thousand million million people hear digits, not a number.
LONGEST = 15

# How the digits after a decimal mark are read: one by one, or as a number where
# they are few and do not start with zero.
_DIGIT_BY_DIGIT = {"en", "de"}
_POINT = {
    "en": "point",
    "de": "Komma",
    "fr": "virgule",
    "es": "coma",
    "it": "virgola",
    "pt": "vírgula",
    "pt_BR": "vírgula",
}
# What num2words says otherwise than people do.
_REPAIRS = {
    "es": (
        (re.compile(r"veintiuno (?=mil)"), "veintiún "),
        (re.compile(r"\buno (?=mil)"), "un "),
        (re.compile(r"décimoprimer"), "undécim"),
        (re.compile(r"décimosegund"), "duodécim"),
        (re.compile(r"décimo(?=[a-z])"), "decimo"),
    ),
}


@lru_cache(maxsize=4096)
def _say(value: int, language: str, form: str) -> str:
    """`value` in words; `form` is cardinal, ordinal or year."""
    words: str = num2words(value, lang=language, to=form)
    for wrong, right in _REPAIRS.get(language, ()):
        words = wrong.sub(right, words)
    # "one thousand, two hundred": the comma would be heard as a pause.
    return words.replace(",", "")


def digits(written: str, language: str) -> str:
    """Each digit on its own: "407" is "four zero seven"."""
    return " ".join(
        _say(int(digit), language, "cardinal") for digit in written if digit.isdecimal()
    )


def cardinal(written: str, language: str) -> str:
    """A whole number given by its digits; leading zeros are heard."""
    if len(written) > LONGEST or (len(written) > 1 and written.startswith("0")):
        return digits(written, language)
    return _say(int(written), language, "cardinal")


def ordinal(written: str, language: str) -> str:
    """ "21" is "twenty-first"."""
    if len(written) > LONGEST:
        return digits(written, language)
    return _say(int(written), language, "ordinal")


def year(written: str, language: str) -> str:
    """ "1999" is "nineteen ninety-nine"; the years after 2000 are read plainly."""
    return _say(int(written), language, "year")


def decimal(whole: str, fraction: str, language: str) -> str:
    """ "3", "14" is "three point one four"; an empty fraction is not heard."""
    if not fraction:
        return cardinal(whole, language)
    few = len(fraction) <= 2 and not fraction.startswith("0")
    if few and language not in _DIGIT_BY_DIGIT:
        after = cardinal(fraction, language)
    else:
        after = digits(fraction, language)
    return f"{cardinal(whole or '0', language)} {_POINT[language]} {after}"
