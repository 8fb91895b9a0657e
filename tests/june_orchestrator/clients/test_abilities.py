"""What voices there are, as the orchestrator learns it from real text to speech."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager

import pytest
from june.stt.v1 import stt_service_pb2_grpc
from june.tts.v1 import tts_service_pb2_grpc

from june_orchestrator.clients import abilities
from june_orchestrator.clients.abilities import Abilities
from june_orchestrator.clients.places import Places
from june_orchestrator.voices import Voices
from june_runtime.testing import serving
from june_tts.engines.scripted import ScriptedEngine
from june_tts.service import TtsHost


@asynccontextmanager
async def looking(address: str) -> AsyncIterator[Abilities]:
    stt = Places(["127.0.0.1:1"], stt_service_pb2_grpc.SttServiceStub)
    tts = Places([address], tts_service_pb2_grpc.TtsServiceStub)
    known = Abilities(stt, tts)
    try:
        async with asyncio.TaskGroup() as tasks:
            task = tasks.create_task(known.keep_looking())
            yield known
            task.cancel()
    finally:
        await tts.close()
        await stt.close()


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not holds():  # noqa: ASYNC110  it tells nobody
            await asyncio.sleep(0.01)


@pytest.fixture(autouse=True)
def _often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(abilities, "LOOK_SECONDS", 0.01)
    monkeypatch.setattr(abilities, "LOOK_AGAIN_SECONDS", 0.01)


async def test_the_voices_are_learnt_and_looked_at_again() -> None:
    """All of them with their tags, and which one speaks where none is named."""
    host = TtsHost(ScriptedEngine())
    async with serving(host) as address, looking(address) as known:
        await until(lambda: bool(known.voices.tags))
        expected = {"tone": ("en-US", "de-DE", "fr-FR"), "high": ("en-GB",)}
        assert known.voices == Voices(expected, "tone")
        await host.live.change({"voice": "high"})
        await until(lambda: known.voices.default == "high")


async def test_a_service_that_is_gone_leaves_what_was_known() -> None:
    async with AsyncExitStack() as service:
        address = await service.enter_async_context(serving(TtsHost(ScriptedEngine())))
        async with looking(address) as known:
            await until(lambda: bool(known.voices.tags))
            before = known.voices
            await service.aclose()
            await asyncio.sleep(0.1)  # many looks
            assert known.voices == before


async def test_a_service_that_comes_later_is_found() -> None:
    """Nothing is known until then, and nobody has waited for it."""
    async with serving(TtsHost(ScriptedEngine())) as address:
        pass
    async with looking(address) as known:
        await asyncio.sleep(0.05)
        assert known.voices == Voices()
        async with serving(TtsHost(ScriptedEngine()), listen=address):
            await until(lambda: bool(known.voices.tags))
