"""From an engine's samples to the bytes of chunks. Pure.

Silence before the first sound is cut, rate and encoding are converted, and the
result is cut to size: no chunk smaller than asked, and none so large that flow
control could not work.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from june_runtime.pcm import AudioFormat, Resampler, Samples, encode

# Quieter than this (-48 dBFS) is silence: what voices add before the first sound,
# 0.1 to 0.25 s, lies below.
SILENCE = 0.004
# Of it so much stays, for the onset of the first sound.
KEPT_SECONDS = 0.02
# The most audio in one message of a streamed sentence.
MAX_CHUNK_MS = 200
# The most bytes in one message of a sentence that is sent at once, so that it passes
# gRPC's default limit of 4 MiB.
MAX_BYTES = 3 << 20


class Trimmer:
    """Cuts the silence before the first sound.

    Attributes:
        trimmed: how many samples were cut; places in the audio shift by as many.
    """

    def __init__(self, sample_rate: int) -> None:
        self.trimmed = 0
        self._kept = round(KEPT_SECONDS * sample_rate)
        self._silence = np.zeros(0, np.float32)
        self._heard = False

    def push(self, samples: Samples) -> Samples:
        if self._heard or not len(samples):
            return samples
        both = np.concatenate((self._silence, samples))
        loud = np.abs(both) > SILENCE
        first = int(loud.argmax())
        self._heard = bool(loud[first])
        start = max(0, (first if self._heard else len(both)) - self._kept)
        self.trimmed += start
        if self._heard:
            return both[start:]
        self._silence = both[start:]
        return both[:0]

    def finish(self) -> Samples:
        """The rest of what never was a sound."""
        rest = self._silence[:0] if self._heard else self._silence
        self._heard = True
        return rest


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much audio a chunk holds at least; infinite sends a sentence at once."""

    first_ms: float = 40
    chunk_ms: float = 40

    @classmethod
    def whole(cls) -> Sizes:
        return cls(math.inf, math.inf)


class Chunker:
    """One sentence's samples in, the bytes of its chunks out.

    Attributes:
        samples: how many samples, at the format's rate, have gone out.
    """

    def __init__(self, source_rate: int, audio: AudioFormat, sizes: Sizes) -> None:
        self._trimmer = Trimmer(source_rate)
        self._resampler = Resampler(source_rate, audio.sample_rate)
        self._audio = audio
        self._waiting: list[Samples] = []
        self._count = 0  # samples that wait
        self._least = self._samples(sizes.first_ms)
        self._later = self._samples(sizes.chunk_ms)
        if math.isinf(sizes.chunk_ms):
            self._most = MAX_BYTES // audio.frame_bytes
        else:
            most_ms = max(MAX_CHUNK_MS, sizes.first_ms, sizes.chunk_ms)
            self._most = int(self._samples(most_ms))

    @property
    def trimmed(self) -> int:
        """Samples cut before the first sound, at the source's rate."""
        return self._trimmer.trimmed

    def push(self, samples: Samples) -> list[bytes]:
        """The chunks that are full now."""
        self._add(self._resampler.push(self._trimmer.push(samples)))
        return self._cut() if self._count >= self._least else []

    def finish(self) -> list[bytes]:
        """The last chunk, which may be small or empty; more only if it is too large."""
        self._add(self._resampler.push(self._trimmer.finish()))
        self._add(self._resampler.finish())
        rest = self._take()
        if not len(rest):
            return [b""]
        return [self._encode(rest[at : at + self._most]) for at in range(0, len(rest), self._most)]

    def _samples(self, ms: float) -> float:
        return ms * self._audio.sample_rate / 1_000

    def _add(self, samples: Samples) -> None:
        if len(samples):
            self._waiting.append(samples)
            self._count += len(samples)

    def _take(self) -> Samples:
        taken = self._waiting
        self._waiting, self._count = [], 0
        if len(taken) == 1:
            return taken[0]
        return np.concatenate(taken) if taken else np.zeros(0, np.float32)

    def _cut(self) -> list[bytes]:
        samples = self._take()
        chunks: list[bytes] = []
        while len(samples) >= self._least:
            chunks.append(self._encode(samples[: self._most]))
            samples = samples[self._most :]
            self._least = self._later
        self._add(samples)
        return chunks

    def _encode(self, samples: Samples) -> bytes:
        return encode(samples, self._audio)
