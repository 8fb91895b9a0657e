"""Answers on their way to a caller: bounded, in order, and never waiting for ever.

A streaming handler is an async generator, and yielding inside a TaskGroup is
unsafe (PEP 789): the group would cancel whoever happens to be reading. So the
work runs in a task of its own, and the generator only hands out what it made.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import Generic, TypeVar

from june_runtime.errors import TooSlow, june_error_in

log = logging.getLogger(__name__)

T = TypeVar("T")

STALLED = "READER_STALLED"
LIMIT = 64
STALL_SECONDS = 10.0


class Outbox(Generic[T]):
    """A bounded queue from the work to the caller.

    Args:
        limit: items that may wait.
        stall_seconds: how long a full outbox may stay full.
    """

    def __init__(self, limit: int = LIMIT, stall_seconds: float = STALL_SECONDS) -> None:
        self._limit = limit
        self._stall_seconds = stall_seconds
        self._items: deque[T] = deque()
        self._arrived = asyncio.Event()
        self._taken = asyncio.Event()
        self._closed = False

    @property
    def depth(self) -> int:
        """Items that wait."""
        return len(self._items)

    async def put(self, item: T) -> None:
        """Hand over `item`, in order.

        Raises:
            TooSlow: READER_STALLED, the caller has read nothing for too long.
        """
        while len(self._items) >= self._limit:
            self._taken.clear()
            try:
                async with asyncio.timeout(self._stall_seconds):
                    await self._taken.wait()
            except TimeoutError:
                stalled = f"the caller has read nothing for {self._stall_seconds:g} s"
                raise TooSlow(STALLED, stalled) from None
        self._items.append(item)
        self._arrived.set()

    def close(self) -> None:
        """Nothing more will be put."""
        self._closed = True
        self._arrived.set()

    async def items(self) -> AsyncGenerator[T, None]:
        """What was put, in order, until it is closed and empty."""
        while True:
            while self._items:
                item = self._items.popleft()
                self._taken.set()
                yield item
            if self._closed:
                return
            self._arrived.clear()
            await self._arrived.wait()


async def emitted(
    outbox: Outbox[T], work: Callable[[], Awaitable[None]]
) -> AsyncGenerator[T, None]:
    """Runs `work`, which puts into `outbox`, and yields what it put, until it is done.

    Closing the generator cancels the work and waits for its end. What the work
    raises comes out here, after everything that it put before. A caller that
    stalls is stuck in a write that never ends: there the call is cancelled.
    """
    reader = asyncio.current_task()
    assert reader is not None

    async def run() -> None:
        try:
            await work()
        except (TooSlow, ExceptionGroup) as failed:
            stalled = june_error_in(failed)
            if stalled and stalled.reason == STALLED:
                log.warning("the call is cancelled: %s", stalled)
                reader.cancel()
            raise
        finally:
            outbox.close()

    task = asyncio.get_running_loop().create_task(run())  # owned, awaited and cancelled here
    try:
        async for item in outbox.items():
            yield item
        await task
    finally:
        task.cancel()
        await asyncio.wait([task])
        if not task.cancelled():
            task.exception()  # seen; whoever closed us did not want it
