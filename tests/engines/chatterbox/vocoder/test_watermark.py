"""Perth's mark on everything that leaves."""

from typing import Any

import numpy as np
import perth
import pytest

from june_runtime.errors import SettingsError
from june_runtime.pcm import Samples
from june_tts.engines.chatterbox.vocoder.vocoder import Vocoder
from june_tts.engines.chatterbox.vocoder.watermark import Watermark
from tests.engines.chatterbox.tiny import reference
from tests.engines.chatterbox.vocoder.parts import (
    as_it_is,
    begun,
    made_up_reference,
    made_up_tokens,
    render,
    spoken,
)


def voice() -> Samples:
    """Five seconds of a buzz with breath, as a speaker's."""
    breath = np.random.default_rng(0).normal(0, 0.01, 120_000).astype(np.float32)
    return reference(5.0) + breath


def test_joined_chunks_are_marked() -> None:
    """As surely as a voice that is marked at once: as a whole and in each chunk."""
    detector = perth.PerthImplicitWatermarker()

    def sureness(samples: Any) -> float:
        return float(np.mean(detector.get_watermark(samples, sample_rate=24_000, round=False)))

    chunks = list(render(begun(), voice(), Watermark().mark))
    assert sureness(np.concatenate(chunks)) > 0.999
    assert min(sureness(chunk) for chunk in chunks) > 0.95
    assert sureness(voice()) < 0.1


def test_the_mark_has_no_joints() -> None:
    """Where chunks meet, its steps are those of a mark that was put on at once."""
    chunks = list(render(begun(), voice(), Watermark().mark))
    added = np.diff(np.concatenate(chunks) - voice())
    at_once = np.diff(Watermark().mark(voice()) - voice())
    borders = np.cumsum([len(chunk) for chunk in chunks])[:-1] - 1
    assert len(borders) == 4
    assert np.abs(added - at_once)[borders].max() < 0.02 * np.median(np.abs(at_once))
    assert np.abs(added).max() < 1.1 * np.abs(at_once).max()


@pytest.mark.parametrize("count", [480, 960, 4_800, 48_480])
def test_it_changes_no_length(count: int) -> None:
    """From one frame on."""
    noise = np.random.default_rng(0).normal(0, 0.1, count).astype(np.float32)
    marked = Watermark().mark(noise)
    assert marked.shape == noise.shape
    assert marked.dtype == np.float32
    assert not np.array_equal(marked, noise)


def test_nothing_leaves_without(s3gen: Any) -> None:
    """Every sample is what the mark made of it."""
    vocoder = Vocoder(s3gen, device="cpu", mark=lambda samples: np.full_like(samples, 0.25))
    chunks = spoken(vocoder, made_up_reference(1, 4), made_up_tokens(22))
    assert len(chunks) == 3
    assert np.all(np.concatenate(chunks) == np.float32(0.25))


def test_perth_marks_unless_told_otherwise(s3gen: Any) -> None:
    """As the library's own generate() does with the same audio."""
    tokens, voice = made_up_tokens(8), made_up_reference(1, 4)
    (bare,) = spoken(Vocoder(s3gen, device="cpu", mark=as_it_is), voice, tokens)
    (marked,) = spoken(Vocoder(s3gen, device="cpu"), voice, tokens)
    theirs = perth.PerthImplicitWatermarker().apply_watermark(bare, sample_rate=24_000)
    assert np.array_equal(marked, theirs)


def test_without_a_watermarker_there_is_no_vocoder(
    s3gen: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where pkg_resources is missing Perth has none: nothing is spoken unmarked."""
    monkeypatch.setattr(perth, "PerthImplicitWatermarker", None)
    with pytest.raises(SettingsError, match="setuptools<81") as refused:
        Vocoder(s3gen, device="cpu")
    assert refused.value.reason == "WATERMARKER_MISSING"
