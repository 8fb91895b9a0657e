"""A model that hears and speaks by itself, scripted, and talks with it on virtual time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from june_orchestrator.direct.conversation import DirectParts, converse_directly
from june_orchestrator.direct.line import SpeechLine
from june_orchestrator.direct.ports import (
    HEARS,
    SPEAKS,
    Happening,
    Item,
    Received,
    ReplySounds,
    Sound,
    Wishes,
    Written,
)  # fmt: skip
from june_orchestrator.history import History
from june_orchestrator.inbox import Inbox
from june_orchestrator.ports import Message, Typed
from june_orchestrator.reply_options import ReplyOptions
from june_runtime.errors import JuneError
from june_runtime.testing import run_virtual
from tests.june_orchestrator.fakes import OPTIONS, RATE, Room


def anew(error: JuneError) -> JuneError:
    """The same: one that is raised again and again holds on to all that raised it."""
    return type(error)(error.reason, error.message)


@dataclass
class Connection:
    """What was given to it, and when it was let go; it tells what it is told to."""

    wishes: Wishes
    handle: str
    earlier: Sequence[Message]
    given: list[tuple[float, Item]] = field(default_factory=list)
    closed_at: float | None = None
    # What giving to it raises.
    stuck: JuneError | None = None
    _events: asyncio.Queue[Received | JuneError] = field(default_factory=asyncio.Queue)

    def tell(self, *events: Received | JuneError) -> None:
        """An error ends it."""
        for event in events:
            self._events.put_nowait(event)

    async def give(self, item: Item) -> None:
        if self.stuck:
            raise self.stuck
        self.given.append((asyncio.get_running_loop().time(), item))

    async def events(self) -> AsyncGenerator[Received, None]:
        while not isinstance(event := await self._events.get(), JuneError):
            yield event
        raise anew(event)

    @property
    def texts(self) -> list[str]:
        return [item.text for _, item in self.given if isinstance(item, Written)]

    @property
    def sound(self) -> bytes:
        return b"".join(item.pcm for _, item in self.given if isinstance(item, Sound))


class Model:
    """`refusals` are raised by the next connections, one each; None takes one."""

    name = "scripted"

    def __init__(self) -> None:
        self.connections: list[Connection] = []
        self.refusals: list[JuneError | None] = []
        self.tried = 0
        self.connect_seconds = 0.0

    async def load(self) -> None: ...
    async def close(self) -> None: ...

    @asynccontextmanager
    async def connect(
        self, wishes: Wishes, handle: str = "", earlier: Sequence[Message] = ()
    ) -> AsyncGenerator[Connection, None]:
        self.tried += 1
        await asyncio.sleep(self.connect_seconds)
        if self.refusals and (refusal := self.refusals.pop(0)):
            raise anew(refusal)
        connection = Connection(wishes, handle, earlier)
        self.connections.append(connection)
        try:
            yield connection
        finally:
            connection.closed_at = asyncio.get_running_loop().time()

    @property
    def now(self) -> Connection:
        return self.connections[-1]


# What happens at which second.
Act = tuple[float, Callable[["Talk"], Any]]


@dataclass
class Talk:
    """A conversation to hold, and what came of it; it ends `rest` seconds after the last
    act, when the caller hangs up."""

    acts: Sequence[Act]
    model: Model = field(default_factory=Model)
    room: Room = field(default_factory=Room)
    options: ReplyOptions = OPTIONS
    wishes: Wishes = field(default_factory=Wishes)
    rest: float = 60.0
    ended: float = 0.0
    failed: JuneError | None = None
    history: History = field(default_factory=History)

    def hold(self) -> Talk:
        run_virtual(self._hold())
        return self

    def with_options(self, **changed: Any) -> Talk:
        self.options = replace(self.options, **changed)
        return self

    async def _hold(self) -> None:
        loop = asyncio.get_running_loop()
        self.line = SpeechLine(self.model, HEARS, lambda: self.wishes, self.history)
        self.inbox = Inbox[Happening]()
        parts = DirectParts(self.line, self.room, lambda: self.options, self.history)
        try:
            async with asyncio.TaskGroup() as tasks:
                acting = tasks.create_task(self._act())
                hearing = tasks.create_task(self._hear())
                await converse_directly(self.inbox, parts)
                self.ended = loop.time()
                acting.cancel()
                hearing.cancel()
        except* JuneError as failed:
            (self.failed,) = failed.exceptions  # type: ignore[assignment]
            self.ended = loop.time()
        left = asyncio.all_tasks() - {asyncio.current_task()}
        assert not left, f"left running: {left}"

    async def _hear(self) -> None:
        await self.line.hear(self.inbox.put)
        self.inbox.close()

    async def _act(self) -> None:
        now = asyncio.get_running_loop().time
        for at, act in self.acts:
            await asyncio.sleep(at - now())
            if asyncio.iscoroutine(acted := act(self)):
                await acted
        await asyncio.sleep(self.rest)
        await self.line.finish()


def tells(at: float, *events: Received | JuneError) -> Act:
    """The model does this."""
    return at, lambda talk: talk.model.now.tell(*events)


def does(at: float, event: Happening) -> Act:
    """The caller does this."""
    return at, lambda talk: talk.inbox.put(event)


def types(at: float, text: str = "And today?") -> Act:
    return does(at, Typed(text))


def says(at: float, pcm: bytes) -> Act:
    return at, lambda talk: talk.line.send(pcm)


def sounds(seconds: float) -> ReplySounds:
    return ReplySounds(b"\x01\x00" * round(seconds * SPEAKS.sample_rate))


def heard_seconds(room: Room, turn: int) -> float:
    return len(room.pcm(turn)) / 2 / RATE
