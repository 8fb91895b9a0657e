"""Watching something that changes: whoever is slow sees the latest, never a queue."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

from june_runtime.errors import AtCapacity

if TYPE_CHECKING:
    from collections.abc import Iterator

T = TypeVar("T")


class Changes:
    """Tells any number of waiters that something changed; they look up what.

    Args:
        limit: how many may watch at once.
    """

    def __init__(self, limit: int = 256) -> None:
        self._limit = limit
        self._watchers = 0
        self._changed = asyncio.Event()

    def tell(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()

    async def watch(self, read: Callable[[], T]) -> AsyncGenerator[T, None]:
        """What `read` gives: now, and anew whenever it changed.

        Changes that come faster than the reader are seen as one.

        Raises:
            AtCapacity: too many watch already.
        """
        with self.counted():
            last: T | None = None
            while True:
                changed = self._changed  # before reading, so that no change is missed
                present = read()
                if present != last:
                    last = present
                    yield present
                await changed.wait()

    @contextmanager
    def counted(self) -> Iterator[None]:
        """Counts one more watcher for as long as the block runs."""
        if self._watchers >= self._limit:
            raise AtCapacity("TOO_MANY_WATCHERS", "too many watchers; close one", retry_after=5)
        self._watchers += 1
        try:
            yield
        finally:
            self._watchers -= 1
