"""What callers of Transcribe get for what they send, over a real channel."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from pathlib import Path
from typing import Any

import grpc
import pytest
from june.common.v1 import audio_pb2
from june.stt.v1 import stt_pb2, stt_service_pb2_grpc

from june_runtime.errors import JuneError, from_status
from june_runtime.testing import running
from june_stt.engines.scripted import ScriptedEngine, SttScript
from june_stt.service import Stt
from june_stt.settings import SttSettings
from tests.june_stt.caller import audio_format, config, frame, frames, transcribe

SECOND = bytes(32_000)

pytestmark = pytest.mark.usefixtures("hearing")


def service(**settings: Any) -> Stt:
    return Stt(SttSettings(**settings), ScriptedEngine(SttScript(final_ms=1)))


@pytest.fixture
async def channel() -> AsyncGenerator[grpc.aio.Channel, None]:
    async with running(service()) as opened:
        yield opened


BAD = {
    "audio before config": ([frame(SECOND[:640])], "CONFIG_MISSING", ""),
    "control before config": (
        [stt_pb2.AudioIn(control=stt_pb2.TRANSCRIBE_CONTROL_FLUSH)], "CONFIG_MISSING", "",
    ),
    "another format": ([config(), config(audio_format(8_000))], "FORMAT_CHANGED", ""),
    "half a sample": ([config(), frame(b"abc")], "BAD_INPUT", "frame.pcm"),
    "a frame of two seconds": ([config(), frame(SECOND * 2)], "BAD_INPUT", "frame.pcm"),
    "a gap of a minute": ([config(), frame(b"", 960_000)], "BAD_INPUT", "frame.first_sample"),
    "a rate too low": ([config(audio_format(4_000))], "BAD_INPUT", "config.format.sample_rate"),
    "a rate too high": ([config(audio_format(96_000))], "BAD_INPUT", "config.format.sample_rate"),
    "three channels": (
        [config(audio_format(channels=3))], "BAD_INPUT", "config.format.channels",
    ),
    "no encoding": (
        [config(audio_format(encoding=audio_pb2.AUDIO_ENCODING_UNSPECIFIED))],
        "BAD_INPUT", "config.format.encoding",
    ),
    "an unknown language": ([config(language="tlh")], "LANGUAGE_UNKNOWN", "config.language"),
    "too many hotwords": ([config(hotwords=["a"] * 101)], "BAD_INPUT", "config.hotwords"),
    "a silence out of range": (
        [config(endpointing=stt_pb2.Endpointing(end_silence_ms=50))],
        "BAD_INPUT", "config.endpointing.end_silence_ms",
    ),
    "nothing at all": ([config(), stt_pb2.AudioIn()], "BAD_INPUT", "payload"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
async def test_bad_input_gets_its_typed_error_at_once(channel: grpc.aio.Channel, name: str) -> None:
    """The reason, and the field where one is at fault; the next stream is served."""
    messages, reason, field = BAD[name]
    with pytest.raises(JuneError) as refused:
        await transcribe(channel, messages)
    assert refused.value.reason == reason
    if field:
        assert field in refused.value.fields
    assert await transcribe(channel, [config(), *frames(SECOND)]) is not None


async def test_a_message_of_ten_megabytes_is_refused_by_grpc(channel: grpc.aio.Channel) -> None:
    with pytest.raises(JuneError) as refused:
        await transcribe(channel, [config(), frame(bytes(10 << 20))])
    assert refused.value.code is grpc.StatusCode.RESOURCE_EXHAUSTED


async def test_speech_is_told_and_the_stream_ends_in_order(
    channel: grpc.aio.Channel, speech: Callable[[str], Path]
) -> None:
    """Half-closing in the middle of a word ends the turn with the caller's reason."""
    pcm = speech("weather-en.wav").read_bytes()[44:]
    told = await transcribe(channel, [config(), *frames(pcm[: len(pcm) // 2 & ~1])])
    assert told[-1].event == stt_pb2.TRANSCRIPT_EVENT_END_OF_TURN
    assert told[-1].end_reason == stt_pb2.END_REASON_CLIENT
    assert told[-1].final_text == "what's the weather like"


async def test_a_silent_stream_shows_that_it_lives(channel: grpc.aio.Channel) -> None:
    """A heartbeat within a second or so, which acknowledges the audio."""
    call: Any = stt_service_pb2_grpc.SttServiceStub(channel).Transcribe(None)
    await call.write(config())
    for each in frames(SECOND[:16_000]):
        await call.write(each)
    async with asyncio.timeout(10):
        beat = await call.read()
    assert beat.event == stt_pb2.TRANSCRIPT_EVENT_HEARTBEAT
    assert 450 < beat.audio_processed_ms <= 500
    call.cancel()


async def test_a_caller_that_never_half_closes_is_let_go() -> None:
    async with running(service(idle_seconds=0.2)) as channel:
        call: Any = stt_service_pb2_grpc.SttServiceStub(channel).Transcribe(None)
        await call.write(config())
        async with asyncio.timeout(10):
            assert await call.code() is grpc.StatusCode.DEADLINE_EXCEEDED


async def test_a_full_service_says_when_to_come_back() -> None:
    async with running(service(max_streams=1)) as channel:
        call: Any = stt_service_pb2_grpc.SttServiceStub(channel).Transcribe(None)
        await call.write(config())
        await call.initial_metadata()
        with pytest.raises(JuneError) as refused:
            await transcribe(channel, [config()])
        call.cancel()
    assert refused.value.reason == "AT_CAPACITY"
    assert refused.value.retry_after


async def test_a_thousand_streams_that_vanish_leave_nothing() -> None:
    """Cancelled in the middle of their audio: no session, no engine stream, no task."""
    engine = ScriptedEngine(SttScript())
    hosted = Stt(SttSettings(), engine)
    async with running(hosted) as channel:
        stub = stt_service_pb2_grpc.SttServiceStub(channel)
        await transcribe(channel, [config()])
        before = len(asyncio.all_tasks())
        for _ in range(20):
            calls: list[Any] = [stub.Transcribe(None) for _ in range(50)]
            for call in calls:
                await call.write(config())
                await call.write(frame(SECOND[:1_280]))
            for call in calls:
                call.cancel()
        async with asyncio.timeout(20):
            while hosted.sessions.active or len(asyncio.all_tasks()) > before + 2:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        assert engine.open_streams == 0


async def test_a_later_config_that_cannot_be_is_refused_in_band(
    speech: Callable[[str], Path],
) -> None:
    """Its number says which; the stream goes on by the one before it. It counts as an
    error that was sent."""
    pcm, hosted = speech("weather-en.wav").read_bytes()[44:], service()
    async with running(hosted) as channel:
        told = await transcribe(
            channel,
            [
                config(config_number=1),
                *frames(pcm + SECOND),
                config(language="tlh", config_number=2),
                *frames(pcm + SECOND),
            ],
        )
    assert hosted.metrics.errors == {"LANGUAGE_UNKNOWN": 1}
    (refused,) = [each for each in told if each.HasField("error")]
    assert refused.config_number == 2
    assert from_status(refused.error).reason == "LANGUAGE_UNKNOWN"
    assert refused.event == stt_pb2.TRANSCRIPT_EVENT_UNSPECIFIED
    ends = [each for each in told if each.event == stt_pb2.TRANSCRIPT_EVENT_END_OF_TURN]
    assert [end.config_number for end in ends] == [1, 1]


async def test_every_event_of_a_turn_names_the_config_by_which_it_is_heard(
    channel: grpc.aio.Channel, speech: Callable[[str], Path]
) -> None:
    """A config that comes in the middle of a turn is of the next one."""
    pcm = speech("weather-en.wav").read_bytes()[44:]
    half = len(pcm) // 2 // 640 * 640
    told = await transcribe(
        channel,
        [
            config(config_number=7),
            *frames(pcm[:half]),
            config(config_number=8, partials=False),
            *frames(pcm[half:] + SECOND + pcm + SECOND),
        ],
    )
    turns = {0: set[int](), 1: set[int]()}
    for each in told:
        if each.event != stt_pb2.TRANSCRIPT_EVENT_HEARTBEAT:
            turns[each.turn_index].add(each.config_number)
    assert turns == {0: {7}, 1: {8}}
