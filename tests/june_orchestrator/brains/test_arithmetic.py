"""Sums said in words or figures: worked out right, or not at all."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from june_orchestrator.brains.arithmetic import in_words, work_out


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("what is two plus two", 4),
        ("What's 7 times 8?", 56),
        ("how much is twelve minus thirty", -18),
        ("two hundred and five minus five", 200),
        ("five hundred thousand plus one", 500_001),
        ("nineteen hundred plus eighty four", 1984),
        ("seven million two hundred thousand minus 1", 7_199_999),
        ("twenty one divided by four", Fraction(21, 4)),
        ("2 plus 2 times 3", 8),
        ("100 - 10 - 1", 89),
        ("2 * 3 / 4", Fraction(3, 2)),
        ("0.1 + 0.2", Fraction(3, 10)),
        ("1,000 + 1", 1001),
        ("six multiplied by seven equals", 42),
        ("6 × 7 ÷ 2", 21),
        ("ten over four", Fraction(5, 2)),
        ("hey june, can you tell me what three plus four is please", 7),
    ],
)
def test_sums(question: str, value: Fraction | int) -> None:
    """The four kinds, with their precedence, exactly."""
    assert work_out(question) == value


@pytest.mark.parametrize(
    "question",
    [
        "",
        "what time is it",
        "five",
        "3 plus",
        "plus three",
        "two three plus one",
        "nineteen eighty four plus one",
        "one million million plus one",
        "what happened on 9/11",
        "is the shop open 24/7",
        "call 555-1234",
        "I have 3 cats - 2 dogs",
        "what is 10 percent of 50 plus 1",
        "the square root of 16 plus 2",
        "twice 3 plus 4",
        "negative 3 plus 5",
        "minus three plus five",
        "(2 + 3) * 4",
        "2 + 3 ** 4",
        "2 ^ 3 + 1",
        "3 point 5 plus 1",
        "12345678901234567890 + 1",
        "999999999999999 * 999999999999999",
        "9*" * 4_000 + "9",
        "1 + " * 50 + "1",
    ],
)
def test_what_is_no_sum_is_not_worked_out(question: str) -> None:
    """A word, a sign or a size that is not understood might change the result."""
    assert work_out(question) is None


def test_division_by_zero_is_told() -> None:
    with pytest.raises(ZeroDivisionError):
        work_out("one divided by zero")


@given(
    st.integers(0, 10**6),
    st.lists(st.tuples(st.sampled_from("+-*"), st.integers(0, 1_000)), min_size=1, max_size=5),
)
def test_sums_are_python_s(first: int, more: list[tuple[str, int]]) -> None:
    """Any sum in figures comes out as it should, or is too large to be told."""
    text = str(first) + "".join(f" {sign} {number}" for sign, number in more)
    assert work_out(f"what is {text}?") in (eval(text), None)
    if abs(eval(text)) < 10**18:
        assert work_out(text) == eval(text)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (Fraction(4), "4"),
        (Fraction(-18), "-18"),
        (Fraction(21, 4), "5.25"),
        (Fraction(10, 3), "about 3.3333"),
        (Fraction(-1, 3), "about -0.3333"),
        (Fraction(1, 10**6), "about 0"),
        (Fraction(3, 10), "0.3"),
        (Fraction(10**17), "100000000000000000"),
    ],
)
def test_what_does_not_come_out_even_is_said_to_be_about(value: Fraction, said: str) -> None:
    assert in_words(value) == said
