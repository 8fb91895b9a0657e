"""What callers of Converse get for what they send; nobody else notices."""

from __future__ import annotations

import asyncio
from typing import Any

import grpc
import pytest
from june.common.v1 import audio_pb2
from june.orchestrator.v1 import orchestrator_pb2 as pb

from june_orchestrator.clients.tts import MAX_IDLE_STREAMS
from june_runtime.errors import JuneError, from_rpc_error
from tests.mesh.caller import INPUT, Caller
from tests.mesh.conftest import MakeMesh


def audio(pcm: bytes) -> dict[str, Any]:
    return {"audio": audio_pb2.AudioFrame(pcm=pcm)}


def rate(hertz: int) -> audio_pb2.AudioFormat:
    return audio_pb2.AudioFormat(
        encoding=audio_pb2.AUDIO_ENCODING_PCM_S16LE, sample_rate=hertz, channels=1
    )


def config(**fields: Any) -> dict[str, Any]:
    return {"config": pb.SessionConfig(**{"input": INPUT} | fields)}


BAD = {
    "audio before config": ([audio(bytes(640))], "CONFIG_MISSING", ""),
    "text before config": ([{"text": "Hello"}], "CONFIG_MISSING", ""),
    "a second config": ([config(), config()], "CONFIG_REPEATED", ""),
    "audio that was not announced": (
        [{"config": pb.SessionConfig()}, audio(bytes(640))], "INPUT_MISSING", "config.input",
    ),
    "half a sample": ([config(), audio(b"abc")], "BAD_INPUT", "audio.pcm"),
    "a frame of two seconds": ([config(), audio(bytes(64_000))], "BAD_INPUT", "audio.pcm"),
    "an input rate too low": ([config(input=rate(4_000))], "BAD_INPUT", "config.input.sample_rate"),
    "an output rate too high": (
        [config(output=rate(96_000))], "BAD_INPUT", "config.output.sample_rate",
    ),
    "an exaggeration out of range": (
        [config(exaggeration=9.0)], "BAD_INPUT", "config.exaggeration",
    ),
    "empty text": ([config(), {"text": " \n"}], "BAD_INPUT", "text"),
    "64 k characters of text": ([config(), {"text": "a" * 65_536}], "BAD_INPUT", "text"),
    "a language that nobody knows": (
        [config(language="tlh"), audio(bytes(640))], "LANGUAGE_UNKNOWN", "config.language",
    ),
    "nothing at all": ([config(), {}], "BAD_INPUT", "payload"),
}  # fmt: skip


async def fault_of(caller: Caller) -> JuneError:
    """How the stream ends."""
    with pytest.raises(grpc.aio.AioRpcError) as ended:
        await caller.rest()
    return from_rpc_error(ended.value)


async def test_bad_input_gets_its_typed_error_at_once(make_mesh: MakeMesh) -> None:
    """Each its reason and its field; a session beside them is answered all the while."""
    async with make_mesh() as mesh, Caller(mesh.channel) as good:
        await good.say(config=pb.SessionConfig())
        await good.say(text="Are you there?")
        for name, (requests, reason, field) in BAD.items():
            async with Caller(mesh.channel) as bad:
                for request in requests:
                    await bad.say(**request)
                error = await fault_of(bad)
            assert error.reason == reason, name
            assert not field or field in error.fields, name
        record = (await good.until("turn_ended")).turn_ended
        assert record.outcome == pb.TURN_OUTCOME_COMPLETE
        async with asyncio.timeout(5):
            while mesh.orchestrator.sessions.active > 1:  # noqa: ASYNC110
                await asyncio.sleep(0.01)


async def test_ten_megabytes_are_refused_by_grpc(make_mesh: MakeMesh) -> None:
    async with make_mesh() as mesh, Caller(mesh.channel) as caller:
        await caller.begin()
        await caller.say(**audio(bytes(10 << 20)))
        error = await fault_of(caller)
    assert error.code is grpc.StatusCode.RESOURCE_EXHAUSTED


async def test_a_voice_that_does_not_exist_spoils_the_turn_and_not_the_session(
    make_mesh: MakeMesh,
) -> None:
    """The notice names it; the reply is still readable."""
    async with make_mesh() as mesh, Caller(mesh.channel) as caller:
        await caller.say(config=pb.SessionConfig(voice="nobody"))
        await caller.say(text="Hello?")
        notice = (await caller.until("notice")).notice
        record = (await caller.until("turn_ended")).turn_ended
        await caller.call.done_writing()
        await caller.rest()
        assert await caller.call.code() is grpc.StatusCode.OK
    assert "voice" in notice.status.message
    assert record.outcome == pb.TURN_OUTCOME_FAILED
    assert caller.of("reply_text")


async def test_emoji_alone_are_not_spoken_and_no_failure(make_mesh: MakeMesh) -> None:
    async with (
        make_mesh(brain={"replies": ["😀 🎉\nThat is all there is."]}) as mesh,
        Caller(mesh.channel) as caller,
    ):
        await caller.say(config=pb.SessionConfig())
        await caller.say(text="Cheer!")
        record = (await caller.until("turn_ended")).turn_ended
    assert record.outcome == pb.TURN_OUTCOME_COMPLETE
    assert caller.of("audio")


async def test_a_silent_caller_is_let_go(make_mesh: MakeMesh) -> None:
    async with make_mesh(idle_seconds=0.3) as mesh, Caller(mesh.channel) as caller:
        await caller.begin()
        assert (await fault_of(caller)).reason == "SESSION_IDLE"


async def test_a_full_house_says_when_to_come_back(make_mesh: MakeMesh) -> None:
    async with make_mesh(max_sessions=1) as mesh, Caller(mesh.channel) as first:
        await first.begin()
        await first.until("started")
        async with Caller(mesh.channel) as second:
            error = await fault_of(second)
    assert error.reason == "AT_CAPACITY"
    assert error.retry_after


async def test_a_caller_that_reads_nothing_is_bounded(make_mesh: MakeMesh) -> None:
    """Its session ends when its outbox has been full for as long as is allowed."""
    async with make_mesh(stall_seconds=0.5) as mesh, Caller(mesh.channel) as caller:
        await caller.say(config=pb.SessionConfig())

        async def shout() -> None:
            while True:  # until its own words find no room any more
                await caller.say(text="a" * 8_000)

        async with asyncio.timeout(30), asyncio.TaskGroup() as tasks:
            shouting = tasks.create_task(shout())
            while not mesh.orchestrator.sessions.active:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
            while mesh.orchestrator.sessions.active:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
            shouting.cancel()


async def test_five_hundred_callers_that_vanish_leave_nothing(make_mesh: MakeMesh) -> None:
    """Cancelled in mid-turn: no session, no stream behind it, no task."""
    async with make_mesh() as mesh:
        async with Caller(mesh.channel) as caller:
            await caller.begin()
            await caller.until("started")
        await asyncio.sleep(0.1)
        before = len(asyncio.all_tasks())
        for _ in range(10):
            crowd = [Caller(mesh.channel) for _ in range(50)]
            for caller in crowd:
                await caller.begin()
                await caller.say(text="Hello?")
                await caller.say(**audio(bytes(1_280)))
            for caller in crowd:
                caller.call.cancel()
        async with asyncio.timeout(30):
            while mesh.orchestrator.sessions.active or mesh.stt.sessions.active:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
            # A pooled stream at rest is five tasks, over both of its ends.
            while len(asyncio.all_tasks()) > before + 5 * MAX_IDLE_STREAMS:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        assert mesh.tts.sessions.active <= MAX_IDLE_STREAMS
