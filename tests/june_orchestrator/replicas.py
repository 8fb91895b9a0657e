"""Orchestrators that share a Redis, as real servers in this process."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any

import grpc
from june.control.v1 import control_pb2, control_service_pb2_grpc
from june.metrics.v1 import metrics_pb2, metrics_service_pb2_grpc

from june_orchestrator.service import Orchestrator
from june_orchestrator.settings import OrchestratorSettings
from june_runtime.channel import connect
from june_runtime.errors import from_rpc_error
from june_runtime.testing import serving
from tests.redis_server import RedisServer

# What was promised, and what is waited at most before a test fails.
AGREED_SECONDS, PATIENCE_SECONDS = 1.0, 10.0
BRAIN = json.dumps({"first_token_ms": 5, "tokens_per_second": 500})


@dataclass
class Replica:
    """One orchestrator, as its callers see it."""

    hosted: Orchestrator
    channel: grpc.aio.Channel

    async def configure(self, etag: str = "", **fields: Any) -> control_pb2.ConfigureResponse:
        control = control_service_pb2_grpc.ControlServiceStub(self.channel)
        request = control_pb2.ConfigureRequest(config=control_pb2.Config(**fields), etag=etag)
        try:
            answer: control_pb2.ConfigureResponse = await control.Configure(request, timeout=5)
        except grpc.aio.AioRpcError as failed:
            raise from_rpc_error(failed) from None
        return answer

    async def status(self) -> control_pb2.Status:
        control = control_service_pb2_grpc.ControlServiceStub(self.channel)
        return (await control.GetStatus(control_pb2.GetStatusRequest(), timeout=5)).status

    async def figures(self, **asked: bool) -> metrics_pb2.Metrics:
        stub = metrics_service_pb2_grpc.MetricsServiceStub(self.channel)
        try:
            answer = await stub.GetMetrics(metrics_pb2.GetMetricsRequest(**asked), timeout=5)
        except grpc.aio.AioRpcError as failed:
            raise from_rpc_error(failed) from None
        return answer.metrics

    @property
    def etag(self) -> str:
        return self.hosted.live.etag

    @property
    def lost(self) -> bool:
        return not self.hosted.live.store.reachable


@asynccontextmanager
async def replica(url: str, **settings: Any) -> AsyncGenerator[Replica, None]:
    chosen = {"stt": ("127.0.0.1:1",), "brain": "scripted", "brain_script": BRAIN} | settings
    hosted = Orchestrator(OrchestratorSettings(redis=url, **chosen))
    async with serving(hosted, mesh=False) as address, connect(address, mesh=False) as channel:
        yield Replica(hosted, channel)


@asynccontextmanager
async def replicas(
    redis: RedisServer, count: int = 2, **settings: Any
) -> AsyncGenerator[list[Replica], None]:
    async with AsyncExitStack() as running:
        yield [
            await running.enter_async_context(replica(redis.url, **settings)) for _ in range(count)
        ]


async def until(holds: Callable[[], bool], seconds: float = PATIENCE_SECONDS) -> None:
    async with asyncio.timeout(seconds):
        while not holds():  # noqa: ASYNC110
            await asyncio.sleep(0.01)


def agree(*replicas: Replica) -> Callable[[], bool]:
    return lambda: len({each.etag for each in replicas}) == 1
