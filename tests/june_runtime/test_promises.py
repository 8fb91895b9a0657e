"""Whether expectations are met."""

from __future__ import annotations

import operator

import pytest
from june.metrics.v1 import metrics_pb2

from june_runtime.promises import Promise, judging, mean_of, share_of

QUICK = Promise("infer_ms", "quick", 300.0, mean_of("infer_ms"))
OFTEN = Promise("share", "often", 0.8, share_of("some", "all"), operator.gt)
EVERY = Promise("infer_ms", "every 300 ms", 300.0, mean_of("infer_ms"), operator.le)


def judged(promise: Promise, present: metrics_pb2.Metrics) -> metrics_pb2.Expectation:
    judging([promise])(present)
    return present.expectations[0]


@pytest.mark.parametrize(("mean", "met"), [(299.0, True), (300.0, False), (301.0, False)])
def test_a_time_is_to_lie_below_its_bound(mean: float, met: bool) -> None:
    timing = metrics_pb2.Timing(name="infer_ms", count=1, mean=mean)
    found = judged(QUICK, metrics_pb2.Metrics(timings=[timing]))
    assert (found.actual, found.expected, found.met) == (mean, 300, met)


@pytest.mark.parametrize(("some", "met"), [(7, False), (8, False), (9, True)])
def test_a_share_is_to_lie_above_its_bound(some: int, met: bool) -> None:
    found = judged(OFTEN, metrics_pb2.Metrics(counts={"some": some, "all": 10}))
    assert (found.actual, found.met) == (some / 10, met)


@pytest.mark.parametrize(("mean", "met"), [(300.0, True), (301.0, False)])
def test_what_is_to_come_every_so_often_may_take_that_long(mean: float, met: bool) -> None:
    timing = metrics_pb2.Timing(name="infer_ms", count=1, mean=mean)
    assert judged(EVERY, metrics_pb2.Metrics(timings=[timing])).met is met


@pytest.mark.parametrize("promise", [QUICK, OFTEN, EVERY])
def test_nothing_measured_is_nothing_judged(promise: Promise) -> None:
    found = judged(promise, metrics_pb2.Metrics(counts={"all": 0}))
    assert not found.HasField("actual")
    assert not found.met
