"""Tools on servers that speak the Model Context Protocol: real ones, both ways."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from june_orchestrator.brain import load_brain
from june_orchestrator.settings import OrchestratorSettings
from june_orchestrator.tools import HttpTool, McpServer
from june_runtime.errors import SettingsError

pytest.importorskip("mcp")

from june_orchestrator.brains import mcp_tools
from june_orchestrator.brains.mcp_tools import McpTools
from june_orchestrator.brains.toolbox import Call, Toolbox
from june_orchestrator.brains.web import web_client
from tests.gemini_server import gemini_server
from tests.june_orchestrator.tool_server import Served, tool_server

PROGRAM = Path(__file__).parents[1] / "tool_server.py"
LIGHT = HttpTool(name="light", description="Turns on.", url=SecretStr("http://127.0.0.1:9"))
TOLD = ["add", "say", "paint", "fail", "wait", "door", "die", "variable"]


@asynccontextmanager
async def toolbox(*servers: McpServer, **other: Any) -> AsyncGenerator[Toolbox, None]:
    """A loaded one, without a clock."""
    async with web_client() as web, asyncio.timeout(40):
        box = Toolbox([], web, [McpTools(server) for server in servers], clock=False, **other)
        try:
            await box.load()
            yield box
        finally:
            await box.close()


def over_http(served: Served, **other: Any) -> McpServer:
    return McpServer(mcp="http", url=SecretStr(served.url), **other)


def program(pids: Path, *arguments: str, **other: Any) -> McpServer:
    command = (sys.executable, str(PROGRAM), str(pids), *arguments)
    return McpServer(mcp="stdio", command=command, **other)


async def used(box: Toolbox, tool: str, /, **arguments: Any) -> Any:
    [(_, result)] = await box.use([Call("", tool, arguments)])
    return result


def names(box: Toolbox) -> list[str]:
    return [declared.name for declared in box.declarations]


async def until(true: Callable[[], bool]) -> None:
    """Polls: what is waited for happens elsewhere."""
    while not true():  # noqa: ASYNC110
        await asyncio.sleep(0.01)


def alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


async def test_a_server_says_which_tools_it_has() -> None:
    """With their schemas; one whose name no model takes is left out."""
    async with tool_server() as served, toolbox(over_http(served)) as box:
        assert names(box) == TOLD
        add = box.declarations[0]
        assert add.description == "Adds two numbers."
        assert set(add.parameters["properties"]) == {"a", "b"}


@pytest.mark.parametrize(
    ("name", "arguments", "result"),
    [
        ("add", {"a": 2, "b": 3}, {"result": {"result": 5}}),
        ("say", {"text": "Good."}, {"result": "Good."}),
        ("paint", {}, {
            "result": "A picture.\n(1 more in the answer that cannot be told in words)"
        }),
        ("say", {"text": "x" * 40_000}, {"error": "its answer is too long"}),
        ("fly", {}, {"error": "there is no such tool"}),
    ],
)  # fmt: skip
async def test_a_tool_is_used(name: str, arguments: Any, result: Any) -> None:
    """What it answers is told, within bounds."""
    async with tool_server() as served, toolbox(over_http(served)) as box:
        assert await used(box, name, **arguments) == result


async def test_what_goes_wrong_is_told_in_the_tools_own_words() -> None:
    """Within bounds, so that the brain may do better."""
    async with tool_server() as served, toolbox(over_http(served)) as box:
        broken = (await used(box, "fail"))["error"]
        assert "the lamp is broken" in broken
        assert len(broken) == 500
        assert "validation error" in (await used(box, "add", a="two"))["error"]


async def test_a_tool_has_a_deadline() -> None:
    """Whose end the server is told of."""
    async with tool_server() as served, toolbox(over_http(served, seconds=0.3)) as box:
        late = await used(box, "wait", seconds=60)
        assert late == {"error": "no answer within 0.3 seconds"}
        await served.happened.cancelled.wait()
        assert await used(box, "say", text="on") == {"result": "on"}


async def test_an_interrupted_turn_ends_its_tools() -> None:
    """At the server too."""
    async with tool_server() as served, toolbox(over_http(served)) as box:
        async with asyncio.TaskGroup() as tasks:
            turn = tasks.create_task(used(box, "wait", seconds=60))
            await served.happened.began.wait()
            turn.cancel()
        await served.happened.cancelled.wait()


async def test_headers_are_sent_along() -> None:
    """To every request."""
    async with tool_server() as served:
        server = over_http(served, headers={"authorization": SecretStr("Bearer hidden")})
        async with toolbox(server) as box:
            await used(box, "say", text="on")
        assert {headers.get("authorization") for headers in served.headers} == {"Bearer hidden"}


async def test_a_program_is_a_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It has the variables that it is given, and none of June's secrets."""
    monkeypatch.setenv("GEMINI_API_KEY", "secret")
    async with toolbox(program(tmp_path / "pids", environment={"ROOM": SecretStr("attic")})) as box:
        assert await used(box, "variable", name="ROOM") == {"result": "attic"}
        assert await used(box, "variable", name="GEMINI_API_KEY") == {"result": ""}
        assert await used(box, "add", a=1, b=2) == {"result": {"result": 3}}


@pytest.mark.slow
@pytest.mark.parametrize("manner", ["", "stubborn"])
async def test_nothing_is_left_of_a_program(tmp_path: Path, manner: str) -> None:
    """Nor, where it has to be made to go, of what it started."""
    async with toolbox(program(tmp_path / "pids", manner)):
        started = [int(pid) for pid in (tmp_path / "pids").read_text().split()]
        assert all(map(alive, started))
    await until(lambda: not any(map(alive, started)))


async def test_a_program_that_dies_is_run_again(tmp_path: Path) -> None:
    """Its tool's call fails; its tools are not told until it is back."""
    async with toolbox(program(tmp_path / "pids")) as box:
        assert await used(box, "die") == {"error": "it cannot be reached"}
        await until(lambda: names(box) == [])
        await until(lambda: names(box) == TOLD)
        assert await used(box, "say", text="on") == {"result": "on"}


async def test_a_server_that_is_not_there_is_no_reason_not_to_start(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """It is told of, and its tools are there once it is; nothing secret is told."""
    monkeypatch.setattr(mcp_tools, "_FIRST_PAUSE", 0.05)
    async with tool_server() as served:
        port = int(served.url.rpartition(":")[2].partition("/")[0])
    absent = McpServer(mcp="home", url=SecretStr(f"{served.url}?token=hidden"))
    async with toolbox(absent) as box:
        assert box.declarations == []
        assert await used(box, "say") == {"error": "there is no such tool"}
        async with tool_server(port):
            await until(lambda: names(box) == TOLD)
            assert await used(box, "say", text="on") == {"result": "on"}
    assert "a tool server cannot be reached" in caplog.text
    assert "hidden" not in json.dumps([str(vars(record)) for record in caplog.records])


async def test_a_server_that_never_answers_is_not_waited_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """June starts without it."""
    monkeypatch.setattr(mcp_tools, "CONNECT_SECONDS", 0.2)
    mute = McpServer(mcp="mute", command=(sys.executable, "-c", "import time; time.sleep(600)"))
    async with toolbox(mute) as box:
        assert box.declarations == []


async def test_the_list_is_asked_for_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """A tool that is new at the server is told."""
    monkeypatch.setattr(mcp_tools, "REFRESH_SECONDS", 0.05)
    async with tool_server() as served, toolbox(over_http(served, only=("say", "sing"))) as box:
        assert names(box) == ["say"]
        served.made.tool(name="sing", structured_output=False)(lambda: "la")
        await until(lambda: names(box) == ["say", "sing"])
        assert await used(box, "sing") == {"result": "la"}


async def test_a_program_that_is_missing_stops_the_start() -> None:
    """Waiting would not mend it."""
    with pytest.raises(SettingsError) as missing:
        async with toolbox(McpServer(mcp="x", command=("no-such-program-here",))):
            pass
    assert missing.value.reason == "TOOL_SERVER_MISSING"


async def test_names_that_clash_stop_the_start() -> None:
    """Between two servers; a prefix, or naming those that are wanted, parts them."""
    async with tool_server() as served:
        one, two = over_http(served, only=("say",)), over_http(served, only=("say", "add"))
        with pytest.raises(SettingsError, match="both have a tool say") as clash:
            async with toolbox(one, two):
                pass
        assert clash.value.reason == "TOOL_NAMES_CLASH"
        async with toolbox(one, two.model_copy(update={"prefix": "two_"})) as box:
            assert names(box) == ["say", "two_add", "two_say"]
            assert await used(box, "two_say", text="on") == {"result": "on"}


async def test_a_tool_of_ones_own_may_not_be_hidden() -> None:
    """A server whose tool is called like one that is declared stops the start."""
    async with tool_server() as served, web_client() as web:
        say = LIGHT.model_copy(update={"name": "say"})
        box = Toolbox([say], web, [McpTools(over_http(served))], clock=False)
        with pytest.raises(SettingsError, match="say"):
            await box.load()
        await box.close()


async def test_the_brain_is_told_of_them(gemini_extra: None) -> None:
    """Beside the clock and the others."""
    async with tool_server() as served, gemini_server() as gemini:
        declared = [
            {"name": "light", "description": "Turns on.", "url": "http://127.0.0.1:9"},
            {"mcp": "home", "url": served.url, "only": ["add"]},
        ]
        brain: Any = load_brain(
            "gemini",
            OrchestratorSettings(
                gemini_key=SecretStr("key"),
                gemini_url=gemini.url,
                tools=SecretStr(json.dumps(declared)),
            ),
        )
        await brain.load()
        try:
            assert names(brain._toolbox) == ["get_time", "get_date", "light", "add"]
        finally:
            await brain.close()


def test_without_its_extra_it_says_what_to_install(
    gemini_extra: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the extra's name; only where a server is declared."""
    monkeypatch.setitem(sys.modules, "mcp", None)
    monkeypatch.delitem(sys.modules, "june_orchestrator.brains.mcp_tools")
    declared = json.dumps([{"mcp": "home", "url": "http://127.0.0.1:9/mcp"}])
    settings = OrchestratorSettings(gemini_key=SecretStr("key"), tools=SecretStr(declared))
    with pytest.raises(SettingsError, match="extra `mcp`") as missing:
        load_brain("gemini", settings)
    assert missing.value.reason == "TOOLS_NOT_INSTALLED"
    assert load_brain("gemini", settings.model_copy(update={"tools": None}))
