"""What is believed of what was decoded."""

from __future__ import annotations

import numpy as np
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
    is_steady,
    is_unsure,
    said_once,
    stammers,
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
    assert not is_silence(Evidence(logprob=-1.01, no_speech=0.5025))
    assert not is_silence(Evidence(logprob=-0.97, no_speech=0.9))
    assert not is_silence(Evidence(logprob=-0.3, no_speech=0.9))
    assert not is_silence(Evidence(logprob=-1.5, no_speech=0.3))


def test_more_evidence_is_asked_for_where_the_sound_is_steady() -> None:
    """Whisper cheers over noise."""
    assert is_silence(Evidence(logprob=-0.78, no_speech=0.57, steady=True))
    assert not is_silence(Evidence(logprob=-0.7, no_speech=0.57, steady=True))
    assert not is_silence(Evidence(logprob=-0.78, no_speech=0.49, steady=True))


def test_noise_is_steady_and_speech_is_not() -> None:
    """However loud; a pause or a knock makes neither of the other."""
    noise = np.float32(0.05) * np.random.default_rng(0).uniform(0.8, 1.2, 300).astype(np.float32)
    knock = noise.copy()
    knock[100:105] = 0.5
    said = np.where(np.arange(300) % 50 < 25, np.float32(0.2), noise / 5)
    for loudness in (0.1, 1, 10):
        assert is_steady(noise * loudness)
        assert is_steady(knock * loudness)
        assert not is_steady(said * loudness)
    assert not is_steady(np.zeros(0, np.float32))


def test_unlikely_and_repetitive_words_are_doubtful() -> None:
    assert is_doubtful("some words", Evidence(logprob=-1.2, no_speech=0.0))
    assert is_doubtful("go on " * 40, CLEAR)
    assert not is_doubtful("what's the weather like today", CLEAR)
    assert not is_doubtful("", CLEAR)


def test_repetition_compresses() -> None:
    assert compression("go on " * 40) > 2.4 > compression("the quick brown fox jumps") > 0
    assert compression("") == 0


@given(
    st.lists(st.sampled_from("abcdef"), max_size=12),
    st.lists(st.sampled_from("uvwxyz"), min_size=1, max_size=4, unique=True),
    st.integers(MAX_REPEATS, 30),
    st.integers(0, 3),
)
def test_a_loop_is_said_once(before: list[str], phrase: list[str], repeats: int, more: int) -> None:
    """Also where it was cut off within the phrase."""
    words = [*before, *phrase * repeats, *phrase[: more % len(phrase)]]
    assert words[: said_once(words)] == [*before, *phrase]


@given(st.lists(st.sampled_from("abc"), max_size=30))
def test_something_is_left_of_what_was_said(words: list[str]) -> None:
    assert bool(words) == bool(said_once(words))


@given(st.lists(st.sampled_from(["a", "b", ""]), max_size=30))
def test_marks_make_no_difference(words: list[str]) -> None:
    said = [word for word in words if word]
    assert [word for word in words[: said_once(words)] if word] == said[: said_once(said)]


def test_what_people_say_again_is_left_alone() -> None:
    for said in ("no no no", "a a b b", "go on go on go on go on", "one two three one two three"):
        assert said_once(said.split()) == len(said.split())


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("Mr. Quilter. Mr. Quilter, Mr. Quilter. Mr.", 1.2),
        ("go forward 10 meters 10 of clubs 10 of clubs 10 of clubs 10 meters 10 of clubs", 5.0),
        ("and so my fellow Americans and and so my fellow Americans and", 3.6),
        ("this is what nobody says in a second", 1.0),
    ],
)
def test_whisper_stammers_in_short_windows(text: str, seconds: float) -> None:
    assert stammers(text, seconds)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("ask not what your country can do for you ask what you can do for your country", 5.0),
        ("no no no", 0.6),
        ("call one one three one one four please", 3.0),
        ("", 0.4),
    ],
)
def test_people_do_not(text: str, seconds: float) -> None:
    assert not stammers(text, seconds)


def test_short_windows_are_trusted_less() -> None:
    sure, unsure = Evidence(-0.3, 0.0), Evidence(-0.5, 0.0)
    assert is_unsure("some words", unsure)
    assert not is_unsure("some words", sure)
    assert is_unsure("go on " * 40, sure)
    assert not is_doubtful("some words", unsure)
