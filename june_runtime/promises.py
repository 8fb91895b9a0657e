"""What a service is expected to keep to, and whether it does. Pure."""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from june.metrics.v1 import metrics_pb2


@dataclass(frozen=True, slots=True)
class Promise:
    """One expectation.

    `actual` reads the figure, None where there is nothing to judge; `met` compares it
    with `expected`, and where nothing else is said it must lie below.
    """

    name: str
    description: str
    expected: float
    actual: Callable[[metrics_pb2.Metrics], float | None]
    met: Callable[[float, float], bool] = operator.lt


def judging(promises: Sequence[Promise]) -> Callable[[metrics_pb2.Metrics], None]:
    """Adds to figures whether the promises are kept."""

    def judge(present: metrics_pb2.Metrics) -> None:
        for promise in promises:
            judged = present.expectations.add(
                name=promise.name, description=promise.description, expected=promise.expected
            )
            actual = promise.actual(present)
            if actual is not None:
                judged.actual, judged.met = actual, promise.met(actual, promise.expected)

    return judge


def mean_of(name: str) -> Callable[[metrics_pb2.Metrics], float | None]:
    """The mean of a timing: what users of the HTTP system watched as `avg_...`."""

    def read(present: metrics_pb2.Metrics) -> float | None:
        return next((timing.mean for timing in present.timings if timing.name == name), None)

    return read


def share_of(part: str, whole: str) -> Callable[[metrics_pb2.Metrics], float | None]:
    """One count as a share of another."""

    def read(present: metrics_pb2.Metrics) -> float | None:
        of = present.counts.get(whole, 0)
        return present.counts.get(part, 0) / of if of else None

    return read
