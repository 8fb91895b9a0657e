"""The six flags at start, through three real servers: each has its effect and no other."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import grpc
import pytest
from june.control.v1 import control_pb2, control_service_pb2_grpc
from june.orchestrator.v1 import orchestrator_pb2 as pb
from june.stt.v1 import stt_pb2

from june_orchestrator.service import Orchestrator
from june_orchestrator.settings import OrchestratorSettings
from june_runtime.channel import connect
from june_runtime.setting_names import BARE_FLAGS
from june_runtime.settings import read
from june_runtime.testing import serving
from june_stt.service import Stt
from june_stt.settings import SttSettings
from june_tts.engines.scripted import Script, ScriptedEngine
from june_tts.service import TtsHost
from june_tts.settings import TtsSettings
from tests.june_stt.test_switches import NotedEngine
from tests.mesh.caller import Caller
from tests.mesh.test_turns import ANSWER

# The brain writes for 0.6 s; a sentence is 0.6 s of audio, made in half of that.
BRAIN = {"replies": [" ".join(ANSWER)], "first_token_ms": 5, "tokens_per_second": 25}
VOICE = Script(first_audio_ms=5, word_ms=120, speed=2)

OFF_ALL = dict.fromkeys(BARE_FLAGS, "false")


@dataclass
class Started:
    """Three services; what the caller was told of one turn, and its record."""

    addresses: dict[str, str]
    channel: grpc.aio.Channel
    ear: NotedEngine

    async def turn(self, question: bytes) -> tuple[Caller, pb.TurnRecord]:
        async with Caller(self.channel) as caller:
            await caller.begin()
            await caller.speak(question, pace=0.01)
            await caller.hush(1.0)
            return caller, (await caller.until("turn_ended")).turn_ended


@asynccontextmanager
async def started_with(**flags: str) -> AsyncGenerator[Started, None]:
    """One environment for all three, as a container or `june up` gives it."""
    ear = NotedEngine()
    stt = Stt(read(SttSettings, flags, "JUNE_STT_"), ear)
    tts = TtsHost(ScriptedEngine(VOICE), read(TtsSettings, flags, "JUNE_TTS_"))
    async with serving(stt) as stt_address, serving(tts) as tts_address:
        environ = flags | {
            "JUNE_ORCH_STT": stt_address,
            "JUNE_ORCH_TTS": tts_address,
            "JUNE_ORCH_BRAIN": "scripted",
            "JUNE_ORCH_BRAIN_SCRIPT": json.dumps(BRAIN),
        }
        front = Orchestrator(read(OrchestratorSettings, environ, "JUNE_ORCH_"))
        async with serving(front, mesh=False) as address, connect(address, mesh=False) as channel:
            addresses = {"stt": stt_address, "tts": tts_address, "orchestrator": address}
            yield Started(addresses, channel, ear)


def captions(caller: Caller) -> set[str]:
    """The kinds of transcript that the caller was told."""
    kinds = {stt_pb2.TranscriptEvent.Name(told.event) for told in caller.of("transcript")}
    return {kind.removeprefix("TRANSCRIPT_EVENT_") for kind in kinds}


def at(record: pb.TurnRecord, name: str) -> float:
    """Milliseconds from the end of the user's speech to a milestone."""
    return next(milestone.at_ms for milestone in record.milestones if milestone.name == name)


def leaves_as_it_is_made(record: pb.TurnRecord) -> bool:
    return at(record, "audible") < record.sentences[0].synthesised_ms


async def test_on_everything_goes_on_at_once(question: bytes) -> None:
    """What each of the following takes away."""
    async with started_with() as started:
        caller, record = await started.turn(question)
    assert captions(caller) >= {"SPEECH_STARTED", "UPDATE", "EAGER_END", "END_OF_TURN"}
    assert record.speculated
    assert record.concurrent_tts
    assert len(record.sentences) == len(ANSWER)
    assert leaves_as_it_is_made(record)
    assert started.ear.asked.count("push") > 10


async def test_concurrent_tts_off_synthesis_waits_for_the_whole_reply(question: bytes) -> None:
    """And streams otherwise: captions, speculation, text and audio come as they are made."""
    async with started_with(CONCURRENT_TTS_ENABLED="false") as started:
        caller, record = await started.turn(question)
    assert not record.concurrent_tts
    assert record.sentences[0].first_audio_ms >= at(record, "thought")
    assert record.speculated
    assert "UPDATE" in captions(caller)
    assert record.sentences[0].flushed_ms < at(record, "thought")
    assert [said.text for said in caller.of("reply_text")] == ANSWER
    assert leaves_as_it_is_made(record)


async def test_partial_support_off_only_the_end_of_the_turn_counts(question: bytes) -> None:
    """No caption before it, nothing begun before it; the rest streams."""
    async with started_with(PARTIAL_SUPPORT_ENABLED="false") as started:
        caller, record = await started.turn(question)
    assert captions(caller) == {"END_OF_TURN"}
    assert not record.speculated
    assert record.speculations_wasted == 0
    assert record.hidden_ms == 0
    assert record.concurrent_tts
    assert leaves_as_it_is_made(record)
    assert started.ear.asked.count("push") > 10


async def test_orchestrator_streaming_off_one_step_follows_the_other(question: bytes) -> None:
    """Transcript, whole reply, whole audio; nor do the others stream for it."""
    async with started_with(ORCH_STREAMING_ENABLED="false") as started:
        caller, record = await started.turn(question)
    assert started.ear.asked == ["push", "finish"]
    assert "UPDATE" not in captions(caller)
    assert not record.speculated
    assert not record.concurrent_tts
    assert [said.text for said in caller.of("reply_text")] == [" ".join(ANSWER)]
    [whole] = record.sentences
    assert at(record, "thought") <= whole.first_audio_ms
    assert whole.synthesised_ms <= at(record, "audible")


async def test_orchestrator_streaming_off_only_the_end_of_the_turn_counts(question: bytes) -> None:
    """Everything else "applies" only where it streams, and captions are part of that."""
    async with started_with(ORCH_STREAMING_ENABLED="false") as started:
        caller, _ = await started.turn(question)
    assert captions(caller) == {"END_OF_TURN"}


async def test_stt_streaming_off_the_orchestrator_leaves_it_so(question: bytes) -> None:
    """It asks for what it does itself, and not for what another service's flag decides."""
    async with started_with(STT_STREAMING_ENABLED="false") as started:
        _, record = await started.turn(question)
    assert started.ear.asked == ["push", "finish"]
    assert record.concurrent_tts
    assert leaves_as_it_is_made(record)


async def test_stt_partials_off_the_turns_own_events_remain(question: bytes) -> None:
    """The answer is still begun at the eager end."""
    async with started_with(STT_PARTIALS_ENABLED="false") as started:
        caller, record = await started.turn(question)
    assert captions(caller) == {"SPEECH_STARTED", "EAGER_END", "END_OF_TURN"}
    assert record.speculated


async def test_tts_streaming_off_a_sentence_is_sent_when_it_is_made(question: bytes) -> None:
    """Each by itself: the rest of the turn streams."""
    async with started_with(TTS_STREAMING_ENABLED="false") as started:
        _, record = await started.turn(question)
    assert not leaves_as_it_is_made(record)
    assert len(record.sentences) == len(ANSWER)
    assert record.concurrent_tts
    assert record.speculated


@pytest.mark.parametrize("service", ["stt", "tts", "orchestrator"])
async def test_with_all_six_off_every_service_says_that_it_goes_its_plain_way(service: str) -> None:
    """In the few words that GetStatus has for it."""
    async with started_with(**OFF_ALL) as started, connect(started.addresses[service]) as channel:
        control = control_service_pb2_grpc.ControlServiceStub(channel)
        status = await control.GetStatus(control_pb2.GetStatusRequest(), timeout=10)
    assert not any(value for _, value in status.streaming.ListFields())
    told = {field.name: value for field, value in status.status.config.ListFields()}
    switches = {
        "stt": {"stt_streaming", "stt_partials"},
        "tts": {"tts_streaming"},
        "orchestrator": {"streaming_enabled", "concurrent_tts", "partial_support"},
    }
    assert {name: told[name] for name in switches[service]} == dict.fromkeys(
        switches[service], False
    )


async def test_with_all_six_off_a_question_is_answered_the_plain_way(question: bytes) -> None:
    """As the old system did: the same words, one step after the other."""
    async with started_with(**OFF_ALL) as started:
        caller, record = await started.turn(question)
    assert record.outcome == pb.TURN_OUTCOME_COMPLETE
    assert record.reply_text == " ".join(ANSWER)
    assert started.ear.asked == ["push", "finish"]
    assert captions(caller) == {"END_OF_TURN"}
    assert not record.speculated
    assert not record.concurrent_tts
    assert not leaves_as_it_is_made(record)
