"""The excitation of HiFT: harmonics of the pitch, and breath, without a seam.

A harmonic-plus-noise source (Wang et al., Neural source-filter waveform models, 2019)
with the library's weights and amplitudes, but by place: the phase goes on where the
last stretch ended, and what is random depends on the seed and the position. So the
source of an utterance is one signal however it is cut.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from june_tts.engines.chatterbox.vocoder.noise import Noise, Use

SAMPLE_RATE = 24_000
# Samples of a mel frame.
FRAME = 480


@dataclass(frozen=True, slots=True)
class Place:
    """Where an utterance's source stands: frames made, and the fundamental's phase
    behind them, in turns."""

    frames: int = 0
    turns: float = 0.0


class Source:
    """Makes the excitation of any utterance.

    Args:
        module: the library's SourceModuleHnNSF.
    """

    def __init__(self, module: Any) -> None:
        self._module = module
        self._harmonics: int = module.l_sin_gen.harmonic_num + 1

    def extend(self, pitch: Tensor, place: Place, seed: int) -> tuple[Tensor, Place]:
        """The next stretch, and where it ends.

        Args:
            pitch: (frames,) Hz.
            seed: the utterance's.

        Returns:
            (480 * frames,) samples.
        """
        # A phase only grows: over a long utterance float32 would lose it.
        advance = pitch.double() * (FRAME / SAMPLE_RATE)
        ends = (place.turns + advance.cumsum(0)) % 1.0
        begins = (ends - advance) % 1.0
        sines = self._sines(pitch, begins, seed)
        merged = self._module.l_linear(self._with_breath(sines, pitch, place.frames, seed))
        samples: Tensor = self._module.l_tanh(merged).reshape(-1)
        turns = float(ends[-1]) if len(ends) else place.turns
        return samples, Place(place.frames + len(pitch), turns)

    def _sines(self, pitch: Tensor, begins: Tensor, seed: int) -> Tensor:
        """(frames, 480, harmonics) of amplitude 1."""
        within = torch.arange(1, FRAME + 1, device=pitch.device) / SAMPLE_RATE
        fundamental = begins[:, None] + pitch[:, None].double() * within
        orders = torch.arange(1, self._harmonics + 1, device=pitch.device)
        turns = fundamental[..., None] * orders + self._offsets(seed, pitch.device)
        return torch.sin((2 * math.pi * (turns % 1.0)).float())

    def _offsets(self, seed: int, device: torch.device) -> Tensor:
        """(harmonics,) turns by which each is ahead; the fundamental by none."""
        rows = Noise(seed, Use.HARMONICS, 1).rows(0, self._harmonics)[:, 0].copy()
        rows[0] = 0.0
        return torch.from_numpy(rows).double().to(device)

    def _with_breath(self, sines: Tensor, pitch: Tensor, first: int, seed: int) -> Tensor:
        """Adds noise: a little where there is a voice, and it alone where there is none."""
        maker = self._module.l_sin_gen
        rows = Noise(seed, Use.BREATH, FRAME * self._harmonics).rows(first, first + len(pitch))
        breath = torch.from_numpy(rows).to(pitch.device).reshape(sines.shape)
        voiced = (pitch > maker.voiced_threshold).float()[:, None, None]
        loudness = voiced * maker.noise_std + (1 - voiced) * (maker.sine_amp / 3)
        mixed: Tensor = maker.sine_amp * sines * voiced + loudness * breath
        return mixed
