"""Log-mel features, as faster-whisper's FeatureExtractor makes them, many at a time.

Each clip is normalised by itself and ends where its audio does; what follows up to
the window's end is zero, which is how faster-whisper pads.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import torch
from faster_whisper.feature_extractor import FeatureExtractor

RATE = 16_000
MELS, HOP, FFT = 80, 160, 400
FRAMES_A_SECOND = RATE // HOP
_PAD = FFT // 2

Floats = npt.NDArray[np.float32]


class LogMel:
    """Features of clips, for training."""

    def __init__(self) -> None:
        filters = FeatureExtractor.get_mel_filters(RATE, FFT, MELS).astype("float32")
        self._filters = torch.from_numpy(filters)
        self._window = torch.from_numpy(np.hanning(FFT + 1)[:-1].astype("float32"))

    def __call__(self, clips: Sequence[Floats], frames: int) -> torch.Tensor:
        """[clips, MELS, frames] of clips at 16 kHz in -1..1, each no longer than that."""
        padded = np.zeros((len(clips), frames * HOP + 2 * _PAD), np.float32)
        for row, clip in zip(padded, clips, strict=True):
            whole = np.pad(np.pad(clip, (0, HOP)), (_PAD, _PAD), mode="reflect")
            whole = whole[: len(row)]
            row[: len(whole)] = whole
        spectrum = torch.stft(
            torch.from_numpy(padded),
            FFT,
            HOP,
            window=self._window,
            center=False,
            return_complex=True,
        )[..., :frames]
        power = spectrum.real.square() + spectrum.imag.square()
        mel = torch.matmul(self._filters, power).clamp_min(1e-10).log10()
        lengths = torch.tensor([min(frames_of(len(clip)), frames) for clip in clips])
        inside = torch.arange(frames)[None, :] < lengths[:, None]
        mel = mel.masked_fill(~inside[:, None], -10.0)
        peaks = mel.amax(dim=(1, 2), keepdim=True)
        normal = (torch.maximum(mel, peaks - 8.0) + 4.0) / 4.0
        return normal * inside[:, None]


def frames_of(samples: int) -> int:
    """How many frames faster-whisper makes of so many samples."""
    return (samples + HOP) // HOP
