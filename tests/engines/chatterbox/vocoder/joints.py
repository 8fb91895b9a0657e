"""Where an utterance's chunks meet: what both renditions have there, and what is heard.

Chunk n + 1 renders again what chunk n held back. The border is where chunk n's audio
ends; behind it lies the fade from one rendition to the other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from june_runtime.pcm import Samples
from june_tts.engines.chatterbox.vocoder.source import FRAME
from june_tts.engines.chatterbox.vocoder.utterance import HELD, HELD_FIRST
from june_tts.engines.chatterbox.vocoder.vocoder import Vocoder
from tests.engines.chatterbox.vocoder.parts import spoken

# Samples by which two renditions might be apart.
LAGS = range(-4, 5)


@dataclass(frozen=True, slots=True)
class Joint:
    """All from the last sample before the border to the last one of the fade.

    Attributes:
        place: of that first sample in the utterance.
        older: by the rendition that held it back.
        newer: by the one that made it again.
    """

    place: int
    heard: Samples
    older: Samples
    newer: Samples

    @property
    def added_at_border(self) -> float:
        """How much larger the step over the border is than the older rendition's own."""
        return float(steps(self.heard)[0] - steps(self.older)[0])

    @property
    def added_by_fade(self) -> float:
        """How much larger a step is than both renditions' own, at worst."""
        own = np.maximum(steps(self.older), steps(self.newer))
        return float((steps(self.heard) - own).max())

    @property
    def likeness(self) -> float:
        """How far the renditions are the same: their correlation."""
        return self._alike(0)

    @property
    def lag(self) -> int:
        """Samples by which the newer one comes late."""
        return max(LAGS, key=self._alike)

    @property
    def level(self) -> float:
        """Loudness of what is heard as a share of both renditions'."""
        both = np.concatenate((self.older, self.newer))
        return float(np.sqrt(np.mean(self.heard**2) / np.mean(both**2)))

    def _alike(self, lag: int) -> float:
        edge = max(LAGS)
        middle = slice(edge, len(self.older) - edge)
        shifted = np.roll(self.newer, -lag)[middle]
        return float(np.corrcoef(self.older[middle], shifted)[0, 1])


def steps(samples: Samples) -> npt.NDArray[np.float32]:
    """From each sample to the next, without its sign."""
    made: npt.NDArray[np.float32] = np.abs(np.diff(samples))
    return made


def jointed(
    s3gen: Any, reference: Mapping[str, Any], tokens: Sequence[int], seed: int
) -> tuple[Samples, list[Joint]]:
    """An utterance as it is heard, and its joints."""
    renditions: list[Samples] = []

    def recorded(samples: Samples) -> Samples:
        renditions.append(samples.copy())
        return samples

    chunks = spoken(Vocoder(s3gen, device="cpu", mark=recorded), reference, tokens, seed=seed)
    audio = np.concatenate(chunks)
    joints = []
    for number, end in enumerate(np.cumsum([len(chunk) for chunk in chunks])[:-1]):
        held = FRAME * (HELD if number else HELD_FIRST)
        # A rendition ends behind what the chunk after it begins with.
        older, newer = renditions[number], renditions[number + 1]
        again = _end(chunks, number + 1) - (end + held)
        joints.append(
            Joint(
                end - 1,
                audio[end - 1 : end + held],
                older[len(older) - held - 1 :],
                newer[len(newer) - again - held - 1 : len(newer) - again],
            )
        )
    return audio, joints


def _end(chunks: Sequence[Samples], number: int) -> int:
    """Up to where chunk `number` was rendered."""
    held = 0 if number == len(chunks) - 1 else FRAME * HELD
    return sum(len(chunk) for chunk in chunks[: number + 1]) + held
