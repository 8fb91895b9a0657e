"""What an amount in figures is worth: its marks for thousands and decimals."""

from __future__ import annotations

import re

from june_tts.wording import numbers
from june_tts.wording.language import Language

# Thousands and decimals as others write them, where no other reading is possible.
_ENGLISH_STYLE = r"[0-9]{1,3}(?:,[0-9]{3})+\.[0-9]+|[0-9]{1,3}(?:,[0-9]{3}){2,}(?![0-9,])"
_EUROPEAN_STYLE = r"[0-9]{1,3}(?:\.[0-9]{3})+,[0-9]+"


def amount_pattern(language: Language) -> str:
    """Matches a number with its thousands and decimals, as this language writes it."""
    group = re.escape(language.groups)
    decimal = re.escape(language.decimal)
    whole = rf"(?:[0-9]{{1,3}}(?:[{group}][0-9]{{3}})+(?![0-9])|[0-9]+)"
    both = rf"{whole}(?:{decimal}[0-9]+)?"
    if language.decimal == ".":
        return rf"(?:{_EUROPEAN_STYLE}|{both})"
    # Point decimals turn up in every language.
    return rf"(?:{_ENGLISH_STYLE}|[0-9]+\.[0-9]{{1,2}}(?![0-9.])|{both})"


def is_foreign(language: Language, amount: str) -> bool:
    """Whether a point parts the decimals, in a language that writes a comma."""
    return language.decimal != "." and bool(re.fullmatch(r"[0-9]+\.[0-9]{1,2}", amount))


def read(language: Language, amount: str) -> tuple[str, str]:
    """The digits before and after the decimal mark."""
    mark = language.decimal
    if "." in amount and "," in amount:
        mark = max(".,", key=amount.rindex)
    elif is_foreign(language, amount):
        mark = "."
    elif amount.count(mark) > 1:
        mark = "none"
    whole, _, fraction = amount.partition(mark)
    return re.sub(r"[^0-9]", "", whole), fraction


def say_amount(language: Language, amount: str) -> str:
    return numbers.decimal(*read(language, amount), language.code)


def either(names: object) -> str:
    """Matches any of the names, longest first."""
    assert hasattr(names, "__iter__")
    return "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
