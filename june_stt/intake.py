"""A caller's audio frames to the windows that voice activity is judged by. Pure."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from june_runtime.errors import InvalidInput
from june_runtime.pcm import AudioFormat, Resampler, Samples, decode
from june_stt.engine import RATE

# Silero's window: 32 ms at 16 kHz.
WINDOW = 512
WINDOW_MS = WINDOW * 1000 / RATE

MAX_FRAME_SECONDS = 1.0
MAX_GAP_SECONDS = 10.0
# Audio that came before may be sent again as far back as this.
MAX_OVERLAP_SECONDS = 2.0

Windows = npt.NDArray[np.float32]


class Intake:
    """Frames in any legal format in; windows of 512 samples at 16 kHz, mono, out.

    The windows do not depend on how the audio was cut into frames.
    """

    def __init__(self, audio: AudioFormat) -> None:
        self._audio = audio
        self._resampler = Resampler(audio.sample_rate, RATE)
        self._rest = np.zeros(0, np.float32)
        self._next = 0
        self._recent = bytearray()

    def push(self, pcm: bytes, first_sample: int | None = None) -> Windows:
        """The windows that this frame completes, shape (n, 512).

        Args:
            first_sample: where the frame belongs, counted per channel at the
                source's rate from the start of the stream; None: after the last.

        Raises:
            InvalidInput: naming the field, for a frame that is too long, holds no
                whole number of samples, leaves too long a gap or contradicts what
                was sent before.
        """
        self._check(pcm)
        start = self._next if first_sample is None else first_sample
        if start > self._next:
            self._bridge(start - self._next)
        elif start < self._next:
            pcm = self._without_overlap(pcm, self._next - start)
        self._remember(pcm)
        return self._cut(self._resampler.push(decode(pcm, self._audio)))

    def finish(self) -> Windows:
        """The last windows, filled up with silence."""
        self._rest = np.concatenate([self._rest, self._resampler.finish()])
        missing = -len(self._rest) % WINDOW
        return self._cut(np.zeros(missing, np.float32))

    def _check(self, pcm: bytes) -> None:
        audio = self._audio
        if len(pcm) % audio.frame_bytes:
            fault = f"is {len(pcm)} bytes, no multiple of {audio.frame_bytes}"
            raise InvalidInput.of({"frame.pcm": fault})
        if audio.seconds(pcm) > MAX_FRAME_SECONDS:
            fault = f"is {audio.seconds(pcm):.2f} s long; at most {MAX_FRAME_SECONDS:g} s"
            raise InvalidInput.of({"frame.pcm": fault})

    def _bridge(self, samples: int) -> None:
        """Fill a gap with silence, or refuse it."""
        if samples > MAX_GAP_SECONDS * self._audio.sample_rate:
            seconds = samples / self._audio.sample_rate
            fault = f"leaves a gap of {seconds:.1f} s; at most {MAX_GAP_SECONDS:g} s"
            raise InvalidInput.of({"frame.first_sample": fault})
        self._recent.clear()
        self._next += samples
        silence = self._resampler.push(np.zeros(samples, np.float32))
        self._rest = np.concatenate([self._rest, silence])

    def _without_overlap(self, pcm: bytes, samples: int) -> bytes:
        """The frame without what was sent before, which must be the same."""
        size = samples * self._audio.frame_bytes
        if size > len(self._recent):
            raise InvalidInput.of({"frame.first_sample": "goes back too far"})
        before = bytes(self._recent[len(self._recent) - size :])
        again = pcm[:size]
        if before[: len(again)] != again:
            fault = "covers audio that was sent before and differs from it"
            raise InvalidInput.of({"frame.pcm": fault})
        return pcm[size:]

    def _remember(self, pcm: bytes) -> None:
        self._next += len(pcm) // self._audio.frame_bytes
        self._recent += pcm
        excess = len(self._recent) - self._audio.bytes_for(MAX_OVERLAP_SECONDS)
        if excess > 0:
            del self._recent[:excess]

    def _cut(self, samples: Samples) -> Windows:
        joined = np.concatenate([self._rest, samples]) if len(self._rest) else samples
        whole = len(joined) - len(joined) % WINDOW
        self._rest = joined[whole:].copy()
        return joined[:whole].reshape(-1, WINDOW)
