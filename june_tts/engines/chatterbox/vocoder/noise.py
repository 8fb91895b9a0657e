"""Random numbers by place: what lies at a position depends on the seed alone. Pure.

The flow starts from noise. Were it drawn anew for every chunk, the same frame would
come out differently each time it is made; by place, the chunks of an utterance agree
about their common frames, and a batch changes nobody's.
"""

from __future__ import annotations

from enum import IntEnum

import numpy as np
import numpy.typing as npt

# Numbers made at once, at most, but one row at least: a block is one counter of the
# generator.
BLOCK = 5_120


class Use(IntEnum):
    """What noise is for: each use has numbers of its own."""

    PROMPT = 0
    SPEECH = 1
    HARMONICS = 2
    BREATH = 3


class Noise:
    """Standard normal rows without end, each of `width` numbers.

    Philox is counter-based (Salmon et al., Parallel random numbers: as easy as 1, 2,
    3, 2011): a block is made without those before it, so nothing is kept.
    """

    def __init__(self, seed: int, use: Use, width: int) -> None:
        self._key = np.array((seed % (1 << 64), use), np.uint64)
        self._shape = max(1, BLOCK // width), width

    def rows(self, start: int, stop: int) -> npt.NDArray[np.float32]:
        """Rows `start` to `stop`: (stop - start, width)."""
        height, width = self._shape
        if stop <= start:
            return np.zeros((0, width), np.float32)
        first = start // height
        blocks = [self._block(number) for number in range(first, -(-stop // height))]
        offset = first * height
        return np.concatenate(blocks)[start - offset : stop - offset]

    def _block(self, number: int) -> npt.NDArray[np.float32]:
        # The counter's low words count within the block.
        philox = np.random.Philox(key=self._key, counter=(0, 0, number, 0))
        return np.random.Generator(philox).standard_normal(self._shape, np.float32)
