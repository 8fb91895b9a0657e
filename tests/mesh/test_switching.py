"""Switching between streaming and sequential while people talk."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import grpc
import pytest
from june.control.v1 import control_pb2, control_service_pb2_grpc
from june.orchestrator.v1 import orchestrator_pb2 as pb
from june.stt.v1 import stt_pb2

from tests.mesh.caller import Caller
from tests.mesh.conftest import MakeMesh, Mesh

ANSWER = ["It is mild and dry today.", "Tomorrow it rains a little.", "Then it is sunny again."]
SWITCHES = 50


@dataclass
class Turn:
    """What reached the caller of one turn."""

    updates: int = 0
    sentences: list[str] = field(default_factory=list)
    record: pb.TurnRecord = field(default_factory=pb.TurnRecord)


def turns_of(seen: list[pb.ConverseResponse]) -> Iterator[Turn]:
    turn = Turn()
    for response in seen:
        match response.WhichOneof("payload"):
            case "transcript":
                turn.updates += response.transcript.event == stt_pb2.TRANSCRIPT_EVENT_UPDATE
            case "reply_text":
                turn.sentences.append(response.reply_text.text)
            case "turn_ended":
                turn.record = response.turn_ended
                yield turn
                turn = Turn()


async def switch(channel: grpc.aio.Channel, **config: Any) -> control_pb2.ConfigureResponse:
    control = control_service_pb2_grpc.ControlServiceStub(channel)
    request = control_pb2.ConfigureRequest(config=control_pb2.Config(**config))
    answer: control_pb2.ConfigureResponse = await control.Configure(request, timeout=5)
    return answer


async def ask(caller: Caller, question: bytes, pace: float = 0.0) -> pb.TurnRecord:
    await caller.speak(question, pace=pace)
    await caller.hush(0.8)
    return (await caller.until("turn_ended")).turn_ended


async def begun(mesh: Mesh) -> None:
    """Returns once the orchestrator knows that somebody speaks."""
    async with asyncio.timeout(5):
        while mesh.orchestrator.metrics.gauges()["turns_in_progress"] < 1:  # noqa: ASYNC110
            await asyncio.sleep(0.005)


def check_unmixed(turn: Turn) -> None:
    """The turn was heard and answered in one mode from its first sound to its last."""
    record = turn.record
    assert record.outcome == pb.TURN_OUTCOME_COMPLETE
    assert record.user_text == "what's the weather like"
    assert record.reply_text == " ".join(ANSWER)
    if record.sequential:
        assert turn.updates == 0
        assert turn.sentences == [" ".join(ANSWER)]
        assert not record.speculated
        assert record.concurrent_sentences == 0
        assert record.tokens == 1
    else:
        assert turn.updates > 0
        assert turn.sentences == ANSWER
        assert record.tokens > 1


async def test_switching_fifty_times_loses_no_turn_and_mixes_no_modes(
    make_mesh: MakeMesh, question: bytes
) -> None:
    """At any moment of the conversation, in both directions."""
    moments = random.Random(7)
    async with make_mesh(tts={"word_ms": 20}) as mesh, Caller(mesh.channel) as caller:
        await caller.begin()
        asked = 0
        done = asyncio.Event()

        async def toggle() -> None:
            for count in range(SWITCHES):
                await switch(mesh.channel, streaming_enabled=bool(count % 2))
                await asyncio.sleep(moments.uniform(0.01, 0.3))
            done.set()

        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(toggle())
            while not done.is_set():
                await ask(caller, question, pace=0.004)
                asked += 1

    turns = list(turns_of(caller.seen))
    assert len(turns) == asked > 5
    for turn in turns:
        check_unmixed(turn)
    assert {turn.record.sequential for turn in turns} == {True, False}


@pytest.mark.parametrize("streaming", [False, True])
async def test_a_switch_takes_effect_at_the_next_turn(
    make_mesh: MakeMesh, question: bytes, streaming: bool
) -> None:
    """In the middle of what the user says it changes nothing of this turn."""
    half = len(question) // 2 // 1_280 * 1_280
    async with make_mesh() as mesh, Caller(mesh.channel) as caller:
        await switch(mesh.channel, streaming_enabled=not streaming)
        await caller.begin()
        await caller.speak(question[:half])
        if not streaming:
            await caller.until("transcript")  # the turn has begun
        else:
            await begun(mesh)
        answer = await switch(mesh.channel, streaming_enabled=streaming)
        first = await ask(caller, question[half:])
        second = await ask(caller, question)
    assert (answer.sessions_at_next_turn, answer.turns_unchanged) == (1, 1)
    assert first.sequential is streaming
    assert second.sequential is not streaming


async def test_every_setting_waits_for_the_next_turn(make_mesh: MakeMesh) -> None:
    """A reply under way is finished as it was begun."""
    async with make_mesh(tts={"word_ms": 100}) as mesh, Caller(mesh.channel) as caller:
        await caller.say(config=pb.SessionConfig())
        await caller.say(text="And now?")
        await caller.until("audio")
        answer = await switch(mesh.channel, min_sentence_chars=200)
        first = (await caller.until("turn_ended")).turn_ended
        await caller.say(text="And then?")
        second = (await caller.until("turn_ended")).turn_ended
    assert answer.turns_unchanged == 1
    assert len(first.sentences) == 3
    assert len(second.sentences) == 1


async def test_a_model_that_cannot_stream_falls_back_and_says_so(
    make_mesh: MakeMesh, question: bytes
) -> None:
    """For that turn alone; the figures count it."""
    async with make_mesh(brain={"streams": False}) as mesh, Caller(mesh.channel) as caller:
        await caller.begin()
        record = await ask(caller, question)
        counts = mesh.orchestrator.metrics.snapshot().counts
    assert record.fallback == "STREAMING_UNSUPPORTED"
    assert not record.sequential
    assert record.reply_text == " ".join(ANSWER)
    assert counts["fallbacks"] == 1
