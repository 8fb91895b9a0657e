# ruff: noqa: N802  RPCs are named as in the proto
"""POST /stream-to-room, which existing users send here: passed on to the orchestrator."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import grpc
from june.orchestrator.v1 import orchestrator_pb2 as pb
from june.orchestrator.v1 import orchestrator_service_pb2_grpc

from june_runtime.channel import TlsFiles, connect
from june_runtime.errors import Unavailable, from_rpc_error
from june_runtime.interceptors import SESSION_KEY
from june_runtime.telemetry import session_id

if TYPE_CHECKING:
    from june.orchestrator.v1.orchestrator_service_pb2_grpc import OrchestratorServiceAsyncStub

# Long enough to speak the longest text that is taken.
DEADLINE_SECONDS = 900.0
RETRY_SECONDS = 1.0


SERVICE = "june.orchestrator.v1.OrchestratorService"


class Room:
    """The one RPC of june.orchestrator.v1 that is served here, over HTTP only.

    Args:
        orchestrator: "host:port"; connected to when it is first needed.
        tls: files to authenticate with; None talks in the clear.
    """

    def __init__(self, orchestrator: str, tls: TlsFiles | None) -> None:
        self._address = orchestrator
        self._tls = tls
        self._channel: grpc.aio.Channel | None = None

    def add_to(self, server: grpc.aio.Server) -> None:
        handler = grpc.unary_unary_rpc_method_handler(
            self.StreamToRoom,
            request_deserializer=pb.StreamToRoomRequest.FromString,
            response_serializer=pb.StreamToRoomResponse.SerializeToString,
        )
        handlers = {"StreamToRoom": handler}
        server.add_registered_method_handlers(SERVICE, handlers)  # type: ignore[attr-defined]

    async def StreamToRoom(
        self, request: pb.StreamToRoomRequest, context: Any
    ) -> pb.StreamToRoomResponse:
        call = self._stub().StreamToRoom(
            request,
            timeout=DEADLINE_SECONDS,
            metadata=((SESSION_KEY, session_id.get()),),
        )
        try:
            return await call
        except grpc.aio.AioRpcError as failed:
            if failed.code() is not grpc.StatusCode.UNAVAILABLE:
                raise from_rpc_error(failed) from failed
            raise Unavailable(
                "ORCHESTRATOR_UNAVAILABLE",
                "the orchestrator cannot be reached; try again",
                retry_after=RETRY_SECONDS,
            ) from failed
        finally:
            call.cancel()

    async def close(self) -> None:
        if self._channel is not None:
            await self._channel.close(None)

    def _stub(self) -> OrchestratorServiceAsyncStub:
        if self._channel is None:
            self._channel = connect(self._address, self._tls)
        return orchestrator_service_pb2_grpc.OrchestratorServiceStub(self._channel)
