"""Gemini uses tools, and answers with what came of them."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from pydantic import SecretStr

from june_orchestrator.brains.gemini.brain import MAX_ROUNDS
from june_orchestrator.ports import Brain, ToolUse, Usage
from june_runtime.errors import Unavailable
from tests.gemini_server import Answer, GeminiServer, chunk, said
from tests.june_orchestrator.brains.gemini.conftest import QUESTION, MakeBrain, pieces_of

SIGNATURE = "c2lnbmVk"


def calls(*names: str, **arguments: Any) -> Answer:
    """An answer that calls these tools; the first call is signed, as Gemini does it."""
    parts: list[dict[str, Any]] = [
        {"functionCall": {"id": f"call-{place}", "name": name, "args": arguments}}
        for place, name in enumerate(names)
    ]
    parts[0]["thoughtSignature"] = SIGNATURE
    return Answer([chunk(parts, "STOP") | {"usageMetadata": {"promptTokenCount": 5}}])


def responses(body: Any) -> dict[str, Any]:
    """What the last message of a request tells of tools: result by call."""
    parts = [part["functionResponse"] for part in body["contents"][-1]["parts"]]
    return {part["id"]: part["response"] for part in parts}


async def test_the_clock_is_a_tool(gemini: GeminiServer, brain: Brain) -> None:
    """Both calls of a turn are answered, in one message."""
    gemini.answers = [calls("get_time", "get_date", time_zone="Asia/Tokyo"), Answer(said("Noon."))]
    assert await pieces_of(brain) == ["Noon.", Usage(12, 1)]
    told = responses(gemini.bodies[1])
    assert re.fullmatch(r"\d\d:\d\d", told["call-0"]["result"])
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", told["call-1"]["result"])


async def test_it_tells_when_it_waits_for_tools(gemini: GeminiServer, brain: Brain) -> None:
    """And when it goes on."""
    gemini.answers = [calls("get_time"), Answer(said("Noon."))]
    pieces = [piece async for piece in brain.reply(QUESTION)]
    assert pieces[:3] == [ToolUse(running=True), ToolUse(running=False), "Noon."]


async def test_signatures_go_back_as_they_came(gemini: GeminiServer, brain: Brain) -> None:
    """With the call that they belong to, between question and result."""
    gemini.answers = [calls("get_time"), Answer(said("Noon."))]
    await pieces_of(brain)
    *_, question, called, _ = gemini.bodies[1]["contents"]
    assert question["parts"] == [{"text": "How are you?"}]
    assert called["role"] == "model"
    assert called["parts"][0]["thoughtSignature"] == SIGNATURE
    assert called["parts"][0]["functionCall"]["name"] == "get_time"


async def test_tools_are_declared(gemini: GeminiServer, make_brain: MakeBrain) -> None:
    """The user's own beside the clock's."""
    schema = {"type": "object", "properties": {"room": {"type": "string"}}}
    tool = {"name": "light", "description": "Turns on.", "parameters": schema, "url": "http://l"}
    async with make_brain(tools=SecretStr(json.dumps([tool]))) as brain:
        await pieces_of(brain)
    (declared,) = gemini.bodies[0]["tools"]
    names = [each["name"] for each in declared["functionDeclarations"]]
    assert names == ["get_time", "get_date", "light"]
    assert schema in declared["functionDeclarations"][2].values()


async def test_nothing_is_declared_where_nothing_may_be_used(
    gemini: GeminiServer, make_brain: MakeBrain
) -> None:
    async with make_brain(clock_tools=False) as brain:
        await pieces_of(brain)
    assert "tools" not in gemini.bodies[0]


async def test_what_is_said_before_a_call_is_said_once(gemini: GeminiServer, brain: Brain) -> None:
    wait = chunk([{"text": "One moment."}])
    gemini.answers = [Answer([wait, *calls("get_time").body]), Answer(said("Noon."))]
    assert (await pieces_of(brain))[:2] == ["One moment.", "Noon."]


async def test_a_tool_that_does_not_exist_is_no_end(gemini: GeminiServer, brain: Brain) -> None:
    gemini.answers = [calls("fly"), Answer(said("I cannot fly."))]
    assert (await pieces_of(brain))[0] == "I cannot fly."
    assert responses(gemini.bodies[1]) == {"call-0": {"error": "there is no such tool"}}


async def test_after_so_many_rounds_the_model_has_to_answer(
    gemini: GeminiServer, brain: Brain
) -> None:
    """It may call nothing in the last one; if it does all the same, that is its answer."""
    gemini.answers = [calls("get_time")]
    with pytest.raises(Unavailable) as failed:
        await pieces_of(brain, QUESTION)
    assert failed.value.reason == "BRAIN_EMPTY"
    modes = ["toolConfig" in body for body in gemini.bodies]
    assert modes == [False] * MAX_ROUNDS + [True]
    calling = gemini.bodies[-1]["toolConfig"]["functionCallingConfig"]
    assert calling["mode"] == "NONE"


async def test_the_plain_call_uses_tools_too(gemini: GeminiServer, brain: Brain) -> None:
    whole = Answer([chunk([{"text": "Noon."}], "STOP")])
    gemini.answers = [calls("get_time"), whole]
    assert (await brain.whole(QUESTION))[0] == "Noon."
