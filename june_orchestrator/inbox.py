"""What happens in a session, in the order in which it happened."""

from __future__ import annotations

import asyncio
from typing import Generic, TypeVar

from june_orchestrator.ports import Judge

T = TypeVar("T")

# Far more than a session produces while one event is handled.
LIMIT = 256


class Inbox(Generic[T]):
    """A bounded queue of inputs with a clock on it."""

    def __init__(self, limit: int = LIMIT) -> None:
        self._room = asyncio.Semaphore(limit)
        self._queue: asyncio.Queue[tuple[T | None, bool]] = asyncio.Queue()

    @property
    def depth(self) -> int:
        """Events that wait."""
        return self._queue.qsize()

    async def put(self, event: T) -> None:
        """Something from outside; waits while there is no room."""
        await self._room.acquire()
        self._queue.put_nowait((event, True))

    def note(self, event: T) -> None:
        """Something of the conversation's own, once a turn: it never waits, for whoever
        empties the inbox may be waiting for whoever notes."""
        self._queue.put_nowait((event, False))

    def close(self) -> None:
        """Nothing more will come from the user."""
        self._queue.put_nowait((None, False))

    async def take(self, judge_at: float | None) -> T | Judge | None:
        """The next input; a Judge once `judge_at` is reached; None at the end."""
        try:
            async with asyncio.timeout_at(judge_at):
                event, from_outside = await self._queue.get()
        except TimeoutError:
            return Judge()
        if from_outside:
            self._room.release()
        return event
