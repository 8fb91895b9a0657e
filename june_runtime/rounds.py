"""One thread that works for many callers in rounds, and hands each what is its own.

For an engine that makes something for all its callers at once, a little every time:
whoever comes or goes does so between two rounds. What the thread has given waits for
the caller, who may be slow: the work asks how much, and gives no more meanwhile.
"""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections import deque
from collections.abc import AsyncGenerator, Callable
from concurrent.futures import Future
from typing import Any, Generic, Protocol, TypeVar

from june_runtime.condition import PATIENCE_SECONDS, Condition, lost_for_good
from june_runtime.errors import JuneError, Unavailable

log = logging.getLogger(__name__)

T = TypeVar("T")
Item = TypeVar("Item")
Request_contra = TypeVar("Request_contra", contravariant=True)
Request = TypeVar("Request")

# Seconds that closing waits for the round that is running.
CLOSE_SECONDS = 5.0


class _End:
    """What a caller gets last."""

    def __init__(self, error: BaseException | None) -> None:
        self.error = error


class Caller(Generic[Item]):
    """Someone who is worked for, as the thread sees them.

    Attributes:
        gone: they want nothing any more.
        ended: they were told the end.
    """

    def __init__(self) -> None:
        self.gone = False
        self.ended = False
        self._arrived: asyncio.Queue[Item | _End] = asyncio.Queue()
        self._loop = asyncio.get_running_loop()
        self._given = 0
        self._taken = 0

    @property
    def waiting(self) -> int:
        """Items given and not taken yet."""
        return self._given - self._taken

    def give(self, item: Item) -> None:
        self._given += 1
        self._send(item)

    def end(self, error: JuneError | None = None) -> None:
        """The last thing that they are told; a second end says nothing."""
        if not self.ended:
            self.ended = True
            self._send(_End(error))

    def _send(self, item: Item | _End) -> None:
        try:
            self._loop.call_soon_threadsafe(self._arrived.put_nowait, item)
        except RuntimeError:  # the loop is closed: nobody listens any more
            self.gone = True

    async def _take(self) -> Item | _End:
        item = await self._arrived.get()
        self._taken += 1
        return item


class Work(Protocol[Request_contra, Item]):
    """What is done on the thread, where all of it is called."""

    def begin(self, caller: Caller[Item], request: Request_contra) -> None:
        """Someone came. What it raises is their end, and nobody else's."""

    def round(self) -> bool:
        """A piece of work for whoever is not gone. False: there is none until someone
        comes, goes or takes something."""


class Rounds(Generic[Request, Item]):
    """See the module.

    Args:
        name: the thread's name.
        condition: lost when the thread ends before it is closed, and when somebody has
            waited for a round for longer than `patience`; where it is lost, nobody is
            served any more.
        patience: seconds.
    """

    def __init__(
        self,
        name: str,
        work: Work[Request, Item],
        condition: Condition | None = None,
        patience: float = PATIENCE_SECONDS,
    ) -> None:
        self._name = name
        self._work = work
        self._condition = condition or Condition()
        self._patience = patience
        # When the round began that is running.
        self._began: float | None = None
        self._calls: deque[Callable[[], None]] = deque()
        self._bell = threading.Event()
        self._callers: set[Caller[Item]] = set()
        self._closed = False
        self._broken = False
        self._ended: Future[None] = Future()
        # A daemon: a round that never ends must not keep the process alive.
        threading.Thread(target=self._run, name=name, daemon=True).start()

    @property
    def callers(self) -> int:
        """How many are being served."""
        return len(self._callers)

    async def serve(self, request: Request) -> AsyncGenerator[Item, None]:
        """What the work gives this caller. Closing it tells the work that they are gone.

        Raises:
            Unavailable: ENGINE_CLOSED; ENGINE_FAILED, the work raised an error that it
                should have dealt with, or does not return, after which there is no more
                of it.
        """
        self._refuse_if_over()
        caller: Caller[Item] = Caller()
        self._callers.add(caller)
        self._post(lambda: self._begin(caller, request))
        try:
            while not isinstance(item := await self._next(caller), _End):
                self._bell.set()
                yield item
            if item.error is not None:
                raise item.error
        finally:
            caller.gone = True
            self._callers.discard(caller)
            self._bell.set()

    async def run(self, call: Callable[[], T]) -> T:
        """What `call` returns, or raises, on the thread and between two rounds."""
        self._refuse_if_over()
        future: Future[T] = Future()
        self._post(lambda: _settle(future, call))
        return await asyncio.wrap_future(future)

    async def close(self) -> None:
        """Ends the thread after its round, and tells whoever is still served."""
        self._closed = True
        self._bell.set()
        try:
            async with asyncio.timeout(CLOSE_SECONDS):
                await asyncio.shield(asyncio.wrap_future(self._ended))
        except TimeoutError:
            log.warning("a round of work does not end", extra={"worker": self._name})
        self._end_all(Unavailable("ENGINE_CLOSED", "the engine is closed"))

    async def _next(self, caller: Caller[Item]) -> Item | _End:
        """As long as the thread goes on: a device that hangs says nothing."""
        while True:
            try:
                async with asyncio.timeout(self._patience):
                    return await caller._take()
            except TimeoutError:
                began = self._began
                if began is not None and time.monotonic() - began >= self._patience:
                    log.error("a round does not end", extra={"worker": self._name})
                    self._lose()

    def _lose(self) -> None:
        self._broken = True
        self._condition.lose()
        self._end_all(lost_for_good())

    def _refuse_if_over(self) -> None:
        if self._closed:
            raise Unavailable("ENGINE_CLOSED", "the engine is closed")
        if self._broken or self._condition.lost:
            raise lost_for_good()

    def _post(self, call: Callable[[], None]) -> None:
        self._calls.append(call)
        self._bell.set()

    def _begin(self, caller: Caller[Item], request: Request) -> None:
        if caller.gone:
            return
        try:
            self._work.begin(caller, request)
        except JuneError as refused:
            caller.end(refused)
        except Exception as error:
            log.exception("the engine could not begin", extra={"worker": self._name})
            if self._condition.refused(error):
                raise
            caller.end(Unavailable("ENGINE_FAILED", "the engine failed; try again"))

    def _run(self) -> None:
        busy = False
        try:
            while not self._closed:
                if not busy:
                    self._bell.wait()
                self._bell.clear()
                self._began = time.monotonic()
                while self._calls:
                    self._calls.popleft()()
                busy = not self._closed and self._work.round()
                self._began = None
        except BaseException:  # the thread ends with it, whatever it is
            log.exception("the engine failed for good", extra={"worker": self._name})
            self._lose()
        finally:
            self._ended.set_result(None)

    def _end_all(self, error: JuneError) -> None:
        for caller in list(self._callers):
            caller.end(error)


def _settle(future: Future[Any], call: Callable[[], Any]) -> None:
    if not future.set_running_or_notify_cancel():
        return
    try:
        future.set_result(call())
    except BaseException as error:  # noqa: BLE001  the caller gets it
        future.set_exception(error)
