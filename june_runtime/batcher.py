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
        choose: the places of those that make the next batch, at least one, out of all
            that wait, oldest first; by default all of them.
    """

    def __init__(
        self,
        name: str,
        handle: Callable[[Sequence[In]], Sequence[Out]],
        choose: Callable[[Sequence[In]], Sequence[int]] = lambda waiting: range(len(waiting)),
    ) -> None:
        self._handle = handle
        self._choose = choose
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
        return await self.submit(item)

    def submit(self, item: In) -> asyncio.Future[Out]:
        """The same for callers who may lose interest: an item whose future is done or
        cancelled before its batch begins is left out."""
        future: asyncio.Future[Out] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, future))
        if not self._busy:
            self._dispatch()
        return future

    def close(self) -> None:
        """Waits for the batch that runs; whoever waits still is cancelled."""
        for _, future in self._waiting:
            future.cancel()
        self._waiting = []
        self._thread.shutdown()

    def _dispatch(self) -> None:
        wanted = [asked for asked in self._waiting if not asked[1].done()]
        chosen = set(self._choose([item for item, _ in wanted])) if wanted else set()
        self._waiting = [asked for place, asked in enumerate(wanted) if place not in chosen]
        batch = [asked for place, asked in enumerate(wanted) if place in chosen]
        if not batch:
            return
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
