"""Two orchestrators as processes of their own, and a Redis between them."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import grpc
from june.control.v1 import control_pb2, control_service_pb2_grpc
from june.metrics.v1 import metrics_pb2, metrics_service_pb2_grpc

from june_runtime.channel import connect
from tests.redis_server import RedisServer

START_SECONDS, AGREED_SECONDS = 30.0, 1.0


@asynccontextmanager
async def orchestrator(redis: str, **environ: str) -> AsyncGenerator[grpc.aio.Channel, None]:
    settings = {
        "JUNE_ORCH_LISTEN": "127.0.0.1:0",
        "JUNE_ORCH_HTTP_LISTEN": "off",
        "JUNE_ORCH_BRAIN": "scripted",
        "JUNE_ORCH_REDIS": redis,
        "JUNE_LOG_FORMAT": "json",
        **environ,
    }
    running = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "june_orchestrator",
        env={**os.environ, **settings},
        stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        assert running.stderr is not None
        async with asyncio.timeout(START_SECONDS):
            while (line := json.loads(await running.stderr.readline()))["message"] != "ready":
                pass
        async with connect(line["address"], mesh=False) as channel:
            yield channel
    finally:
        if running.returncode is None:
            running.kill()
        await running.wait()


async def test_a_change_at_one_is_live_at_the_other_within_a_second(
    redis_server: RedisServer,
) -> None:
    """And a third, started later, begins with it."""
    url = redis_server.url
    async with orchestrator(url) as one, orchestrator(url) as other:
        watching = control_service_pb2_grpc.ControlServiceStub(other)
        watch: Any = watching.WatchStatus(control_pb2.WatchStatusRequest())
        await watch.read()
        config = control_pb2.Config(streaming_enabled=False, min_sentence_chars=99)
        control = control_service_pb2_grpc.ControlServiceStub(one)
        answer = await control.Configure(control_pb2.ConfigureRequest(config=config))
        async with asyncio.timeout(AGREED_SECONDS):
            while (told := (await watch.read()).status).etag != answer.etag:
                pass
        watch.cancel()
        assert not told.config.streaming_enabled
        async with orchestrator(url, JUNE_ORCH_MIN_SENTENCE_CHARS="5") as third:
            asked = control_service_pb2_grpc.ControlServiceStub(third)
            status = (await asked.GetStatus(control_pb2.GetStatusRequest())).status
        assert status.config.min_sentence_chars == 99


async def test_both_answer_for_both(redis_server: RedisServer) -> None:
    """By their own names."""
    url = redis_server.url
    async with orchestrator(url) as one, orchestrator(url) as other:
        request = metrics_pb2.GetMetricsRequest(all_replicas=True)
        names = []
        for channel in (one, other):
            stub = metrics_service_pb2_grpc.MetricsServiceStub(channel)
            names.append((await stub.GetMetrics(request)).metrics.replica)
        stub = metrics_service_pb2_grpc.MetricsServiceStub(one)
        together = (await stub.GetMetrics(request)).metrics
    assert names[0] != names[1]
    assert list(together.replicas) == sorted(names)
