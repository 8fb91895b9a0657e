"""One Transcribe stream: its audio in, what is heard out."""

from __future__ import annotations

import asyncio
import logging
import math
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from enum import Enum, auto
from typing import TypeVar

from june_runtime.errors import InvalidInput, TimedOut, Unavailable
from june_runtime.metrics import Metrics
from june_runtime.outbox import Outbox
from june_runtime.pcm import AudioFormat
from june_runtime.sessions import Session as Admitted
from june_stt.backlog import Backlog, Waiting
from june_stt.engine import RATE, SttEngine, SttOptions, SttSession
from june_stt.intake import WINDOW, Intake, Windows
from june_stt.metrics import StreamMetrics
from june_stt.session import Session
from june_stt.transcript import Event, Feed, Finish, Output, Reset, Transcript
from june_stt.utterance import Hearing
from june_stt.voice import VoiceActivity, VoiceState

log = logging.getLogger(__name__)

T = TypeVar("T")

HEARTBEAT_SECONDS = 1.0
# One answer of the engine's takes no longer than this, or it is broken.
ANSWER_SECONDS = 30.0


class Control(Enum):
    END_TURN = auto()
    FLUSH = auto()
    RESET = auto()


@dataclass(frozen=True, slots=True)
class Frame:
    """Audio in the stream's format; see june.common.v1.AudioFrame."""

    pcm: bytes
    first_sample: int | None = None


@dataclass(frozen=True, slots=True)
class Configured:
    """How the stream is heard from its next turn on; `hearing` is asked at each."""

    hearing: Callable[[], Hearing]


@dataclass(frozen=True, slots=True)
class Refusal:
    """A later config that cannot be: what held before it still holds."""

    error: InvalidInput
    config_number: int = 0


@dataclass(frozen=True, slots=True)
class GoAway:
    """The server is leaving."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Told:
    """A transcript, and what its words waited for the engine and cost in it."""

    transcript: Transcript
    queue_ms: float = 0.0
    infer_ms: float = 0.0


Request = Configured | Refusal | Frame | Control
Answer = Told | Refusal | GoAway


class TranscribeStream:
    """Reads, hears, decodes and tells, side by side."""

    def __init__(
        self,
        audio: AudioFormat,
        configured: Configured,
        engine: SttEngine,
        voice: VoiceActivity,
        outbox: Outbox[Answer],
        metrics: Metrics,
    ) -> None:
        self._intake = Intake(audio)
        self._session = Session(configured.hearing, engine.feed_ms)
        self._options = configured.hearing().options
        self._engine = engine
        self._voice = voice
        self._voice_state = VoiceState()
        self._outbox = outbox
        self._metrics = StreamMetrics(metrics)
        self._backlog = Backlog()
        self._ear: SttSession | None = None
        self._now = asyncio.get_running_loop().time
        self._told_at = self._asked_at = self._closed_at = self._now()
        self._concluded = asyncio.Event()
        # What one step of the session says is told before what the next one says,
        # also where a slow caller makes them wait. The lock is fair.
        self._telling = asyncio.Lock()

    @property
    def in_turn(self) -> bool:
        """Whether something is being heard, or its words are outstanding."""
        return self._session.in_turn

    @property
    def backlog_seconds(self) -> float:
        """Audio that waits for the engine."""
        return self._backlog.seconds

    async def run(
        self, requests: AsyncIterator[Request], admitted: Admitted, idle_seconds: float
    ) -> None:
        """The whole stream. Raises JuneError, alone or in a group."""
        async with asyncio.TaskGroup() as tasks:
            beside = [
                tasks.create_task(self._decode()),
                tasks.create_task(self._beat(idle_seconds)),
                tasks.create_task(self._say_goodbye(admitted)),
            ]
            await self._read(requests)
            while self._session.waiting_for_engine:
                self._concluded.clear()
                await self._concluded.wait()
            async with self._telling:
                # What is known may still wait for a slow caller: it is told first.
                pass
            for task in beside:
                task.cancel()

    async def _read(self, requests: AsyncIterator[Request]) -> None:
        async for request in requests:
            # Nobody is idle whose words are still being taken in.
            self._asked_at = math.inf
            match request:
                case Frame(pcm, first_sample):
                    await self._hear(self._intake.push(pcm, first_sample))
                case Control():
                    await self._obey(request)
                case Configured(hearing):
                    self._session.configure(hearing)
                case Refusal():
                    self._metrics.refused(request.error.reason)
                    await self._outbox.put(request)
            self._asked_at = self._now()
        # Nor whoever only waits for what was understood.
        self._asked_at = math.inf
        await self._hear(self._intake.finish())
        await self._carry_out(self._session.end_turn())

    async def _hear(self, windows: Windows) -> None:
        if not len(windows):
            return
        self._metrics.heard(len(windows) * WINDOW / RATE)
        probabilities = await self._voice.score(self._voice_state, windows)
        await self._carry_out(self._session.hear(windows, probabilities.tolist()))
        await self._backlog.room()

    async def _obey(self, control: Control) -> None:
        match control:
            case Control.END_TURN:
                await self._carry_out(self._session.end_turn())
            case Control.FLUSH:
                await self._carry_out(self._session.flush())
            case Control.RESET:
                await self._carry_out(self._session.reset())

    async def _decode(self) -> None:
        """Give the engine its work in order, with another ear where an utterance is to
        be heard in another way."""
        options, first = self._options, None
        while True:
            async with self._opened(options) as ear:
                options, first = await self._decode_with(ear, options, first)

    async def _decode_with(
        self, ear: SttSession, options: SttOptions, first: Waiting | None
    ) -> tuple[SttOptions, Waiting]:
        """Returns the first work that is for another ear, and what is asked of that."""
        while True:
            waiting = first or await self._backlog.take()
            first, work = None, waiting.work
            if isinstance(work, Reset):
                await _answer(ear.reset())
                continue
            if work.options != options:
                return work.options, waiting
            began = self._now()
            self._hurry(ear)
            hypothesis = await _answer(
                ear.push(work.samples) if isinstance(work, Feed) else ear.finish()
            )
            if hypothesis is None:
                continue
            queue_ms, infer_ms = (began - waiting.since) * 1000, (self._now() - began) * 1000
            final = isinstance(work, Finish)
            self._metrics.decoded(final=final, queue_ms=queue_ms, infer_ms=infer_ms)
            await self._carry_out(self._session.decoded(hypothesis, work), queue_ms, infer_ms)

    def _hurry(self, ear: SttSession | None) -> None:
        """No caption is worth keeping final words waiting for."""
        if ear is not None and self._backlog.holds_finish:
            ear.hurry()

    @asynccontextmanager
    async def _opened(self, options: SttOptions) -> AsyncIterator[SttSession]:
        ear = self._ear = await self._engine.open(options)
        try:
            yield ear
        finally:
            self._ear = None
            await _let_go(ear)

    async def _carry_out(
        self, outputs: list[Output], queue_ms: float = 0.0, infer_ms: float = 0.0
    ) -> None:
        async with self._telling:
            for output in outputs:
                if isinstance(output, Transcript):
                    await self._tell(Told(output, queue_ms, infer_ms))
                else:
                    if isinstance(output, Reset):
                        self._closed_at = self._now()
                    self._backlog.add(output, self._now())
            self._hurry(self._ear)
        self._concluded.set()

    async def _tell(self, told: Told) -> None:
        self._told_at = self._now()
        self._metrics.told(told.transcript, self._told_at)
        if told.transcript.event is Event.END_OF_TURN:
            # How long its words kept a turn waiting that was over.
            self._metrics.turn_ended(self._told_at - self._closed_at)
        await self._outbox.put(told)

    async def _beat(self, idle_seconds: float) -> None:
        """A sign of life in every silent second; and an end to callers without one."""
        while True:
            await asyncio.sleep(max(0.0, self._told_at + HEARTBEAT_SECONDS - self._now()))
            if self._now() - self._asked_at >= idle_seconds:
                raise TimedOut("STREAM_IDLE", f"no audio came for {idle_seconds:g} s")
            if self._now() - self._told_at >= HEARTBEAT_SECONDS - 0.001:
                await self._carry_out([self._session.heartbeat()])

    async def _say_goodbye(self, admitted: Admitted) -> None:
        await admitted.leaving.wait()
        left = admitted.time_left()
        await self._outbox.put(GoAway(left))
        await asyncio.sleep(left)
        raise Unavailable("DRAINING", "the server has left; connect again", retry_after=0.5)


async def _answer(asked: Awaitable[T]) -> T:
    """Raises Unavailable: ENGINE_FAILED, also where the engine takes for ever."""
    try:
        async with asyncio.timeout(ANSWER_SECONDS):
            return await asked
    except TimeoutError:
        raise Unavailable(
            "ENGINE_FAILED",
            f"the engine has not answered for {ANSWER_SECONDS:g} s",
            retry_after=1.0,
        ) from None


async def _let_go(ear: SttSession) -> None:
    """An engine that does not even answer to this must not hold the stream."""
    try:
        async with asyncio.timeout(ANSWER_SECONDS):
            await ear.close()
    except TimeoutError:
        log.warning("the engine does not close a stream")
