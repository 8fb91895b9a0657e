"""A caller of a session on virtual time: sends, waits and looks at what comes back."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

from june_runtime.metrics import Metrics
from june_runtime.outbox import Outbox
from june_runtime.sessions import Session, Sessions
from june_runtime.testing import run_virtual
from june_tts.config import StreamConfig, live_for
from june_tts.engine import TtsEngine
from june_tts.engines.scripted import Script, ScriptedEngine
from june_tts.lane import Chunk
from june_tts.metrics import FIGURES, TtsMetrics
from june_tts.session import SynthesisSession
from june_tts.settings import TtsLive
from june_tts.stream import Append, Cancel, Configure, EndReason, Flush, Message

__all__ = ["Append", "Caller", "Cancel", "Configure", "Flush", "Script", "on_stream"]

CONFIG: Configure[StreamConfig] = Configure(StreamConfig())


class Caller:
    """One stream's two ends.

    Attributes:
        received: each chunk with the time, in ms, at which it came.
        reading: while it is clear the caller reads nothing.
    """

    def __init__(self, engine: TtsEngine, chunks_waiting: int = 3) -> None:
        self.engine = engine
        self.metrics = Metrics("june_tts", FIGURES)
        self.sessions = Sessions(1)
        self.outbox: Outbox[Chunk] = Outbox(chunks_waiting, stall_seconds=10)
        self.received: list[tuple[float, Chunk]] = []
        self.reading = asyncio.Event()
        self.reading.set()
        self.live: TtsLive = live_for(engine)()
        self._arrived = asyncio.Event()
        self._messages: asyncio.Queue[Message[StreamConfig] | None] = asyncio.Queue()
        self._now = asyncio.get_running_loop().time

    @property
    def chunks(self) -> list[Chunk]:
        return [chunk for _, chunk in self.received]

    @property
    def finals(self) -> list[Chunk]:
        return [chunk for chunk in self.chunks if chunk.end_reason]

    @property
    def ms(self) -> float:
        return self._now() * 1_000

    def send(self, *messages: Message[StreamConfig]) -> None:
        for message in messages:
            self._messages.put_nowait(message)

    def say(self, sentence_id: int, text: str) -> None:
        self.send(Append(sentence_id, text), Flush(sentence_id, self._now()))

    def half_close(self) -> None:
        self._messages.put_nowait(None)

    async def until(self, true: Callable[[], bool]) -> None:
        while not true():
            self._arrived.clear()
            await self._arrived.wait()

    async def final(self, sentence_id: int) -> Chunk:
        """The sentence's last chunk, when it has come."""
        await self.until(lambda: sentence_id in [chunk.sentence_id for chunk in self.finals])
        return next(chunk for chunk in self.finals if chunk.sentence_id == sentence_id)

    async def messages(self) -> AsyncIterator[Message[StreamConfig]]:
        while (message := await self._messages.get()) is not None:
            yield message

    async def read(self) -> None:
        async for chunk in self.outbox.items():
            self.received.append((self.ms, chunk))
            self._arrived.set()
            await self.reading.wait()

    async def serve(self, session: Session) -> None:
        stream = SynthesisSession(
            self.engine, lambda: self.live, TtsMetrics(self.metrics), session, self.outbox
        )
        try:
            await stream.run(self.messages())
        finally:
            self.outbox.close()


def on_stream(
    play: Callable[[Caller], Awaitable[None]],
    script: Script | None = None,
    *,
    engine: TtsEngine | None = None,
    chunks_waiting: int = 3,
) -> Caller:
    """Plays a caller's part on a fresh stream, on virtual time; half-closes at the end
    and returns when everything is answered."""

    async def all_parts() -> Caller:
        caller = Caller(engine or ScriptedEngine(script), chunks_waiting)
        with caller.sessions.admit() as session:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(caller.serve(session))
                tasks.create_task(caller.read())
                caller.send(CONFIG)
                await play(caller)
                caller.half_close()
        return caller

    return run_virtual(all_parts())


def reasons(caller: Caller) -> list[tuple[int, EndReason | None]]:
    """Which sentences were answered, in what order and how."""
    return [(chunk.sentence_id, chunk.end_reason) for chunk in caller.finals]
