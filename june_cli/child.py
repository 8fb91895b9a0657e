"""One service as a child process: started, listened to, ended."""

from __future__ import annotations

import asyncio
import os
import signal
from asyncio.subprocess import DEVNULL, PIPE, STDOUT, Process
from collections import deque
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress

from june_cli.leash import leashed
from june_cli.tasks import together

_LONGEST_LINE = 16_384
_READ = 65_536
# How long the last lines of a dead service are waited for.
_LAST_WORDS_SECONDS = 0.5
_TAIL = 20


class Child:
    """A running service. `last_line` is the last that it said."""

    def __init__(self, process: Process, say: Callable[[str], None]) -> None:
        self._process = process
        self._say = say
        self._tail: deque[str] = deque(maxlen=_TAIL)

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def last_line(self) -> str:
        return next((line for line in reversed(self._tail) if line.strip()), "")

    async def exited(self) -> int:
        """Its exit status once it has ended: negative where a signal ended it."""
        return await self._process.wait()

    async def end(self, hurry: asyncio.Event, seconds: float) -> bool:
        """Ends it: asks first, and kills when `seconds` are over or `hurry` is set.

        Returns whether it went by itself.
        """
        self._signal(signal.SIGTERM)
        async with together() as tasks:
            gone = tasks.create_task(self._process.wait())
            hurried = tasks.create_task(hurry.wait())
            done, _ = await asyncio.wait(
                (gone, hurried), timeout=seconds, return_when=asyncio.FIRST_COMPLETED
            )
            hurried.cancel()
            if gone not in done:
                self.kill()
        return gone in done

    def kill(self) -> None:
        """Kill it and what it started."""
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)

    def _signal(self, number: signal.Signals) -> None:
        if self._process.returncode is None:
            with suppress(ProcessLookupError):
                self._process.send_signal(number)

    async def pump(self) -> None:
        """Hands on what it says, line by line, until nobody holds its output open."""
        assert self._process.stdout is not None
        async for line in _lines(self._process.stdout):
            self._tail.append(line)
            self._say(line)


@asynccontextmanager
async def child(
    command: Sequence[str], environment: Mapping[str, str], say: Callable[[str], None]
) -> AsyncIterator[Child]:
    """`command` as a child with `environment` added; certainly gone on leaving.

    It gets a process group of its own: Ctrl-C in the terminal is the supervisor's
    to handle. `say` is given each line that it writes.
    """
    process = await asyncio.create_subprocess_exec(
        *leashed(command, environment),
        stdin=DEVNULL,
        stdout=PIPE,
        stderr=STDOUT,
        process_group=0,
    )
    started = Child(process, say)
    try:
        async with together() as tasks:
            pump = tasks.create_task(started.pump())
            try:
                yield started
            finally:
                started.kill()
                await process.wait()
                # Whatever it left behind may hold the pipe open for ever.
                await asyncio.wait((pump,), timeout=_LAST_WORDS_SECONDS)
                pump.cancel()
    finally:
        started.kill()


async def _lines(stream: asyncio.StreamReader) -> AsyncIterator[str]:
    """Lines without their ends; what is longer than _LONGEST_LINE is cut into several."""
    rest = b""
    while data := await stream.read(_READ):
        *whole, rest = (rest + data).split(b"\n")
        for line in whole:
            yield _text(line)
        while len(rest) > _LONGEST_LINE:
            yield _text(rest[:_LONGEST_LINE])
            rest = rest[_LONGEST_LINE:]
    if rest:
        yield _text(rest)


def _text(line: bytes) -> str:
    return line.decode(errors="replace").rstrip("\r")
