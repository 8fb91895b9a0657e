"""A model that hears and speaks by itself uses tools."""

from __future__ import annotations

import asyncio
import json

import pytest
from june.orchestrator.v1 import orchestrator_pb2 as pb

from june_orchestrator.brains.toolbox import MAX_CALLS
from tests.gemini_live_server import OVER, GeminiLiveServer, calls, spoken
from tests.mesh.live import Calling, ask, tone


async def test_tools_are_used(gemini_live: GeminiLiveServer, calling: Calling) -> None:
    """Their results go back by the call's id, and the answer is one turn."""
    async with calling() as caller:
        await caller.say(config=pb.SessionConfig())
        link = await gemini_live.link()
        names = [each["name"] for each in link.setup["tools"][0]["functionDeclarations"]]
        await ask(caller, link, "What time is it in Vienna?")
        await link.say(calls(("c1", "get_time"), ("c2", "nonsense"), time_zone="Europe/Vienna"))
        await link.until(lambda link: len(link.tool_responses) == 2)
        await link.say(spoken("It is noon.", tone(0.1)), OVER)
        record = (await caller.until("turn_ended")).turn_ended
    by_id = {each["id"]: each for each in link.tool_responses}
    assert names == ["get_time", "get_date"]
    assert by_id["c1"]["response"]["time_zone"] == "Europe/Vienna"
    assert by_id["c2"]["response"] == {"error": "there is no such tool"}
    assert record.reply_text == "It is noon."
    assert len(caller.of("turn_started")) == 1


async def test_tools_of_a_server_are_used(gemini_live: GeminiLiveServer, calling: Calling) -> None:
    """Which ones it has is known once it is reached: the model is told of them then."""
    pytest.importorskip("mcp")
    from tests.june_orchestrator.tool_server import tool_server

    async with tool_server() as served:
        tools = json.dumps([{"mcp": "home", "url": served.url, "only": ["say"]}])
        async with calling(tools=tools) as caller:
            await caller.say(config=pb.SessionConfig())
            link = await gemini_live.link()
            names = [each["name"] for each in link.setup["tools"][0]["functionDeclarations"]]
            await ask(caller, link, "Say it.")
            await link.say(calls(("c1", "say"), text="It."))
            await link.until(lambda link: link.tool_responses)
            await link.say(spoken("It.", tone(0.1)), OVER)
            await caller.until("turn_ended")
    assert names == ["get_time", "get_date", "say"]
    assert link.tool_responses[0]["response"] == {"result": "It."}


async def test_a_call_that_is_withdrawn_is_given_up(
    gemini_live: GeminiLiveServer, calling: Calling
) -> None:
    """At once: the tool's own server is left."""
    asked, left = asyncio.Event(), asyncio.Event()

    async def never(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        asked.set()
        while await reader.read(1_000):
            pass
        left.set()
        writer.close()

    async with await asyncio.start_server(never, "127.0.0.1", 0) as server:
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        tools = json.dumps([{"name": "slow", "description": "Slow.", "url": url, "seconds": 8}])
        async with calling(tools=tools) as caller, asyncio.timeout(5):
            await caller.say(config=pb.SessionConfig())
            link = await gemini_live.link()
            await ask(caller, link, "Be slow.")
            await link.say(calls(("c1", "slow")))
            await asked.wait()
            await link.say({"toolCallCancellation": {"ids": ["c1"]}})
            await left.wait()
            await link.say(spoken("Never mind.", tone(0.1)), OVER)
            await caller.until("turn_ended")
    assert link.tool_responses == []


async def test_too_many_tools_at_once_are_refused(
    gemini_live: GeminiLiveServer, calling: Calling
) -> None:
    """By name, so that the model can say so; the others are used."""
    begun = asyncio.Event()

    async def never(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        begun.set()
        while await reader.read(1_000):
            pass
        writer.close()

    async with await asyncio.start_server(never, "127.0.0.1", 0) as server:
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        tools = json.dumps([{"name": "slow", "description": "Slow.", "url": url, "seconds": 8}])
        async with calling(tools=tools) as caller:
            await caller.say(config=pb.SessionConfig())
            link = await gemini_live.link()
            await ask(caller, link, "Be slow.")
            await link.say(calls(*[(f"c{each}", "slow") for each in range(MAX_CALLS + 1)]))
            await link.until(lambda link: link.tool_responses)
            await begun.wait()
    (refused,) = link.tool_responses
    assert refused["id"] == f"c{MAX_CALLS}"
    assert refused["response"] == {"error": "too many calls at once"}
