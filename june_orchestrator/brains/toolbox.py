"""Uses the tools that a brain asks for, each by its deadline.

What goes wrong is told to the brain, which can say so; it never ends the turn.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from june_orchestrator.brains.web import WebClient, WebFailure
from june_orchestrator.tools import HttpTool
from june_runtime.errors import SettingsError, june_error_in

log = logging.getLogger(__name__)

# More calls at once than this are not made.
MAX_CALLS = 8
# More of a tool's answer is not read.
MAX_RESULT_BYTES = 32_768

Result = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Call:
    """A brain wants a tool used; `id` is empty where it gives none."""

    id: str
    name: str
    arguments: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Declaration:
    """A tool as a brain is told of it; `parameters` is a JSON schema."""

    name: str
    description: str
    parameters: Mapping[str, Any]


class ToolFailed(Exception):
    """Why a tool gave no result, in words for the brain."""


class ToolServer(Protocol):
    """Where more tools are. Which ones is known while it can be reached.

    Attributes:
        seconds: after so long the brain is told that one of them is late.
    """

    name: str
    seconds: float

    @property
    def declarations(self) -> Sequence[Declaration]: ...
    async def load(self) -> None:
        """Raises SettingsError where it will never be reached."""

    async def close(self) -> None: ...
    async def use(self, call: Call) -> Result:
        """Raises ToolFailed."""
        ...


_ZONE = {
    "type": "object",
    "properties": {
        "time_zone": {
            "type": "string",
            "description": "An IANA name such as Europe/Vienna; leave it out for the user's own.",
        }
    },
}
_CLOCK = (
    Declaration("get_time", "The time of day now.", _ZONE),
    Declaration("get_date", "Today's date and day of the week.", _ZONE),
)


class Toolbox:
    """The tools of one brain, from `load` to `close`.

    Args:
        tools: those that are used over HTTP. One that is called as a built-in one is
            takes its place.
        servers: those that have tools of their own, which may not be called as any other
            tool is.
        clock: whether the brain may ask for the time and the date.
        now: the clock that is asked, with its time zone.
    """

    def __init__(
        self,
        tools: Sequence[HttpTool],
        web: WebClient,
        servers: Sequence[ToolServer] = (),
        *,
        clock: bool = True,
        now: Callable[[], datetime] = lambda: datetime.now().astimezone(),
    ) -> None:
        self._tools = {tool.name: tool for tool in tools}
        self._web = web
        self._servers = servers
        self._now = now
        built_in = [each for each in _CLOCK if clock and each.name not in self._tools]
        self._built_in = {each.name for each in built_in}
        self._fixed: Sequence[Declaration] = (
            *built_in,
            *(Declaration(tool.name, tool.description, tool.parameters) for tool in tools),
        )

    @property
    def declarations(self) -> Sequence[Declaration]:
        """Those that can be used now. Of two with one name only the first is told."""
        told = {each.name: each for _, each in reversed(self._all())}
        return [told[name] for name in dict.fromkeys(each.name for _, each in self._all())]

    async def load(self) -> None:
        """Reaches the servers that are there.

        Raises:
            SettingsError: TOOL_SERVER_MISSING; TOOL_NAMES_CLASH.
        """
        try:
            async with asyncio.TaskGroup() as tasks:
                for server in self._servers:
                    tasks.create_task(server.load())
        except ExceptionGroup as failed:
            if wrong := june_error_in(failed):
                raise wrong from None
            raise
        owners: dict[str, str] = {}
        for owner, declared in self._all():
            if declared.name in owners:
                clash = f"{owner} and {owners[declared.name]} both have a tool {declared.name}"
                cure = "name those wanted in `only`, or give one of the servers a `prefix`"
                raise SettingsError("TOOL_NAMES_CLASH", f"{clash}: {cure}")
            owners[declared.name] = owner

    async def close(self) -> None:
        for server in self._servers:
            await server.close()

    def _all(self) -> list[tuple[str, Declaration]]:
        """Each tool with who has it."""
        own = [("JUNE_ORCH_TOOLS", each) for each in self._fixed]
        return own + [(at.name, each) for at in self._servers for each in at.declarations]

    async def use(self, calls: Sequence[Call]) -> Sequence[tuple[Call, Result]]:
        """Makes the calls side by side; returns each with its result or what went wrong."""
        async with asyncio.TaskGroup() as tasks:
            made = [tasks.create_task(self._result(call)) for call in calls[:MAX_CALLS]]
        found = [task.result() for task in made]
        left_out = [_failed("too many calls at once") for _ in calls[MAX_CALLS:]]
        return list(zip(calls, [*found, *left_out], strict=True))

    async def _result(self, call: Call) -> Result:
        if call.name in self._built_in:
            return self._clock(call)
        tool = self._tools.get(call.name) or self._server_with(call.name)
        if tool is None:
            return _failed("there is no such tool")
        try:
            async with asyncio.timeout(tool.seconds):
                if isinstance(tool, HttpTool):
                    return await self._posted(tool, call)
                return _bounded(await tool.use(call))
        except TimeoutError:
            problem = f"no answer within {tool.seconds:g} seconds"
        except ToolFailed as failed:
            # In words of the server's own, which may repeat what it was told.
            log.warning("a tool failed", extra={"tool": call.name, "server": tool.name})
            return _failed(str(failed))
        except (WebFailure, ValueError):
            problem = "it cannot be reached"
        log.warning("a tool failed", extra={"tool": call.name, "problem": problem})
        return _failed(problem)

    def _server_with(self, name: str) -> ToolServer | None:
        for server in self._servers:
            if any(declared.name == name for declared in server.declarations):
                return server
        return None

    async def _posted(self, tool: HttpTool, call: Call) -> Result:
        headers = {name: value.get_secret_value() for name, value in tool.headers.items()}
        url = tool.url.get_secret_value()
        async with self._web.stream(
            "POST", url, json=dict(call.arguments), headers=headers
        ) as answer:
            body = bytearray()
            async for piece in answer.aiter_bytes():
                body += piece
                if len(body) > MAX_RESULT_BYTES:
                    return _failed("its answer is too long")
            if answer.status_code >= 300:
                log.warning("a tool failed", extra={"tool": tool.name, "problem": "its status"})
                return _failed(f"it answered with status {answer.status_code}")
        return {"result": _read(bytes(body))}

    def _clock(self, call: Call) -> Result:
        now = self._now()
        if zone := str(call.arguments.get("time_zone") or ""):
            try:
                now = now.astimezone(ZoneInfo(zone))
            except (ZoneInfoNotFoundError, ValueError, OSError):
                return _failed("there is no such time zone")
        if call.name == "get_time":
            return {"result": now.strftime("%H:%M"), "time_zone": zone or str(now.tzname())}
        return {"result": now.strftime("%Y-%m-%d"), "weekday": now.strftime("%A")}


def _failed(problem: str) -> Result:
    return {"error": problem}


def _bounded(result: Result) -> Result:
    if len(json.dumps(result)) > MAX_RESULT_BYTES:
        return _failed("its answer is too long")
    return result


def _read(body: bytes) -> Any:
    """JSON where it is such, else the text itself."""
    text = body.decode("utf-8", errors="replace")
    try:
        return json.loads(text)
    except ValueError:
        return text
