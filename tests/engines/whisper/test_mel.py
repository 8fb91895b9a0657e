"""The spectrogram is faster-whisper's own, however the audio comes."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from june_runtime.pcm import Samples
from june_stt.engines.whisper.mel import HOP, Frames, MelStream, joined, normalised

extraction = pytest.importorskip("faster_whisper.feature_extractor")
EXTRACTOR = extraction.FeatureExtractor()
FILTERS = EXTRACTOR.mel_filters


def noise(samples: int, seed: int = 0) -> Samples:
    random = np.random.default_rng(seed)
    return (random.standard_normal(samples) * 0.1).astype(np.float32)


def heard(samples: Samples, cuts: list[int]) -> Frames:
    """All frames of audio that came in pieces."""
    stream = MelStream(FILTERS)
    bounds = sorted({0, len(samples), *(min(cut, len(samples)) for cut in cuts)})
    parts = [stream.push(samples[start:end]) for start, end in pairwise(bounds)]
    return joined([*parts, stream.tail()])


@given(st.integers(1, 5_000), st.lists(st.integers(0, 5_000), max_size=8))
def test_pieces_do_not_matter(samples: int, cuts: list[int]) -> None:
    audio = noise(samples)
    whole, pieces = heard(audio, []), heard(audio, cuts)
    assert len(whole) == len(pieces) == 1 + samples // HOP
    np.testing.assert_allclose(pieces.mel, whole.mel, atol=1e-5)
    np.testing.assert_allclose(pieces.level, whole.level, atol=1e-6)


@pytest.mark.parametrize("samples", [401, 1_536, 16_000, 48_123])
def test_it_is_what_faster_whisper_computes(samples: int) -> None:
    audio = noise(samples)
    ours = normalised(heard(audio, [700, 9_000]).mel, 1 + samples // HOP)
    np.testing.assert_allclose(ours, EXTRACTOR(audio), atol=2e-4)


def test_what_is_far_below_the_loudest_is_cut_off_as_there() -> None:
    """Silence beside speech: 80 dB below, and no lower."""
    audio = np.concatenate([np.zeros(8_000, np.float32), noise(8_000), np.zeros(8_000, np.float32)])
    ours = normalised(heard(audio, []).mel, 151)
    np.testing.assert_allclose(ours, EXTRACTOR(audio), atol=2e-4)
    assert ours.max() - ours.min() == pytest.approx(2.0)


def test_the_tail_may_be_asked_for_at_any_time() -> None:
    """It changes nothing: the speaker may go on."""
    audio, stream = noise(4_000), MelStream(FILTERS)
    first = stream.push(audio[:2_100])
    assert len(joined([first, stream.tail()])) == 1 + 2_100 // HOP
    rest = [stream.push(audio[2_100:]), stream.tail()]
    np.testing.assert_allclose(joined([first, *rest]).mel, heard(audio, []).mel, atol=1e-5)


def test_the_level_is_the_root_mean_square() -> None:
    tone = (0.5 * np.sin(np.arange(16_000) * 2 * np.pi * 440 / 16_000)).astype(np.float32)
    assert MelStream(FILTERS).push(tone).level[10:-10] == pytest.approx(0.5 / 2**0.5, rel=0.02)


def test_behind_the_frames_there_are_zeros() -> None:
    """The silence of a window is put there after the spectrogram is normalised."""
    window = normalised(heard(noise(1_600), []).mel, 500)
    assert window.shape == (80, 500)
    assert window.dtype == np.float32
    assert window[:, :11].all()
    assert not window[:, 11:].any()


def test_what_it_keeps_does_not_grow() -> None:
    stream = MelStream(FILTERS)
    for seed in range(50):
        stream.push(noise(1_536, seed))
        assert len(stream._audio) < 400
