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
_TOKEN = re.compile(r"\d+(?:\.\d+)?|[a-z]+|[-+*/×÷]")
_MAX_DIGITS = 15


def work_out(question: str) -> Fraction | None:
    """The value of the sum in `question`; None where there is none to work out.

    Knows + - * / with their usual precedence over whole and decimal numbers.
    Raises ZeroDivisionError.
    """
    terms = _terms(question.casefold().replace(",", ""))
    if len(terms) < 3 or len(terms) % 2 == 0:
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
    return sum(values, Fraction(0))


def in_words(value: Fraction) -> str:
    """The number as figures, to four places where it does not come out even."""
    if value.denominator == 1:
        return str(value.numerator)
    rounded = f"{float(value):.4f}".rstrip("0").rstrip(".")
    return rounded if Fraction(rounded) == value else f"about {rounded}"


def _terms(question: str) -> list[Fraction | str]:
    """Numbers and operators in order; other words end nothing and mean nothing."""
    terms: list[Fraction | str] = []
    spoken: list[str] = []

    def close_number() -> None:
        if spoken:
            terms.append(Fraction(_spoken_number(spoken)))
            spoken.clear()

    for token in _TOKEN.findall(question):
        if token in _UNITS or token in _TENS or (token in _SCALES and spoken):
            spoken.append(token)
        elif token == "and" and spoken and spoken[-1] in _SCALES:
            continue
        else:
            close_number()
            if token[0].isdigit():
                terms.append(Fraction(token[:_MAX_DIGITS]))
            elif token in _OPERATORS:
                terms.append(_OPERATORS[token])
    close_number()
    return terms


def _spoken_number(words: list[str]) -> int:
    total = group = 0
    for word in words:
        if word in _SCALES:
            scale = _SCALES[word]
            if scale == 100:
                group *= scale
            else:
                total, group = total + group * scale, 0
        else:
            group += _UNITS.get(word, 0) + _TENS.get(word, 0)
    return total + group
