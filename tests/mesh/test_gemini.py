"""Spoken conversations that Gemini thinks for, through four real servers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from typing import Any

import pytest
from june.control.v1 import control_pb2, control_service_pb2_grpc
from june.orchestrator.v1 import orchestrator_pb2 as pb

from tests.gemini_server import Answer, GeminiServer, chunk, error, gemini_server, said
from tests.mesh.caller import Caller
from tests.mesh.conftest import MakeMesh

CALL = chunk([{"functionCall": {"name": "get_time", "args": {}}}], "STOP")
ANSWERS = [["It is mild", " and dry today.", " Tomorrow", " it rains."], ["It is", " noon."]]


@pytest.fixture
async def gemini(gemini_extra: None) -> AsyncGenerator[GeminiServer, None]:
    async with gemini_server() as server:
        yield server


def converses(body: Any) -> Answer:
    """To the first question words, to the second a call and, with its result, words."""
    contents = body["contents"]
    if "functionResponse" in contents[-1]["parts"][0]:
        return Answer(said(*ANSWERS[1]))
    return Answer(said(*ANSWERS[0])) if len(contents) == 1 else Answer([CALL])


async def test_a_whole_conversation(
    make_mesh: MakeMesh, gemini: GeminiServer, question: bytes
) -> None:
    """Spoken twice, answered twice in voice: streamed, with a tool, the first turn known to
    the second; and the record has the tokens as Gemini counts them."""
    gemini.choose = converses
    async with make_mesh(gemini=gemini.url) as mesh, Caller(mesh.channel) as caller:
        await caller.begin()
        records = []
        for _ in ANSWERS:
            await caller.speak(question)
            await caller.hush(0.8)
            records.append((await caller.until("turn_ended")).turn_ended)
        heard = caller.of("audio")

    assert [record.outcome for record in records] == [pb.TURN_OUTCOME_COMPLETE] * 2
    assert [record.reply_text for record in records] == ["".join(each) for each in ANSWERS]
    assert sum(len(run.pcm) for run in heard) > 0
    last = gemini.bodies[-1]["contents"]
    assert [each["role"] for each in last] == ["user", "model", "user", "model", "user"]
    assert last[1]["parts"] == [{"text": "".join(ANSWERS[0])}]
    assert records[0].HasField("first_token_ms")


async def test_sentences_are_spoken_while_gemini_still_writes(
    make_mesh: MakeMesh, gemini: GeminiServer
) -> None:
    """The first is heard although the second never comes."""
    gemini.answers = [Answer([*said("It is mild today.", " Tom")[:2], 3_600.0])]
    async with make_mesh(gemini=gemini.url) as mesh, Caller(mesh.channel) as caller:
        await caller.say(config=pb.SessionConfig())
        await caller.say(text="And today?")
        await caller.until("audio")
        assert [each.text for each in caller.of("reply_text")] == ["It is mild today."]


async def test_an_interruption_hangs_up(make_mesh: MakeMesh, gemini: GeminiServer) -> None:
    """What nobody hears is not written."""
    gemini.answers = [Answer([*said("It is mild today.", " Tom")[:2], 3_600.0])]
    async with make_mesh(gemini=gemini.url) as mesh, Caller(mesh.channel) as caller:
        await caller.say(config=pb.SessionConfig())
        await caller.say(text="And today?")
        await caller.until("audio")
        await caller.say(interrupt=pb.Interrupt())
        record = (await caller.until("turn_ended")).turn_ended
        async with asyncio.timeout(10):
            await gemini.hung_up.wait()
    assert record.outcome == pb.TURN_OUTCOME_INTERRUPTED


async def test_a_turn_that_gemini_fails_leaves_the_session_whole(
    make_mesh: MakeMesh, gemini: GeminiServer
) -> None:
    """The record says why, and the next turn is answered."""
    gemini.answers = [Answer(error(429, "Too many"), 429), Answer(said("It is mild today."))]
    async with make_mesh(gemini=gemini.url) as mesh, Caller(mesh.channel) as caller:
        await caller.say(config=pb.SessionConfig())
        await caller.say(text="And today?")
        failed = (await caller.until("turn_ended")).turn_ended
        await caller.say(text="And now?")
        answered = (await caller.until("turn_ended")).turn_ended
    assert failed.outcome == pb.TURN_OUTCOME_FAILED
    assert failed.error.message == "Gemini's quota is used up"
    assert answered.reply_text == "It is mild today."


async def test_without_streaming_the_answer_comes_by_the_plain_call(
    make_mesh: MakeMesh, gemini: GeminiServer
) -> None:
    gemini.answers = [Answer([chunk([{"text": "It is mild today."}], "STOP")])]
    off = {"gemini": gemini.url, "streaming_enabled": False}
    async with make_mesh(**off) as mesh, Caller(mesh.channel) as caller:
        await caller.say(config=pb.SessionConfig())
        await caller.say(text="And today?")
        record = (await caller.until("turn_ended")).turn_ended
    assert record.reply_text == "It is mild today."
    assert ":generateContent" in gemini.asked[-1].path


async def test_how_gemini_is_asked_is_configured_while_june_runs(
    make_mesh: MakeMesh, gemini: GeminiServer
) -> None:
    """From a session's next turn on; what it is told of the talk before, too."""
    gemini.choose = lambda _: Answer(said("It is mild."))
    safety = '{"HARM_CATEGORY_HARASSMENT": "BLOCK_ONLY_HIGH"}'
    async with make_mesh(gemini=gemini.url) as mesh, Caller(mesh.channel) as caller:
        await caller.say(config=pb.SessionConfig(speak=False))
        for question in ("And today?", "And here?"):
            await caller.say(text=question)
            await caller.until("turn_ended")
        config = control_pb2.Config(
            temperature=0.25, thinking_level="high", safety_settings=safety, history_tokens=1
        )
        control = control_service_pb2_grpc.ControlServiceStub(mesh.channel)
        await control.Configure(control_pb2.ConfigureRequest(config=config), timeout=5)
        await caller.say(text="And then?")
        await caller.until("turn_ended")
    before, after = gemini.bodies[-2:]
    assert "temperature" not in before["generationConfig"]
    assert before["generationConfig"]["thinkingConfig"] == {"thinking_level": "MINIMAL"}
    assert after["generationConfig"]["temperature"] == 0.25
    assert after["generationConfig"]["thinkingConfig"] == {"thinking_level": "HIGH"}
    assert after["safetySettings"] == [
        {"category": "HARM_CATEGORY_HARASSMENT", "threshold": "BLOCK_ONLY_HIGH"}
    ]
    # The last exchange always goes along.
    asked = [part["text"] for each in after["contents"] for part in each["parts"]]
    assert asked == ["And here?", "It is mild.", "And then?"]


async def test_an_option_that_gemini_refuses_is_counted(
    make_mesh: MakeMesh, gemini: GeminiServer
) -> None:
    """The turn is answered without it; asked plainly, it has its tokens too."""
    refused = error(400, "Thinking level is not supported.")
    cost = {"usageMetadata": {"promptTokenCount": 9, "candidatesTokenCount": 4}}
    plain = chunk([{"text": "It is mild."}], "STOP") | cost
    gemini.answers = [Answer(refused, 400), Answer([plain])]
    async with make_mesh(gemini=gemini.url) as mesh, Caller(mesh.channel) as caller:
        await caller.say(config=pb.SessionConfig(speak=False, sequential=True))
        await caller.say(text="And today?")
        record = (await caller.until("turn_ended")).turn_ended
        counts = mesh.orchestrator.metrics.snapshot().counts
    assert record.reply_text == "It is mild."
    assert (counts["options_refused"], counts["tokens"]) == (1, 4)
