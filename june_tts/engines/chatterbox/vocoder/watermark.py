"""Perth's watermark: every sample that leaves carries it."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from june_runtime.errors import SettingsError
from june_runtime.pcm import Samples
from june_tts.engines.chatterbox.vocoder.source import SAMPLE_RATE

# The watermarker's spectrum needs half a window of 2,048 samples at its own 32 kHz.
SHORTEST = 960


class Watermark:
    """Marks renditions, as the library's own generate() does.

    Raises:
        SettingsError: WATERMARKER_MISSING. Speech is never made without.
    """

    def __init__(self) -> None:
        with warnings.catch_warnings():
            # It finds its weights through the deprecated pkg_resources.
            warnings.simplefilter("ignore")
            import perth
        if perth.PerthImplicitWatermarker is None:
            raise SettingsError(
                "WATERMARKER_MISSING",
                "Perth cannot mark the speech that is made: it needs pkg_resources, which "
                "setuptools 81 dropped; install setuptools<81",
            )
        self._perth: Any = perth.PerthImplicitWatermarker()

    def mark(self, samples: Samples) -> Samples:
        """As many samples, marked."""
        missing = max(0, SHORTEST - len(samples))
        padded = np.pad(samples, (0, missing))
        marked = self._perth.apply_watermark(padded, sample_rate=SAMPLE_RATE)
        return np.asarray(marked[: len(samples)], np.float32)
