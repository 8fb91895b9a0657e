"""Perth's mark on everything that leaves."""

import warnings
from typing import Any

import numpy as np
import pytest

from june_runtime.errors import SettingsError
from june_tts.engines.chatterbox.vocoder.vocoder import Vocoder
from june_tts.engines.chatterbox.vocoder.watermark import Watermark
from tests.engines.chatterbox.vocoder.parts import made_up_reference, made_up_tokens, spoken


@pytest.fixture(scope="module")
def perth() -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import perth
    return perth


def test_joined_chunks_are_marked(perth: Any, s3gen: Any, vocoder: Vocoder) -> None:
    """Of an utterance in growing chunks, as a whole and in its first chunk; without the
    watermark the detector finds none."""
    detector = perth.PerthImplicitWatermarker()

    def detected(samples: Any) -> float:
        return float(np.mean(detector.get_watermark(samples, sample_rate=24_000)))

    reference, tokens = made_up_reference(1, 20), made_up_tokens(60)
    chunks = spoken(Vocoder(s3gen, device="cpu"), reference, tokens)
    assert len(chunks) == 4
    assert detected(np.concatenate(chunks)) == 1.0
    assert detected(chunks[0]) == 1.0
    assert detected(np.concatenate(spoken(vocoder, reference, tokens))) == 0.0


@pytest.mark.parametrize("count", [480, 960, 4_800, 48_480])
def test_it_changes_no_length(count: int) -> None:
    """From one frame on."""
    noise = np.random.default_rng(0).normal(0, 0.1, count).astype(np.float32)
    marked = Watermark().mark(noise)
    assert marked.shape == noise.shape
    assert marked.dtype == np.float32
    assert not np.array_equal(marked, noise)


def test_without_a_watermarker_there_is_no_vocoder(
    perth: Any, s3gen: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where pkg_resources is missing Perth has none: nothing is spoken unmarked."""
    monkeypatch.setattr(perth, "PerthImplicitWatermarker", None)
    with pytest.raises(SettingsError, match="setuptools<81") as refused:
        Vocoder(s3gen, device="cpu")
    assert refused.value.reason == "WATERMARKER_MISSING"
