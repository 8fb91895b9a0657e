"""What the tiny Whisper learns from: the same for a seed, and what it claims to be."""

from __future__ import annotations

from itertools import islice

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("faster_whisper", reason="no faster-whisper: it is not installed")
torch = pytest.importorskip("torch", reason="no PyTorch: it is not installed")

from faster_whisper.feature_extractor import FeatureExtractor

from tools.tiny_whisper.clips import Clips
from tools.tiny_whisper.corpus import utter
from tools.tiny_whisper.features import HOP, RATE, LogMel
from tools.tiny_whisper.lessons import NOT_SCORED, PLACES_A_SECOND, Lesson, Lessons
from tools.tiny_whisper.network import Network, Shape
from tools.tiny_whisper.score import word_error_rate
from tools.tiny_whisper.sentences import LANGUAGES, all_words, is_held_out, sentences
from tools.tiny_whisper.tokens import Tokens
from tools.tiny_whisper.training import losses_of
from tools.tiny_whisper.voices import Spoken

TOKENS = Tokens()


@pytest.fixture(scope="module")
def corpus() -> list[Spoken]:
    return [one for language in LANGUAGES for one in utter(language, "lessons", False, 30)]


def lesson(corpus: list[Spoken], seed: int, window: float, count: int = 24) -> Lesson:
    draw = np.random.default_rng(seed)
    return Lessons(Clips(corpus, draw), TOKENS, draw).lesson(window, count)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_seed_is_a_corpus(language: str) -> None:
    """Words, voices and samples are the same each time; another seed gives others."""
    once, again, other = (utter(language, seed, False, 5) for seed in ("1", "1", "2"))
    for a, b in zip(once, again, strict=True):
        assert (a.text, a.speaker, a.words) == (b.text, b.speaker, b.words)
        assert np.array_equal(a.samples, b.samples)
    assert [one.text for one in once] != [one.text for one in other]


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_held_out_is_never_trained_on(language: str) -> None:
    """Whatever the seed; and both kinds keep to the vocabulary."""
    trained = {text for seed in "123" for text in islice(sentences(language, seed, False), 800)}
    held_out = {text for seed in "123" for text in islice(sentences(language, seed, True), 200)}
    assert not trained & held_out
    assert all(map(is_held_out, held_out))
    assert {word for text in trained | held_out for word in text.split()} <= set(all_words())


def test_every_word_has_a_place_in_the_audio(corpus: list[Spoken]) -> None:
    """In order, none of them empty or outside."""
    for one in corpus:
        assert len(one.words) == len(one.text.split())
        bounds = [place for word in one.words for place in word]
        assert bounds == sorted(bounds)
        assert bounds[0] >= 0
        assert bounds[-1] <= len(one.samples)
        assert all(start < end for start, end in one.words)


@given(st.integers(1_600, 3 * RATE), st.integers(0, 40))
def test_features_are_those_of_faster_whisper(samples: int, frames_more: int) -> None:
    """To rounding, with zeros from the clip's end to the window's."""
    clip = np.random.default_rng(samples).standard_normal(samples).astype(np.float32) / 10
    theirs = FeatureExtractor()(clip)
    frames = theirs.shape[1] + frames_more
    loud = np.ones(frames * HOP, np.float32)
    ours = LogMel()([clip, loud], frames)[0].numpy()
    assert np.allclose(ours[:, : theirs.shape[1]], theirs, atol=1e-4)
    assert not ours[:, theirs.shape[1] :].any()


@pytest.mark.parametrize("window", [1.0, 3.0, 8.0])
def test_lessons_ask_for_what_their_prompts_promise(corpus: list[Spoken], window: float) -> None:
    """Every script goes on, token by token, as its targets say, and ends."""
    one = lesson(corpus, 4, window)
    for tokens, targets in zip(one.tokens.tolist(), one.targets.tolist(), strict=True):
        start = tokens.index(TOKENS.start)
        assert targets[start] in {TOKENS.no_speech, *map(TOKENS.language, LANGUAGES)}
        assert tokens[start + 2] == TOKENS.transcribe
        assert all(target == NOT_SCORED for target in targets[:start])
        timed = tokens[start + 3] != TOKENS.no_timestamps
        first = start + (2 if timed else 3)
        last = targets.index(TOKENS.end, first)
        assert tokens[first + 1 : last + 1] == targets[first:last]
        assert timed == any(token > TOKENS.no_timestamps for token in targets[first:last])
        if not timed and targets[start] != TOKENS.no_speech:
            assert 1 <= min(targets[first:last])
            assert max(targets[first:last]) <= len(TOKENS.words)


def test_lessons_show_where_each_word_is(corpus: list[Spoken]) -> None:
    """Words, and only these, are looked at in a stretch of their own, one after another."""
    one = lesson(corpus, 5, 5.0)
    spoken = 0
    for targets, looked_at in zip(one.targets, one.looked_at, strict=True):
        shown = looked_at.any(-1)
        words = (targets >= 1) & (targets <= len(TOKENS.words))
        if targets[(targets != NOT_SCORED)][0] != TOKENS.no_speech:
            assert torch.equal(shown, words)
            starts = [int(row.nonzero()[0]) for row in looked_at[shown]]
            assert starts == sorted(starts)
            spoken += 1
        else:
            assert not shown.any()
    assert spoken > 12
    assert one.looked_at.shape[-1] == 5 * PLACES_A_SECOND


def test_a_lesson_is_learnt(corpus: list[Spoken]) -> None:
    """A few steps on one lesson lower all three losses."""
    torch.manual_seed(1)
    network = Network(Shape(len(TOKENS), len(TOKENS.words), width=32, heads=2, encoder_layers=1))
    one = lesson(corpus, 6, 2.0, count=8)
    optimizer = torch.optim.AdamW(network.parameters(), 5e-3)
    before = losses_of(network, one)
    for _ in range(15):
        optimizer.zero_grad()
        sum(losses_of(network, one).values()).backward()
        optimizer.step()
    after = losses_of(network, one)
    assert all(after[name] < before[name] for name in before)


def test_errors_are_counted_by_words() -> None:
    """One of each kind: another word, one too many, one too few."""
    said = "turn on the light".split()
    for heard in ("turn off the light", "turn on on the light", "turn the light"):
        assert word_error_rate([(said, heard.split())]) == 0.25
    assert word_error_rate([(said, said), (said, [])]) == 0.5
