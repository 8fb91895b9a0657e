"""A session's line to a model that hears and speaks by itself.

Connections last for minutes. What the user says while there is none is kept, and what
had no answer is told to the next connection, which takes the session up where the model
remembers it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import aclosing

from june_orchestrator.direct.exchange import ANSWER_SECONDS
from june_orchestrator.direct.loudness import Loudness
from june_orchestrator.direct.microphone import Microphone
from june_orchestrator.direct.ports import (
    HEARS,
    SESSION_GONE,
    Connection,
    GoingAway,
    Item,
    Lost,
    Resumable,
    Sound,
    SoundEnds,
    SpeechModel,
    Told,
    Wishes,
    Written,
)  # fmt: skip
from june_orchestrator.direct.standing import Standing
from june_orchestrator.history import History
from june_orchestrator.ports import Trouble
from june_runtime.errors import JuneError, NotFound, TimedOut, Unavailable
from june_runtime.pcm import AudioFormat, decode
from june_runtime.tasks import until

# Connections that are tried in a row; one that served for a while did not fail for the
# reason that those before it did.
ATTEMPTS = 3
RETRY_SECONDS = 0.3
GOOD_SECONDS = 10.0
# A caller who hangs up may have said something that is not understood yet.
LAST_WORDS_SECONDS = 3.0

Tell = Callable[[Told | Trouble], Awaitable[None]]


class _Moving(Unavailable):
    """This connection is left for another one, at a good moment."""


class SpeechLine:
    """What one session says to a model, and what the model does.

    Args:
        heard: the caller's format; None where the caller only types.
        wishes: how the model is to be from the next connection on.
        history: what was said, for a model that has forgotten it.
    """

    def __init__(
        self,
        model: SpeechModel,
        heard: AudioFormat | None,
        wishes: Callable[[], Wishes],
        history: History,
    ) -> None:
        self._model = model
        self._microphone = Microphone(heard or HEARS)
        self._wishes = wishes
        self._history = history
        self._loudness = Loudness()
        self._standing = Standing()
        # One writer at a time: what is said now must not overtake what was said.
        self._writing = asyncio.Lock()
        # The connection that knows all that was said, and how its model was wished.
        self._connection: Connection | None = None
        self._wished = Wishes()
        self._finished = asyncio.Event()
        # Set once the connection is to be left, and why, where that is a failure.
        self._leave = asyncio.Event()
        self._why: JuneError | None = None
        self._now = asyncio.get_running_loop().time

    @property
    def loud_at(self) -> float:
        """When the user was last loud; 0 where never."""
        return self._loudness.loud_at

    async def send(self, pcm: bytes, first_sample: int | None = None) -> None:
        """More audio, in the session's input format."""
        for piece in self._microphone.push(pcm, first_sample):
            self._loudness.push(decode(piece, HEARS), self._now())
            await self._give(Sound(piece))

    async def configure(self, _: object) -> None:
        """The wishes may be others now: they hold from the next connection on."""
        self._reconsider()

    async def write(self, written: Written) -> None:
        self._reconsider()
        await self._give(written)

    async def end_turn(self) -> None:
        """The user says that they are done."""
        if not self._microphone.used:
            return
        for piece in self._microphone.finish():
            await self._give(Sound(piece))
        await self._give(SoundEnds())

    async def finish(self) -> None:
        """The user says no more; `hear` ends once everything was answered."""
        await self.end_turn()
        self._finished.set()
        self._reconsider()

    def forget(self, error: JuneError) -> None:
        """The model failed: it is not asked again what it had no answer to."""
        self._standing.answered(self._now())
        self._abandon(error)

    async def hear(self, tell: Tell) -> None:
        """Tells what the model does, until everything was answered or, with a Lost that
        is final, there is no model any more."""
        failures = 0
        while True:
            opened_at = self._now()
            failed = await self._hold_connection(tell)
            if failed is None:
                return
            if isinstance(failed, _Moving):
                continue
            if self._standing.handle and failed.reason == SESSION_GONE:
                self._standing.handle = ""
                await tell(Lost(failed))
                await tell(Trouble(failed))
                continue
            failures = 1 if self._now() - opened_at >= GOOD_SECONDS else failures + 1
            final = failures == ATTEMPTS or not _may_pass(failed)
            await tell(Lost(failed, final))
            if final:
                return
            if not self._standing.handle and self._history.messages():
                await tell(Trouble(_forgotten()))
            await asyncio.sleep(RETRY_SECONDS * (failures - 1))

    async def _hold_connection(self, tell: Tell) -> JuneError | None:
        """One connection, until it ends; returns why, None where all is answered."""
        wishes = self._wishes()
        if wishes.model != self._wished.model:
            # No model knows another one's sessions.
            self._standing.handle = ""
        self._wished = wishes
        self._leave.clear()
        self._why = None
        self._standing.connected()
        earlier = () if self._standing.handle else self._history.messages()
        try:
            async with self._model.connect(wishes, self._standing.handle, earlier) as connection:
                job = await until(
                    self._follow(connection, tell), self._leave.wait(), self._hang_up()
                )
                return self._why if job.cancelled() else job.result()
        except JuneError as failed:
            return failed
        finally:
            self._connection = None

    async def _follow(self, connection: Connection, tell: Tell) -> JuneError | None:
        """Beside reading, for whoever is not read stops reading in their turn, the
        connection is told what it missed."""
        async with asyncio.TaskGroup() as tasks:
            catching_up = tasks.create_task(self._catch_up(connection))
            try:
                async with aclosing(connection.events()) as events:
                    async for event in events:
                        self._standing.take(event, self._now(), last=self._finished.is_set())
                        if not isinstance(event, Resumable | GoingAway):
                            await tell(event)
                        self._reconsider()
                        if self._leave.is_set():
                            return self._why
            except JuneError as failed:
                return failed
            finally:
                catching_up.cancel()
        return Unavailable("BRAIN_CUT", "the model ended the connection")

    async def _catch_up(self, connection: Connection) -> None:
        async with self._writing:
            for item in self._standing.unanswered.items:
                await self._pass_on(connection, item)
            if not self._leave.is_set():
                self._connection = connection
        self._reconsider()

    async def _give(self, item: Item) -> None:
        async with self._writing:
            self._standing.unanswered.add(item)
            if self._connection:
                await self._pass_on(self._connection, item)

    async def _pass_on(self, connection: Connection, item: Item) -> None:
        """A connection that broke is found out by whoever reads it; one that takes
        nothing more is given up."""
        try:
            await connection.give(item)
        except TimedOut as stuck:
            self._abandon(stuck)
        except JuneError:
            return

    def _abandon(self, error: JuneError) -> None:
        """What is said from now on is for the next connection."""
        self._connection = None
        self._why = self._why or error
        self._leave.set()

    def _reconsider(self) -> None:
        """Leave the connection, where there is reason to and this is a good moment."""
        standing = self._standing
        if standing.replying or self._connection is None:
            return
        if self._finished.is_set() and not self._owed():
            self._leave.set()
        elif (standing.going_away or self._wishes() != self._wished) and standing.movable:
            self._abandon(_Moving("BRAIN_MOVING", "the connection is being left"))

    def _owed(self) -> bool:
        """Whether the user may still expect an answer."""
        return self._standing.asked or self.loud_at > self._standing.answered_at

    async def _hang_up(self) -> None:
        """Ends the connection of a caller who has gone, where no answer is to come."""
        await self._finished.wait()
        await asyncio.sleep(LAST_WORDS_SECONDS)
        while self._standing.replying or self._standing.asked:
            rest = self._standing.told_at + ANSWER_SECONDS - self._now()
            if rest <= 0:
                return
            await asyncio.sleep(rest)


def _may_pass(failed: JuneError) -> bool:
    """Whether another connection may fare better."""
    return isinstance(failed, Unavailable | TimedOut) and failed.reason != "BRAIN_KEY_REFUSED"


def _forgotten() -> JuneError:
    return NotFound(SESSION_GONE, "the model has forgotten the talk; June told it what was said")
