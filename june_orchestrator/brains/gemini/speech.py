"""Gemini as a model that hears and speaks by itself, and uses tools meanwhile."""

from __future__ import annotations

import asyncio
import logging
from asyncio import Task, TaskGroup
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing, asynccontextmanager, suppress

from june_orchestrator.brains.gemini import failures
from june_orchestrator.brains.gemini.brain import LOAD_SECONDS, is_model_name
from june_orchestrator.brains.gemini.options import GeminiOptions
from june_orchestrator.brains.gemini.speech_sdk import Calls, SpeechSdk, Wire, Withdrawn
from june_orchestrator.brains.toolbox import MAX_CALLS, Call, Result, Toolbox
from june_orchestrator.brains.web import WebClient
from june_orchestrator.direct.ports import Item, Received, Wishes, Working
from june_orchestrator.ports import Message
from june_runtime.errors import JuneError, SettingsError, Unavailable

log = logging.getLogger(__name__)


class GeminiLive:
    """A model over one client, which `load` makes ready; each session has a connection.

    Args:
        toolbox, web: closed with the model.
    """

    name = "gemini-live"

    def __init__(self, options: GeminiOptions, toolbox: Toolbox, web: WebClient) -> None:
        self._options = options
        self._toolbox = toolbox
        self._web = web
        if options.url.startswith("http://"):
            raise SettingsError(
                "BRAIN_SETTINGS", "Gemini's Live API is reached by https:// only, never by http://"
            )
        try:
            self._sdk = SpeechSdk(options, web, toolbox)
        except ValueError as wrong:
            raise SettingsError("BRAIN_SETTINGS", f"Gemini's settings are wrong: {wrong}") from None

    async def load(self) -> None:
        """Proves the key and makes what the first session needs; reaches the servers with
        tools.

        Raises:
            SettingsError: BRAIN_KEY_REFUSED; TOOL_SERVER_MISSING, TOOL_NAMES_CLASH.
                Whatever else goes wrong may pass.
        """
        await self._toolbox.load()
        self._sdk.live_config(Wishes(), "", seeded=False)
        try:
            async with asyncio.timeout(LOAD_SECONDS):
                await self._sdk.look_up(self._options.model)
        except JuneError as failed:
            if isinstance(failed, Unavailable) and failed.reason == "BRAIN_KEY_REFUSED":
                raise SettingsError(failed.reason, failed.message) from None
            _not_reached(failed.reason)
        except TimeoutError:
            _not_reached("BRAIN_SILENT")

    async def close(self) -> None:
        await self._toolbox.close()
        await self._web.aclose()

    @asynccontextmanager
    async def connect(
        self, wishes: Wishes, handle: str = "", earlier: Sequence[Message] = ()
    ) -> AsyncGenerator[GeminiConnection, None]:
        if wishes.model and not is_model_name(wishes.model):
            raise failures.unknown_model(wishes.model)
        async with self._sdk.connect(wishes, handle, earlier) as wire, TaskGroup() as tasks:
            connection = GeminiConnection(wire, self._toolbox, tasks)
            try:
                yield connection
            finally:
                connection.put_tools_down()


class GeminiConnection:
    """One session's connection, and the tools that are in use for it."""

    def __init__(self, wire: Wire, toolbox: Toolbox, tasks: TaskGroup) -> None:
        self._wire = wire
        self._toolbox = toolbox
        self._tasks = tasks
        self._uses: dict[str, Task[None]] = {}

    async def give(self, item: Item) -> None:
        await self._wire.give(item)

    async def events(self) -> AsyncGenerator[Received, None]:
        async with aclosing(self._wire.messages()) as messages:
            async for message in messages:
                match message:
                    case Calls(calls):
                        await self._take_up(calls)
                        yield Working()
                    case Withdrawn(ids):
                        self._put_down(ids)
                    case told:
                        yield told

    def put_tools_down(self) -> None:
        """Nobody waits for any tool's result any more."""
        self._put_down(list(self._uses))

    async def _take_up(self, calls: Sequence[Call]) -> None:
        for call in calls:
            if len(self._uses) < MAX_CALLS:
                self._uses[call.id] = self._tasks.create_task(self._use(call))
            else:
                await self._answer(call, {"error": "too many calls at once"})

    async def _use(self, call: Call) -> None:
        try:
            for made, result in await self._toolbox.use([call]):
                await self._answer(made, result)
        finally:
            self._uses.pop(call.id, None)

    async def _answer(self, call: Call, result: Result) -> None:
        """The model may be gone by now; whoever reads the connection learns why."""
        with suppress(JuneError):
            await self._wire.answer([(call, result)])

    def _put_down(self, ids: Sequence[str]) -> None:
        for each in ids:
            if use := self._uses.get(each):
                use.cancel()


def _not_reached(reason: str) -> None:
    log.warning("Gemini could not be reached before the first session", extra={"reason": reason})
