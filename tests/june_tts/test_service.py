"""june.tts.v1 over a real channel."""

import asyncio
import itertools
from collections.abc import Sequence

import numpy as np
import pytest
from june.common.v1 import audio_pb2
from june.control.v1 import control_pb2, control_service_pb2_grpc
from june.metrics.v1 import metrics_pb2, metrics_service_pb2_grpc
from june.tts.v1 import tts_pb2

from june_runtime import pcm
from june_runtime.errors import SettingsError
from june_runtime.wire import read_format
from june_tts.engine import Voice
from june_tts.engines.scripted import Script, ScriptedEngine
from tests.june_tts.wires import (
    F32LE,
    MULAW,
    QUICK,
    S16LE,
    cancel,
    config,
    said,
    served,
    text,
)

RATE = 24_000
WORDS = "one two three four"
SECONDS = 4 * 0.35


async def test_a_sentence_comes_back_as_audio() -> None:
    """Chunks in order, the last of them final and complete, with every word."""
    async with served() as service, service.line(config(), *said(1, WORDS)) as line:
        chunks = await line.sentence(1)
        assert await line.rest() == []
    assert [chunk.seq for chunk in chunks] == list(range(len(chunks)))
    lengths = [len(chunk.pcm) // 2 for chunk in chunks]
    assert [chunk.start_sample for chunk in chunks] == [0, *itertools.accumulate(lengths)][:-1]
    assert sum(lengths) == SECONDS * RATE
    assert [chunk.final for chunk in chunks] == [False] * (len(chunks) - 1) + [True]
    assert chunks[-1].end_reason == tts_pb2.END_REASON_COMPLETE
    assert [word.text for word in chunks[-1].words] == WORDS.split()


async def test_a_stream_serves_many_sentences() -> None:
    """One after another, each numbered from 0."""
    async with served() as service, service.line(config()) as line:
        for number in (1, 2, 7):
            await line.send(*said(number, WORDS))
            chunks = await line.sentence(number)
            assert (chunks[0].seq, chunks[0].start_sample) == (0, 0)


@pytest.mark.parametrize(
    ("encoding", "rate"), [(MULAW, 8_000), (S16LE, 24_000), (F32LE, 48_000), (S16LE, 44_100)]
)
async def test_audio_comes_in_the_format_asked_for(
    encoding: audio_pb2.AudioEncoding, rate: int
) -> None:
    """Of exact length, and the same sound as in the engine's own."""
    audio = audio_pb2.AudioFormat(encoding=encoding, sample_rate=rate)
    async with served() as service, service.line(config(format=audio), *said(1, WORDS)) as line:
        chunks = await line.sentence(1)
    assert {chunk.format.sample_rate for chunk in chunks} == {rate}
    samples = pcm.decode(b"".join(chunk.pcm for chunk in chunks), read_format(audio, ""))
    assert len(samples) == round(SECONDS * rate)
    assert 0.15 < float(np.sqrt(np.mean(samples**2))) < 0.25


@pytest.mark.parametrize("rate", [8_000, 16_000, 24_000])
async def test_streamed_audio_is_the_audio_sent_at_once(rate: int) -> None:
    """Whether it leaves as it is made changes no byte."""
    audio = audio_pb2.AudioFormat(encoding=S16LE, sample_rate=rate)
    async with served() as service:
        async with service.line(config(format=audio), *said(1, WORDS)) as line:
            streamed = await line.sentence(1)
        once = config(format=audio, streaming=False)
        async with service.line(once, *said(1, WORDS)) as line:
            [whole] = await line.sentence(1)
    assert len(streamed) > 10
    assert b"".join(chunk.pcm for chunk in streamed) == whole.pcm


async def test_chunks_hold_what_was_asked_for() -> None:
    """All but the last have at least chunk_ms of audio."""
    async with served() as service, service.line(config(chunk_ms=100), *said(1, WORDS)) as line:
        chunks = await line.sentence(1)
    assert all(len(chunk.pcm) >= 0.1 * RATE * 2 for chunk in chunks[:-1])


async def test_a_cancelled_sentence_ends_and_the_next_one_is_spoken() -> None:
    """END_REASON_CANCELLED, after audio or before any."""
    slow = Script(first_audio_ms=1, speed=0.5)
    async with served(script=slow) as service, service.line(config(), *said(1, WORDS)) as line:
        assert await line.read()
        await line.send(cancel(1))
        assert (await line.sentence(1))[-1].end_reason == tts_pb2.END_REASON_CANCELLED
        await line.send(*said(2, "word"), cancel(2), text(3, "word"), cancel(3), cancel(9))
        assert (await line.sentence(2))[-1].end_reason == tts_pb2.END_REASON_CANCELLED
        assert (await line.sentence(3))[-1].end_reason == tts_pb2.END_REASON_CANCELLED
        await line.send(*said(4, "word"))
        assert (await line.sentence(4))[-1].end_reason == tts_pb2.END_REASON_COMPLETE


async def test_streams_are_spoken_at_the_same_time() -> None:
    """More at once means more streams, and none hears another."""
    async with served() as service:

        async def speak(number: int) -> bytes:
            async with service.line(config(seed=number % 3), *said(1, WORDS)) as line:
                return b"".join(chunk.pcm for chunk in await line.sentence(1))

        spoken = await asyncio.gather(*(speak(number) for number in range(12)))
    assert spoken == spoken[:3] * 4
    assert len(set(spoken)) == 3


async def test_voices_are_listed_by_language() -> None:
    """All of them where none is named; the default is said."""
    async with served() as service:
        everything = await service.stub.ListVoices(tts_pb2.ListVoicesRequest())
        british = await service.stub.ListVoices(tts_pb2.ListVoicesRequest(language="en"))
        german = await service.stub.ListVoices(tts_pb2.ListVoicesRequest(language="de-AT"))
        none = await service.stub.ListVoices(tts_pb2.ListVoicesRequest(language="tlh"))
    assert everything.default_voice == "tone"
    assert [voice.name for voice in everything.voices] == ["tone", "high"]
    assert everything.voices[0].sample_rate == RATE
    assert len(british.voices) == 2
    assert [voice.name for voice in german.voices] == ["tone"]
    assert not none.voices


class Moving(ScriptedEngine):
    """Finds another voice, and loses it again, whenever it is asked to look."""

    def __init__(self) -> None:
        super().__init__(QUICK)
        self.guest = False

    @property
    def voices(self) -> Sequence[Voice]:
        guest = (Voice("guest", ("en",), "Comes and goes", RATE),)
        return (*super().voices, *(guest if self.guest else ()))

    async def refresh(self) -> None:
        self.guest = not self.guest


async def test_voices_that_come_are_listed_and_heard() -> None:
    """Without a restart; once they are gone they are unknown."""
    async with served(Moving()) as service:
        for expected in (3, 2):
            listed = await service.stub.ListVoices(tts_pb2.ListVoicesRequest())
            assert len(listed.voices) == expected
        async with service.line(config(voice="guest"), *said(1, WORDS)) as line:
            assert (await line.sentence(1))[-1].end_reason == tts_pb2.END_REASON_COMPLETE
            await line.send(config(voice="guest"))
            assert (await line.error()).reason == "VOICE_UNKNOWN"


async def test_a_default_that_is_gone_is_the_engines_own() -> None:
    """Streams that ask for nobody are spoken to all the same."""
    engine = Moving()
    engine.guest = True
    async with served(engine, voice="guest") as service:
        async with service.line(config(), *said(1, WORDS)) as line:
            assert (await line.sentence(1))[-1].end_reason == tts_pb2.END_REASON_COMPLETE
        for expected in ((3, "guest"), (2, "tone")):
            listed = await service.stub.ListVoices(tts_pb2.ListVoicesRequest())
            assert (len(listed.voices), listed.default_voice) == expected


async def test_a_live_default_changes_what_streams_get() -> None:
    """Configure and status tell the same."""
    async with served() as service:
        control = control_service_pb2_grpc.ControlServiceStub(service.channel)
        change = control_pb2.Config(tts_streaming=False, voice="high")
        answer = await control.Configure(control_pb2.ConfigureRequest(config=change))
        assert (answer.config.voice, answer.config.tts_chunk_ms) == ("high", 40)
        async with service.line(config(), *said(1, WORDS)) as line:
            assert len(await line.sentence(1)) == 1
        status = (await control.GetStatus(control_pb2.GetStatusRequest())).status
        assert (status.service, status.engine) == ("june_tts", "scripted")
        assert status.config.voice == "high"
        listed = await service.stub.ListVoices(tts_pb2.ListVoicesRequest())
        assert listed.default_voice == "high"


async def test_figures_are_served() -> None:
    """The latency that existing users know is among them."""
    async with served() as service, service.line(config(), *said(1, WORDS)) as line:
        await line.sentence(1)
        stub = metrics_service_pb2_grpc.MetricsServiceStub(service.channel)
        figures = (await stub.GetMetrics(metrics_pb2.GetMetricsRequest())).metrics
    assert figures.avg_first_audio_ms > 0
    assert figures.counts["sentences_complete"] == 1
    assert figures.gauges["active_sessions"] == 1


async def test_a_draining_server_tells_its_streams_to_go() -> None:
    """The sentence under way is finished; new streams are refused."""
    slow = Script(first_audio_ms=1, speed=4)
    async with served(script=slow) as service, service.line(config(), *said(1, WORDS)) as line:
        assert await line.read()
        service.host.sessions.drain(30)
        left = (await line.sentence(1))[-1]
        chunks = [left, *await line.rest()]
        assert left.end_reason == tts_pb2.END_REASON_COMPLETE
        async with service.line(config()) as late:
            assert (await late.error()).reason == "DRAINING"
    assert chunks


async def test_go_away_comes_in_band() -> None:
    """With the time that is left, even where nothing is being said."""
    async with served() as service, service.line(config(), *said(1, "word")) as line:
        await line.sentence(1)
        service.host.sessions.drain(30)
        told = await line.read()
        assert told is not None
        assert 29e9 < told.go_away.time_left.ToNanoseconds() <= 30e9
        assert (told.pcm, told.final) == (b"", False)


async def test_a_default_voice_that_does_not_exist_stops_the_start() -> None:
    """The settings are at fault, and say so."""
    with pytest.raises(SettingsError, match="nobody"):
        async with served(voice="nobody"):
            pass


async def test_a_recording_reaches_an_engine_that_imitates() -> None:
    """Its format is checked, its audio decoded."""
    reference = tts_pb2.VoiceReference(
        pcm=bytes(32_000), format=audio_pb2.AudioFormat(encoding=S16LE, sample_rate=16_000)
    )
    async with (
        served() as service,
        service.line(config(reference=reference), *said(1, "word")) as line,
    ):
        assert (await line.sentence(1))[-1].end_reason == tts_pb2.END_REASON_COMPLETE
