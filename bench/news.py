"""How soon a change of configuration is told to whoever watches."""

from __future__ import annotations

from time import perf_counter
from typing import Any

import grpc
from june.control.v1 import control_pb2, control_service_pb2_grpc

from bench.measure import Spread
from bench.mesh import Said, Script, mesh

PATIENCE_SECONDS = 5.0
# A setting of each service that takes any number from 20 on.
_SETTINGS = {"orchestrator": "tts_chunk_ms", "stt": "max_turn_ms", "tts": "tts_chunk_ms"}
_LEAST = {"tts_chunk_ms": 20, "max_turn_ms": 1_000}


async def news_of_changes(said: Said, changes: int) -> dict[str, Spread]:
    """By service: from calling Configure to the news on WatchStatus, over gRPC."""
    found = {}
    async with mesh(Script(), said) as running:
        for service, name in _SETTINGS.items():
            async with grpc.aio.insecure_channel(getattr(running, service)) as channel:
                least = _LEAST[name]
                waits = [await _change(channel, name, least + n) for n in range(changes)]
            found[service] = Spread.of(waits)
    return found


async def _change(channel: grpc.aio.Channel, name: str, value: int) -> float:
    """One change; seconds until it was told."""
    control = control_service_pb2_grpc.ControlServiceStub(channel)
    watch: Any = control.WatchStatus(control_pb2.WatchStatusRequest(), timeout=PATIENCE_SECONDS)
    try:
        await watch.read()
        config = control_pb2.Config()
        setattr(config, name, value)
        asked_at = perf_counter()
        await control.Configure(control_pb2.ConfigureRequest(config=config))
        while getattr((await watch.read()).status.config, name) != value:
            pass
        return perf_counter() - asked_at
    finally:
        watch.cancel()
