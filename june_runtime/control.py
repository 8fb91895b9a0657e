"""june.control.v1: what can be changed while a service runs, and its status."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from google.protobuf.timestamp_pb2 import Timestamp
from june.control.v1 import control_pb2, control_service_pb2_grpc
from pydantic import BaseModel, ConfigDict, ValidationError

from june_runtime.changes import Changes
from june_runtime.errors import InvalidInput, Stale
from june_runtime.settings import told
from june_runtime.telemetry import replica as this_replica
from june_runtime.telemetry import version

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    import grpc

    from june_runtime.sessions import Sessions

MAX_WATCHERS = 64


class LiveConfig(BaseModel):
    """The settings of a service that can be changed while it runs.

    A service derives its own: each field bears the name of a field of
    june.control.v1.Config, a default and its bounds.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    def to_proto(self) -> control_pb2.Config:
        return control_pb2.Config(**self.model_dump())


C = TypeVar("C", bound=LiveConfig)


class Live(Generic[C]):
    """The present configuration of a service and its changes.

    Attributes:
        current: the whole effective configuration; a new object after each change.
    """

    def __init__(self, current: C) -> None:
        self.current = current
        self._listeners: list[Callable[[], None]] = []

    @property
    def etag(self) -> str:
        """Tells this configuration from every other one."""
        return hashlib.sha256(self.current.model_dump_json().encode()).hexdigest()[:16]

    def on_change(self, listener: Callable[[], None]) -> None:
        self._listeners.append(listener)

    def change(self, wanted: control_pb2.Config, etag: str = "") -> None:
        """Takes over the fields that are set in `wanted`, all of them or none.

        Raises:
            InvalidInput: naming every field that is out of range or not of this
                service (SETTING_UNKNOWN).
            Stale: ETAG_STALE, the configuration is not the one that was seen.
        """
        if etag and etag != self.etag:
            raise Stale(
                "ETAG_STALE", "the configuration has changed since it was read; read it again"
            )
        changes = {field.name: _plain(value) for field, value in wanted.ListFields()}
        self._refuse_unknown(changes)
        self.current = self._validated(changes)
        for listener in self._listeners:
            listener()

    def _refuse_unknown(self, changes: dict[str, Any]) -> None:
        known = type(self.current).model_fields
        unknown = {f"config.{name}": "is no setting of this service" for name in changes}
        unknown = {path: fault for path, fault in unknown.items() if path[7:] not in known}
        if unknown:
            raise InvalidInput.of(unknown, "SETTING_UNKNOWN")

    def _validated(self, changes: dict[str, Any]) -> C:
        try:
            return type(self.current).model_validate(self.current.model_dump() | changes)
        except ValidationError as invalid:
            faults = {
                ".".join(("config", *map(str, fault["loc"]))): told(fault["msg"])
                for fault in invalid.errors()
            }
            raise InvalidInput.of(faults) from invalid


def _plain(value: Any) -> Any:
    """A protobuf float holds 0.3 as 0.30000001192: back to what was meant."""
    return float(f"{value:.7g}") if isinstance(value, float) else value


class ControlServicer(control_service_pb2_grpc.ControlServiceServicer, Generic[C]):
    """Serves june.control.v1.ControlService.

    Args:
        service: june_stt, june_tts or june_orchestrator.
        live: what Configure changes.
        sessions: what is counted, and drained by Drain.
        engine: reads the name of what is loaded.
        replica: which process answers.
    """

    def __init__(
        self,
        service: str,
        live: Live[C],
        sessions: Sessions,
        engine: Callable[[], str] = lambda: "",
        replica: str | None = None,
    ) -> None:
        self._live = live
        self._sessions = sessions
        self._engine = engine
        self._started_at = Timestamp()
        self._started_at.GetCurrentTime()
        self._names = {"service": service, "replica": replica or this_replica()}
        self._changes = Changes(MAX_WATCHERS)
        live.on_change(self._changes.tell)
        sessions.on_change(self._changes.tell)

    def add_to(self, server: grpc.aio.Server) -> None:
        control_service_pb2_grpc.add_ControlServiceServicer_to_server(self, server)

    async def Configure(
        self, request: control_pb2.ConfigureRequest, context: Any
    ) -> control_pb2.ConfigureResponse:
        self._live.change(request.config, request.etag)
        return control_pb2.ConfigureResponse(
            config=self._live.current.to_proto(),
            etag=self._live.etag,
            sessions_at_next_turn=self._sessions.active,
        )

    async def GetStatus(
        self, request: control_pb2.GetStatusRequest, context: Any
    ) -> control_pb2.GetStatusResponse:
        return control_pb2.GetStatusResponse(status=self._status())

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

    def _status(self) -> control_pb2.Status:
        sessions = self._sessions
        return control_pb2.Status(
            **self._names,
            version=version(),
            ready=sessions.ready,
            draining=sessions.draining,
            engine=self._engine(),
            config=self._live.current.to_proto(),
            etag=self._live.etag,
            active_sessions=sessions.active,
            max_sessions=sessions.limit,
            started_at=self._started_at,
        )
