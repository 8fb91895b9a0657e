"""The flags of speech to text, and what each does to streams that say nothing."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import grpc
import numpy as np
import pytest
from june.control.v1 import control_pb2, control_service_pb2_grpc
from june.stt.v1 import stt_pb2

from june_runtime import settings
from june_runtime.pcm import Samples
from june_runtime.testing import running
from june_stt.engine import Hypothesis, SttOptions
from june_stt.engines.scripted import ScriptedEngine, ScriptedSession, SttScript
from june_stt.service import Stt
from june_stt.settings import OWNER, SttSettings
from tests.june_stt.caller import config, frames, transcribe

pytestmark = pytest.mark.usefixtures("hearing")

# Answers at once: audio comes faster than it was spoken, and a pause is soon over.
SCRIPT = SttScript(final_ms=0)
UPDATE = stt_pb2.TRANSCRIPT_EVENT_UPDATE
EAGER_END = stt_pb2.TRANSCRIPT_EVENT_EAGER_END
PAUSE = bytes(9_600)
# Of a recording what lies before and after the first and the last such sample is silence.
LOUD = 1_000


class NotedEngine(ScriptedEngine):
    """Notes what its ears are asked."""

    def __init__(self) -> None:
        super().__init__(SCRIPT)
        self.asked: list[str] = []

    async def open(self, options: SttOptions) -> ScriptedSession:
        self.open_streams += 1
        return NotedSession(self, SCRIPT, options)


class NotedSession(ScriptedSession):
    def __init__(self, engine: NotedEngine, script: SttScript, options: SttOptions) -> None:
        super().__init__(engine, script, options)
        self._asked = engine.asked

    async def push(self, samples: Samples) -> Hypothesis | None:
        self._asked.append("push")
        return await super().push(samples)

    async def finish(self) -> Hypothesis:
        self._asked.append("finish")
        return await super().finish()


@dataclass
class Service:
    channel: grpc.aio.Channel
    engine: NotedEngine


@asynccontextmanager
async def started_with(**flags: str) -> AsyncGenerator[Service, None]:
    engine = NotedEngine()
    async with running(Stt(settings.read(SttSettings, flags, OWNER), engine)) as channel:
        yield Service(channel, engine)


@pytest.fixture
def said(speech: Callable[[str], Path]) -> bytes:
    """A question, 300 ms of nothing, the question again and a second of silence."""
    samples = np.frombuffer(speech("weather-en.wav").read_bytes()[44:], "<i2")
    loud = np.flatnonzero(np.abs(samples) > LOUD)
    question = samples[loud[0] : loud[-1]].tobytes()
    return question + PAUSE + question + bytes(32_000)


async def heard(service: Service, said: bytes, **asked: Any) -> list[stt_pb2.TranscriptPartial]:
    return await transcribe(service.channel, [config(**asked), *frames(said)])


def story(told: list[stt_pb2.TranscriptPartial]) -> list[str]:
    """The events but for updates and heartbeats."""
    names = [stt_pb2.TranscriptEvent.Name(partial.event) for partial in told]
    short = [name.removeprefix("TRANSCRIPT_EVENT_") for name in names]
    return [name for name in short if name not in ("UPDATE", "HEARTBEAT")]


async def test_without_flags_speech_is_decoded_while_it_is_heard(said: bytes) -> None:
    """With updates whose words grow, and an answer for every pause."""
    async with started_with() as service:
        told = await heard(service, said)
    assert service.engine.asked.count("push") > 10
    updates = [partial.committed_text + partial.unstable_text for partial in told]
    assert len(set(updates)) > 3
    assert story(told)[-4:] == ["EAGER_END", "RESUMED", "EAGER_END", "END_OF_TURN"]


async def test_streaming_off_the_whole_utterance_is_transcribed_at_its_end(said: bytes) -> None:
    """Nothing while someone speaks: all of it in one piece when they pause, which may be
    the end, and the rest in another where it was not. The turn's own events are the same."""
    async with started_with() as service:
        streamed = await heard(service, said)
    async with started_with(STT_STREAMING_ENABLED="false") as service:
        told = await heard(service, said)
    assert service.engine.asked == ["push", "finish", "push", "finish"]
    assert story(told) == story(streamed)
    assert told[-1].final_text == SCRIPT.utterances[0]
    paused = [partial.event for partial in told].index(EAGER_END)
    assert not any(partial.committed_text or partial.unstable_text for partial in told[:paused])


async def test_partials_off_only_the_turns_own_events_are_told(said: bytes) -> None:
    """All that there are, with the same words; the engine hears as it goes on."""
    async with started_with() as service:
        everything = await heard(service, said)
    async with started_with(STT_PARTIALS_ENABLED="false") as service:
        told = await heard(service, said)
    assert any(partial.event == UPDATE for partial in everything)
    assert not any(partial.event == UPDATE for partial in told)
    assert story(told) == story(everything)
    assert told[-1].final_text == everything[-1].final_text
    assert service.engine.asked.count("push") > 10


async def test_a_stream_may_ask_for_the_other_way(said: bytes) -> None:
    """The flags are for those that say nothing."""
    flags = {"STT_STREAMING_ENABLED": "false", "STT_PARTIALS_ENABLED": "false"}
    async with started_with(**flags) as service:
        told = await heard(service, said, streaming=True, partials=True)
    assert service.engine.asked.count("push") > 10
    assert any(partial.event == UPDATE for partial in told)


@pytest.mark.parametrize("streaming", ["true", "false"])
@pytest.mark.parametrize("partials", ["true", "false"])
async def test_status_says_which_way_it_goes(streaming: str, partials: str) -> None:
    flags = {"STT_STREAMING_ENABLED": streaming, "STT_PARTIALS_ENABLED": partials}
    async with started_with(**flags) as service:
        control = control_service_pb2_grpc.ControlServiceStub(service.channel)
        status = await control.GetStatus(control_pb2.GetStatusRequest(), timeout=10)
    told = status.streaming
    assert (told.enabled, told.partials) == (streaming == "true", partials == "true")
