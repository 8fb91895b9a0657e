"""Works out a sum said in words or figures. Pure; computes, never evaluates code."""

from __future__ import annotations

import re
from fractions import Fraction

_UNITS = {
    word: value
    for value, word in enumerate(
        """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen
        fifteen sixteen seventeen eighteen nineteen""".split()
    )
}
_TENS = {
    word: value * 10
    for value, word in enumerate(
        "twenty thirty forty fifty sixty seventy eighty ninety".split(), start=2
    )
}
_SCALES = {"hundred": 100, "thousand": 1_000, "million": 1_000_000, "billion": 1_000_000_000}
_OPERATORS = {
    "plus": "+", "add": "+", "added": "+", "+": "+",
    "minus": "-", "less": "-", "subtract": "-", "-": "-",
    "times": "*", "multiplied": "*", "x": "*", "*": "*", "×": "*",
    "divided": "/", "over": "/", "/": "/", "÷": "/",
}  # fmt: skip
# What may stand around a sum without changing it. Any other word might: then there
# is no sum that could be worked out honestly.
_FILLERS = frozenset(
    """what whats what's is are the a result sum answer of to how much many calculate compute
    work out tell me please can could would you do does make makes get if i we and equal equals
    hey june now so then ok okay by from""".split()
)
_TOKEN = re.compile(r"[0-9]+(?:\.[0-9]+)?|[^\W\d]+(?:'[^\W\d]+)*|\S")
_MAX_DIGITS = 15
_MAX_TERMS = 41
_LARGEST = 10**18


def work_out(question: str) -> Fraction | None:
    """The value of the sum in `question`; None where there is none to work out.

    Knows + - * / with their usual precedence over whole and decimal numbers.
    Raises ZeroDivisionError.
    """
    terms = _terms(question.casefold())
    if terms is None or not 3 <= len(terms) <= _MAX_TERMS or len(terms) % 2 == 0:
        return None
    values: list[Fraction] = []
    for place, term in enumerate(terms):
        if isinstance(term, Fraction) != (place % 2 == 0):
            return None
        if not isinstance(term, Fraction):
            continue
        operator = terms[place - 1] if place else "+"
        match operator:
            case "*":
                values[-1] *= term
            case "/":
                values[-1] /= term
            case "-":
                values.append(-term)
            case _:
                values.append(term)
    value = sum(values, Fraction(0))
    return value if abs(value) < _LARGEST else None


def in_words(value: Fraction) -> str:
    """The number as figures, to four places where it does not come out even."""
    rounded = f"{float(round(value, 4)):.4f}".rstrip("0").rstrip(".")
    if value.denominator == 1:
        return str(value.numerator)
    return rounded if Fraction(rounded) == value else f"about {rounded}"


def _terms(question: str) -> list[Fraction | str] | None:
    """Numbers and operators in order; None where anything else is said."""
    terms: list[Fraction | str] = []
    spoken: list[str] = []
    # "1,000" is one number; a comma elsewhere is only a pause.
    plain = re.sub(r"(?<=\d),(?=\d{3}\b)", "", question.replace("’", "'"))
    for token in [*_TOKEN.findall(plain), "?"]:
        if token in _UNITS or token in _TENS or (token in _SCALES and spoken):
            spoken.append(token)
            continue
        if token == "and" and spoken and spoken[-1] in _SCALES:
            continue
        if spoken:
            number = _spoken_number(spoken)
            if number is None:
                return None
            terms.append(Fraction(number))
            spoken = []
        if token[0] in "0123456789":
            if len(token) > _MAX_DIGITS:
                return None
            terms.append(Fraction(token))
        elif token in _OPERATORS:
            terms.append(_OPERATORS[token])
        elif token not in _FILLERS and token not in ",.?!=":
            return None
    return terms


def _spoken_number(words: list[str]) -> int | None:
    """The value of "two hundred five"; None for what is no number, as "two five"."""
    total = group = 0
    # What may still be added to the group, and to the whole: less than this.
    room, scale = 1_000, 10**12
    for word in words:
        if word == "hundred":
            if not 0 < group < 100:
                return None
            group, room = group * 100, 100
        elif word in _SCALES:
            if not group or _SCALES[word] >= scale:
                return None
            scale = _SCALES[word]
            total, group, room = total + group * scale, 0, 1_000
        else:
            value = _UNITS[word] if word in _UNITS else _TENS[word]
            if value >= room:
                return None
            # After "twenty" only a unit, after a unit or a teen nothing.
            group, room = group + value, 10 if word in _TENS else 0
    return total + group
