"""The figures of several replicas as those of one."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from june.metrics.v1 import metrics_pb2

from june_runtime.figures import counts, gauges, timings
from june_runtime.merging import merged
from june_runtime.metrics import Metrics

FIGURES = (
    *counts(turns="Turns.", concurrent_tts_triggers="Sentences."),
    *timings(first_token_ms="Token.", infer_ms="Work."),
    *gauges(queue_depth="What waits."),
)
MEASURED = st.lists(st.tuples(st.sampled_from(["first_token_ms", "infer_ms"]), st.floats(0, 9_999)))


def replica(name: str, measured: list[tuple[str, float]], turns: int = 0) -> metrics_pb2.Metrics:
    metrics = Metrics("june_orchestrator", FIGURES)
    metrics.count("turns", turns)
    metrics.reads("queue_depth", lambda: 2.0)
    for figure, value in measured:
        metrics.time(figure, value)
    part = metrics.snapshot(recent=True)
    part.replica = name
    return part


@given(MEASURED, MEASURED)
def test_two_together_have_measured_what_both_did(
    ones: list[tuple[str, float]], others: list[tuple[str, float]]
) -> None:
    """Counts, means and percentiles are those of all measurements."""
    whole = merged([replica("a", ones), replica("b", others)])
    for timing in whole.timings:
        values = [value for name, value in ones + others if name == timing.name]
        assert timing.count == len(values)
        assert timing.mean == pytest.approx(np.mean(values), rel=1e-5)
        expected = np.percentile(np.array(values, np.float32), (50, 95, 99))
        assert (timing.p50, timing.p95, timing.p99) == pytest.approx(tuple(expected), rel=1e-5)
        assert not timing.recent
    assert {timing.name for timing in whole.timings} == {name for name, _ in ones + others}


@given(MEASURED)
def test_one_alone_is_as_it_was(measured: list[tuple[str, float]]) -> None:
    """But for the measurements, which go no further."""
    part = replica("a", measured, 5)
    whole = merged([part])
    for told, was in zip(whole.timings, part.timings, strict=True):
        assert (told.name, told.count) == (was.name, was.count)
        assert (told.mean, told.p95) == pytest.approx((was.mean, was.p95), rel=1e-5)
        assert not told.recent
    assert (whole.counts, whole.gauges, whole.errors, whole.since) == (
        part.counts, part.gauges, part.errors, part.since
    )  # fmt: skip
    assert list(whole.replicas) == ["a"]


@given(st.permutations(["a", "b", "c"]), st.lists(st.floats(0, 9_999), min_size=3, max_size=3))
def test_the_order_does_not_matter(order: list[str], values: list[float]) -> None:
    """Not even to the last digit of a sum of fractions."""
    parts = {
        name: replica(name, [("infer_ms", value)], ord(name))
        for name, value in zip("abc", values, strict=True)
    }
    since = merged([parts[name] for name in "abc"])
    assert merged([parts[name] for name in order]) == since
    assert list(since.replicas) == ["a", "b", "c"]


def test_counts_gauges_and_errors_are_added_up() -> None:
    one, other = replica("a", [], 3), replica("b", [], 4)
    one.errors["AT_CAPACITY"], other.errors["AT_CAPACITY"] = 1, 2
    whole = merged([one, other])
    assert whole.counts["turns"] == 7
    assert whole.gauges["queue_depth"] == 4
    assert whole.errors["AT_CAPACITY"] == 3
    assert whole.since == min((one.since, other.since), key=lambda at: at.ToNanoseconds())


def test_the_names_that_users_know_are_told_of_all() -> None:
    whole = merged(
        [replica("a", [("first_token_ms", 100)]), replica("b", [("first_token_ms", 300)])]
    )
    assert whole.avg_first_token_ms == 200
    assert whole.HasField("concurrent_tts_triggers")
    assert not whole.HasField("avg_first_audio_ms")


def test_of_nobody_there_is_nothing_to_tell() -> None:
    assert merged([]) == metrics_pb2.Metrics()
