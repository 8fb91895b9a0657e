"""june.control.v1: what can be changed while a service runs, and its status."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic

from google.protobuf.timestamp_pb2 import Timestamp
from june.control.v1 import control_pb2, control_service_pb2_grpc

from june_runtime.changes import Changes
from june_runtime.live import C, Live
from june_runtime.telemetry import replica as this_replica
from june_runtime.telemetry import version

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    import grpc

    from june_runtime.metrics import MetricsServicer
    from june_runtime.sessions import Sessions

MAX_WATCHERS = 64


@dataclass(frozen=True, slots=True)
class About(Generic[C]):
    """What a service tells of itself.

    Attributes:
        service: june_stt, june_tts or june_orchestrator.
        engine: reads the name of what is loaded.
        streaming: how a configuration works out.
        turns: counts what is under way and keeps its configuration to its end.
        languages: reads the BCP-47 tags that the engine knows; none: any.
    """

    service: str
    engine: Callable[[], str] = lambda: ""
    streaming: Callable[[C], control_pb2.Streaming] = lambda _: control_pb2.Streaming()
    turns: Callable[[], int] = lambda: 0
    languages: Callable[[], Sequence[str]] = tuple


class ControlServicer(control_service_pb2_grpc.ControlServiceServicer, Generic[C]):
    """Serves june.control.v1.ControlService.

    Args:
        about: what the service tells of itself.
        live: what Configure changes.
        sessions: what is counted, and drained by Drain.
        metrics: what GetStatus tells too.
        replica: which process answers.
    """

    def __init__(
        self,
        about: About[C],
        live: Live[C],
        sessions: Sessions,
        metrics: MetricsServicer,
        replica: str | None = None,
    ) -> None:
        self._about = about
        self._live = live
        self._sessions = sessions
        self._metrics = metrics
        self._started_at = Timestamp()
        self._started_at.GetCurrentTime()
        self._replica = replica or this_replica()
        self._changes = Changes(MAX_WATCHERS)
        live.on_change(self._changes.tell)
        sessions.on_change(self._changes.tell)

    def add_to(self, server: grpc.aio.Server) -> None:
        control_service_pb2_grpc.add_ControlServiceServicer_to_server(self, server)

    async def Configure(
        self, request: control_pb2.ConfigureRequest, context: Any
    ) -> control_pb2.ConfigureResponse:
        changes = {field.name: _plain(value) for field, value in request.config.ListFields()}
        await self._live.change(changes, request.etag)
        return control_pb2.ConfigureResponse(
            config=self._config(),
            etag=self._live.etag,
            sessions_at_next_turn=self._sessions.active,
            turns_unchanged=self._about.turns(),
            shared=self._live.store.kind != "memory",
        )

    async def GetStatus(
        self, request: control_pb2.GetStatusRequest, context: Any
    ) -> control_pb2.GetStatusResponse:
        return control_pb2.GetStatusResponse(
            status=self._status(),
            streaming=self._about.streaming(self._live.current),
            metrics=self._metrics.present(),
        )

    async def WatchStatus(
        self, request: control_pb2.WatchStatusRequest, context: Any
    ) -> AsyncIterator[control_pb2.WatchStatusResponse]:
        async for status in self._changes.watch(self._status):
            yield control_pb2.WatchStatusResponse(status=status)

    async def Drain(
        self, request: control_pb2.DrainRequest, context: Any
    ) -> control_pb2.DrainResponse:
        self._sessions.leave_asked.set()
        return control_pb2.DrainResponse()

    def _config(self) -> control_pb2.Config:
        return control_pb2.Config(**self._live.current.model_dump())

    def _status(self) -> control_pb2.Status:
        sessions, live = self._sessions, self._live
        return control_pb2.Status(
            service=self._about.service,
            replica=self._replica,
            version=version(),
            ready=sessions.ready,
            draining=sessions.draining,
            engine=self._about.engine(),
            config=self._config(),
            etag=live.etag,
            active_sessions=sessions.active,
            max_sessions=sessions.limit,
            started_at=self._started_at,
            config_store=control_pb2.ConfigStore(
                kind=live.store.kind, reachable=live.store.reachable, version=live.version
            ),
            languages=self._about.languages(),
        )


def _plain(value: Any) -> Any:
    """A protobuf float holds 0.3 as 0.30000001192: back to what was meant."""
    return float(f"{value:.7g}") if isinstance(value, float) else value
