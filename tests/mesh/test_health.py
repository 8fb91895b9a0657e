"""Engines that fail for good: who is told, and who goes on."""

from __future__ import annotations

import asyncio
import json

import grpc
from june.orchestrator.v1 import orchestrator_pb2 as pb

from june_runtime.channel import connect
from june_runtime.health import LIVE
from tests.june_runtime.test_server import NOT_SERVING, SERVING, health_of, watched
from tests.mesh.caller import Caller
from tests.mesh.conftest import MakeMesh
from tests.mesh.test_failures import front, process

BREAKS = json.dumps({"first_audio_ms": 5, "word_ms": 60, "break_on": "Tomorrow"})
NAMES = ("june.tts.v1.TtsService", "", LIVE)


async def healths(channel: grpc.aio.Channel) -> list[int]:
    return [await health_of(channel, name) for name in NAMES]


async def test_a_voice_that_fails_for_good_is_told_and_left() -> None:
    """Watchers of readiness and of life hear of it; another replica ends the reply, and
    has nothing wrong with it."""
    async with (
        process("june_stt") as (stt, _),
        process("june_tts", JUNE_TTS_SCRIPT=BREAKS) as (first, _),
        process("june_tts") as (second, _),
        connect(first) as broken,
        connect(second) as whole,
        front([stt], [first, second]) as caller,
    ):
        watchers = [watched(broken, name) for name in NAMES]
        assert [await anext(one) for one in watchers] == [SERVING] * 3
        await caller.begin()
        await caller.say(text="Hello?")
        record = (await caller.until("turn_ended")).turn_ended
        async with asyncio.timeout(5):
            assert [await anext(one) for one in watchers] == [NOT_SERVING] * 3
        assert await healths(whole) == [SERVING] * 3
        await caller.say(text="And now?")
        again = (await caller.until("turn_ended")).turn_ended
        for one in watchers:
            await one.aclose()  # type: ignore[attr-defined]

    assert record.outcome == again.outcome == pb.TURN_OUTCOME_COMPLETE


async def test_a_voice_that_recovers_stays(make_mesh: MakeMesh) -> None:
    """Sentences that fail, one turn after another, are no reason to send nothing more."""
    async with (
        make_mesh(tts={"fail_on": "Tomorrow"}) as mesh,
        Caller(mesh.channel) as caller,
        connect(mesh.addresses["tts"]) as channel,
    ):
        await caller.begin()
        for _ in range(4):
            await caller.say(text="Hello?")
            await caller.until("turn_ended")
        assert await healths(channel) == [SERVING] * 3


async def test_each_service_tells_of_its_own_engine(make_mesh: MakeMesh) -> None:
    """Ears that fail for good say nothing of the voice."""
    async with (
        make_mesh() as mesh,
        connect(mesh.addresses["stt"]) as ears,
        connect(mesh.addresses["tts"]) as voice,
        asyncio.timeout(9),
    ):
        watcher = watched(ears, LIVE)
        assert await anext(watcher) == SERVING
        await asyncio.to_thread(mesh.stt._engine.condition.lose)
        assert await anext(watcher) == NOT_SERVING
        assert await health_of(ears, "june.stt.v1.SttService") == NOT_SERVING
        assert await healths(voice) == [SERVING] * 3
        assert await health_of(mesh.channel, LIVE) == SERVING
        await watcher.aclose()  # type: ignore[attr-defined]
