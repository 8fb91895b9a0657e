"""Bad callers, over a real channel: each gets its typed error at once or is bounded,
and nobody else notices."""

import asyncio
from collections.abc import Callable
from typing import Any

import grpc
import pytest
from june.common.v1 import audio_pb2
from june.tts.v1 import tts_pb2

from june_runtime.errors import InvalidInput
from june_tts.engines.scripted import Script, ScriptedEngine
from tests.june_tts.wires import (
    F32LE,
    S16LE,
    cancel,
    config,
    flush,
    reason_of,
    said,
    served,
    text,
)

SLOW = Script(first_audio_ms=1, speed=1)


def audio(encoding: int = S16LE, rate: int = 16_000, channels: int = 1) -> audio_pb2.AudioFormat:
    return audio_pb2.AudioFormat(
        encoding=encoding,  # type: ignore[arg-type]
        sample_rate=rate,
        channels=channels,
    )


def reference(pcm: bytes = bytes(3_200), **fields: Any) -> dict[str, tts_pb2.VoiceReference]:
    return {"reference": tts_pb2.VoiceReference(pcm=pcm, format=audio(**fields))}


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"exaggeration": 9}, "config.exaggeration"),
        ({"exaggeration": float("nan")}, "config.exaggeration"),
        ({"cfg_weight": 1.5}, "config.cfg_weight"),
        ({"temperature": 0}, "config.temperature"),
        ({"speaking_rate": 0.1}, "config.speaking_rate"),
        ({"chunk_ms": 5}, "config.chunk_ms"),
        ({"lexicon": {"a": ""}}, "config.lexicon"),
        ({"voice": "nobody"}, "config.voice"),
        ({"language": "tlh"}, "config.language"),
        ({"format": audio(rate=7_999)}, "config.format.sample_rate"),
        ({"format": audio(rate=48_001)}, "config.format.sample_rate"),
        ({"format": audio(encoding=0)}, "config.format.encoding"),
        ({"format": audio(encoding=99)}, "config.format.encoding"),
        ({"format": audio(channels=2)}, "config.format.channels"),
        (reference(bytes(3)), "config.reference.pcm"),
        (reference(b""), "config.reference.pcm"),
        (reference(bytes(31 * 32_000)), "config.reference.pcm"),
        (reference(rate=1), "config.reference.format.sample_rate"),
    ],
)
async def test_a_wrong_config_ends_the_stream(wrong: dict[str, Any], field: str) -> None:
    """With INVALID_ARGUMENT and a BadRequest that names the field."""
    async with served() as service, service.line(config(**wrong)) as line:
        error = await line.error()
    assert isinstance(error, InvalidInput)
    assert set(error.fields) == {field}


@pytest.mark.parametrize(
    ("messages", "reason"),
    [
        ([text(1, "word")], "CONFIG_MISSING"),
        ([flush(1)], "CONFIG_MISSING"),
        ([tts_pb2.Text(sentence_id=1)], "BAD_INPUT"),
        ([config(), *said(2, "word"), text(1, "word")], "SENTENCE_OUT_OF_ORDER"),
        ([config(), *said(2, "word"), flush(2)], "SENTENCE_OUT_OF_ORDER"),
        ([config(), text(1, "word"), text(2, "word")], "SENTENCE_OUT_OF_ORDER"),
        ([config(), text(1, "word"), config()], "CONFIG_MISPLACED"),
        ([config(voice="nobody")], "VOICE_UNKNOWN"),
        ([config(language="tlh")], "LANGUAGE_UNKNOWN"),
    ],
)
async def test_a_wrong_order_ends_the_stream(messages: list[tts_pb2.Text], reason: str) -> None:
    """With its reason."""
    async with served() as service, service.line(*messages) as line:
        assert (await line.error()).reason == reason


class OwnVoicesOnly(ScriptedEngine):
    imitates = False


async def test_a_recording_is_refused_by_an_engine_that_cannot_imitate() -> None:
    """REFERENCE_UNSUPPORTED names the field."""
    async with served(OwnVoicesOnly()) as service, service.line(config(**reference())) as line:
        error = await line.error()
    assert (error.reason, set(error.fields)) == ("REFERENCE_UNSUPPORTED", {"config.reference"})


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("word " * 12_800, "TEXT_TOO_LONG"),
        ("w" * 2_001, "TEXT_TOO_LONG"),
        ("", "NOTHING_TO_SAY"),
        ("😀👍🏽🇺🇸", "NOTHING_TO_SAY"),
        ("***", "NOTHING_TO_SAY"),
    ],
)
async def test_a_sentence_that_cannot_be_spoken_fails_alone(words: str, reason: str) -> None:
    """64,000 characters, none, or emoji only: that sentence's error; the stream goes on."""
    async with served() as service, service.line(config(), *said(1, words)) as line:
        [answer] = await line.sentence(1)
        assert answer.end_reason == tts_pb2.END_REASON_ERROR
        assert reason_of(answer.error) == reason
        await line.send(*said(2, "word"))
        assert (await line.sentence(2))[-1].end_reason == tts_pb2.END_REASON_COMPLETE


async def test_text_without_end_costs_nothing() -> None:
    """A sentence that is never flushed is answered when it grows too long; what still
    comes of it is dropped."""
    async with served() as service, service.line(config()) as line:
        await line.send(*(text(1, "word " * 100) for _ in range(200)))
        [answer] = await line.sentence(1)
        assert reason_of(answer.error) == "TEXT_TOO_LONG"
        await line.send(flush(1), *said(2, "word"))
        assert await line.sentence(2)


async def test_one_sentence_too_many_fails_alone() -> None:
    """SENTENCES_WAITING at once; the others are spoken."""
    async with served(script=SLOW) as service, service.line(config()) as line:
        for number in range(6):
            await line.send(*said(number, "word"))
        [refused] = await line.sentence(5)
        assert reason_of(refused.error) == "SENTENCES_WAITING"
        for number in range(5):
            await line.send(cancel(number))
        finals = [chunk for chunk in await line.rest() if chunk.final]
    assert [chunk.sentence_id for chunk in finals] == list(range(5))


async def test_one_stream_too_many_is_refused() -> None:
    """AT_CAPACITY with a time after which to try again; when one ends there is room."""
    async with served(max_streams=2) as service:
        async with service.line(config(), *said(1, "word")) as first, service.line(config()):
            await first.sentence(1)
            async with service.line(config()) as third:
                error = await third.error()
            assert (error.reason, error.retry_after) == ("AT_CAPACITY", 1.0)
        await service.idle()
        async with service.line(config(), *said(1, "word")) as again:
            assert await again.sentence(1)


async def test_a_message_that_is_too_large_is_refused() -> None:
    """gRPC's own limit: it is never even parsed."""
    async with served() as service:
        call = service.stub.Synthesize()
        await call.write(config(**reference(bytes(17 << 20))))
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await call.read()
        assert refused.value.code() is grpc.StatusCode.RESOURCE_EXHAUSTED


async def test_a_caller_that_never_reads_is_bounded_and_sent_away() -> None:
    """The engine stops soon, the stream ends, and another caller hears nothing of it."""
    engine = ScriptedEngine(Script(first_audio_ms=1, speed=0))
    made: list[int] = []
    synthesize = engine.synthesize

    async def counted(sentence: Any) -> Any:
        async for speech in synthesize(sentence):
            made.append(len(speech.samples))
            yield speech

    engine.synthesize = counted  # type: ignore[method-assign]
    endless = " ".join(["word"] * 300)
    async with served(engine, stall_seconds=1) as service:
        wide = config(format=audio(F32LE, 48_000))
        async with service.line(wide, *said(1, endless)) as silent:
            async with service.line(config(), *said(1, "word")) as other:
                assert await other.sentence(1)
            await service.idle()
            assert engine.speaking == 0
            assert sum(made) / 24_000 < 10  # of 105 s
            assert (await silent.error()).reason == "READER_STALLED"


async def test_a_caller_that_never_half_closes_holds_one_place_only() -> None:
    """Nothing runs for it; when its connection goes, so does the place."""
    async with served() as service:
        async with service.line(config(), *said(1, "word")) as line:
            await line.sentence(1)
            assert service.host.sessions.active == 1
            assert isinstance(service.host.engine, ScriptedEngine)
            assert service.host.engine.speaking == 0
        await service.idle()


async def test_a_caller_that_vanishes_frees_the_engine() -> None:
    """In the middle of a sentence, at once."""
    engine = ScriptedEngine(SLOW)
    async with served(engine) as service:
        async with service.line(config(), *said(1, "word " * 100)) as line:
            assert await line.read()
            assert engine.speaking == 1
        await service.idle()
        assert engine.speaking == 0


async def until(true: Callable[[], bool]) -> None:
    """Other tasks run until it is so."""
    async with asyncio.timeout(10):
        while not true():  # noqa: ASYNC110  nobody tells when a task is gone
            await asyncio.sleep(0.01)


@pytest.mark.slow
async def test_a_thousand_cancelled_streams_leave_nothing() -> None:
    """No task, no session, no sentence."""
    engine = ScriptedEngine(SLOW)
    async with served(engine) as service:
        async with service.line(config(), *said(1, "word")) as line:
            await line.sentence(1)
        await service.idle()
        before = len(asyncio.all_tasks())

        async def abandoned(number: int) -> None:
            async with service.line(config(), *said(1, "word " * 50)) as line:
                if number % 2:
                    await line.read()

        for _ in range(20):
            await asyncio.gather(*(abandoned(number) for number in range(50)))
        await service.idle()
        await until(lambda: len(asyncio.all_tasks()) <= before)
        assert engine.speaking == 0


@pytest.mark.slow
async def test_a_thousand_cancelled_sentences_leave_nothing() -> None:
    """On one stream, each answered."""
    engine = ScriptedEngine(SLOW)
    async with served(engine) as service, service.line(config()) as line:
        before = len(asyncio.all_tasks())
        for number in range(1_000):
            await line.send(*said(number, "word " * 50), cancel(number))
            [*_, final] = await line.sentence(number)
            assert final.end_reason == tts_pb2.END_REASON_CANCELLED
        assert engine.speaking == 0
        assert len(asyncio.all_tasks()) <= before + 4
