"""What is believed of what was decoded."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from june_stt.engines.whisper.doubts import (
    MAX_REPEATS,
    Evidence,
    compression,
    is_doubtful,
    is_phantom,
    is_silence,
    without_loop,
)

CLEAR = Evidence(logprob=-0.2, no_speech=0.02)
VAGUE = Evidence(logprob=-0.5, no_speech=0.35)


@pytest.mark.parametrize("text", ["Thank you.", "Thanks for watching!", "Vielen Dank.", "you"])
def test_a_phrase_that_is_often_made_up_needs_better_evidence(text: str) -> None:
    assert is_phantom(text, VAGUE)
    assert is_phantom(text, Evidence(logprob=-0.9, no_speech=0.0))
    assert not is_phantom(text, CLEAR)


def test_other_words_need_none() -> None:
    assert not is_phantom("thank you for the music", VAGUE)
    assert not is_phantom("", VAGUE)


def test_no_words_where_the_model_believes_in_none() -> None:
    """It may be sure of words in spite of that."""
    assert is_silence(Evidence(logprob=-1.5, no_speech=0.9))
    assert not is_silence(Evidence(logprob=-0.3, no_speech=0.9))
    assert not is_silence(Evidence(logprob=-1.5, no_speech=0.3))


def test_unlikely_and_repetitive_words_are_doubtful() -> None:
    assert is_doubtful("some words", Evidence(logprob=-1.2, no_speech=0.0))
    assert is_doubtful("go on " * 40, CLEAR)
    assert not is_doubtful("what's the weather like today", CLEAR)
    assert not is_doubtful("", CLEAR)


def test_repetition_compresses() -> None:
    assert compression("go on " * 40) > 2.4 > compression("the quick brown fox jumps") > 0
    assert compression("") == 0


@given(
    st.lists(st.integers(0, 5), max_size=12),
    st.lists(st.integers(6, 9), min_size=1, max_size=4, unique=True),
    st.integers(MAX_REPEATS, 30),
)
def test_a_loop_is_said_once(before: list[int], phrase: list[int], repeats: int) -> None:
    assert without_loop([*before, *phrase * repeats]) == [*before, *phrase]


@given(st.lists(st.integers(0, 3), max_size=30))
def test_what_is_left_begins_what_there_was(tokens: list[int]) -> None:
    left = without_loop(tokens)
    assert tokens[: len(left)] == left
    assert bool(left) == bool(tokens)


def test_no_no_no_is_left_alone() -> None:
    assert without_loop([1, 2, 2, 2]) == [1, 2, 2, 2]
