"""What a figure is: its name, its meaning, and how a duration is kept. Pure."""

from __future__ import annotations

from bisect import bisect_left
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

import numpy as np

# Percentiles look at this many measurements.
WINDOW = 1_024
# Upper bounds of a histogram's buckets, each open to what is above the last: close
# together where a voice's latency is judged.
MS_BOUNDS = (
    1, 2, 5, 10, 20, 35, 50, 75, 100, 150, 200, 250, 300, 400, 500, 750, 1_000, 1_500, 2_000,
    3_000, 5_000, 10_000, 30_000,
)  # fmt: skip
RATIO_BOUNDS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1, 1.5, 2, 5, 10)


class Kind(Enum):
    """How a figure behaves."""

    # Only grows.
    COUNT = "count"
    # The distribution of many measurements.
    TIMING = "timing"
    # Goes up and down.
    GAUGE = "gauge"


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of a service. The name of a timing ends in `_ms`, unless it measures a
    ratio; a count or gauge of seconds ends in `_seconds`."""

    kind: Kind
    name: str
    meaning: str

    @property
    def unit(self) -> str:
        """As june.metrics.v1 tells it; empty where things are counted."""
        if self.name.endswith("_seconds"):
            return "s"
        if self.kind is not Kind.TIMING:
            return ""
        return "ms" if self.name.endswith("_ms") else "ratio"


def counts(**meanings: str) -> tuple[Figure, ...]:
    return tuple(Figure(Kind.COUNT, name, meaning) for name, meaning in meanings.items())


def timings(**meanings: str) -> tuple[Figure, ...]:
    return tuple(Figure(Kind.TIMING, name, meaning) for name, meaning in meanings.items())


def gauges(**meanings: str) -> tuple[Figure, ...]:
    return tuple(Figure(Kind.GAUGE, name, meaning) for name, meaning in meanings.items())


class Timing:
    """The distribution of one duration or ratio: count, sum and histogram over all,
    percentiles over the last 1,024."""

    def __init__(self, bounds: Sequence[float] = MS_BOUNDS) -> None:
        self.count = 0
        self.total = 0.0
        self.bounds = bounds
        # How many fell into each bucket; the last is for what exceeds all bounds.
        self.buckets = [0] * (len(bounds) + 1)
        self._recent: deque[float] = deque(maxlen=WINDOW)

    def add(self, value: float) -> None:
        self.count += 1
        self.total += value
        self.buckets[bisect_left(self.bounds, value)] += 1
        self._recent.append(value)

    @property
    def mean(self) -> float:
        return self.total / self.count if self.count else 0.0

    @property
    def recent(self) -> Sequence[float]:
        """What the percentiles are made of, oldest first."""
        return self._recent

    def percentiles(self, *ranks: float) -> list[float]:
        """The measurements below which `ranks` percent of the recent ones lie."""
        return percentiles(self._recent, *ranks)


def percentiles(values: Sequence[float], *ranks: float) -> list[float]:
    """0 where there is nothing."""
    if not values:
        return [0.0] * len(ranks)
    # What np.percentile does, at a tenth of its cost: a snapshot is taken on the event
    # loop.
    ordered = np.sort(np.fromiter(values, np.float64, len(values)))
    places = [rank * (len(ordered) - 1) / 100 for rank in ranks]
    found: list[float] = np.interp(places, np.arange(len(ordered)), ordered).tolist()
    return found
