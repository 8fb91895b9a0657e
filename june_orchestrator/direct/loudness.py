"""When the user was last loud. Pure.

Such a model does not tell when the user fell silent. How loud it was does, roughly:
well enough to count a turn's latency from, and not used to decide anything else.
"""

from __future__ import annotations

import numpy as np

from june_runtime.pcm import Samples

# A frame is loud where it is so many times the quiet of this room, and louder than a
# microphone's own hiss; both as root mean squares.
TIMES_QUIET, HISS = 4.0, 0.003
# The quiet rises so much a frame, so that a fan that goes on is soon taken for quiet.
RISE = 1.01


class Loudness:
    """`loud_at`: the time of the last loud frame, 0 where there was none."""

    def __init__(self) -> None:
        self.loud_at = 0.0
        self._quiet = HISS

    def push(self, samples: Samples, now: float) -> None:
        """A frame of sound, some tens of milliseconds long, arrived."""
        if not len(samples):
            return
        level = float(np.sqrt(np.mean(np.square(samples, dtype=np.float64))))
        self._quiet = min(max(level, HISS), self._quiet * RISE)
        if level > TIMES_QUIET * self._quiet:
            self.loud_at = now
