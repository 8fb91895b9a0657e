"""Tools on servers that speak the Model Context Protocol. The one importer of mcp.

A server is reached before the first turn, asked anew for its list from time to time, and
reached again where it is lost; meanwhile the brain is not told of its tools. A program
that is a server is the library's child, which ends it with all that it started.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from typing import Any

import anyio
from mcp import Client, MCPError, StdioServerParameters
from mcp.client.streamable_http import streamable_http_client
from mcp_types import CONNECTION_CLOSED, CallToolResult, TextContent, Tool
from pydantic import ValidationError

from june_orchestrator.brains.toolbox import Call, Declaration, Result, ToolFailed
from june_orchestrator.brains.web import WebFailure, web_client
from june_orchestrator.tools import TOOL_NAME, McpServer
from june_runtime.errors import SettingsError
from june_runtime.tasks import Owned

log = logging.getLogger(__name__)

# It tells of whatever goes wrong, with what was said.
logging.getLogger("mcp").setLevel(logging.CRITICAL)

# To be reached and to tell its list.
CONNECT_SECONDS = 8.0
# Between two askings for the list, which also shows whether it is there still.
REFRESH_SECONDS = 30.0
_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 30.0
# More of one server's tools are not told: a model is only confused by them.
MAX_TOOLS = 64
_MAX_PAGES = 20
_MAX_DESCRIPTION = 4_000
_MAX_PROBLEM = 500

# How a connection fails, or what comes over it.
_FAILURES = (
    MCPError, WebFailure, OSError, TimeoutError, ValidationError, anyio.ClosedResourceError,
    anyio.BrokenResourceError, anyio.EndOfStream,
)  # fmt: skip


class McpTools:
    """One server's tools, from `load` to `close`."""

    def __init__(self, server: McpServer) -> None:
        self.name = server.mcp
        self.seconds = server.seconds
        self._server = server
        self._client: Client | None = None
        # By the names that the brain knows: the server's own name, and what is told.
        self._offered: Mapping[str, tuple[str, Declaration]] = {}
        self._tried = asyncio.Event()
        self._gone = asyncio.Event()
        self._missing: SettingsError | None = None
        self._life: Owned | None = None

    @property
    def declarations(self) -> Sequence[Declaration]:
        return [declaration for _, declaration in self._offered.values()]

    async def load(self) -> None:
        """Reaches it, if it is there.

        Raises:
            SettingsError: TOOL_SERVER_MISSING, its program cannot be run.
        """
        self._life = Owned(self._live())
        await self._tried.wait()
        if self._missing is not None:
            raise self._missing

    async def close(self) -> None:
        if self._life is not None:
            await self._life.close()

    async def use(self, call: Call) -> Result:
        """Raises ToolFailed."""
        client, offered = self._client, self._offered.get(call.name)
        if client is None or offered is None:
            raise ToolFailed("it cannot be reached")
        try:
            return _told(await client.call_tool(offered[0], dict(call.arguments)))
        except MCPError as refused:
            if refused.code != CONNECTION_CLOSED:
                raise ToolFailed(refused.message[:_MAX_PROBLEM]) from None
            self._gone.set()
        except ValidationError:
            raise ToolFailed("its answer cannot be read") from None
        except _FAILURES:
            self._gone.set()
        raise ToolFailed("it cannot be reached")

    async def _live(self) -> None:
        pause = _FIRST_PAUSE
        while True:
            try:
                await self._serve()
                pause = _FIRST_PAUSE
            except* (FileNotFoundError, PermissionError):
                missing = f"the tool server {self.name} cannot be run: there is no such program"
                self._missing = SettingsError("TOOL_SERVER_MISSING", missing)
            except* _FAILURES as failed:
                kinds = sorted({type(error).__name__ for error in _leaves(failed)})
                extra = {"server": self.name, "problem": ", ".join(kinds)}
                log.warning("a tool server cannot be reached", extra=extra)
            finally:
                self._client, self._offered = None, {}
                self._tried.set()
            await asyncio.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE)

    async def _serve(self) -> None:
        """One connection, until it is known to be gone."""
        self._gone.clear()
        async with AsyncExitStack() as stack:
            async with asyncio.timeout(CONNECT_SECONDS):
                client = await stack.enter_async_context(await self._connect(stack))
                self._offered = self._offer(await _list(client))
            self._client = client
            self._tried.set()
            log.info(
                "tool server reached", extra={"server": self.name, "tools": len(self._offered)}
            )
            while not await self._lost_within(REFRESH_SECONDS):
                async with asyncio.timeout(CONNECT_SECONDS):
                    self._offered = self._offer(await _list(client))

    async def _connect(self, stack: AsyncExitStack) -> Client:
        server = self._server
        if server.url is None:
            program, *arguments = server.command
            environment = _plain(server.environment)
            return Client(StdioServerParameters(command=program, args=arguments, env=environment))
        web = web_client()
        web.headers.update(_plain(server.headers))
        await stack.enter_async_context(web)
        return Client(streamable_http_client(server.url.get_secret_value(), http_client=web))

    async def _lost_within(self, seconds: float) -> bool:
        try:
            async with asyncio.timeout(seconds):
                return await self._gone.wait()
        except TimeoutError:
            return False

    def _offer(self, tools: Sequence[Tool]) -> Mapping[str, tuple[str, Declaration]]:
        offered: dict[str, tuple[str, Declaration]] = {}
        for tool in tools:
            name = self._server.prefix + tool.name
            wanted = not self._server.only or tool.name in self._server.only
            if not wanted:
                continue
            if not re.fullmatch(TOOL_NAME, name) or len(offered) == MAX_TOOLS:
                log.warning("a tool is left out", extra={"server": self.name, "tool": name[:80]})
                continue
            about = (tool.description or tool.title or tool.name)[:_MAX_DESCRIPTION]
            offered[name] = (tool.name, Declaration(name, about, tool.input_schema))
        return offered


async def _list(client: Client) -> list[Tool]:
    tools: list[Tool] = []
    cursor: str | None = None
    for _ in range(_MAX_PAGES):
        page = await client.list_tools(cursor=cursor, cache_mode="bypass")
        tools += page.tools
        cursor = page.next_cursor
        if cursor is None:
            break
    return tools


def _told(result: CallToolResult) -> Result:
    texts = [part.text for part in result.content if isinstance(part, TextContent)]
    others = len(result.content) - len(texts)
    if others:
        texts.append(f"({others} more in the answer that cannot be told in words)")
    if result.is_error:
        raise ToolFailed(" ".join(texts)[:_MAX_PROBLEM] or "it failed")
    if result.structured_content is not None:
        return {"result": result.structured_content}
    return {"result": "\n".join(texts)}


def _plain(secrets: Mapping[str, Any]) -> dict[str, str]:
    return {name: secret.get_secret_value() for name, secret in secrets.items()}


def _leaves(group: BaseExceptionGroup[Exception]) -> list[BaseException]:
    return [
        leaf
        for error in group.exceptions
        for leaf in (_leaves(error) if isinstance(error, BaseExceptionGroup) else [error])
    ]
