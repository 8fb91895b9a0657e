"""Blocking code beside the event loop: on a thread, or in a process of its own.

The only place with threads and child processes. A thread is enough for code that
lets go of Python's lock while it works; an engine that holds it, or that has one
global state, goes into a ChildProcess.
"""

from __future__ import annotations

import asyncio
import contextvars
import heapq
import itertools
import logging
import queue
import threading
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from june_runtime.child_process import ChildProcess
from june_runtime.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Iterator

__all__ = ["ChildProcess", "Turns", "Worker", "produced", "pulled"]

log = logging.getLogger(__name__)

T = TypeVar("T")

# Seconds that a closing worker waits for the call that is running.
CLOSE_SECONDS = 5.0


class Worker:
    """One thread on which calls run one after another, in the order they came.

    Args:
        name: the thread's name.
        limit: calls handed to the thread at most; further callers wait their turn.
    """

    def __init__(self, name: str, limit: int = 64) -> None:
        self._name = name
        self._room = asyncio.Semaphore(limit)
        self._calls: queue.SimpleQueue[tuple[Callable[[], Any], Future[Any]] | None]
        self._calls = queue.SimpleQueue()
        self._ended: Future[None] = Future()
        self._closed = False
        # A daemon: a call that never returns must not keep the process alive.
        threading.Thread(target=self._work, name=name, daemon=True).start()

    async def run(self, call: Callable[[], T]) -> T:
        """What `call` returns, or raises. Cancelled, it runs no more unless it is
        running already.

        Raises:
            Unavailable: ENGINE_CLOSED, the worker is closed.
        """
        context = contextvars.copy_context()
        async with self._room:
            return await asyncio.wrap_future(self.submit(lambda: context.run(call)))

    def submit(self, call: Callable[[], T]) -> Future[T]:
        """The same, at once and without a limit: for who hands over one call at a time."""
        self._refuse_if_closed()
        future: Future[T] = Future()
        self._calls.put((call, future))
        return future

    async def close(self) -> None:
        """Refuses what has not begun and waits 5 s for what has."""
        if not self._closed:
            self._closed = True
            self._calls.put(None)
        try:
            async with asyncio.timeout(CLOSE_SECONDS):
                await asyncio.shield(asyncio.wrap_future(self._ended))
        except TimeoutError:
            log.warning("a blocking call does not end", extra={"worker": self._name})

    def _refuse_if_closed(self) -> None:
        if self._closed:
            raise Unavailable("ENGINE_CLOSED", "the engine is closed")

    def _work(self) -> None:
        while (entry := self._calls.get()) is not None:
            call, future = entry
            if not future.set_running_or_notify_cancel():
                continue
            try:
                self._refuse_if_closed()
                future.set_result(call())
            except BaseException as error:  # noqa: BLE001  the caller gets it
                future.set_exception(error)
        self._ended.set_result(None)


class _End:
    """What a producing thread sends last."""

    def __init__(self, error: BaseException | None) -> None:
        self.error = error


class _Handover(Generic[T]):
    """Items on their way from a producing thread to the event loop."""

    def __init__(self, limit: int) -> None:
        # The semaphore bounds the queue, which only the loop may touch.
        self.arrived: asyncio.Queue[T | _End] = asyncio.Queue()
        self.room = threading.Semaphore(limit)
        self._loop = asyncio.get_running_loop()
        self._closed = threading.Event()

    def emit(self, item: T) -> bool:
        if not self._closed.is_set():
            self.room.acquire()
        if not self._closed.is_set():
            self._send(item)
        return not self._closed.is_set()

    def work(self, produce: Callable[[Callable[[T], bool]], None]) -> None:
        try:
            produce(self.emit)
        except BaseException as error:  # noqa: BLE001  the consumer gets it
            self._send(_End(error))
        else:
            self._send(_End(None))

    def close(self) -> None:
        self._closed.set()
        self.room.release()  # for an `emit` that waits for room

    def _send(self, item: T | _End) -> None:
        try:
            self._loop.call_soon_threadsafe(self.arrived.put_nowait, item)
        except RuntimeError:  # the loop is closed: nobody listens any more
            self._closed.set()


async def produced(
    produce: Callable[[Callable[[T], bool]], None], limit: int
) -> AsyncGenerator[T, None]:
    """What the blocking `produce(emit)` emits on a thread of its own.

    `emit(item)` blocks while `limit` items wait to be taken. It returns False once
    the iterator is closed: `produce` should then return. Closing does not wait for
    that. What `produce` raises comes out of the iterator.

    Args:
        produce: blocking; gets `emit`, which it may call from its thread only.
        limit: items that may wait.
    """
    handover: _Handover[T] = _Handover(limit)
    threading.Thread(
        target=contextvars.copy_context().run,
        args=(handover.work, produce),
        name="produced",
        daemon=True,
    ).start()
    try:
        while not isinstance(item := await handover.arrived.get(), _End):
            handover.room.release()
            yield item
        if item.error is not None:
            raise item.error
    finally:
        handover.close()


def pulled(produce: Callable[[Callable[[T], bool]], None]) -> Iterator[T]:
    """`produced` for blocking code: what `produce(emit)` emits, one item at a time.

    For a library that only calls back, inside an object that a ChildProcess streams
    from. `emit(item)` blocks until the item is taken and returns False once the
    iterator is closed; closing waits for `produce` to return.
    """
    items: queue.SimpleQueue[T | _End] = queue.SimpleQueue()
    taken = threading.Semaphore(0)
    closed = threading.Event()

    def emit(item: T) -> bool:
        if not closed.is_set():
            items.put(item)
            taken.acquire()
        return not closed.is_set()

    def work() -> None:
        try:
            produce(emit)
        except BaseException as error:  # noqa: BLE001  the consumer gets it
            items.put(_End(error))
        else:
            items.put(_End(None))

    thread = threading.Thread(target=work, name="pulled", daemon=True)
    thread.start()
    try:
        while not isinstance(item := items.get(), _End):
            yield item
            taken.release()
        if item.error is not None:
            raise item.error
    finally:
        closed.set()
        taken.release()  # for an `emit` that waits
        thread.join()


class Turns:
    """Lets threads through one at a time: of those that wait, the lowest rank first.

    A lock for engines that are not safe for threads, and a schedule: ranked by the
    work that each has had, a short job does not wait for a long one.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._busy = False
        self._numbers = itertools.count()
        self._waiting: list[tuple[float, int, threading.Lock]] = []

    def take(self, rank: float = 0) -> None:
        """Returns when it is this thread's turn; `give` ends it."""
        with self._lock:
            if not self._busy:
                self._busy = True
                return
            gate = threading.Lock()
            gate.acquire()  # opened by whoever gives us the turn
            heapq.heappush(self._waiting, (rank, next(self._numbers), gate))
        gate.acquire()

    def give(self) -> None:
        """The next thread's turn."""
        with self._lock:
            if self._waiting:
                heapq.heappop(self._waiting)[2].release()
            else:
                self._busy = False
