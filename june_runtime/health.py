"""grpc.health.v1 for June's services.

Our own, because the servicer that gRPC ships holds a lock while it writes to a
watcher (one that reads nothing would stall our drain) and forgets all watchers
of a service when one of them leaves.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc

from june_runtime.changes import Changes
from june_runtime.errors import AtCapacity

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

# Serves as soon as the process listens, until its engine has failed for good: ask it
# whether the process lives or should be restarted, and the services' own names (or "",
# for all of them) whether they are ready.
LIVE = "june.live"

_SERVING = health_pb2.HealthCheckResponse.SERVING
_NOT_SERVING = health_pb2.HealthCheckResponse.NOT_SERVING
_UNKNOWN = health_pb2.HealthCheckResponse.SERVICE_UNKNOWN


class Health(health_pb2_grpc.HealthServicer):  # type: ignore[misc]
    """Alive from the start until told otherwise, ready when told so.

    Args:
        names: full names of the services whose readiness is told.
    """

    def __init__(self, names: Sequence[str]) -> None:
        self._statuses = {"": _NOT_SERVING, LIVE: _SERVING} | dict.fromkeys(names, _NOT_SERVING)
        self._changes = Changes()

    def tell(self, *, ready: bool, alive: bool) -> None:
        """Tells of the readiness of all services, and whether the process is of use."""
        status, life = (_SERVING if good else _NOT_SERVING for good in (ready, alive))
        self._statuses = dict.fromkeys(self._statuses, status) | {LIVE: life}
        self._changes.tell()

    def add_to(self, server: grpc.aio.Server) -> None:
        health_pb2_grpc.add_HealthServicer_to_server(self, server)

    async def Check(self, request: Any, context: Any) -> Any:
        status = self._statuses.get(request.service)
        if status is None:
            await context.abort(grpc.StatusCode.NOT_FOUND, f"no service {request.service[:100]!r}")
        return health_pb2.HealthCheckResponse(status=status)

    async def Watch(self, request: Any, context: Any) -> AsyncIterator[Any]:
        name: str = request.service
        try:
            async for status in self._changes.watch(lambda: self._statuses.get(name, _UNKNOWN)):
                yield health_pb2.HealthCheckResponse(status=status)
        except AtCapacity as full:
            await context.abort(full.code, full.message)
        except grpc.aio.InternalError:
            raise asyncio.CancelledError from None
