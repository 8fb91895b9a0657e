"""Perth's watermark in speech whose tempo was changed after it was marked."""

from collections.abc import Callable
from pathlib import Path

import librosa
import numpy as np
import pytest

pytest.importorskip("perth", reason="the extra `chatterbox` is not installed")

from june_tts.engines.chatterbox.vocoder.source import SAMPLE_RATE
from june_tts.engines.chatterbox.vocoder.watermark import Watermark
from june_tts.tempo import Tempo


@pytest.mark.parametrize("rate", [0.8, 1.25])
def test_the_mark_is_found_at_usual_tempi(speech: Callable[[str], Path], rate: float) -> None:
    """And none where there was none."""
    samples, _ = librosa.load(speech("weather-en.wav"), sr=SAMPLE_RATE)
    samples = samples[: len(samples) // 480 * 480]
    watermark = Watermark()
    for given, expected in ((watermark.mark(samples), 1), (samples, 0)):
        tempo = Tempo(rate, SAMPLE_RATE)
        paced = np.concatenate([tempo.push(given), tempo.finish()])
        found = watermark._perth.get_watermark(paced, sample_rate=SAMPLE_RATE)
        assert round(float(np.mean(found))) == expected
