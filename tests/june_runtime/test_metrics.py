"""What was measured, and how it is told."""

import asyncio

import grpc
import numpy as np
import pytest
from google.protobuf.duration_pb2 import Duration
from hypothesis import given
from hypothesis import strategies as st
from june.metrics.v1 import metrics_pb2, metrics_service_pb2_grpc

from june_runtime.errors import InvalidInput, from_rpc_error
from june_runtime.figures import WINDOW, counts, gauges, timings
from june_runtime.metrics import Metrics, MetricsServicer
from june_runtime.testing import run_virtual, running
from tests.june_runtime.echo import Echo, ask, stub

FIGURES = (
    *counts(audio_out_seconds="Audio.", concurrent_tts_triggers="Sentences."),
    *counts(partial_transcripts_received="Captions.", sentences="Sentences."),
    *timings(infer_ms="Work.", first_token_ms="Token.", end_to_end_ms="All.", ratio="A ratio."),
    *gauges(queue_depth="What waits."),
)

milliseconds = st.lists(st.floats(0, 1e6), min_size=1, max_size=50)


@given(milliseconds)
def test_a_timing_tells_the_distribution(values: list[float]) -> None:
    """Count, mean and percentiles are those of the measurements."""
    metrics = Metrics("june_tts", FIGURES)
    for value in values:
        metrics.time("infer_ms", value)
    (timing,) = metrics.snapshot().timings
    assert timing.name == "infer_ms"
    assert timing.count == len(values)
    assert timing.mean == pytest.approx(np.mean(values))
    assert min(values) <= timing.p50 <= timing.p95 <= timing.p99 <= max(values)


def test_percentiles_forget_and_means_do_not() -> None:
    """The last 1,024 count for percentiles, all for count and mean."""
    metrics = Metrics("june_tts", FIGURES)
    for value in [0.0] * WINDOW + [10.0] * WINDOW:
        metrics.time("infer_ms", value)
    (timing,) = metrics.snapshot().timings
    assert (timing.count, timing.mean, timing.p50) == (2 * WINDOW, 5.0, 10.0)


def test_what_never_happened_is_unset() -> None:
    """An average over nothing is not 0."""
    snapshot = Metrics("june_tts").snapshot()
    for name in ("avg_first_token_ms", "avg_first_audio_ms", "partial_transcripts_received"):
        assert not snapshot.HasField(name)


def test_the_names_that_users_know_are_filled() -> None:
    """From the timings and counts of the same name."""
    metrics = Metrics("june_orchestrator", FIGURES)
    metrics.time("first_token_ms", 100)
    metrics.time("first_token_ms", 300)
    metrics.time("end_to_end_ms", 900)
    metrics.count("concurrent_tts_triggers")
    metrics.count("partial_transcripts_received", 3)
    snapshot = metrics.snapshot()
    assert snapshot.avg_first_token_ms == 200
    assert snapshot.avg_end_to_end_ms == 900
    assert snapshot.concurrent_tts_triggers == 1
    assert snapshot.partial_transcripts_received == 3


def test_counts_gauges_and_errors_are_told() -> None:
    """Gauges are read at the moment of the snapshot."""
    metrics, depth = Metrics("june_tts", FIGURES), [3]
    metrics.count("audio_out_seconds", 1.5)
    metrics.count("audio_out_seconds", 1.5)
    metrics.reads("queue_depth", lambda: depth[0])
    metrics.error("AT_CAPACITY")
    depth[0] = 4
    snapshot = metrics.snapshot()
    assert snapshot.counts["audio_out_seconds"] == 3
    assert snapshot.counts["sentences"] == 0
    assert dict(snapshot.gauges) == {"queue_depth": 4}
    assert dict(snapshot.errors) == {"AT_CAPACITY": 1}


@pytest.mark.parametrize("name", ["sentence", "infer_ms"])
def test_what_is_not_declared_cannot_be_counted(name: str) -> None:
    """A mistyped name, or one of another kind, fails at once."""
    with pytest.raises(KeyError):
        Metrics("june_tts", FIGURES).count(name)


def test_a_timing_is_no_gauge() -> None:
    with pytest.raises(KeyError):
        Metrics("june_tts", FIGURES).reads("infer_ms", lambda: 1.0)


@given(milliseconds)
def test_a_histogram_holds_every_measurement(values: list[float]) -> None:
    """Each in the bucket whose bound is the first that it does not exceed."""
    metrics = Metrics("june_tts", FIGURES)
    for value in values:
        metrics.time("infer_ms", value)
    timing = metrics.timings["infer_ms"]
    assert sum(timing.buckets) == len(values)
    for place, bound in enumerate(timing.bounds):
        assert sum(timing.buckets[: place + 1]) == sum(value <= bound for value in values)


async def test_a_refused_session_is_counted() -> None:
    """Whatever the reason; those admitted are counted as well."""
    echo = Echo(limit=1)
    async with running(echo) as channel:
        call = stub(channel).Synthesize(None)
        await ask(call, "hello")
        with pytest.raises(grpc.aio.AioRpcError):
            async for _ in stub(channel).Synthesize(iter(())):
                pass
        counts = echo.metrics.snapshot().counts
        call.cancel()
    assert (counts["sessions"], counts["refusals"]) == (1, 1)


async def test_one_replica_alone_answers_for_no_others() -> None:
    async with running(Echo()) as channel:
        asked = metrics_service_pb2_grpc.MetricsServiceStub(channel)
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await asked.GetMetrics(metrics_pb2.GetMetricsRequest(all_replicas=True))
    assert from_rpc_error(refused.value).reason == "NOT_SHARED"


def test_all_replicas_are_judged_together() -> None:
    """By what they measured together."""

    async def together() -> metrics_pb2.Metrics:
        return metrics_pb2.Metrics(counts={"turns": 9}, replicas=["r1", "r2"])

    def judge(present: metrics_pb2.Metrics) -> None:
        present.expectations.add(name="turns", expected=10, actual=present.counts["turns"])

    async def scenario() -> metrics_pb2.GetMetricsResponse:
        servicer = MetricsServicer(Metrics("june_orchestrator", judge=judge), "r1", together)
        return await servicer.GetMetrics(metrics_pb2.GetMetricsRequest(all_replicas=True), None)

    answer = run_virtual(scenario()).metrics
    assert (answer.replica, list(answer.replicas)) == ("r1", ["r1", "r2"])
    assert answer.expectations[0].actual == 9


async def test_metrics_are_served() -> None:
    """With who tells them and since when."""
    echo = Echo()
    echo.metrics.count("rpcs", 5)
    async with running(echo) as channel:
        stub = metrics_service_pb2_grpc.MetricsServiceStub(channel)
        answer = await stub.GetMetrics(metrics_pb2.GetMetricsRequest())
    assert answer.metrics.service == "june_tts"
    assert answer.metrics.replica
    assert answer.metrics.since.seconds > 1_700_000_000
    assert answer.metrics.counts["rpcs"] == 6
    assert list(answer.metrics.replicas) == [answer.metrics.replica]


def test_a_service_may_judge_its_figures() -> None:
    """Expectations are added to every snapshot."""

    def judge(present: metrics_pb2.Metrics) -> None:
        present.expectations.add(name="first_token", expected=500, met=True)

    async def scenario() -> metrics_pb2.GetMetricsResponse:
        servicer = MetricsServicer(Metrics("june_orchestrator", judge=judge), "r1")
        return await servicer.GetMetrics(metrics_pb2.GetMetricsRequest(), None)

    answer = run_virtual(scenario())
    assert [expectation.name for expectation in answer.metrics.expectations] == ["first_token"]
    assert answer.metrics.replica == "r1"


def test_a_watch_tells_at_every_interval() -> None:
    """Now, and then once every interval; once a second where none is asked for."""

    async def times(request: metrics_pb2.WatchMetricsRequest) -> list[float]:
        servicer, loop = MetricsServicer(Metrics("june_tts")), asyncio.get_running_loop()
        told: list[float] = []
        async for _ in servicer.WatchMetrics(request, None):
            told.append(loop.time())
            if len(told) == 4:
                break
        return told

    quarter = metrics_pb2.WatchMetricsRequest(interval=Duration(nanos=250_000_000))
    assert run_virtual(times(quarter)) == [0, 0.25, 0.5, 0.75]
    assert run_virtual(times(metrics_pb2.WatchMetricsRequest())) == [0, 1, 2, 3]


@pytest.mark.parametrize(
    "interval", [Duration(), Duration(nanos=99_000_000), Duration(seconds=3_601)]
)
async def test_an_interval_out_of_range_is_refused(interval: Duration) -> None:
    """Naming the field."""
    async with running(Echo()) as channel:
        stub = metrics_service_pb2_grpc.MetricsServiceStub(channel)
        call = stub.WatchMetrics(metrics_pb2.WatchMetricsRequest(interval=interval))
        with pytest.raises(grpc.aio.AioRpcError) as failed:
            await call.read()
    error = from_rpc_error(failed.value)
    assert isinstance(error, InvalidInput)
    assert set(error.fields) == {"interval"}
