"""Tools used over HTTP, through a real server."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator
from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import SecretStr

from june_orchestrator.tools import HttpTool
from tests.gemini_server import Answer, GeminiServer, gemini_server

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _with_httpx2(gemini_extra: None) -> None:
    """It comes with the extra."""


@pytest.fixture
async def server() -> AsyncGenerator[GeminiServer, None]:
    """It keeps what it is asked, and answers as it is told to."""
    async with gemini_server() as started:
        yield started


async def used(
    server: GeminiServer, *names: str, arguments: dict[str, Any] | None = None, **tool: Any
) -> list[Any]:
    """What comes of calling tools of these names, of which there is one: `light`."""
    from june_orchestrator.brains.toolbox import Call, Toolbox
    from june_orchestrator.brains.web import web_client

    light = HttpTool(
        **{"name": "light", "description": "Turns on.", "url": SecretStr(server.url)} | tool
    )
    calls = [Call("", name, arguments or {}) for name in names]
    async with web_client() as web, asyncio.timeout(10):
        found = await Toolbox([light], web, now=lambda: NOON).use(calls)
    assert [call for call, _ in found] == calls
    return [result for _, result in found]


async def test_arguments_go_out_as_json_and_the_answer_comes_back(server: GeminiServer) -> None:
    """With the headers that were declared."""
    server.answers = [Answer([{"on": True}])]
    headers = {"authorization": SecretStr("Bearer x")}
    results = await used(server, "light", arguments={"room": "attic"}, headers=headers)
    assert results == [{"result": {"on": True}}]
    assert server.asked[0].body == {"room": "attic"}
    assert server.asked[0].headers["authorization"] == "Bearer x"


async def test_an_answer_that_is_no_json_is_text(server: GeminiServer) -> None:
    server.answers = [Answer(["It is on."])]
    assert await used(server, "light") == [{"result": "It is on."}]


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (Answer(["no"], status=500), "it answered with status 500"),
        (Answer(["x" * 40_000]), "its answer is too long"),
    ],
)
async def test_an_answer_that_is_of_no_use_is_told_as_such(
    server: GeminiServer, answer: Answer, told: str
) -> None:
    server.answers = [answer]
    assert await used(server, "light") == [{"error": told}]


async def test_a_late_tool_is_told_as_such(server: GeminiServer) -> None:
    """At its deadline, and it is not waited for."""
    server.late = 3_600.0
    assert await used(server, "light", seconds=0.1) == [{"error": "no answer within 0.1 seconds"}]


async def test_a_tool_that_is_not_there_is_told_as_such(server: GeminiServer) -> None:
    await server.leave()
    assert await used(server, "light") == [{"error": "it cannot be reached"}]


async def test_calls_are_made_side_by_side(server: GeminiServer) -> None:
    """The first may wait for the last, and one that fails does so alone."""
    server.answers = [Answer([1])]
    server.together = 2
    results = await used(server, "light", "fly", "light")
    assert results == [{"result": 1}, {"error": "there is no such tool"}, {"result": 1}]


async def test_too_many_calls_are_not_made(server: GeminiServer) -> None:
    server.answers = [Answer([1])]
    results = await used(server, *["light"] * 10)
    assert results == [{"result": 1}] * 8 + [{"error": "too many calls at once"}] * 2
    assert len(server.asked) == 8


@pytest.mark.parametrize(
    ("name", "zone", "result"),
    [
        ("get_time", "", {"result": "12:00", "time_zone": "UTC"}),
        ("get_time", "Asia/Tokyo", {"result": "21:00", "time_zone": "Asia/Tokyo"}),
        ("get_date", "", {"result": "2026-03-01", "weekday": "Sunday"}),
        ("get_date", "Pacific/Auckland", {"result": "2026-03-02", "weekday": "Monday"}),
        ("get_time", "Mars/Olympus", {"error": "there is no such time zone"}),
        ("get_time", "../../etc/passwd", {"error": "there is no such time zone"}),
    ],
)
async def test_the_clock_knows_the_time_everywhere(
    server: GeminiServer, name: str, zone: str, result: dict[str, str]
) -> None:
    assert await used(server, name, arguments={"time_zone": zone}) == [result]


async def test_no_password_of_a_tool_is_logged(
    server: GeminiServer, caplog: pytest.LogCaptureFixture
) -> None:
    """Not even where the tool fails."""
    server.answers = [Answer(["no"], status=500)]
    caplog.set_level("DEBUG")
    url = SecretStr(f"{server.url}/?token=hidden")
    await used(server, "light", url=url, headers={"x-key": SecretStr("hidden")})
    assert "a tool failed" in caplog.text
    assert "hidden" not in json.dumps([str(vars(record)) for record in caplog.records])
