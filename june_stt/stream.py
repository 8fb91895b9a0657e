"""One Transcribe stream: its audio in, what is heard out."""

from __future__ import annotations

import asyncio
import math
from collections import deque
from collections.abc import AsyncIterator
from dataclasses import dataclass
from enum import Enum, auto

import numpy as np

from june_runtime.errors import TimedOut, TooSlow
from june_runtime.metrics import Metrics
from june_runtime.outbox import Outbox
from june_runtime.pcm import AudioFormat
from june_runtime.sessions import Session as Admitted
from june_stt.engine import RATE, SttSession
from june_stt.intake import WINDOW, Intake, Windows
from june_stt.metrics import note_decoding, note_transcript
from june_stt.session import Hearing, Session
from june_stt.transcript import Feed, Finish, Output, Reset, Transcript, Work
from june_stt.voice import VoiceActivity, VoiceState

HEARTBEAT_SECONDS = 1.0
# No more audio is read while the engine is so far behind...
MAX_BEHIND_SECONDS = 2.0
# ...and an engine that does not catch up for this long never will.
CATCH_UP_SECONDS = 30.0


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
class GoAway:
    """The server is leaving."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Told:
    """A transcript, and what its words waited for the engine and cost in it."""

    transcript: Transcript
    queue_ms: float = 0.0
    infer_ms: float = 0.0


Request = Hearing | Frame | Control
Answer = Told | GoAway


class Backlog:
    """Work that the engine has not begun; knows how much audio that is."""

    def __init__(self) -> None:
        self._work: deque[tuple[Work, float]] = deque()
        self._samples = 0
        self._added = asyncio.Event()
        self._taken = asyncio.Event()

    def add(self, work: Work, now: float) -> None:
        self._work.append((work, now))
        self._samples += len(work.samples) if isinstance(work, Feed) else 0
        self._added.set()

    async def take(self) -> tuple[Work, float]:
        """The next work and when it was added; feeds that wait in a row come as one:
        an engine that is behind is not asked for every partial it missed."""
        while not self._work:
            self._added.clear()
            await self._added.wait()
        work, since = self._work.popleft()
        if isinstance(work, Feed):
            joined = [work.samples]
            while self._work and isinstance(following := self._work[0][0], Feed):
                if following.utterance != work.utterance:
                    break
                joined.append(following.samples)
                self._work.popleft()
            if len(joined) > 1:
                work = Feed(work.utterance, np.concatenate(joined))
            self._samples -= len(work.samples)
        self._taken.set()
        return work, since

    async def room(self) -> None:
        """Wait until the engine has nearly caught up.

        Raises:
            TooSlow: AUDIO_OVERRUN, it does not.
        """
        while self._samples > MAX_BEHIND_SECONDS * RATE:
            self._taken.clear()
            try:
                async with asyncio.timeout(CATCH_UP_SECONDS):
                    await self._taken.wait()
            except TimeoutError:
                raise TooSlow("AUDIO_OVERRUN", "speech cannot be decoded in time") from None


class TranscribeStream:
    """Reads, hears, decodes and tells, side by side."""

    def __init__(
        self,
        audio: AudioFormat,
        hearing: Hearing,
        ear: SttSession,
        voice: VoiceActivity,
        outbox: Outbox[Answer],
        metrics: Metrics,
    ) -> None:
        self._intake = Intake(audio)
        self._session = Session(hearing)
        self._ear = ear
        self._voice = voice
        self._voice_state = VoiceState()
        self._outbox = outbox
        self._metrics = metrics
        self._backlog = Backlog()
        self._now = asyncio.get_running_loop().time
        self._told_at = self._asked_at = self._now()
        self._concluded = asyncio.Event()

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
            for task in beside:
                task.cancel()

    async def _read(self, requests: AsyncIterator[Request]) -> None:
        async for request in requests:
            self._asked_at = self._now()
            match request:
                case Frame(pcm, first_sample):
                    await self._hear(self._intake.push(pcm, first_sample))
                case Control():
                    await self._obey(request)
                case Hearing():
                    self._session.configure(request)
        # Nothing is idle that is only being thought about.
        self._asked_at = math.inf
        await self._hear(self._intake.finish())
        await self._carry_out(self._session.end_turn())

    async def _hear(self, windows: Windows) -> None:
        if not len(windows):
            return
        self._metrics.count("audio_in_seconds", len(windows) * WINDOW / RATE)
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
        """Give the engine its work in order, and take in what it answers."""
        while True:
            work, since = await self._backlog.take()
            if isinstance(work, Reset):
                await self._ear.reset()
                continue
            began = self._now()
            final = isinstance(work, Finish)
            hypothesis = await (
                self._ear.push(work.samples) if isinstance(work, Feed) else self._ear.finish()
            )
            queue_ms, infer_ms = (began - since) * 1000, (self._now() - began) * 1000
            note_decoding(self._metrics, final=final, queue_ms=queue_ms, infer_ms=infer_ms)
            await self._carry_out(self._session.decoded(hypothesis, work), queue_ms, infer_ms)

    async def _carry_out(
        self, outputs: list[Output], queue_ms: float = 0.0, infer_ms: float = 0.0
    ) -> None:
        for output in outputs:
            if isinstance(output, Transcript):
                await self._tell(Told(output, queue_ms, infer_ms))
            else:
                self._backlog.add(output, self._now())
        self._concluded.set()

    async def _tell(self, told: Told) -> None:
        self._told_at = self._now()
        note_transcript(self._metrics, told.transcript)
        await self._outbox.put(told)

    async def _beat(self, idle_seconds: float) -> None:
        """A sign of life in every silent second; and an end to callers without one."""
        while True:
            await asyncio.sleep(max(0.0, self._told_at + HEARTBEAT_SECONDS - self._now()))
            if self._now() - self._asked_at >= idle_seconds:
                raise TimedOut("STREAM_IDLE", f"no audio came for {idle_seconds:g} s")
            if self._now() - self._told_at >= HEARTBEAT_SECONDS - 0.001:
                await self._tell(Told(self._session.heartbeat()))

    async def _say_goodbye(self, admitted: Admitted) -> None:
        await admitted.leaving.wait()
        await self._outbox.put(GoAway(admitted.time_left()))
