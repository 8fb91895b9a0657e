# ruff: noqa: N802  RPCs are named as in the proto
"""A service to host in tests of HTTP: what GetMetrics and WatchMetrics do is told to it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import grpc
import httpx
from june.metrics.v1 import metrics_pb2 as pb
from june.metrics.v1 import metrics_service_pb2_grpc

from june_runtime.control import About, ControlServicer
from june_runtime.live import Live, LiveConfig
from june_runtime.metrics import Metrics, MetricsServicer
from june_runtime.sessions import Sessions
from june_runtime.telemetry import session_id
from june_runtime.testing import serving_both

Get = Callable[[pb.GetMetricsRequest], Awaitable[pb.GetMetricsResponse]]
Watch = Callable[[pb.WatchMetricsRequest], AsyncGenerator[pb.WatchMetricsResponse, None]]


class Config(LiveConfig):
    streaming_enabled: bool = True
    language: str = ""
    exaggeration: float | None = None


async def get_nothing(request: pb.GetMetricsRequest) -> pb.GetMetricsResponse:
    return pb.GetMetricsResponse()


async def watch_three(
    request: pb.WatchMetricsRequest,
) -> AsyncGenerator[pb.WatchMetricsResponse, None]:
    for number in range(3):
        yield line(number)


def line(number: int) -> pb.WatchMetricsResponse:
    return pb.WatchMetricsResponse(metrics=pb.Metrics(counts={"line": number}))


class Told(metrics_service_pb2_grpc.MetricsServiceServicer):
    """Does as it was told; notes whose call it was, and when one has ended."""

    def __init__(self, get: Get, watch: Watch) -> None:
        self._get, self._watch = get, watch
        self.sessions: list[str] = []
        self.peers: list[str] = []
        self.ended = asyncio.Event()

    async def GetMetrics(
        self, request: pb.GetMetricsRequest, context: Any
    ) -> pb.GetMetricsResponse:
        self.sessions.append(session_id.get())
        self.peers.append(context.peer())
        try:
            return await self._get(request)
        finally:
            self.ended.set()

    async def WatchMetrics(
        self, request: pb.WatchMetricsRequest, context: Any
    ) -> AsyncIterator[pb.WatchMetricsResponse]:
        try:
            async for answer in self._watch(request):
                yield answer
        finally:
            self.ended.set()


class Noted(Metrics):
    """Lets a test wait for the first error that is counted."""

    def __init__(self) -> None:
        super().__init__("june_tts")
        self.failed = asyncio.Event()

    def error(self, reason: str) -> None:
        super().error(reason)
        self.failed.set()


class Hosted:
    """What `serving_both` hosts."""

    names = ("june.metrics.v1.MetricsService",)

    def __init__(self, get: Get = get_nothing, watch: Watch = watch_three) -> None:
        self.told = Told(get, watch)
        self.sessions = Sessions(10)
        self.metrics = Noted()
        self.live = Live(Config())

    def add_to(self, server: grpc.aio.Server) -> None:
        metrics_service_pb2_grpc.add_MetricsServiceServicer_to_server(self.told, server)
        about: About[Config] = About("june_tts")
        shown = MetricsServicer(self.metrics)
        ControlServicer(about, self.live, self.sessions, shown).add_to(server)

    async def load(self) -> None:
        pass

    async def close(self) -> None:
        pass


@dataclass(frozen=True)
class Door:
    """A caller of a running server over HTTP, and the server's own parts."""

    http: httpx.AsyncClient
    hosted: Hosted
    address: str


@asynccontextmanager
async def door(
    get: Get = get_nothing, watch: Watch = watch_three, **server: Any
) -> AsyncIterator[Door]:
    hosted = Hosted(get, watch)
    async with serving_both(hosted, **server) as at:
        base = f"http://{at.http}"
        async with httpx.AsyncClient(base_url=base, timeout=10, trust_env=False) as http:
            yield Door(http, hosted, at.http)


def reason(answer: httpx.Response) -> str:
    """Why a request was refused."""
    told: str = answer.json()["details"][0]["reason"]
    return told


def violations(answer: httpx.Response) -> dict[str, str]:
    """Field -> what is wrong with it."""
    for detail in answer.json()["details"]:
        if detail["@type"] == "type.googleapis.com/google.rpc.BadRequest":
            return {each["field"]: each["description"] for each in detail["field_violations"]}
    return {}
