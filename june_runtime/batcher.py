"""Blocking work for many callers in one go, on a thread of its own."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from functools import partial
from typing import Generic, TypeVar

from june_runtime.condition import PATIENCE_SECONDS, Condition, lost_for_good
from june_runtime.errors import Unavailable
from june_runtime.offload import Worker

log = logging.getLogger(__name__)

In = TypeVar("In")
Out = TypeVar("Out")


class Batcher(Generic[In, Out]):
    """Hands whatever waits to `handle` as one batch, while the next one gathers.

    Crossing to a thread and back costs as much as a small model's own work; so
    shared, it costs less the more callers there are, and no caller waits for a
    batch to fill. Who asks in one round of the event loop is in one batch. What
    `handle` raises reaches every caller of that batch.

    Args:
        handle: blocking; one result for each item, in order.
        choose: the places of those that make the next batch, at least one, out of all
            that wait, oldest first; by default all of them.
        condition: lost where a batch takes longer than `patience`.
        patience: seconds.
    """

    def __init__(
        self,
        name: str,
        handle: Callable[[Sequence[In]], Sequence[Out]],
        choose: Callable[[Sequence[In]], Sequence[int]] = lambda waiting: range(len(waiting)),
        condition: Condition | None = None,
        patience: float = PATIENCE_SECONDS,
    ) -> None:
        self._name = name
        self._handle = handle
        self._choose = choose
        self._condition = condition or Condition()
        self._patience = patience
        self._worker = Worker(name)
        self._waiting: list[tuple[In, asyncio.Future[Out]]] = []
        self._busy = False
        # Why nobody is served any more.
        self._over: Unavailable | None = None

    @property
    def waiting(self) -> int:
        """Items that are in no batch yet."""
        return len(self._waiting)

    async def run(self, item: In) -> Out:
        """The result for `item`. Each caller waits for its own, so that there are at
        most as many waiting as there are callers.

        Raises:
            Unavailable: ENGINE_CLOSED; ENGINE_FAILED, a batch took too long, after which
                there is no more of them.
        """
        return await self.submit(item)

    def submit(self, item: In) -> asyncio.Future[Out]:
        """The same for callers who may lose interest: an item whose future is done or
        cancelled before its batch begins is left out."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Out] = loop.create_future()
        if self._over is not None:
            future.set_exception(self._over)
            return future
        self._waiting.append((item, future))
        if not self._busy:
            self._busy = True
            loop.call_soon(self._dispatch)
        return future

    async def close(self) -> None:
        """Waits a little for the batch that runs; whoever waits still is cancelled."""
        self._over = self._over or Unavailable("ENGINE_CLOSED", "the engine is closed")
        for _, future in self._waiting:
            future.cancel()
        self._waiting = []
        await self._worker.close()

    def _dispatch(self) -> None:
        wanted = [asked for asked in self._waiting if not asked[1].done()]
        chosen = set(self._choose([item for item, _ in wanted])) if wanted else set()
        self._waiting = [asked for place, asked in enumerate(wanted) if place not in chosen]
        batch = [asked for place, asked in enumerate(wanted) if place in chosen]
        self._busy = bool(batch)
        if not batch:
            return
        items = [item for item, _ in batch]
        futures = [future for _, future in batch]
        running = asyncio.wrap_future(self._worker.submit(partial(self._handle, items)))
        watch = asyncio.get_running_loop().call_later(self._patience, self._stall, futures)
        running.add_done_callback(lambda _: watch.cancel())
        running.add_done_callback(partial(self._deliver, futures))

    def _deliver(
        self, futures: Sequence[asyncio.Future[Out]], done: asyncio.Future[Sequence[Out]]
    ) -> None:
        self._dispatch()
        failed = None if done.cancelled() else done.exception()
        for place, future in enumerate(futures):
            if future.done():
                continue
            if done.cancelled():
                future.cancel()
            elif failed is not None:
                future.set_exception(failed)
            else:
                future.set_result(done.result()[place])

    def _stall(self, futures: Sequence[asyncio.Future[Out]]) -> None:
        """The batch that runs has not returned in time, and will not."""
        log.error("a batch does not end", extra={"worker": self._name})
        self._over = lost_for_good()
        self._condition.lose()
        unserved = [*futures, *(future for _, future in self._waiting)]
        self._waiting = []
        for future in unserved:
            if not future.done():
                future.set_exception(self._over)
