"""A tool of a real MCP server, used in a turn over real services."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator
from typing import Any

import pytest
from june.control.v1 import control_pb2, control_service_pb2_grpc
from june.orchestrator.v1 import orchestrator_pb2 as pb
from pydantic import SecretStr

from tests.gemini_server import Answer, GeminiServer, chunk, gemini_server, said
from tests.mesh.caller import Caller
from tests.mesh.conftest import MakeMesh

pytest.importorskip("mcp")

from tests.june_orchestrator.tool_server import tool_server

CALL = chunk([{"functionCall": {"name": "door", "args": {}}}], "STOP")


@pytest.fixture
async def gemini(gemini_extra: None) -> AsyncGenerator[GeminiServer, None]:
    async with gemini_server() as server:
        yield server


def told(body: Any) -> Any:
    """What the tool answered, as Gemini is told it."""
    return body["contents"][-1]["parts"][0]["functionResponse"]["response"]


async def test_a_slow_tool_is_bridged_by_a_filler(
    make_mesh: MakeMesh, gemini: GeminiServer
) -> None:
    """Once that is switched on, live: its audio is marked, and no part of the record."""
    gemini.answers = [Answer([CALL]), Answer(said("It is open."))]
    async with tool_server() as served:
        tools = SecretStr(json.dumps([{"mcp": "home", "url": served.url, "seconds": 8}]))
        async with make_mesh(gemini=gemini.url, tools=tools) as mesh:
            control: Any = control_service_pb2_grpc.ControlServiceStub(mesh.channel)
            config = control_pb2.Config(filler_after_ms=20)
            await control.Configure(control_pb2.ConfigureRequest(config=config))
            async with Caller(mesh.channel) as caller:
                await caller.say(config=pb.SessionConfig())
                await caller.say(text="Is the door open?")
                assert (await caller.until("audio")).audio.filler
                served.happened.opened.set()
                record = (await caller.until("turn_ended")).turn_ended
                runs = caller.of("audio")
                texts = [each.text for each in caller.of("reply_text")]
    assert told(gemini.bodies[-1]) == {"result": "It is open."}
    fillers = [run.filler for run in runs if run.pcm]
    assert fillers == sorted(fillers, reverse=True)
    assert not all(fillers)
    assert record.reply_text == "It is open."
    assert texts == ["It is open."]
    assert "filler" in [milestone.name for milestone in record.milestones]
