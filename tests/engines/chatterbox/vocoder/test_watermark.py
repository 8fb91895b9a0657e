"""Perth's mark on everything that leaves."""

from typing import Any

import numpy as np
import perth
import pytest

from june_runtime.errors import SettingsError
from june_tts.engines.chatterbox.vocoder.source import FRAME
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


def test_joined_chunks_are_marked() -> None:
    """A voice that is marked rendition by rendition is recognised as surely as one that
    is marked at once: as a whole, in its first 200 ms, and in every stretch of it."""
    detector = perth.PerthImplicitWatermarker()

    def sureness(samples: Any) -> float:
        return float(np.mean(detector.get_watermark(samples, sample_rate=24_000, round=False)))

    voice = reference(5.0)
    chunks = list(render(begun(), voice, Watermark().mark))
    assert sureness(np.concatenate(chunks)) > 0.99
    assert [round(sureness(chunk)) for chunk in chunks] == [1] * 5
    assert sureness(voice) < 0.01


def test_marked_chunks_make_no_click() -> None:
    """What the mark adds to a voice has no step at a joint that it has not elsewhere."""
    voice = reference(5.0)
    chunks = list(render(begun(), voice, Watermark().mark))
    added = np.abs(np.diff(np.concatenate(chunks) - voice))
    borders = np.cumsum([len(chunk) for chunk in chunks])[:-1] - 1
    assert 0 < added[borders].max() <= 2 * np.median(added)
    for border in borders:  # nor in the frames about it
        near = added[border - 8 * FRAME : border + 8 * FRAME]
        assert near.max() <= np.quantile(added, 0.999) * 1.5


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
