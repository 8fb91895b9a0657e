"""What an orchestrator shares with its replicas, where it has any."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from june.metrics.v1 import metrics_pb2

from june_orchestrator.settings import OrchestratorConfig, OrchestratorSettings
from june_runtime.errors import SettingsError
from june_runtime.live import ConfigStore, Live
from june_runtime.metrics import Metrics
from june_runtime.telemetry import replica

Together = Callable[[], Awaitable[metrics_pb2.Metrics]]


class Sharing:
    """Nothing, unless the settings name a Redis.

    Attributes:
        store: keeps the configuration; None: this process alone does.
        together: the figures of all replicas; None where none are shared.

    Raises:
        SettingsError: REDIS_MISSING, the package is not installed.
    """

    def __init__(self, settings: OrchestratorSettings, metrics: Metrics) -> None:
        self.store: ConfigStore | None = None
        self.together: Together | None = None
        self._tell: Callable[[], Coroutine[Any, Any, None]] | None = None
        self._close: Callable[[], Awaitable[None]] | None = None
        if settings.redis is not None:
            self._share(settings, metrics)

    def _share(self, settings: OrchestratorSettings, metrics: Metrics) -> None:
        try:
            from june_orchestrator.clients.redis_store import RedisStore
            from june_orchestrator.clients.shared_figures import SharedFigures
            from june_orchestrator.clients.shared_redis import SharedRedis
        except ModuleNotFoundError as missing:
            raise SettingsError(
                "REDIS_MISSING",
                f"JUNE_ORCH_REDIS needs the package {missing.name}: install June's extra `redis`",
            ) from missing
        assert settings.redis is not None
        redis = SharedRedis(settings.redis, settings.redis_prefix)
        figures = SharedFigures(redis, metrics, replica())
        self.store = RedisStore(redis)
        self.together = figures.together
        self._tell = figures.tell
        self._close = redis.close

    async def attend(self, live: Live[OrchestratorConfig]) -> None:
        """Follows the others and tells them, until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(live.follow())
            if self._tell is not None:
                tasks.create_task(self._tell())

    async def close(self) -> None:
        if self._close is not None:
            await self._close()
