"""One websocket to ElevenLabs with several sentences on it. The one importer of
websockets."""

from __future__ import annotations

import asyncio
import itertools
import logging
from collections.abc import Callable

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import (
    ConnectionClosed,
    InvalidHandshake,
    InvalidStatus,
    InvalidURI,
)  # fmt: skip

from june_runtime.errors import JuneError
from june_runtime.tasks import Owned, until
from june_tts.engines.elevenlabs import failures, wire
from june_tts.engines.elevenlabs.context import Context
from june_tts.engines.elevenlabs.options import ElevenLabsOptions
from june_tts.engines.elevenlabs.wire import Received, Route

# It tells of each connection at INFO.
logging.getLogger("websockets").setLevel(logging.WARNING)

# A whole sentence may come in one frame.
_MAX_FRAME = 32 << 20
# A connection that is dead without a word is noticed within their sum.
_PING_SECONDS, _PONG_SECONDS = 5.0, 5.0
_CLOSE_SECONDS = 1.0
# A sentence that nobody wants still counts at the far side until that says it is over;
# a socket where it does not, within so many seconds, takes no more.
OVERDUE_SECONDS = 15.0


class Socket:
    """Opens by itself, and lives until `close`, or until it is lost or needed no more.

    Args:
        needed: tells whether a socket that has nothing to say is to stay open.

    Attributes:
        failure: why it ended; None while it lives.
    """

    def __init__(
        self, options: ElevenLabsOptions, route: Route, needed: Callable[[Socket], bool]
    ) -> None:
        self.route = route
        self.failure: JuneError | None = None
        self._options = options
        self._needed = needed
        self._open = asyncio.Event()
        self._ended = asyncio.Event()
        self._names = map(str, itertools.count(1))
        self._contexts: dict[str, Context] = {}
        # Nobody wants them any more; with the time at which they are overdue.
        self._unwanted: dict[str, float] = {}
        self._distrusted = False
        self._outgoing: asyncio.Queue[str] = asyncio.Queue()
        self._now = asyncio.get_running_loop().time
        # When the last sentence was.
        self._begun_at = self._now()
        self._life = Owned(self._live())

    @property
    def room(self) -> int:
        """How many more sentences it takes now."""
        overdue = any(at <= self._now() for at in self._unwanted.values())
        if self.failure is not None or self._distrusted or overdue:
            return 0
        return wire.MAX_SENTENCES - len(self._contexts) - len(self._unwanted)

    @property
    def speaking(self) -> bool:
        """Whether anybody waits for audio of it."""
        return bool(self._contexts)

    def begin(self, text: str) -> Context:
        """A sentence, for which there must be room; `end` follows."""
        assert self.room > 0
        self._begun_at = self._now()
        context = Context(next(self._names))
        self._contexts[context.name] = context
        # Never more than its few sentences' messages wait here.
        for message in wire.sentence(context.name, text):
            self._outgoing.put_nowait(message)
        return context

    def end(self, context: Context) -> None:
        """Nobody wants more of it: what still comes is dropped."""
        if self._contexts.pop(context.name, None) is not None:
            self._unwanted[context.name] = self._now() + OVERDUE_SECONDS

    def distrust(self) -> None:
        """It takes no more sentences: one of them was left without an answer."""
        self._distrusted = True

    async def opened(self) -> bool:
        """Whether it is open, once that is certain; it may be lost again by then."""
        await until(self._open.wait(), self._ended.wait())
        return self._open.is_set()

    async def lost(self) -> None:
        """Returns when it has ended."""
        await self._ended.wait()

    def leave(self) -> None:
        """It is not needed any more; `close` follows."""
        self._life.cancel()

    async def close(self) -> None:
        await self._life.close()

    async def _live(self) -> None:
        try:
            async with asyncio.timeout(self._options.patience.opening):
                connection = await self._connect()
            async with connection:
                self._open.set()
                reading = await until(self._read(connection), self._write(connection))
                # Whoever waits is told before the far side has said goodbye.
                self._end(failures.lost() if reading.cancelled() else reading.result())
        except InvalidStatus as refused:
            self._end(failures.not_opened(refused.response.status_code))
        except (InvalidHandshake, InvalidURI, OSError, TimeoutError):
            self._end(failures.unreachable())
        finally:
            self._end(failures.lost())

    def _end(self, failure: JuneError) -> None:
        """The first failure is why it ended."""
        if self.failure is None:
            self.failure = failure
            self._ended.set()
            for context in self._contexts.values():
                context.fail(failure)

    async def _connect(self) -> ClientConnection:
        options = self._options
        return await connect(
            wire.address(options.url, self.route, options.model),
            additional_headers={"xi-api-key": options.key.get_secret_value()},
            compression=None,  # base64 of sound gets no smaller
            max_size=_MAX_FRAME,
            ping_interval=_PING_SECONDS,
            ping_timeout=_PONG_SECONDS,
            close_timeout=_CLOSE_SECONDS,
        )

    async def _read(self, connection: ClientConnection) -> JuneError:
        try:
            while True:
                failure = self._take(wire.read(await connection.recv()))
                if failure is not None:
                    return failure
        except ValueError:
            return failures.malformed()
        except ConnectionClosed as closed:
            return failures.closed(closed.rcvd.reason if closed.rcvd else "")

    async def _write(self, connection: ClientConnection) -> None:
        """What is to be said, or a sign of life; returns when the socket is not needed."""
        silence = self._options.patience.silence
        try:
            await connection.send(wire.greeting(self.route))
            # Whatever else is said: each context is to give its own signs of life.
            due = self._now() + silence
            while True:
                try:
                    async with asyncio.timeout_at(due):
                        message = await self._outgoing.get()
                except TimeoutError:
                    if self._idle_for(silence) and not self._needed(self):
                        return
                    message, due = wire.sign_of_life(), self._now() + silence
                await connection.send(message)
        except ConnectionClosed:
            # The reader knows why.
            await asyncio.Event().wait()

    def _idle_for(self, seconds: float) -> bool:
        return not self.speaking and self._now() - self._begun_at >= seconds

    def _take(self, received: Received) -> JuneError | None:
        """Passes on what came; returns what ends the whole socket."""
        context = self._contexts.get(received.context)
        if received.error:
            failure = failures.refusal(received.error)
            if not received.context:
                return failure
            if context is not None:
                context.fail(failure)
        elif context is not None:
            context.put(received)
        if received.final or received.error:
            self._contexts.pop(received.context, None)
            self._unwanted.pop(received.context, None)
        return None
