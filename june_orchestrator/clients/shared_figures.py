"""The figures of all orchestrators that share a Redis."""

from __future__ import annotations

import asyncio
import logging

from june.metrics.v1 import metrics_pb2

from june_orchestrator.clients.shared_redis import SharedRedis
from june_runtime.errors import Unavailable
from june_runtime.merging import merged
from june_runtime.metrics import Metrics

log = logging.getLogger(__name__)

GROUP = "figures"
TELL_SECONDS = 1.0
# Whoever has told nothing for so long is gone.
KEEP_SECONDS = 10


class SharedFigures:
    """Tells this replica's figures to the others, and those of all together."""

    def __init__(self, redis: SharedRedis, metrics: Metrics, replica: str) -> None:
        self._redis = redis
        self._metrics = metrics
        self._replica = replica

    async def tell(self) -> None:
        """Once a second, until cancelled; a lost Redis is told when it is found."""
        while True:
            try:
                await self._tell_once()
            except Unavailable as lost:
                log.debug("figures are not shared: %s", lost)
            await asyncio.sleep(TELL_SECONDS)

    async def together(self) -> metrics_pb2.Metrics:
        """The figures of all replicas, these ones as they are now. Raises Unavailable."""
        await self._tell_once()
        parts = [metrics_pb2.Metrics.FromString(raw) for raw in await self._redis.members(GROUP)]
        return merged(parts)

    async def _tell_once(self) -> None:
        own = self._metrics.snapshot(recent=True)
        own.replica = self._replica
        raw = own.SerializeToString()
        await self._redis.put_member(GROUP, self._replica, raw, KEEP_SECONDS)
