"""Blocking work for many callers in one go, on a thread of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Generic, TypeVar

In = TypeVar("In")
Out = TypeVar("Out")


class Batcher(Generic[In, Out]):
    """Hands whatever waits to `handle` as one batch, while the next one gathers.

    Crossing to a thread and back costs as much as a small model's own work; so
    shared, it costs less the more callers there are, and no caller waits for a
    batch to fill. What `handle` raises reaches every caller of that batch.

    Args:
        handle: blocking; one result for each item, in order.
    """

    def __init__(self, name: str, handle: Callable[[Sequence[In]], Sequence[Out]]) -> None:
        self._handle = handle
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=name)
        self._waiting: list[tuple[In, asyncio.Future[Out]]] = []
        self._busy = False

    @property
    def waiting(self) -> int:
        """Items that are in no batch yet."""
        return len(self._waiting)

    async def run(self, item: In) -> Out:
        """The result for `item`. Each caller waits for its own, so that there are at
        most as many waiting as there are callers."""
        future: asyncio.Future[Out] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, future))
        if not self._busy:
            self._dispatch()
        return await future

    def close(self) -> None:
        """Waits for the batch that runs; whoever waits still is cancelled."""
        for _, future in self._waiting:
            future.cancel()
        self._waiting = []
        self._thread.shutdown()

    def _dispatch(self) -> None:
        batch, self._waiting = self._waiting, []
        self._busy = True
        items = [item for item, _ in batch]
        running = asyncio.get_running_loop().run_in_executor(self._thread, self._handle, items)
        running.add_done_callback(lambda done: self._deliver(batch, done))

    def _deliver(
        self,
        batch: Sequence[tuple[In, asyncio.Future[Out]]],
        done: asyncio.Future[Sequence[Out]],
    ) -> None:
        self._busy = False
        if self._waiting:
            self._dispatch()
        failed = None if done.cancelled() else done.exception()
        for place, (_, future) in enumerate(batch):
            if future.done():
                continue
            if done.cancelled():
                future.cancel()
            elif failed is not None:
                future.set_exception(failed)
            else:
                future.set_result(done.result()[place])
