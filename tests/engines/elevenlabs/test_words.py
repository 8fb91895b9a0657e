"""A sentence's words, found again in timed characters."""

from collections.abc import Sequence
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from june_tts.engine import SpokenWord
from june_tts.engines.elevenlabs.wire import SAMPLE_RATE, Alignment
from june_tts.engines.elevenlabs.words import Words

MS = SAMPLE_RATE // 1_000
TEXT = "Well, it's three o'clock — really."
WORDS = ["Well,", "it's", "three", "o'clock", "really."]


def timed(text: str, at: float = 0.0, each: float = 10.0) -> Alignment:
    """Every character takes `each` ms, the first begins at `at`."""
    starts = [at + place * each for place in range(len(text))]
    return Alignment(list(text), starts, [start + each for start in starts])


def told(text: str, words: Sequence[SpokenWord]) -> list[str]:
    return [text[word.start : word.end] for word in words]


def found(text: str, *parts: str) -> list[SpokenWord]:
    """The words of `text` where `parts` came with audio one after another."""
    words, before = Words(text), 0
    spoken: list[SpokenWord] = []
    for part in parts:
        spoken += words.push(timed(part), before)
        before += len(part) * 10 * MS
    return [*spoken, *words.finish()]


def test_words_have_their_places() -> None:
    """In the text and in the audio; what has no letter is no word."""
    words = found(TEXT, TEXT)
    assert told(TEXT, words) == WORDS
    assert (words[1].start_sample, words[1].end_sample) == (60 * MS, 100 * MS)


@given(st.lists(st.integers(0, len(TEXT)), max_size=6))
def test_it_does_not_matter_how_they_come(cuts: list[int]) -> None:
    """Cut anywhere, also within a word: times count from each part's own audio."""
    places = sorted({0, len(TEXT), *cuts})
    parts = [TEXT[a:b] for a, b in pairwise(places)]
    assert found(TEXT, *parts) == found(TEXT, TEXT)


def test_a_word_is_taken_once() -> None:
    """Though its text is told again from the beginning."""
    assert told(TEXT, found(TEXT, "Well, it's thr", "Well, it's three o'clock — really.")) == WORDS


def test_a_word_that_is_spelled_otherwise_is_passed_over() -> None:
    """Those after it are found."""
    assert told(TEXT, found(TEXT, "Well, it is 3 o'clock — really.")) == [
        "Well,", "o'clock", "really.",
    ]  # fmt: skip


def test_a_word_is_not_looked_for_far_ahead() -> None:
    """One that was added is not taken for one at the end."""
    text = "one two three four five six"
    assert told(text, found(text, "six one two three four five six")) == text.split()


@given(st.text(max_size=40), st.lists(st.text(max_size=40), max_size=5))
def test_whatever_comes_words_lie_in_order(text: str, parts: list[str]) -> None:
    """Within the text, and never before the one before."""
    words = found(text, *parts)
    places = [place for word in words for place in (word.start, word.end)]
    times = [sample for word in words for sample in (word.start_sample, word.end_sample)]
    assert places == sorted(places)
    assert all(0 <= place <= len(text) for place in places)
    assert times == sorted(times)
