"""Whisper's log-mel spectrogram, frame by frame as the audio comes. Pure.

The figures are those of openai/whisper's audio.py: windows of 400 samples (Hann) every
160, power, mel bands, log10. Each frame is computed once, however often the utterance
is decoded.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from june_runtime.pcm import Samples

HOP = 160
WINDOW = 400
FRAMES_PER_SECOND = 100
# Silence that is put behind the end, as faster-whisper does.
_TAIL = 160

Matrix = npt.NDArray[np.float32]
_HANN = np.hanning(WINDOW + 1)[:-1].astype(np.float32)


@dataclass(frozen=True, slots=True)
class Frames:
    """Consecutive frames of 10 ms.

    `mel`: log10 of the power in each band, shape (bands, frames), not normalised.
    `level`: root mean square of the audio in each frame's window, shape (frames,).
    """

    mel: Matrix
    level: Matrix

    def __len__(self) -> int:
        return len(self.level)

    def between(self, start: int, end: int) -> Frames:
        return Frames(self.mel[:, start:end], self.level[start:end])


def joined(frames: list[Frames]) -> Frames:
    """At least one."""
    return Frames(
        np.concatenate([part.mel for part in frames], axis=1),
        np.concatenate([part.level for part in frames]),
    )


class MelStream:
    """Samples at 16 kHz in, frames out. Frame n is centred on sample 160 n; audio
    before the start is the mirror image of what follows.

    Args:
        filters: the mel bands, shape (bands, 201).
    """

    def __init__(self, filters: Matrix) -> None:
        self._filters = filters
        self._first = True
        # From the left edge of the next frame's window on.
        self._audio: Samples = np.zeros(0, np.float32)

    def push(self, samples: Samples) -> Frames:
        """The frames whose windows are complete now."""
        self._audio = np.concatenate([self._audio, samples])
        if self._first:
            if len(self._audio) <= WINDOW // 2:
                return self._frames(self._audio[:0])
            self._audio = _mirrored_start(self._audio)
            self._first = False
        frames = self._frames(self._audio)
        self._audio = self._audio[len(frames) * HOP :].copy()
        return frames

    def tail(self) -> Frames:
        """The frames that reach past the end of what was pushed, so that there are
        1 + samples // 160 in all. More may be pushed after."""
        audio = np.concatenate([self._audio, np.zeros(_TAIL, np.float32)])
        if self._first:  # there is too little to be mirrored: silence follows it
            short = np.pad(audio, (0, 2 * WINDOW - len(audio)))
            return self._frames(_mirrored_start(short)).between(0, 1 + len(self._audio) // HOP)
        mirrored = audio[-2 : -2 - WINDOW // 2 : -1]
        frames = self._frames(np.concatenate([audio, mirrored]))
        return frames.between(0, len(frames) - 1)

    def _frames(self, audio: Samples) -> Frames:
        if len(audio) < WINDOW:
            return Frames(np.zeros((len(self._filters), 0), np.float32), np.zeros(0, np.float32))
        windows = np.lib.stride_tricks.sliding_window_view(audio, WINDOW)[::HOP]
        power = np.abs(np.fft.rfft(windows * _HANN).astype(np.complex64)) ** 2
        mel = self._filters @ power.T
        level = np.sqrt(np.mean(np.square(windows), axis=1))
        return Frames(np.log10(np.maximum(mel, 1e-10)), level.astype(np.float32))


def normalised(mel: Matrix, length: int) -> Matrix:
    """As the model wants it: at most 8 below the loudest, about -1 to 1; and zeros
    behind it up to `length` frames. faster-whisper pads in the same way."""
    out = np.zeros((len(mel), length), np.float32)
    if mel.shape[1]:
        out[:, : mel.shape[1]] = (np.maximum(mel, mel.max() - 8.0) + 4.0) / 4.0
    return out


def _mirrored_start(audio: Samples) -> Samples:
    return np.concatenate([audio[WINDOW // 2 : 0 : -1], audio])
