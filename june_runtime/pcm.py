"""Raw audio: formats, conversion, resampling, cutting to size. Pure.

Inside June audio is mono float32 in [-1, 1] at a rate that the engine sets; what
comes from and goes to callers is bytes in an AudioFormat.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import numpy as np
import numpy.typing as npt
import soxr

Samples = npt.NDArray[np.float32]

MIN_RATE, MAX_RATE = 8_000, 48_000


class Encoding(Enum):
    """How one sample is written; the value is its size in bytes."""

    PCM_S16LE = "pcm_s16le"
    PCM_F32LE = "pcm_f32le"
    MULAW = "mulaw"
    ALAW = "alaw"

    @property
    def sample_bytes(self) -> int:
        return _SAMPLE_BYTES[self]


_SAMPLE_BYTES = {
    Encoding.PCM_S16LE: 2,
    Encoding.PCM_F32LE: 4,
    Encoding.MULAW: 1,
    Encoding.ALAW: 1,
}


@dataclass(frozen=True, slots=True)
class AudioFormat:
    """The shape of raw audio: sample encoding, samples per second, channels."""

    encoding: Encoding = Encoding.PCM_S16LE
    sample_rate: int = 16_000
    channels: int = 1

    @property
    def frame_bytes(self) -> int:
        """Bytes of one sample of all channels."""
        return self.encoding.sample_bytes * self.channels

    def seconds(self, pcm: bytes) -> float:
        return len(pcm) / (self.frame_bytes * self.sample_rate)

    def bytes_for(self, seconds: float) -> int:
        return round(seconds * self.sample_rate) * self.frame_bytes


def decode(pcm: bytes, audio: AudioFormat) -> Samples:
    """Bytes to mono float32 at the format's own rate; channels are averaged.

    `len(pcm)` must be a multiple of `audio.frame_bytes`.
    """
    samples: Samples
    match audio.encoding:
        case Encoding.PCM_S16LE:
            samples = np.frombuffer(pcm, "<i2").astype(np.float32) / np.float32(32_768)
        case Encoding.PCM_F32LE:
            samples = np.clip(np.nan_to_num(np.frombuffer(pcm, "<f4")), -1, 1).astype(np.float32)
        case Encoding.MULAW:
            samples = _MULAW[np.frombuffer(pcm, np.uint8)]
        case Encoding.ALAW:
            samples = _ALAW[np.frombuffer(pcm, np.uint8)]
    if audio.channels > 1:
        samples = samples.reshape(-1, audio.channels).mean(axis=1, dtype=np.float32)
    return samples


def encode(samples: Samples, audio: AudioFormat) -> bytes:
    """Mono float32 to bytes; every channel of the format gets the same samples."""
    if audio.channels > 1:
        samples = np.repeat(samples, audio.channels)
    match audio.encoding:
        case Encoding.PCM_S16LE:
            return _to_int16(samples).tobytes()
        case Encoding.PCM_F32LE:
            return np.clip(samples, -1, 1).astype("<f4").tobytes()
        case Encoding.MULAW:
            return _nearest(samples, _MULAW).tobytes()
        case Encoding.ALAW:
            return _nearest(samples, _ALAW).tobytes()


def _to_int16(samples: Samples) -> npt.NDArray[np.int16]:
    whole: npt.NDArray[np.int16] = np.clip(np.rint(samples * 32_768), -32_768, 32_767).astype("<i2")
    return whole


def _mulaw_table() -> Samples:
    """The 256 values of G.711 mu-law, in [-1, 1]."""
    code = ~np.arange(256, dtype=np.uint8)
    exponent, mantissa = (code >> 4) & 7, code & 15
    magnitude = (((mantissa.astype(np.int32) << 3) + 132) << exponent) - 132
    return (np.where(code & 128, -magnitude, magnitude) / 32_768).astype(np.float32)


def _alaw_table() -> Samples:
    """The 256 values of G.711 A-law, in [-1, 1]."""
    code = np.arange(256, dtype=np.uint8) ^ 0x55
    exponent, mantissa = ((code >> 4) & 7).astype(np.int32), (code & 15).astype(np.int32)
    magnitude = np.where(
        exponent == 0, (mantissa << 4) + 8, ((mantissa << 4) + 264) << np.maximum(exponent - 1, 0)
    )
    return (np.where(code & 128, magnitude, -magnitude) / 32_768).astype(np.float32)


_MULAW, _ALAW = _mulaw_table(), _alaw_table()


def _nearest(samples: Samples, table: Samples) -> npt.NDArray[np.uint8]:
    """The code in `table` whose value lies nearest to each sample."""
    order = np.argsort(table, kind="stable")
    values = table[order]
    above = np.clip(np.searchsorted(values, samples), 1, len(values) - 1)
    nearer = above - (samples - values[above - 1] <= values[above] - samples)
    codes: npt.NDArray[np.uint8] = order[nearer].astype(np.uint8)
    return codes


class Resampler:
    """Mono float32 from one rate to another, chunk by chunk.

    The output does not depend on how the input was cut. Where the rates are
    equal, samples pass untouched.
    """

    def __init__(self, source_rate: int, target_rate: int) -> None:
        self._stream = (
            None
            if source_rate == target_rate
            else soxr.ResampleStream(source_rate, target_rate, 1, dtype="float32", quality="MQ")
        )

    def push(self, samples: Samples) -> Samples:
        return samples if self._stream is None else self._resample(samples, last=False)

    def finish(self) -> Samples:
        """What was still inside; the resampler is used up."""
        empty = np.zeros(0, np.float32)
        return empty if self._stream is None else self._resample(empty, last=True)

    def _resample(self, samples: Samples, *, last: bool) -> Samples:
        assert self._stream is not None
        resampled: Samples = self._stream.resample_chunk(samples, last=last)
        return resampled


class Rechunker:
    """Bytes in any pieces to pieces of one size; the last may be shorter."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._rest = bytearray()

    def push(self, pcm: bytes) -> list[bytes]:
        self._rest += pcm
        whole = len(self._rest) - len(self._rest) % self._size
        pieces = [bytes(self._rest[at : at + self._size]) for at in range(0, whole, self._size)]
        del self._rest[:whole]
        return pieces

    def finish(self) -> list[bytes]:
        rest, self._rest = bytes(self._rest), bytearray()
        return [rest] if rest else []
