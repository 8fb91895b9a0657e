"""How much of the batch a step computes. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

# The context that a GPU reads grows in steps of this, doubling.
SHORTEST_CONTEXT = 256


@dataclass(frozen=True, slots=True)
class Extent:
    """What a step computes; at least what is taken.

    Attributes:
        rows: whose alignment is followed.
        lanes: for which everything but attention is computed.
        attending: so many of them attend; at most `lanes`.
        context: so much of the cache is read; above every lane's position.
    """

    rows: int
    lanes: int
    attending: int
    context: int


class Extents(Protocol):
    """Chooses extents for a batch of at most some rows, lanes and context."""

    def drawn(self, rows: int) -> int:
        """For how many rows to draw where so many are taken."""

    def of(self, rows: int, lanes: int, context: int) -> Extent:
        """What to decode where so much is taken."""

    def all(self) -> Sequence[Extent]:
        """Those worth preparing for; none where any will do."""


class Exact:
    """Just what is needed: what a CPU does not compute, it saves."""

    def drawn(self, rows: int) -> int:
        return rows

    def of(self, rows: int, lanes: int, context: int) -> Extent:
        return Extent(rows, lanes, lanes, context)

    def all(self) -> Sequence[Extent]:
        return ()


class Bucketed:
    """A few sizes, so that a graph can be captured of each.

    Reading the weights takes a GPU longer than multiplying all lanes with them. So all
    lanes are multiplied, always, and each product is computed in one way whatever
    else is in the batch; only attention, whose kernel treats lanes one by one, is
    spared those that are free.
    """

    def __init__(self, rows: int, lanes: int, context: int) -> None:
        self._rows, self._lanes = rows, lanes
        self._widths = _doubling(1, rows)
        self._contexts = _doubling(SHORTEST_CONTEXT, context)
        self._lanes_a_row = lanes // rows

    def drawn(self, rows: int) -> int:
        return self._rows

    def of(self, rows: int, lanes: int, context: int) -> Extent:
        width = next(width for width in self._widths if width >= rows)
        return self._extent(width, next(size for size in self._contexts if size >= context))

    def all(self) -> Sequence[Extent]:
        return [self._extent(width, size) for size in self._contexts for width in self._widths]

    def _extent(self, rows: int, context: int) -> Extent:
        return Extent(rows, self._lanes, rows * self._lanes_a_row, context)


def _doubling(least: int, most: int) -> Sequence[int]:
    sizes = []
    while least < most:
        sizes.append(least)
        least *= 2
    return [*sizes, most]
