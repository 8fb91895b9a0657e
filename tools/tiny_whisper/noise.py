"""What is heard besides speech: white, pink and brown noise, hum, chords."""

import numpy as np
import numpy.typing as npt

from tools.tiny_whisper.features import RATE

Floats = npt.NDArray[np.float32]

_POOL_SECONDS = 45  # of each kind of noise; clips are cut out of it anywhere
_COLOURS = {"white": 0.0, "pink": 0.5, "brown": 1.0}  # amplitude ~ frequency ^ -x
KINDS = (*_COLOURS, "hum", "chords")


class Noise:
    """Noise of any kind, at a root mean square of one."""

    def __init__(self, draw: np.random.Generator) -> None:
        self._draw = draw
        self._pools = {kind: _coloured(draw, slope) for kind, slope in _COLOURS.items()}

    def of(self, kind: str, samples: int) -> Floats:
        if kind in self._pools:
            pool = self._pools[kind]
            start = int(self._draw.integers(len(pool) - samples))
            return pool[start : start + samples]
        return self._hum(samples) if kind == "hum" else self._chords(samples)

    def any(self, samples: int) -> Floats:
        return self.of(KINDS[int(self._draw.integers(len(KINDS)))], samples)

    def _hum(self, samples: int) -> Floats:
        """The mains and their harmonics."""
        time = np.arange(samples, dtype=np.float32) / RATE
        mains = float(self._draw.choice([50.0, 60.0]))
        hum = np.zeros(samples, np.float32)
        for harmonic in range(1, 7):
            phase = self._draw.uniform(0, 2 * np.pi)
            level = self._draw.uniform(0.2, 1) / harmonic
            hum += np.float32(level) * np.sin(2 * np.pi * mains * harmonic * time + phase)
        return _level(hum + np.float32(0.05) * self.of("pink", samples))

    def _chords(self, samples: int) -> Floats:
        """Something like music: three tones at a time, each chord fading."""
        music = np.zeros(samples, np.float32)
        at = 0
        while at < samples:
            length = min(int(self._draw.uniform(0.2, 0.9) * RATE), samples - at)
            time = np.arange(length, dtype=np.float32) / RATE
            fade = np.exp(-3 * time)
            for step in self._draw.integers(0, 30, 3):
                tone = 110.0 * 2 ** (int(step) / 12)
                wave = np.sin(2 * np.pi * tone * time) + 0.4 * np.sin(4 * np.pi * tone * time)
                music[at : at + length] += (wave * fade).astype(np.float32)
            at += length
        return _level(music + np.float32(0.01) * self.of("white", samples))


def _coloured(draw: np.random.Generator, slope: float) -> Floats:
    samples = _POOL_SECONDS * RATE
    spectrum = np.fft.rfft(draw.standard_normal(samples))
    frequency = np.fft.rfftfreq(samples, 1 / RATE)
    spectrum *= np.maximum(frequency, 30.0) ** -slope
    return _level(np.fft.irfft(spectrum, samples).astype(np.float32))


def _level(wave: Floats) -> Floats:
    return wave / np.float32(np.sqrt(np.mean(np.square(wave))) + 1e-9)
