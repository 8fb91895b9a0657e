"""Services that die in the middle of a turn: other replicas, or a typed error."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager

import grpc
import pytest
from june.orchestrator.v1 import orchestrator_pb2 as pb

from june_orchestrator.service import Orchestrator
from june_orchestrator.settings import OrchestratorSettings
from june_runtime.channel import connect
from june_runtime.errors import from_rpc_error
from june_runtime.testing import serving
from tests.mesh.caller import Caller
from tests.mesh.conftest import QUICK_BRAIN

SLOW_VOICE = json.dumps({"first_audio_ms": 50, "word_ms": 300, "speed": 2})
START_SECONDS = 30.0


@asynccontextmanager
async def process(module: str, **environ: str) -> AsyncGenerator[tuple[str, int], None]:
    """A real service process on a free port: its address and its pid."""
    prefix = {"june_stt": "JUNE_STT", "june_tts": "JUNE_TTS"}[module]
    settings = {
        f"{prefix}_LISTEN": "127.0.0.1:0",
        f"{prefix}_HTTP_LISTEN": "off",
        f"{prefix}_ENGINE": "scripted",
        **environ,
    }
    running = await asyncio.create_subprocess_exec(
        sys.executable, "-m", module,
        env={**os.environ, **settings, "JUNE_LOG_FORMAT": "json"},
        stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        assert running.stderr is not None
        async with asyncio.timeout(START_SECONDS):
            while True:
                line = json.loads(await running.stderr.readline())
                if line["message"] == "ready":
                    break
        yield line["address"], running.pid
    finally:
        if running.returncode is None:
            running.kill()
        await running.wait()


@asynccontextmanager
async def front(stt: list[str], tts: list[str]) -> AsyncGenerator[Caller, None]:
    """A caller of an orchestrator over these replicas."""
    settings = OrchestratorSettings(
        stt=tuple(stt), tts=tuple(tts), brain="scripted", brain_script=json.dumps(QUICK_BRAIN)
    )
    async with AsyncExitStack() as stack:
        address = await stack.enter_async_context(serving(Orchestrator(settings), mesh=False))
        channel = await stack.enter_async_context(connect(address, mesh=False))
        yield await stack.enter_async_context(Caller(channel))


def kill(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)


async def test_a_voice_that_is_killed_is_taken_over_by_another() -> None:
    """The reply goes on with the other replica: no sample twice, none missing."""
    async with (
        process("june_stt") as (stt, _),
        process("june_tts", JUNE_TTS_SCRIPT=SLOW_VOICE) as (first, first_pid),
        process("june_tts", JUNE_TTS_SCRIPT=SLOW_VOICE) as (second, _),
        front([stt], [first, second]) as caller,
    ):
        await caller.begin()
        await caller.say(text="Hello?")
        await caller.until("audio")
        kill(first_pid)
        record = (await caller.until("turn_ended")).turn_ended

    assert record.outcome == pb.TURN_OUTCOME_COMPLETE
    expected = 0
    for run in caller.of("audio"):
        assert run.start_sample == expected
        expected += len(run.pcm) // 2


async def test_no_voice_left_is_told_within_a_second() -> None:
    """The turn ends with a typed notice; the session goes on."""
    async with (
        process("june_stt") as (stt, _),
        process("june_tts", JUNE_TTS_SCRIPT=SLOW_VOICE) as (tts, pid),
        front([stt], [tts]) as caller,
    ):
        await caller.begin()
        await caller.say(text="Hello?")
        await caller.until("audio")
        kill(pid)
        async with asyncio.timeout(5):
            await caller.until("notice")
        record = (await caller.until("turn_ended")).turn_ended
        await caller.say(interrupt=pb.Interrupt())

    assert record.outcome == pb.TURN_OUTCOME_FAILED


async def test_an_ear_that_is_killed_is_taken_over_and_nothing_is_heard_twice(
    question: bytes,
) -> None:
    """The turn in progress is heard again by the other replica and answered once."""
    script = json.dumps({"final_ms": 5})
    async with (
        process("june_stt", JUNE_STT_SCRIPT=script) as (first, first_pid),
        process("june_stt", JUNE_STT_SCRIPT=script) as (second, _),
        process("june_tts") as (tts, _),
        front([first, second], [tts]) as caller,
    ):
        await caller.begin()
        await caller.speak(question[: len(question) // 2], pace=0.02)
        await caller.until("transcript", lambda told: told.unstable_text or told.committed_text)
        kill(first_pid)
        await caller.speak(question[len(question) // 2 :], pace=0.02)
        await caller.hush(1.0)
        record = (await caller.until("turn_ended")).turn_ended

    assert record.user_text == "what's the weather like"
    assert len(caller.of("turn_started")) == 1
    committed = ""
    for told in caller.of("transcript"):
        assert told.committed_text.startswith(committed)
        committed = told.committed_text


async def test_no_ear_left_ends_the_session_with_a_typed_error(question: bytes) -> None:
    """UNAVAILABLE, with the reason and when to come back."""
    async with (
        process("june_stt") as (stt, pid),
        process("june_tts") as (tts, _),
        front([stt], [tts]) as caller,
    ):
        await caller.begin()
        await caller.speak(question[:16_000], pace=0.01)
        await caller.until("transcript")
        kill(pid)
        with pytest.raises(grpc.aio.AioRpcError) as ended:
            async with asyncio.timeout(5):
                await caller.rest()

    error = from_rpc_error(ended.value)
    assert error.reason == "STT_UNAVAILABLE"
    assert error.retry_after
