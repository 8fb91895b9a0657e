"""A real MCP server with a few tools, of the library's own: run as a program it speaks
through its standard streams; `tool_server()` serves it over HTTP on loopback.

    python tests/june_orchestrator/tool_server.py PID_FILE [stubborn]
"""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import uvicorn
from mcp.server.mcpserver import Image, MCPServer
from mcp.server.mcpserver.exceptions import ToolError


@dataclass
class Happened:
    """What became of the calls to the server that is over HTTP; `opened` ends `door`."""

    opened: asyncio.Event = field(default_factory=asyncio.Event)
    began: asyncio.Event = field(default_factory=asyncio.Event)
    cancelled: asyncio.Event = field(default_factory=asyncio.Event)


def server(happened: Happened) -> MCPServer[Any]:
    """The server, which tells what happens."""
    made: MCPServer[Any] = MCPServer("tools", log_level="CRITICAL")

    @made.tool(description="Adds two numbers.")
    def add(a: int, b: int) -> int:
        return a + b

    @made.tool(structured_output=False)
    def say(text: str) -> str:
        return text

    @made.tool(structured_output=False)
    def paint() -> Any:
        return ["A picture.", Image(data=b"png", format="png")]

    @made.tool()
    def fail() -> str:
        raise ToolError("the lamp is broken; " * 100)

    @made.tool()
    async def wait(seconds: float) -> str:
        happened.began.set()
        try:
            await asyncio.sleep(seconds)
        finally:
            happened.cancelled.set()
        return "waited"

    @made.tool(structured_output=False)
    async def door() -> str:
        await happened.opened.wait()
        return "It is open."

    @made.tool()
    def die() -> str:
        os._exit(1)

    @made.tool(structured_output=False)
    def variable(name: str) -> str:
        return os.environ.get(name, "")

    made.tool(name="two words")(lambda: "never told")
    return made


@dataclass
class Served:
    """A server over HTTP: where it is, and what it was sent."""

    url: str
    happened: Happened
    made: MCPServer[Any]
    headers: list[dict[str, str]] = field(default_factory=list)


@asynccontextmanager
async def tool_server(port: int = 0) -> AsyncGenerator[Served, None]:
    """One that listens, until the block ends."""
    with socket.create_server(("127.0.0.1", port)) as listening:
        happened = Happened()
        made = server(happened)
        url = f"http://127.0.0.1:{listening.getsockname()[1]}/mcp"
        served = Served(url, happened, made)
        app = made.streamable_http_app()

        async def noting(scope: Any, receive: Any, send: Any) -> None:
            if scope["type"] == "http":
                served.headers.append({k.decode(): v.decode() for k, v in scope["headers"]})
            await app(scope, receive, send)

        config = uvicorn.Config(noting, log_level="critical", timeout_graceful_shutdown=0)
        host = uvicorn.Server(config)
        async with asyncio.TaskGroup() as tasks:
            # Without its handlers of signals, which are the tests' own.
            tasks.create_task(host._serve([listening]))
            while not host.started:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
            try:
                yield served
            finally:
                host.should_exit = True


def run(pids: Path, *, stubborn: bool) -> None:
    """Runs it as a program until nobody speaks to it, or for ever."""
    child = subprocess.Popen(
        [sys.executable, "-c", "import time; time.sleep(600)"], stdout=subprocess.DEVNULL
    )
    pids.write_text(f"{os.getpid()} {child.pid}")
    if stubborn:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    server(Happened()).run()
    if stubborn:
        time.sleep(600)
    child.kill()
    child.wait()


if __name__ == "__main__":
    run(Path(sys.argv[1]), stubborn="stubborn" in sys.argv)
