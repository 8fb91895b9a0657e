"""One utterance, heard by a recogniser that makes no mistakes: nothing is lost or said
twice by how June cuts it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from june_runtime.pcm import Samples
from june_stt.caption import Caption
from june_stt.engine import RATE, Hypothesis
from june_stt.engines.whisper.engine import WhisperEngine
from june_stt.engines.whisper.heard import (
    EVERY,
    GIVE_UP_AFTER,
    PART_AFTER,
    Heard,
    Hint,
)
from june_stt.engines.whisper.mel import HOP
from june_stt.engines.whisper.queue import LONGEST
from june_stt.engines.whisper.work import Aim, Decoded, DecodedWord, Piece

FILTERS = np.full((4, 201), 0.01, np.float32)
FEED = 1_536


@dataclass(frozen=True)
class Word:
    text: str
    start: int
    end: int


def spoken(lengths: Sequence[tuple[int, int]]) -> list[Word]:
    """Words of so many frames, each after a gap of so many."""
    words, at = [], 20
    for number, (gap, length) in enumerate(lengths):
        words.append(Word(f"w{number}", at + gap, at + gap + length))
        at += gap + length
    return words


def sounding(words: Sequence[Word]) -> Samples:
    audio = np.zeros((words[-1].end + 20) * HOP, np.float32)
    for word in words:
        audio[word.start * HOP : word.end * HOP] = 0.3
    return audio


def perfect(piece: Piece, words: Sequence[Word]) -> Decoded:
    """The words whose middle lies in the piece."""
    inside = [word for word in words if piece.start <= (word.start + word.end) / 2 < piece.end]
    return Decoded(
        " ".join(word.text for word in inside),
        [
            DecodedWord(f" {word.text}", word.start - piece.start, word.end - piece.start, 0.9)
            for word in inside
        ],
        "en",
        0.95,
    )


class Listener:
    """Feeds an utterance and answers at once; keeps what was asked."""

    def __init__(self, words: Sequence[Word], *, captions: bool = True) -> None:
        self.words, self.captions = words, captions
        self.heard = Heard(FILTERS, Hint())
        self.caption = Caption()
        self.asked: list[Piece] = []
        self.parts: list[tuple[int, Decoded]] = []
        self.kept = 0
        self.recogniser: Callable[[Piece], Decoded] = lambda piece: perfect(piece, words)

    def feed(self, audio: Samples, size: int = FEED) -> None:
        for at in range(0, len(audio), size):
            for part in self.heard.push(audio[at : at + size]):
                self.asked.append(part)
                self.parts.append((part.start, perfect(part, self.words)))
            piece = self.heard.due() if self.captions else None
            if piece is not None:
                self.asked.append(piece)
                before = self.caption.committed_text
                hypothesis = self.heard.captioned(piece, self.recogniser(piece))
                self.caption.take(hypothesis.text)
                assert self.caption.committed_text.startswith(before)
            self.kept = max(self.kept, len(self.heard._kept()))

    def finish(self) -> Hypothesis:
        rest = self.heard.rest()
        self.asked.append(rest)
        return self.heard.concluded([*self.parts, (rest.start, perfect(rest, self.words))])


WORDS = st.lists(st.tuples(st.integers(4, 60), st.integers(15, 60)), min_size=1, max_size=150).map(
    spoken
)


@given(WORDS, st.sampled_from([512, FEED, 16_000, 10_000_000]), st.booleans())
@settings(max_examples=40)
def test_every_word_is_said_once_and_in_its_place(
    words: list[Word], size: int, captions: bool
) -> None:
    """However long it is and in whatever pieces it comes, with captions and without."""
    listener = Listener(words, captions=captions)
    listener.feed(sounding(words), size)
    final = listener.finish()
    assert final.text.split() == [word.text for word in words]
    assert [word.text for word in final.words] == final.text.split()
    assert [(word.start // HOP, word.end // HOP) for word in final.words] == [
        (word.start, word.end) for word in words
    ]
    assert (final.language, final.language_probability) == ("en", 0.95)


@given(WORDS)
@settings(max_examples=20)
def test_the_caption_is_what_was_said(words: list[Word]) -> None:
    """At the end it lacks at most what was not decoded any more."""
    listener = Listener(words)
    listener.feed(sounding(words))
    said = (listener.caption.committed_text + listener.caption.unstable_text).split()
    assert said == [word.text for word in words][: len(said)]
    assert len(said) >= len(words) - 2


def test_neither_time_nor_memory_grow_with_an_utterance() -> None:
    """Five minutes of talk: what is kept and asked is bounded by the model's window."""
    words = spoken([(8, 30)] * 780)
    listener = Listener(words)
    listener.feed(sounding(words))
    final = listener.finish()
    assert len(final.text.split()) == 780
    partials = [len(piece.frames) for piece in listener.asked if piece.aim is Aim.PARTIAL]
    assert max(partials) < 1_000
    assert listener.kept <= PART_AFTER + 20
    assert all(len(piece.frames) <= LONGEST for piece in listener.asked)
    parts = [piece for piece in listener.asked if piece.aim is Aim.PART]
    assert len(parts) >= 10


def test_memory_does_not_grow_without_captions_either() -> None:
    """Nobody asks for any, or the model is too slow for them."""
    words = spoken([(8, 30)] * 300)
    listener = Listener(words, captions=False)
    listener.feed(sounding(words))
    assert len(listener.finish().text.split()) == 300
    assert listener.kept <= LONGEST + 20


def test_no_window_begins_behind_a_word_that_is_not_sure() -> None:
    """Here one is heard in another way each time, for 12 s: nothing behind it is
    committed, and nothing of it is let go."""
    words = spoken([(8, 30)] * 40)
    listener = Listener(words)

    def wavering(piece: Piece) -> Decoded:
        heard = perfect(piece, words)
        if piece.end > 1_200:
            return heard
        texts = [f"x{piece.end}" if text == "w3" else text for text in heard.text.split()]
        placed = [
            replace(word, text=f" {text}") for word, text in zip(heard.words, texts, strict=True)
        ]
        return replace(heard, text=" ".join(texts), words=placed)

    listener.recogniser = wavering
    listener.feed(sounding(words))
    assert listener.caption.committed_text.split()[:30] == [word.text for word in words[:30]]


def test_final_words_are_looked_for_in_all_that_was_pushed() -> None:
    """Its last frames are those whose windows reach behind the end, as faster-whisper
    has them."""
    for samples in (1_600, 16_000, 16_159, 48_123):
        heard = Heard(FILTERS, Hint())
        heard.push(np.full(samples, 0.1, np.float32))
        assert len(heard.rest().frames) == 1 + samples // HOP


def test_a_long_utterance_is_parted_where_its_speaker_paused() -> None:
    """Where final words were wanted already, rather than at any gap between words."""
    words = spoken([(8, 30)] * 40 + [(40, 30)] + [(8, 30)] * 60)
    pause = words[40].start - 20
    audio, listener = sounding(words), Listener(words, captions=False)
    listener.feed(audio[: pause * HOP])
    listener.finish()
    listener.feed(audio[pause * HOP :])
    parts = [piece for piece in listener.asked if piece.aim is Aim.PART]
    assert abs(parts[0].end - pause) <= 3


def test_parts_follow_one_another_without_a_gap() -> None:
    words = spoken([(8, 30)] * 400)
    listener = Listener(words)
    listener.feed(sounding(words))
    listener.finish()
    parts = [piece for piece in listener.asked if piece.aim is not Aim.PARTIAL]
    assert parts[0].start == 0
    assert [part.end for part in parts[:-1]] == [part.start for part in parts[1:]]


def test_a_speaker_who_goes_on_after_a_pause_is_heard_whole() -> None:
    words = spoken([(8, 30)] * 20)
    audio = sounding(words)
    listener = Listener(words)
    listener.feed(audio[: 404 * HOP])
    first = listener.finish()
    listener.feed(audio[404 * HOP :])
    assert first.text.split() == [word.text for word in words if word.end < 404]
    assert listener.finish().text.split() == [word.text for word in words]


def test_sound_without_words_is_let_go() -> None:
    """A minute of music: the caption's window does not grow, and never commits."""
    listener = Listener([Word("never", 100_000, 100_010)])
    random = np.random.default_rng(0)
    listener.feed((random.standard_normal(60 * 16_000) * 0.1).astype(np.float32))
    partials = [len(piece.frames) for piece in listener.asked if piece.aim is Aim.PARTIAL]
    assert max(partials) <= GIVE_UP_AFTER + EVERY + 10
    assert listener.finish().text == ""


def test_a_caption_is_due_every_160_ms() -> None:
    """With room for what decoding takes, now more and now less, it comes every 200."""
    words = spoken([(8, 30)] * 10)
    listener = Listener(words)
    listener.feed(sounding(words), round(WhisperEngine.feed_ms * RATE / 1_000))
    ends = [piece.end for piece in listener.asked if piece.aim is Aim.PARTIAL]
    steps = [later - earlier for earlier, later in pairwise(ends)]
    assert set(steps) == {16}


def test_a_language_that_was_found_stays_for_the_caption() -> None:
    """And is found anew for the final words, which have heard all of it."""
    words = spoken([(8, 30)] * 10)
    listener = Listener(words)
    listener.feed(sounding(words))
    listener.finish()
    assert [piece.language for piece in listener.asked if piece.aim is Aim.PARTIAL][:2] == [
        "",
        "en",
    ]
    assert listener.asked[-1].language == ""


@pytest.mark.parametrize(("aim", "prompt"), [(Aim.PARTIAL, (1, 2)), (Aim.FINAL, (3,))])
def test_a_hint_goes_with_every_piece(aim: Aim, prompt: tuple[int, ...]) -> None:
    heard = Heard(FILTERS, Hint("de", (1, 2)), final_prompt=(3,))
    heard.push(np.ones(16_000, np.float32))
    piece = heard.due() if aim is Aim.PARTIAL else heard.rest()
    assert piece is not None
    assert (piece.language, piece.prompt) == ("de", prompt)
