"""Prompts in, words out."""

from __future__ import annotations

import pytest

from june_stt.engines.whisper.model import WhisperModel
from june_stt.engines.whisper.tokens import PROMPT_LENGTHS, Tokens


@pytest.fixture
def tokens(model: WhisperModel) -> Tokens:
    return model.tokens


def stamp(tokens: Tokens, seconds: float) -> int:
    [begin] = tokens.prompt("en", ())[-1:]
    return begin + 1 + round(seconds / 0.02)


def test_a_prompt_names_the_language_and_asks_for_no_timestamps(tokens: Tokens) -> None:
    assert tokens.prompt("de", ())[:-1] == tokens.timed_prompt("de")
    assert tokens.timed_prompt("de") != tokens.timed_prompt("en")
    before = tokens.before("hello june")
    assert tokens.prompt("en", before)[1:3] == list(before)


@pytest.mark.parametrize("count", [0, 1, 3, 7, 40, 500])
def test_what_comes_before_has_one_of_few_lengths(tokens: Tokens, count: int) -> None:
    """The newest words of it."""
    before = tokens.before("hello " * (count - 1) + "june" if count else "")
    assert len(before) == max([size for size in PROMPT_LENGTHS if size <= count], default=0)
    assert not before or tokens.text(before[-1:]) == "june"


def test_two_timestamps_at_the_end_say_that_there_is_more(tokens: Tokens) -> None:
    """Which begins where the second of them lies."""
    said = list(tokens.before("thank you"))
    begin, end = stamp(tokens, 0.0), stamp(tokens, 2.5)
    assert tokens.segments([begin, *said, end, end]) == (said, 250)
    assert tokens.segments([begin, *said, end, end, *said, end]) == (said * 2, None)
    assert tokens.segments([begin, *said]) == (said, None)
    assert tokens.segments([]) == ([], None)
    assert tokens.segments([begin, begin]) == ([], None)


def test_a_token_is_compared_without_case_and_marks(tokens: Tokens) -> None:
    assert tokens.plain(tokens.before("thank you")) == ["thank", "you"]
