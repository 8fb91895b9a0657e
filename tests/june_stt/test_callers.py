"""Callers that stall, vanish or are told to go, over a real channel: no other notices."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import grpc
import pytest
from june.control.v1 import control_pb2, control_service_pb2_grpc
from june.stt.v1 import stt_pb2, stt_service_pb2_grpc

from june_runtime.calls import ENDED, write
from june_runtime.channel import connect
from june_runtime.errors import JuneError, from_rpc_error
from june_runtime.testing import running, serving
from june_stt.engines.scripted import ScriptedEngine, SttScript
from june_stt.service import Stt
from june_stt.settings import SttSettings
from tests.june_stt.caller import config, frames, transcribe

pytestmark = pytest.mark.usefixtures("hearing")

Speech = Callable[[str], Path]

FLUSH = stt_pb2.AudioIn(control=stt_pb2.TRANSCRIBE_CONTROL_FLUSH)
UPDATE, END = stt_pb2.TRANSCRIPT_EVENT_UPDATE, stt_pb2.TRANSCRIPT_EVENT_END_OF_TURN


def service(script: SttScript | None = None, **settings: Any) -> Stt:
    return Stt(SttSettings(**settings), ScriptedEngine(script or SttScript(final_ms=1)))


@pytest.fixture
def said(speech: Speech) -> bytes:
    """A spoken question and a second of silence, 16 kHz."""
    return speech("weather-en.wav").read_bytes()[44:] + bytes(32_000)


@asynccontextmanager
async def calling(channel: grpc.aio.Channel) -> AsyncGenerator[Any, None]:
    call: Any = stt_service_pb2_grpc.SttServiceStub(channel).Transcribe(None)
    try:
        await write(call, config())
        yield call
    finally:
        call.cancel()


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(15):
        while not holds():  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def test_a_caller_that_never_reads_is_cut_off(said: bytes) -> None:
    """However much it is told, and asks to be told; the next one is served."""
    hosted = service(stall_seconds=0.2)

    async def ask(call: Any) -> None:
        with suppress(*ENDED):
            for message in frames(said[:32_000]):
                await write(call, message)
            while True:
                await write(call, FLUSH)

    async with running(hosted, stall_seconds=0.2) as channel, calling(channel) as stalled:
        async with asyncio.TaskGroup() as tasks:
            asking = tasks.create_task(ask(stalled))
            await until(lambda: hosted.sessions.active == 1)
            await until(lambda: hosted.sessions.active == 0)
            asking.cancel()
        assert dict(hosted.metrics.snapshot().errors) == {"READER_STALLED": 1}
        assert (await transcribe(channel, [config(), *frames(said)]))[-1].is_final


async def test_a_caller_that_vanishes_leaves_nothing(said: bytes) -> None:
    """Its connection breaks in the middle of a word; another caller's turn goes on."""
    engine = ScriptedEngine(SttScript(final_ms=1))
    hosted = Stt(SttSettings(), engine)
    async with serving(hosted) as target, connect(target) as channel, calling(channel) as other:
        messages = frames(said)
        for message in messages[:20]:
            await write(other, message)
        async with connect(target) as doomed:
            vanishing: Any = stt_service_pb2_grpc.SttServiceStub(doomed).Transcribe(None)
            await write(vanishing, config())
            for message in messages[:20]:
                await write(vanishing, message)
            await vanishing.read()
            assert hosted.sessions.active == 2
        await until(lambda: hosted.sessions.active == 1)
        for message in messages[20:]:
            await write(other, message)
        await other.done_writing()
        told = [partial async for partial in other]
        assert told[-1].event == END
        await until(lambda: hosted.sessions.active == 0)
        assert engine.open_streams == 0


async def test_who_stays_on_a_leaving_server_is_told_and_then_ended() -> None:
    hosted = service()
    async with running(hosted) as channel, calling(channel) as call:
        await call.initial_metadata()
        hosted.sessions.drain(0.3)
        told = await call.read()
        assert 0 < told.go_away.time_left.ToMilliseconds() <= 300
        assert told.event == stt_pb2.TRANSCRIPT_EVENT_UNSPECIFIED
        with pytest.raises(grpc.aio.AioRpcError) as ended:
            await call.read()
        assert from_rpc_error(ended.value).reason == "DRAINING"
        with pytest.raises(JuneError) as refused:
            await transcribe(channel, [config()])
        assert refused.value.reason == "DRAINING"


async def test_an_engine_that_dies_is_a_typed_error(said: bytes) -> None:
    async with running(service(SttScript(fail_after=2))) as channel:
        with pytest.raises(JuneError) as failed:
            await transcribe(channel, [config(), *frames(said)])
    assert failed.value.reason == "ENGINE_FAILED"
    assert failed.value.code is grpc.StatusCode.UNAVAILABLE


async def test_live_settings_hold_for_streams_that_say_nothing_else(said: bytes) -> None:
    """Of what the caller asks for itself, nothing is changed."""
    async with running(service()) as channel:
        control = control_service_pb2_grpc.ControlServiceStub(channel)
        off = control_pb2.Config(stt_partials=False)
        await control.Configure(control_pb2.ConfigureRequest(config=off))
        silent = await transcribe(channel, [config(), *frames(said)])
        asked = await transcribe(channel, [config(partials=True), *frames(said)])
    assert UPDATE not in {each.event for each in silent}
    assert UPDATE in {each.event for each in asked}
    assert silent[-1].final_text == asked[-1].final_text


async def test_what_was_done_is_counted(said: bytes) -> None:
    hosted = service()
    async with running(hosted) as channel:
        told = await transcribe(channel, [config(), *frames(said)])
    counts = dict(hosted.metrics.snapshot().counts)
    timings = {timing.name: timing.count for timing in hosted.metrics.snapshot().timings}
    assert counts["turns"] == 1
    assert counts["partial_transcripts_sent"] == sum(each.event == UPDATE for each in told)
    assert counts["audio_in_seconds"] == pytest.approx(len(said) / 32_000, abs=0.04)
    assert timings["final_infer_ms"] == timings["end_of_turn_ms"] == 1


async def test_every_turn_of_a_long_stream_is_told_once(said: bytes) -> None:
    """Ten questions as fast as they can be sent: in order, none lost, none repeated."""
    script = SttScript(utterances=tuple(f"question {place}" for place in range(10)), final_ms=1)
    async with running(service(script)) as channel:
        told = await transcribe(channel, [config(), *frames(said * 10)])
    ends = [(each.turn_index, each.final_text) for each in told if each.event == END]
    assert ends == [(place, f"question {place}") for place in range(10)]
