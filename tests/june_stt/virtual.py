"""A stream of audio on virtual time, for tests: steps in, what was told out."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from june_runtime.errors import JuneError, june_error_in
from june_runtime.metrics import Metrics
from june_runtime.outbox import LIMIT, Outbox
from june_runtime.pcm import AudioFormat, Samples, encode
from june_runtime.sessions import Sessions
from june_runtime.testing import run_virtual
from june_stt.engine import Hypothesis, SttOptions
from june_stt.engines.scripted import ScriptedEngine, ScriptedSession, SttScript
from june_stt.intake import Windows
from june_stt.metrics import FIGURES
from june_stt.stream import Answer, Configured, Frame, Request, Told, TranscribeStream
from june_stt.transcript import Event
from june_stt.utterance import Hearing
from june_stt.voice import Probabilities, VoiceActivity, VoiceState

FRAME = 0.04
PLAIN = AudioFormat()


class Loudness(VoiceActivity):
    """Takes whatever is loud for a voice; the model's thread knows no virtual time."""

    def __init__(self) -> None:
        pass

    async def score(self, state: VoiceState, windows: Windows) -> Probabilities:
        probabilities: Probabilities = (np.abs(windows).max(axis=1) > 0.1).astype(np.float32)
        return probabilities


class Watched(ScriptedEngine):
    """Notes the options of each ear; may hang."""

    def __init__(self, script: SttScript, *, hangs: bool = False) -> None:
        super().__init__(script)
        self.asked: list[SttOptions] = []
        self.hangs = hangs

    async def open(self, options: SttOptions) -> ScriptedSession:
        self.asked.append(options)
        return _Ear(self, options, SttScript())


class _Ear(ScriptedSession):
    def __init__(self, engine: Watched, options: SttOptions, script: SttScript) -> None:
        super().__init__(engine, script, options)
        self._watched = engine
        engine.open_streams += 1

    async def push(self, samples: Samples) -> Hypothesis | None:
        if self._watched.hangs:
            await asyncio.sleep(10_000)
        return await super().push(samples)


@dataclass(frozen=True)
class Wait:
    """The caller sends nothing for so long."""

    seconds: float


def speech(seconds: float, *, loud: bool = True) -> list[Request | Wait]:
    """Frames as a microphone gives them."""
    pcm = encode(np.full(int(FRAME * 16_000), 0.5 if loud else 0.0, np.float32), PLAIN)
    frames = round(seconds / FRAME)
    return [step for _ in range(frames) for step in (Wait(FRAME), Frame(pcm))]


def silence(seconds: float) -> list[Request | Wait]:
    return speech(seconds, loud=False)


def configured(options: SttOptions | None = None, **hearing: object) -> Configured:
    heard = replace(Hearing(options=options or SttOptions()), **hearing)  # type: ignore[arg-type]
    return Configured(lambda: heard)


class Heard:
    """What a stream told, and when on the clock."""

    def __init__(self) -> None:
        self.answers: list[tuple[float, Answer]] = []
        self.error: JuneError | None = None
        self.ended_at = 0.0
        self.metrics = Metrics("june_stt", FIGURES)

    @property
    def events(self) -> list[Event]:
        told = [each.transcript.event for _, each in self.answers if isinstance(each, Told)]
        return [event for event in told if event is not Event.UPDATE]

    def at(self, event: Event) -> float:
        return next(
            at
            for at, each in self.answers
            if isinstance(each, Told) and each.transcript.event is event
        )


def hear(
    steps: Sequence[Request | Wait],
    engine: ScriptedEngine | None = None,
    *,
    idle_seconds: float = 300,
    drain_at: float | None = None,
    first: Configured | None = None,
    reading_seconds: float = 0.0,
) -> Heard:
    """The whole stream, on virtual time; each answer takes its reader so long, and no
    more than one waits for it."""
    heard, engine = Heard(), engine or ScriptedEngine(SttScript())

    async def requests() -> AsyncIterator[Request]:
        for step in steps:
            if isinstance(step, Wait):
                await asyncio.sleep(step.seconds)
            else:
                yield step

    async def main() -> None:
        loop, outbox = asyncio.get_running_loop(), Outbox[Answer](1 if reading_seconds else LIMIT)
        sessions = Sessions(1)
        if drain_at is not None:
            loop.call_later(drain_at, sessions.drain, 5.0)

        async def note() -> None:
            async for answer in outbox.items():
                await asyncio.sleep(reading_seconds)
                heard.answers.append((loop.time(), answer))

        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(note())
            stream = TranscribeStream(
                PLAIN, first or configured(), engine, Loudness(), outbox, heard.metrics
            )
            with sessions.admit() as admitted:
                try:
                    await stream.run(requests(), admitted, idle_seconds)
                except ExceptionGroup as failed:
                    heard.error = june_error_in(failed)
            heard.ended_at = loop.time()
            outbox.close()

    run_virtual(main())
    assert engine.open_streams == 0
    return heard


def is_end(answer: Answer) -> bool:
    return isinstance(answer, Told) and answer.transcript.event is Event.END_OF_TURN
