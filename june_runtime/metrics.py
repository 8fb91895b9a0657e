"""What a service counts and times, and june.metrics.v1, which tells it."""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from typing import TYPE_CHECKING, Any

import numpy as np
from google.protobuf.timestamp_pb2 import Timestamp
from june.metrics.v1 import metrics_pb2, metrics_service_pb2_grpc

from june_runtime.changes import Changes
from june_runtime.errors import InvalidInput
from june_runtime.telemetry import replica as this_replica

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Sequence

    import grpc

# Percentiles look at this many measurements.
WINDOW = 1_024
MIN_INTERVAL, MAX_INTERVAL, DEFAULT_INTERVAL = 0.1, 3_600.0, 1.0
MAX_WATCHERS = 64


class Timing:
    """The distribution of one duration: count and mean over all, percentiles over
    the last 1,024."""

    def __init__(self) -> None:
        self.count = 0
        self._total = 0.0
        self._recent: deque[float] = deque(maxlen=WINDOW)

    def add(self, ms: float) -> None:
        self.count += 1
        self._total += ms
        self._recent.append(ms)

    @property
    def mean(self) -> float:
        return self._total / self.count if self.count else 0.0

    @property
    def recent(self) -> Sequence[float]:
        """What the percentiles are made of, oldest first."""
        return self._recent

    def percentiles(self, *ranks: float) -> list[float]:
        """The measurements below which `ranks` percent of the recent ones lie."""
        if not self._recent:
            return [0.0] * len(ranks)
        found: list[float] = np.percentile(self._recent, ranks).tolist()
        return found


class Metrics:
    """The figures of one service since it started.

    Args:
        service: june_stt, june_tts or june_orchestrator.
    """

    def __init__(self, service: str) -> None:
        self.service = service
        self._since = Timestamp()
        self._since.GetCurrentTime()
        self._counts: Counter[str] = Counter()
        self._errors: Counter[str] = Counter()
        self._timings: dict[str, Timing] = {}
        self._gauges: dict[str, Callable[[], float]] = {}

    def count(self, name: str, by: float = 1) -> None:
        """Adds to a count that only grows."""
        self._counts[name] += by  # type: ignore[assignment]

    def counted(self, name: str) -> float:
        return self._counts[name]

    def time(self, name: str, ms: float) -> None:
        """Notes one measurement, in milliseconds."""
        self._timings.setdefault(name, Timing()).add(ms)

    def mean(self, name: str) -> float | None:
        """The mean of all measurements; None where there is none."""
        timing = self._timings.get(name)
        return timing.mean if timing else None

    def gauge(self, name: str, read: Callable[[], float]) -> None:
        """Shows the present value of something: `read` is called at every snapshot."""
        self._gauges[name] = read

    def error(self, reason: str) -> None:
        """Counts an error sent to a caller."""
        self._errors[reason] += 1

    def snapshot(self, *, recent: bool = False) -> metrics_pb2.Metrics:
        """All figures as they are, without `replica`; with the measurements themselves
        where other replicas want them."""
        return metrics_pb2.Metrics(
            service=self.service,
            since=self._since,
            timings=[
                _timing(name, timing, recent) for name, timing in sorted(self._timings.items())
            ],
            counts=dict(self._counts),
            gauges={name: read() for name, read in self._gauges.items()},
            errors=dict(self._errors),
            avg_first_token_ms=self.mean("first_token_ms"),
            avg_first_audio_ms=self.mean("first_audio_ms"),
            avg_end_to_end_ms=self.mean("end_to_end_ms"),
            concurrent_tts_triggers=self._whole("concurrent_tts_triggers"),
            partial_transcripts_received=self._whole("partial_transcripts_received"),
        )

    def _whole(self, name: str) -> int | None:
        return int(self._counts[name]) if name in self._counts else None


def _timing(name: str, timing: Timing, recent: bool) -> metrics_pb2.Timing:
    p50, p95, p99 = timing.percentiles(50, 95, 99)
    return metrics_pb2.Timing(
        name=name,
        count=timing.count,
        mean=timing.mean,
        p50=p50,
        p95=p95,
        p99=p99,
        recent=timing.recent if recent else (),
    )


class MetricsServicer(metrics_service_pb2_grpc.MetricsServiceServicer):
    """Serves june.metrics.v1.MetricsService.

    Args:
        metrics: what is told.
        replica: which process tells it.
        judge: completes a snapshot by what only the service knows, such as its
            expectations.
    """

    def __init__(
        self,
        metrics: Metrics,
        replica: str | None = None,
        judge: Callable[[metrics_pb2.Metrics], None] | None = None,
    ) -> None:
        self._metrics = metrics
        self._replica = replica or this_replica()
        self._judge = judge
        self._watchers = Changes(MAX_WATCHERS)

    def add_to(self, server: grpc.aio.Server) -> None:
        metrics_service_pb2_grpc.add_MetricsServiceServicer_to_server(self, server)

    async def GetMetrics(
        self, request: metrics_pb2.GetMetricsRequest, context: Any
    ) -> metrics_pb2.GetMetricsResponse:
        return metrics_pb2.GetMetricsResponse(metrics=self.present())

    async def WatchMetrics(
        self, request: metrics_pb2.WatchMetricsRequest, context: Any
    ) -> AsyncIterator[metrics_pb2.WatchMetricsResponse]:
        interval = _read_interval(request)
        with self._watchers.counted():
            while True:
                yield metrics_pb2.WatchMetricsResponse(metrics=self.present())
                await asyncio.sleep(interval)

    def present(self) -> metrics_pb2.Metrics:
        """The figures of this replica, judged."""
        present = self._metrics.snapshot()
        present.replica = self._replica
        present.replicas.append(self._replica)
        if self._judge is not None:
            self._judge(present)
        return present


def _read_interval(request: metrics_pb2.WatchMetricsRequest) -> float:
    """Seconds between two answers."""
    if not request.HasField("interval"):
        return DEFAULT_INTERVAL
    seconds: float = request.interval.seconds + request.interval.nanos / 1e9
    if not MIN_INTERVAL <= seconds <= MAX_INTERVAL:
        raise InvalidInput.of({"interval": f"is {seconds:g} s; must be from 100 ms to 1 h"})
    return seconds
