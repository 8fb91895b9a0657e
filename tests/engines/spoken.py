"""Speech that is synthesised for tests, and the tiny Whisper that understands it."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np

from june_runtime.pcm import Samples
from tools.tiny_whisper import voices

TINY_WHISPER = Path(__file__).parents[1] / "models" / "tiny-whisper"


@cache
def spoken(text: str, language: str = "en", seed: int = 0) -> Samples:
    """The text at 16 kHz, by flite where it is installed and else by espeak-ng."""
    flite = language == "en" and voices.flite() is not None
    voice = "flite rms" if flite else f"espeak {voices.ESPEAK[language][0]}"
    said = voices.say(language, text, voices.Speaker(voice, 1.0, 1.0, seed))
    assert said is not None
    samples: Samples = said.samples.astype(np.float32) / 32_768
    return samples
