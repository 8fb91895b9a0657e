"""A list that is read while it grows."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, Generic, TypeVar

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

    def __aiter__(self) -> Reader[T]:
        return Reader(self)

    def grown(self) -> Coroutine[Any, Any, object]:
        """Wait for the first change after this call, however much later it is awaited."""
        return self._grown.wait()

    def _wake(self) -> None:
        # Whoever waits holds the old event; the next round waits on a new one.
        self._grown.set()
        self._grown = asyncio.Event()


class Reader(Generic[T]):
    """One reader's place in a list; an async generator would need to be closed."""

    def __init__(self, growing: Growing[T]) -> None:
        self._growing = growing
        self._seen = 0

    def __aiter__(self) -> Reader[T]:
        return self

    async def __anext__(self) -> T:
        while self._seen >= len(self._growing.items):
            if self._growing.closed.is_set():
                raise StopAsyncIteration
            await self._growing.grown()
        self._seen += 1
        return self._growing.items[self._seen - 1]
