"""What the caller's microphone hears, as such a model takes it. Pure."""

from __future__ import annotations

import numpy as np

from june_orchestrator.direct.ports import HEARS
from june_runtime.pcm import AudioFormat, Rechunker, Resampler, decode, encode

PIECE_SECONDS = 0.04
# A microphone that skips silence is followed so far; then the clock is set anew.
LONGEST_GAP_SECONDS = 10.0


class Microphone:
    """Audio in the caller's format to pieces of 40 ms in the format HEARS.

    `used`: whether any has come.
    """

    def __init__(self, audio: AudioFormat) -> None:
        self._audio = audio
        self._resampler = Resampler(audio.sample_rate, HEARS.sample_rate)
        self._pieces = Rechunker(HEARS.bytes_for(PIECE_SECONDS))
        self.used = False
        # The caller's next sample.
        self._next = 0

    def push(self, pcm: bytes, first_sample: int | None = None) -> list[bytes]:
        """More audio. A gap before `first_sample` becomes silence; what was there before
        is left out."""
        self.used = True
        if first_sample is not None and first_sample != self._next:
            pcm = self._placed(pcm, first_sample)
        self._next += len(pcm) // self._audio.frame_bytes
        samples = self._resampler.push(decode(pcm, self._audio))
        return self._pieces.push(encode(samples, HEARS))

    def finish(self) -> list[bytes]:
        """What is left of a piece."""
        return self._pieces.finish()

    def _placed(self, pcm: bytes, first_sample: int) -> bytes:
        ahead = first_sample - self._next
        if ahead <= 0:
            return pcm[-ahead * self._audio.frame_bytes :]
        most = round(LONGEST_GAP_SECONDS * self._audio.sample_rate)
        self._next += max(0, ahead - most)
        return _silence(self._audio, min(ahead, most)) + pcm


def _silence(audio: AudioFormat, samples: int) -> bytes:
    return encode(np.zeros(samples, np.float32), audio)
