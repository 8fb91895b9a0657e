"""What a service counts and times, and june.metrics.v1, which tells it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from google.protobuf.timestamp_pb2 import Timestamp
from june.metrics.v1 import metrics_pb2, metrics_service_pb2_grpc

from june_runtime.changes import Changes
from june_runtime.errors import InvalidInput, OutOfOrder
from june_runtime.figures import MS_BOUNDS, RATIO_BOUNDS, Figure, Kind, Timing, counts, gauges
from june_runtime.telemetry import replica as this_replica

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Iterable

    import grpc

    from june_runtime.sessions import Sessions

Judge = Callable[[metrics_pb2.Metrics], None]

MIN_INTERVAL, MAX_INTERVAL, DEFAULT_INTERVAL = 0.1, 3_600.0, 1.0
MAX_WATCHERS = 64
# What every service tells.
COMMON = (
    *counts(
        rpcs="Calls that were begun, but for health and reflection.",
        sessions="Sessions or streams that were admitted.",
        refusals="Sessions or streams that were refused: no room, loading, draining or failed.",
    ),
    *gauges(active_sessions="Sessions or streams that are open."),
)


class Metrics:
    """The figures of one service since it started.

    Only what is declared can be counted: a mistyped name fails at once instead of
    making a figure that nobody knows.

    Args:
        service: june_stt, june_tts or june_orchestrator.
        figures: what it counts and times beside what every service does.
        judge: adds to a snapshot whether expectations are met.
    """

    def __init__(
        self, service: str, figures: Iterable[Figure] = (), judge: Judge = lambda _: None
    ) -> None:
        self.service = service
        self.judge = judge
        self.figures = {figure.name: figure for figure in (*COMMON, *figures)}
        self.since = Timestamp()
        self.since.GetCurrentTime()
        self.errors: dict[str, int] = {}
        self.timings = {
            name: Timing(MS_BOUNDS if name.endswith("_ms") else RATIO_BOUNDS)
            for name in self._of(Kind.TIMING)
        }
        self._counts: dict[str, float] = dict.fromkeys(self._of(Kind.COUNT), 0)
        self._read: dict[str, Callable[[], float]] = {}

    def count(self, name: str, by: float = 1) -> None:
        """Adds to a count that only grows. Raises KeyError for what is not declared."""
        self._counts[name] += by

    def time(self, name: str, value: float) -> None:
        """Notes one measurement, in milliseconds unless it is a ratio. Raises KeyError."""
        self.timings[name].add(value)

    def reads(self, name: str, read: Callable[[], float]) -> None:
        """A gauge, or a count that somebody else keeps: `read` is called at every
        snapshot. Raises KeyError."""
        if self.figures[name].kind is Kind.TIMING:
            raise KeyError(name)
        self._read[name] = read

    def reads_sessions(self, sessions: Sessions) -> None:
        """What every service tells of its sessions."""
        self.reads("active_sessions", lambda: sessions.active)
        self.reads("sessions", lambda: sessions.admitted)
        self.reads("refusals", lambda: sessions.refused)

    def error(self, reason: str) -> None:
        """Counts an error sent to a caller."""
        self.errors[reason] = self.errors.get(reason, 0) + 1

    def counts(self) -> dict[str, float]:
        """All counts as they are."""
        read = {name: self._read[name]() for name in self._counts if name in self._read}
        return self._counts | read

    def gauges(self) -> dict[str, float]:
        """All gauges as they are."""
        return {name: self._read[name]() for name in self._of(Kind.GAUGE) if name in self._read}

    def snapshot(self, *, recent: bool = False) -> metrics_pb2.Metrics:
        """All figures as they are, without `replica`; with the measurements themselves
        where other replicas want them."""
        present = metrics_pb2.Metrics(
            service=self.service,
            since=self.since,
            timings=[
                _timing(name, timing, recent)
                for name, timing in sorted(self.timings.items())
                if timing.count
            ],
            counts=self.counts(),
            gauges=self.gauges(),
            errors=self.errors,
        )
        tell_known_names(present)
        return present

    def _of(self, kind: Kind) -> list[str]:
        return [name for name, figure in self.figures.items() if figure.kind is kind]


def tell_known_names(present: metrics_pb2.Metrics) -> None:
    """Fills the fields that users of the HTTP system know, from the figures."""
    means = {timing.name: timing.mean for timing in present.timings}
    for name in ("first_token_ms", "first_audio_ms", "end_to_end_ms"):
        if name in means:
            setattr(present, f"avg_{name}", means[name])
    for name in ("concurrent_tts_triggers", "partial_transcripts_received"):
        if name in present.counts:
            setattr(present, name, int(present.counts[name]))


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
        together: the figures of all replicas, not yet judged; None where they share
            nothing.
    """

    def __init__(
        self,
        metrics: Metrics,
        replica: str | None = None,
        together: Callable[[], Awaitable[metrics_pb2.Metrics]] | None = None,
    ) -> None:
        self._metrics = metrics
        self._replica = replica or this_replica()
        self._together = together
        self._watchers = Changes(MAX_WATCHERS)

    def add_to(self, server: grpc.aio.Server) -> None:
        metrics_service_pb2_grpc.add_MetricsServiceServicer_to_server(self, server)

    async def GetMetrics(
        self, request: metrics_pb2.GetMetricsRequest, context: Any
    ) -> metrics_pb2.GetMetricsResponse:
        return metrics_pb2.GetMetricsResponse(metrics=await self._asked(request.all_replicas))

    async def WatchMetrics(
        self, request: metrics_pb2.WatchMetricsRequest, context: Any
    ) -> AsyncIterator[metrics_pb2.WatchMetricsResponse]:
        interval = _read_interval(request)
        with self._watchers.counted():
            while True:
                present = await self._asked(request.all_replicas)
                yield metrics_pb2.WatchMetricsResponse(metrics=present)
                await asyncio.sleep(interval)

    def present(self) -> metrics_pb2.Metrics:
        """The figures of this replica, judged."""
        present = self._metrics.snapshot()
        present.replica = self._replica
        present.replicas.append(self._replica)
        self._metrics.judge(present)
        return present

    async def _asked(self, all_replicas: bool) -> metrics_pb2.Metrics:
        """Raises OutOfOrder (NOT_SHARED), and whatever the replicas' store raises."""
        if not all_replicas:
            return self.present()
        if self._together is None:
            raise OutOfOrder(
                "NOT_SHARED", "this service shares no figures with others; ask each replica"
            )
        together = await self._together()
        together.replica = self._replica
        self._metrics.judge(together)
        return together


def _read_interval(request: metrics_pb2.WatchMetricsRequest) -> float:
    """Seconds between two answers."""
    if not request.HasField("interval"):
        return DEFAULT_INTERVAL
    seconds: float = request.interval.seconds + request.interval.nanos / 1e9
    if not MIN_INTERVAL <= seconds <= MAX_INTERVAL:
        raise InvalidInput.of({"interval": f"is {seconds:g} s; must be from 100 ms to 1 h"})
    return seconds
