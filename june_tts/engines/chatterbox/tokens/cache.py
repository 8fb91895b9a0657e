"""Keys and values of every lane, allocated once."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True, slots=True)
class CacheShape:
    layers: int
    lanes: int
    heads: int
    context: int
    head_size: int


class KvCache:
    """Keys and values, (lanes, heads, context, head size) for each layer.

    A lane's tokens lie at 0, 1, ...: how many are valid is its owner's to know.
    """

    def __init__(self, shape: CacheShape, device: torch.device, dtype: torch.dtype) -> None:
        sizes = (shape.layers, 2, shape.lanes, shape.heads, shape.context, shape.head_size)
        # Zeros: what is never written is masked, but must not be NaN.
        self._tensor = torch.zeros(sizes, dtype=dtype, device=device)
        self.layers: list[tuple[Tensor, Tensor]] = [(kv[0], kv[1]) for kv in self._tensor]
        self._lane_numbers = torch.arange(shape.lanes, device=device)

    @property
    def nbytes(self) -> int:
        return self._tensor.nbytes

    def fill(self, layer: int, lane: int, keys: Tensor, values: Tensor) -> None:
        """Writes the first n tokens of the lanes from `lane` on; (lanes, heads, n, size)."""
        lanes, _, length, _ = keys.shape
        for cached, new in zip(self.layers[layer], (keys, values), strict=True):
            cached[lane : lane + lanes, :, :length] = new

    def append(self, layer: int, positions: Tensor, keys: Tensor, values: Tensor) -> None:
        """Writes one token of each lane where `positions` says; (lanes, heads, size)."""
        lanes = self._lane_numbers[: len(positions)]
        for cached, new in zip(self.layers[layer], (keys, values), strict=True):
            cached[lanes, :, positions] = new

    def move(self, of: int, to: int, length: int) -> None:
        """Copies a lane's first `length` tokens over another lane's."""
        self._tensor[:, :, to, :, :length] = self._tensor[:, :, of, :, :length]
