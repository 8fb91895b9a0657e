"""A list that is read while it grows."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Generic, TypeVar

T = TypeVar("T")


class Growing(Generic[T]):
    """An append-only list with any number of readers, each from the start.

    Readers see what was appended in order and end when it is closed. It holds a
    reply's sentences, which the brain's token cap bounds.
    """

    def __init__(self) -> None:
        self.items: list[T] = []
        self.closed = asyncio.Event()
        self._grown = asyncio.Event()

    def append(self, item: T) -> None:
        self.items.append(item)
        self._wake()

    def close(self) -> None:
        self.closed.set()
        self._wake()

    async def __aiter__(self) -> AsyncIterator[T]:
        seen = 0
        while True:
            while seen < len(self.items):
                yield self.items[seen]
                seen += 1
            if self.closed.is_set():
                return
            await self._grown.wait()

    def _wake(self) -> None:
        # Whoever waits holds the old event; the next round waits on a new one.
        self._grown.set()
        self._grown = asyncio.Event()
