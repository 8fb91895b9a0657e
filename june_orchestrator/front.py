"""One caller's session over gRPC: its requests in, its conversation, its answers out."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Protocol

from june.orchestrator.v1 import orchestrator_pb2 as pb
from june.stt.v1 import stt_pb2

from june_orchestrator.clients.caller import Caller
from june_orchestrator.inbox import Inbox
from june_orchestrator.ports import Interrupted, Played, Typed
from june_orchestrator.requests import SessionOptions, check_frame, check_text
from june_orchestrator.terms import Terms
from june_runtime.errors import InvalidInput, OutOfOrder, TimedOut
from june_runtime.sessions import Session


class Line(Protocol):
    """Where what a caller says goes, and what comes of it."""

    async def send(self, pcm: bytes, first_sample: int | None = None) -> None:
        """More audio, in the session's input format."""
        ...

    async def configure(self, hearing: stt_pb2.AudioIn, /) -> None:
        """From the next turn on the user is heard so."""
        ...

    async def end_turn(self) -> None:
        """The user says that they are done."""
        ...

    async def finish(self) -> None:
        """The user says no more; `hear` ends once everything was understood."""
        ...

    async def hear(self, tell: Callable[[Any], Awaitable[None]]) -> None:
        """Tells what happens, until the end. Raises JuneError."""
        ...


@dataclass(frozen=True, slots=True)
class Talk:
    """A session's conversation, whoever holds it.

    Args:
        line: None where the caller only types, and nobody but `hold` need know.
        hold: listens and answers until the inbox ends; the inbox has what the caller
            does and what `line` tells.
    """

    line: Line | None
    hold: Callable[[Inbox[Any]], Awaitable[None]]


class FrontSession:
    """A Converse stream, once its config is read."""

    def __init__(
        self,
        session: Session,
        options: SessionOptions,
        talk: Talk,
        caller: Caller,
        terms: Terms,
    ) -> None:
        self._session = session
        self._options = options
        self._talk = talk
        self._line = talk.line
        self._caller = caller
        self._terms = terms
        self._heard_by = terms.present()
        self._inbox = Inbox[Any]()
        self._asked_at = 0.0

    @property
    def in_turn(self) -> bool:
        """Whether the user is speaking, or June answers."""
        return self._caller.in_turn

    @property
    def inbox_depth(self) -> int:
        return self._inbox.depth

    @property
    def outbox_depth(self) -> int:
        return self._caller.depth

    async def hold(self, requests: AsyncIterator[pb.ConverseRequest], idle_seconds: float) -> None:
        """The whole session. Raises JuneError, alone or in a group."""
        audio = self._options
        await self._caller.started(self._session.id, audio.input, audio.output)
        async with asyncio.TaskGroup() as tasks:
            watching = [
                tasks.create_task(self._watch_leaving()),
                tasks.create_task(self._listen_to(requests, idle_seconds)),
            ]
            if self._line:
                watching.append(tasks.create_task(self._hear(self._line)))
            await self._talk.hold(self._inbox)
            for task in watching:
                task.cancel()

    async def _listen_to(
        self, requests: AsyncIterator[pb.ConverseRequest], idle_seconds: float
    ) -> None:
        """Read to the end; a caller that has nothing more to say may listen for long."""
        async with asyncio.TaskGroup() as tasks:
            idle = tasks.create_task(self._watch_idle(idle_seconds))
            await self._read(requests)
            idle.cancel()

    async def _read(self, requests: AsyncIterator[pb.ConverseRequest]) -> None:
        now = asyncio.get_running_loop().time
        self._asked_at = now()
        async for request in requests:
            self._asked_at = now()
            await self._take(request)
        if self._line:
            await self._line.finish()
        else:
            self._inbox.close()

    async def _take(self, request: pb.ConverseRequest) -> None:
        match request.WhichOneof("payload"):
            case "audio":
                await self._listen(request)
            case "text":
                await self._inbox.put(Typed(check_text(request.text)))
            case "playback":
                report = request.playback
                if report.played_samples < 0:
                    raise InvalidInput.of({"playback.played_samples": "is negative"})
                await self._inbox.put(Played(report.turn, report.played_samples))
            case "interrupt":
                await self._inbox.put(Interrupted())
            case "end_of_turn":
                if self._line:
                    await self._line.end_turn()
            case "config":
                raise OutOfOrder("CONFIG_REPEATED", "config may come once, as the first message")
            case _:
                raise InvalidInput.of({"payload": "is empty"})

    async def _listen(self, request: pb.ConverseRequest) -> None:
        frame = request.audio
        audio = check_frame(frame.pcm, self._options.input)
        assert self._line is not None
        if (present := self._terms.present()) != self._heard_by:
            self._heard_by = present
            await self._line.configure(self._terms.hearing(present))
        placed = frame.first_sample if frame.HasField("first_sample") else None
        if placed is not None and placed < 0:
            raise InvalidInput.of({"audio.first_sample": "is negative"})
        self._caller.took(audio.seconds(frame.pcm))
        await self._line.send(frame.pcm, placed)

    async def _hear(self, line: Line) -> None:
        await line.hear(self._inbox.put)
        self._inbox.close()

    async def _watch_leaving(self) -> None:
        await self._session.leaving.wait()
        await self._caller.go_away(self._session.time_left())

    async def _watch_idle(self, seconds: float) -> None:
        """A caller that vanished without a word must not hold its place for ever."""
        now = asyncio.get_running_loop().time
        self._asked_at = now()
        while True:
            rest = self._asked_at + seconds - now()
            if rest <= 0:
                break
            await asyncio.sleep(rest)
        raise TimedOut("SESSION_IDLE", f"nothing came from the caller for {seconds:g} s")
