"""What Gemini is asked, and what comes of its answers."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from dataclasses import replace

import pytest

from june_orchestrator.manner import Manner
from june_orchestrator.ports import Brain, Usage
from june_runtime.errors import JuneError, NotServed
from tests.gemini_server import Answer, GeminiServer, chunk, said
from tests.june_orchestrator.brains.gemini.conftest import QUESTION, MakeBrain, pieces_of

PATIENCE_SECONDS = 10.0


async def test_an_answer_comes_in_pieces_and_ends_with_its_cost(
    gemini: GeminiServer, brain: Brain
) -> None:
    """Thoughts are counted and not spoken."""
    thought = chunk([{"text": "Let me see.", "thought": True}])
    cost = {"usageMetadata": {"promptTokenCount": 9, "candidatesTokenCount": 4}}
    cost["usageMetadata"]["thoughtsTokenCount"] = 2
    gemini.answers = [Answer([thought, *said("Well", ", thanks.")[:2], chunk([], "STOP") | cost])]
    assert await pieces_of(brain) == ["Well", ", thanks.", Usage(9, 6)]


async def test_the_first_piece_does_not_wait_for_the_second(
    gemini: GeminiServer, brain: Brain
) -> None:
    gemini.answers = [Answer([chunk([{"text": "Well"}]), 3_600.0])]
    async with asyncio.timeout(PATIENCE_SECONDS), aclosing(brain.reply(QUESTION)) as pieces:
        assert await anext(pieces) == "Well"


async def test_the_talk_goes_along_with_what_the_brain_is_to_be(
    gemini: GeminiServer, brain: Brain
) -> None:
    """As few thoughts as the model takes, and nothing that nobody set."""
    await pieces_of(brain)
    (body,) = gemini.bodies
    assert [(each["role"], each["parts"]) for each in body["contents"]] == [
        ("user", [{"text": "Hello"}]),
        ("model", [{"text": "Hello to you."}]),
        ("user", [{"text": "How are you?"}]),
    ]
    assert body["systemInstruction"]["parts"] == [{"text": "Be brief."}]
    assert body["generationConfig"] == {
        "maxOutputTokens": 99,
        "thinkingConfig": {"thinking_level": "MINIMAL"},
    }
    assert "safetySettings" not in body


async def test_what_is_set_is_sent(gemini: GeminiServer, make_brain: MakeBrain) -> None:
    safety = '{"HARM_CATEGORY_HARASSMENT": "BLOCK_NONE"}'
    chosen = {"temperature": 0.5, "safety_settings": safety, "thinking_level": "high"}
    async with make_brain(**chosen) as brain:
        await pieces_of(brain, replace(QUESTION, model="gemini-3.8-flash"))
    (body,) = gemini.bodies
    assert body["generationConfig"]["temperature"] == 0.5
    assert body["generationConfig"]["thinkingConfig"] == {"thinking_level": "HIGH"}
    assert body["safetySettings"] == [
        {"category": "HARM_CATEGORY_HARASSMENT", "threshold": "BLOCK_NONE"}
    ]
    assert "gemini-3.8-flash:" in gemini.asked[-1].path


async def test_what_the_turn_says_goes_before_what_was_set(
    gemini: GeminiServer, make_brain: MakeBrain
) -> None:
    """Also where it says less."""
    safety = '{"HARM_CATEGORY_HARASSMENT": "BLOCK_NONE"}'
    set_at_start = {"temperature": 0.5, "safety_settings": safety, "thinking_level": "high"}
    async with make_brain(**set_at_start) as brain:
        await pieces_of(brain, replace(QUESTION, manner=Manner()))
        safer = {"HARM_CATEGORY_HARASSMENT": "OFF", "HARM_CATEGORY_HATE_SPEECH": "BLOCK_ONLY_HIGH"}
        await pieces_of(brain, replace(QUESTION, manner=Manner(0.0, "low", safer)))
    plain, chosen = gemini.bodies
    assert plain["generationConfig"]["thinkingConfig"] == {"thinking_level": "MINIMAL"}
    assert "temperature" not in plain["generationConfig"]
    assert "safetySettings" not in plain
    assert chosen["generationConfig"]["thinkingConfig"] == {"thinking_level": "LOW"}
    assert chosen["generationConfig"]["temperature"] == 0.0
    assert {each["category"]: each["threshold"] for each in chosen["safetySettings"]} == safer


@pytest.mark.parametrize("model", ["../files", "a/../b", "a?key=b", "a b", "/a"])
async def test_a_name_that_no_model_can_have_goes_nowhere(
    gemini: GeminiServer, brain: Brain, model: str
) -> None:
    """Callers may choose the model, and its name becomes a part of a URL."""
    with pytest.raises(NotServed) as failed:
        await pieces_of(brain, replace(QUESTION, model=model))
    assert failed.value.reason == "BRAIN_MODEL_UNKNOWN"
    assert gemini.bodies == []


async def test_a_whole_answer_is_one_plain_call(gemini: GeminiServer, brain: Brain) -> None:
    cost = {"usageMetadata": {"promptTokenCount": 7, "candidatesTokenCount": 1}}
    answer = chunk([{"text": "Well, "}, {"text": "thanks."}], "STOP")
    gemini.answers = [Answer([answer | cost]), Answer([answer])]
    assert await brain.whole(QUESTION) == ("Well, thanks.", Usage(7, 1))
    assert await brain.whole(QUESTION) == ("Well, thanks.", None)
    assert ":generateContent" in gemini.asked[-1].path


async def test_an_answer_cut_by_its_length_is_no_error(gemini: GeminiServer, brain: Brain) -> None:
    gemini.answers = [Answer(said("Well, I", finish="MAX_TOKENS"))]
    assert await pieces_of(brain) == ["Well, I", Usage(7, 1)]


async def test_whoever_stops_listening_hangs_up(gemini: GeminiServer, brain: Brain) -> None:
    """At once: an interrupted answer costs nothing more."""
    gemini.answers = [Answer([chunk([{"text": "Well"}]), 3_600.0])]
    pieces = brain.reply(QUESTION)
    await anext(pieces)
    await pieces.aclose()
    async with asyncio.timeout(PATIENCE_SECONDS):
        await gemini.hung_up.wait()


async def test_a_turn_that_is_cancelled_before_its_first_word_hangs_up(
    gemini: GeminiServer, brain: Brain
) -> None:
    gemini.answers = [Answer([3_600.0])]
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.2), aclosing(brain.reply(QUESTION)) as pieces:
            await anext(pieces)
    async with asyncio.timeout(PATIENCE_SECONDS):
        await gemini.hung_up.wait()


async def test_one_connection_serves_turn_after_turn(gemini: GeminiServer, brain: Brain) -> None:
    """The one that was opened before the first of them."""
    for _ in range(3):
        await pieces_of(brain)
    assert gemini.connections == 1


async def test_turns_at_once_do_not_mix(gemini: GeminiServer, brain: Brain) -> None:
    """Closing one leaves the others alone."""
    gemini.answers = [
        Answer([chunk([{"text": "first"}]), 3_600.0]),
        Answer([chunk([{"text": "second"}]), 0.05, *said(" goes on")]),
    ]
    async with asyncio.timeout(PATIENCE_SECONDS):
        first, second = brain.reply(QUESTION), brain.reply(QUESTION)
        heard = [await anext(first), await anext(second)]
        await first.aclose()
        heard += [piece async for piece in second if isinstance(piece, str)]
    assert heard == ["first", "second", " goes on"]


async def test_the_model_that_takes_no_level_is_asked_once_more_without(
    gemini: GeminiServer, make_brain: MakeBrain, caplog: pytest.LogCaptureFixture
) -> None:
    """And is not asked for it again; the figures count it."""
    counted: list[str] = []
    refused = {"error": {"code": 400, "message": "Thinking level is not supported."}}
    gemini.answers = [Answer([refused], 400), Answer(said("Well."))]
    async with make_brain(counted.append) as brain:
        assert (await pieces_of(brain))[0] == "Well."
        assert (await pieces_of(brain))[0] == "Well."
    sent = ["thinkingConfig" in body["generationConfig"] for body in gemini.bodies]
    assert sent == [True, False, False]
    assert "takes no such thinking level" in caplog.text
    assert counted == ["options_refused"]


async def test_another_refusal_is_not_asked_again(gemini: GeminiServer, brain: Brain) -> None:
    refused = {"error": {"code": 400, "message": "Unsupported language."}}
    gemini.answers = [Answer([refused], 400)]
    with pytest.raises(JuneError) as failed:
        await pieces_of(brain)
    assert failed.value.reason == "BRAIN_REFUSED"
    assert len(gemini.bodies) == 1


async def test_a_refusal_that_was_not_about_thinking_leaves_the_level_as_it_is(
    gemini: GeminiServer, brain: Brain
) -> None:
    """Where asking without it did not help."""
    refused = {"error": {"code": 400, "message": "Request contains an invalid argument."}}
    gemini.answers = [Answer([refused], 400), Answer([refused], 400), Answer(said("Well."))]
    with pytest.raises(JuneError):
        await pieces_of(brain)
    await pieces_of(brain)
    sent = ["thinkingConfig" in body["generationConfig"] for body in gemini.bodies]
    assert sent == [True, False, True]
