"""A blocking object in a process of its own; the near side of child.py.

Its own process, and not a thread, for engines that hold Python's lock for long or
have one global state, and for those whose licence asks for it.
"""

from __future__ import annotations

import asyncio
import itertools
import logging
import pickle
import subprocess
import sys
from typing import TYPE_CHECKING, Any

from june_runtime.child import HEADER, Order, Outcome, frame
from june_runtime.errors import JuneError, Unavailable

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable

log = logging.getLogger(__name__)

# Seconds from the end of its input to the kill of a child that does not heed it.
CLOSE_SECONDS = 1.0
# Items of a stream that the child may make ahead of its consumer.
AHEAD = 64

_BOOT = "import sys; sys.path[:] = {path!r}; from june_runtime.child import main; main()"


class ChildProcess:
    """An object that lives in a fresh interpreter and is called by name.

    Calls and streams run there one at a time, in the order they were asked for.
    The process starts at the first of them; after a death the next one starts a
    new process with a new object. It ends with its parent.

    What its methods take and return must be picklable; numpy arrays travel well. A
    JuneError raised there is raised here; anything else becomes a RuntimeError with
    the child's traceback in its text.

    Args:
        factory: makes the object; picklable, so a function or class of a module
            (or a functools.partial of one), not of `__main__`.
    """

    def __init__(self, factory: Callable[[], object]) -> None:
        self._factory = factory
        self._link: _Link | None = None
        self._starting = asyncio.Lock()
        self._closed = False

    @property
    def pid(self) -> int | None:
        """The process that answers now; None before the first call and after a death."""
        return self._link.process.pid if self._link and not self._link.lost else None

    async def start(self) -> None:
        """Makes the object now instead of at the first call."""
        await self._connected()

    async def call(self, method: str, *args: Any) -> Any:
        """What `method(*args)` of the object returns.

        Raises:
            Unavailable: ENGINE_FAILED, the process died; ENGINE_CLOSED.
        """
        link = await self._connected()
        answers = link.send(Order.CALL, (method, args))
        try:
            return (await answers.take())[1]
        finally:
            answers.forget()

    async def stream(
        self, method: str, *args: Any, ahead: int = AHEAD
    ) -> AsyncGenerator[Any, None]:
        """The items of the iterator that `method(*args)` of the object returns.

        Closing this iterator makes the child stop at its next item and go on with
        what comes next.

        Args:
            ahead: items that the child may make before they are taken.

        Raises:
            Unavailable: ENGINE_FAILED, the process died; ENGINE_CLOSED.
        """
        link = await self._connected()
        answers = link.send(Order.STREAM, (method, args, ahead))
        ended = False
        try:
            while True:
                outcome, item = await answers.take()
                ended = outcome is not Outcome.ITEM
                if ended:
                    return
                link.tell(answers.number, Order.MORE, 1)
                yield item
        except (JuneError, RuntimeError):
            ended = True
            raise
        finally:
            if not ended:
                link.tell(answers.number, Order.STOP)
            answers.forget()

    async def close(self) -> None:
        """Ends the process; whoever still waits gets Unavailable."""
        self._closed = True
        async with self._starting:
            if self._link is not None:
                await self._link.end()

    async def _connected(self) -> _Link:
        async with self._starting:
            if self._closed:
                raise Unavailable("ENGINE_CLOSED", "the engine is closed")
            if self._link is not None and not self._link.lost:
                return self._link
            if self._link is not None:
                await self._link.end()
            self._link = await _Link.open()
            made = self._link.send(Order.MAKE, self._factory)
            try:
                await made.take()
            except BaseException:
                await self._link.end()
                raise
            finally:
                made.forget()
            return self._link


class _Answers:
    """What the child answers to one order, as it comes in."""

    def __init__(self, number: int, link: _Link) -> None:
        self.number = number
        self._link = link
        self._arrived: asyncio.Queue[tuple[Outcome, Any]] = asyncio.Queue()  # `ahead` bounds it

    def put(self, outcome: Outcome, payload: Any) -> None:
        self._arrived.put_nowait((outcome, payload))

    async def take(self) -> tuple[Outcome, Any]:
        outcome, payload = await self._arrived.get()
        if outcome is Outcome.FAILED:
            raise payload if isinstance(payload, JuneError) else RuntimeError(payload)
        return outcome, payload

    def forget(self) -> None:
        self._link.waiting.pop(self.number, None)


class _Link(asyncio.Protocol):
    """One child process and the pipes to and from it."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self.process = process
        self.lost = False
        self.waiting: dict[int, _Answers] = {}
        self._numbers = itertools.count()
        self._received = bytearray()
        self._out: asyncio.WriteTransport
        self._in: asyncio.ReadTransport

    @classmethod
    async def open(cls) -> _Link:
        # Popen forks without gRPC's fork handlers being involved, unlike the event
        # loop's own subprocess support.
        process = subprocess.Popen(  # noqa: ASYNC220  takes about a millisecond
            [sys.executable, "-c", _BOOT.format(path=sys.path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        link = cls(process)
        loop = asyncio.get_running_loop()
        link._out, _ = await loop.connect_write_pipe(asyncio.BaseProtocol, process.stdin)
        link._in, _ = await loop.connect_read_pipe(lambda: link, process.stdout)
        return link

    def send(self, order: Order, payload: Any) -> _Answers:
        answers = _Answers(next(self._numbers), self)
        packed = frame((answers.number, order, payload))
        self.waiting[answers.number] = answers
        if self.lost:
            answers.put(Outcome.FAILED, _engine_failed())
        else:
            self._out.write(packed)
        return answers

    def tell(self, number: int, order: Order, payload: Any = None) -> None:
        """An order that is not answered."""
        if not self.lost:
            self._out.write(frame((number, order, payload)))

    def data_received(self, data: bytes) -> None:
        received = self._received
        received += data
        start = 0
        while len(received) - start >= HEADER.size:
            body = start + HEADER.size
            end = body + HEADER.unpack_from(received, start)[0]
            if len(received) < end:
                break
            number, outcome, payload = pickle.loads(memoryview(received)[body:end].tobytes())
            start = end
            if answers := self.waiting.get(number):
                answers.put(outcome, payload)
        del received[:start]

    def connection_lost(self, error: Exception | None) -> None:
        """The child's end of the pipe is closed: it is dead or dying."""
        self.lost = True
        for answers in self.waiting.values():
            answers.put(Outcome.FAILED, _engine_failed())
        self._hang_up()

    async def end(self) -> None:
        """Asks the process to end, then kills it; leaves neither zombie nor pipe."""
        self.lost = True
        self._hang_up()  # the child sees its input end, and ends
        try:
            async with asyncio.timeout(CLOSE_SECONDS):
                await self._exited()
        except TimeoutError:
            log.warning(
                "killing a child process that does not end", extra={"pid": self.process.pid}
            )
            self.process.kill()
            await self._exited()
        self._in.close()

    def _hang_up(self) -> None:
        if not self._out.is_closing():
            self._out.abort()

    async def _exited(self) -> None:
        # No child watcher: those differ between event loops, and this is soon over.
        while self.process.poll() is None:  # noqa: ASYNC110
            await asyncio.sleep(0.005)


def _engine_failed() -> Unavailable:
    return Unavailable(
        "ENGINE_FAILED", "the engine's process has ended; try again", retry_after=1.0
    )
