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
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from june_orchestrator.brains.web import WebClient, WebFailure
from june_orchestrator.tools import HttpTool

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
    """The tools of one brain.

    Args:
        tools: those that are used over HTTP. One that is called as a built-in one is
            takes its place.
        clock: whether the brain may ask for the time and the date.
        now: the clock that is asked, with its time zone.
    """

    def __init__(
        self,
        tools: Sequence[HttpTool],
        web: WebClient,
        *,
        clock: bool = True,
        now: Callable[[], datetime] = lambda: datetime.now().astimezone(),
    ) -> None:
        self._tools = {tool.name: tool for tool in tools}
        self._web = web
        self._now = now
        built_in = [each for each in _CLOCK if clock and each.name not in self._tools]
        self._built_in = {each.name for each in built_in}
        self.declarations: Sequence[Declaration] = (
            *built_in,
            *(Declaration(tool.name, tool.description, tool.parameters) for tool in tools),
        )

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
        tool = self._tools.get(call.name)
        if tool is None:
            return _failed("there is no such tool")
        try:
            async with asyncio.timeout(tool.seconds):
                return await self._posted(tool, call)
        except TimeoutError:
            problem = f"no answer within {tool.seconds:g} seconds"
        except (WebFailure, ValueError):
            problem = "it cannot be reached"
        log.warning("a tool failed", extra={"tool": tool.name, "problem": problem})
        return _failed(problem)

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


def _read(body: bytes) -> Any:
    """JSON where it is such, else the text itself."""
    text = body.decode("utf-8", errors="replace")
    try:
        return json.loads(text)
    except ValueError:
        return text
