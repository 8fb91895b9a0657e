"""One sentence on a socket: what has come of it and waits to be taken."""

from __future__ import annotations

import asyncio
from collections import deque

from june_runtime.errors import JuneError
from june_tts.engines.elevenlabs import failures
from june_tts.engines.elevenlabs.wire import SAMPLE_RATE, Received

# The far side makes audio faster than it is heard, and its other sentences must not wait
# for a caller that reads none: so much may lie here. The longest text takes less.
MAX_WAITING_SECONDS = 300


class Context:
    """The reader's side of a context; the socket calls `put` and `fail`."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._waiting: deque[Received] = deque()
        self._bytes = 0
        self._failure: JuneError | None = None
        self._arrived = asyncio.Event()

    def put(self, received: Received) -> None:
        self._bytes += len(received.pcm)
        if self._bytes > MAX_WAITING_SECONDS * SAMPLE_RATE * 2:
            self.fail(failures.malformed())
        if self._failure is None:
            self._waiting.append(received)
            self._arrived.set()

    def fail(self, failure: JuneError) -> None:
        """Nothing more comes. What came before can still be taken."""
        self._failure = self._failure or failure
        self._arrived.set()

    async def take(self) -> Received:
        """What comes next; the last is `final`. Raises the JuneError that ended it."""
        while not self._waiting:
            if self._failure is not None:
                raise self._failure
            self._arrived.clear()
            await self._arrived.wait()
        received = self._waiting.popleft()
        self._bytes -= len(received.pcm)
        return received
