"""Conversations on virtual time: the line to June is a script."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import numpy as np
import soundfile
from june.orchestrator.v1 import orchestrator_pb2 as orch
from june.stt.v1.stt_pb2 import TranscriptPartial

from june_cli.conversation import Conversation
from june_cli.player import ClockSpeaker, Player
from june_cli.recordings import Recording, recording
from june_runtime.pcm import AudioFormat
from june_runtime.testing import run_virtual

RATE = 24_000
REPLY = AudioFormat(sample_rate=RATE)
Script = Callable[["Line"], AsyncIterator[orch.ConverseResponse]]


class Line:
    """Stands for the stream: notes what is sent when, and answers by a script."""

    patience = 10.0

    def __init__(self, script: Script) -> None:
        self.sent: list[tuple[float, orch.ConverseRequest]] = []
        self.closed = asyncio.Event()
        self._script = script

    async def send(self, request: orch.ConverseRequest) -> None:
        self.sent.append((now(), request))

    async def half_close(self) -> None:
        self.closed.set()

    async def answers(self, patience: float) -> AsyncIterator[orch.ConverseResponse]:
        async for answer in self._script(self):
            yield answer
        await self.closed.wait()

    def pieces(self) -> list[tuple[float, bytes]]:
        return [(at, sent.audio.pcm) for at, sent in self.sent if sent.HasField("audio")]

    def reports(self) -> list[tuple[float, int, int]]:
        return [
            (round(at, 2), sent.playback.turn, sent.playback.played_samples)
            for at, sent in self.sent
            if sent.HasField("playback")
        ]


class Shown:
    """A display that remembers."""

    def __init__(self) -> None:
        self.questions: list[tuple[float, str]] = []
        self.without_words: list[str] = []

    def question(self, recording: Recording) -> None:
        self.questions.append((now(), recording.path.name))

    def show(self, response: orch.ConverseResponse) -> None: ...

    def unheard(self, recording: Recording) -> None:
        self.without_words.append(recording.path.name)


def now() -> float:
    return asyncio.get_running_loop().time()


def said(tmp_path: Path, name: str = "a.wav", seconds: float = 1.0) -> Recording:
    soundfile.write(tmp_path / name, np.full(round(seconds * 16_000), 0.1), 16_000)
    return recording(tmp_path / name)


def response(turn: int, **payload: object) -> orch.ConverseResponse:
    return orch.ConverseResponse(turn=turn, **payload)  # type: ignore[arg-type]


def heard(event: str) -> orch.ConverseResponse:
    return response(0, transcript=TranscriptPartial(event=f"TRANSCRIPT_EVENT_{event}"))


def audio(turn: int, seconds: float) -> orch.ConverseResponse:
    return response(turn, audio=orch.ReplyAudio(pcm=b"\1\0" * round(seconds * RATE)))


async def answered(turn: int, seconds: float = 1.0) -> AsyncIterator[orch.ConverseResponse]:
    """A whole turn, whose reply lasts so long and ends when it was played."""
    yield response(turn, turn_started=orch.TurnStarted(user_text="hello"))
    yield audio(turn, seconds)
    await asyncio.sleep(seconds)
    yield response(turn, turn_ended=orch.TurnRecord())


async def after(seconds: float, turn: int = 1) -> AsyncIterator[orch.ConverseResponse]:
    """A turn that is answered so long after the beginning."""
    await asyncio.sleep(seconds)
    async for answer in answered(turn):
        yield answer


def held(script: Script, *questions: Recording, speed: float = 1.0) -> tuple[Line, Shown, float]:
    """Holds the conversation; returns what was sent, shown, and how long it took."""

    async def hold() -> tuple[Line, Shown, float]:
        line, shown = Line(script), Shown()
        player = Player(REPLY, ClockSpeaker(RATE, speed))
        conversation = Conversation(line, "here", player, shown, questions[0].format, speed)  # type: ignore[arg-type]
        async with asyncio.timeout(600):
            await conversation.ask(questions)
        return line, shown, now()

    return run_virtual(hold())


async def microphone(seconds: float) -> AsyncIterator[bytes]:
    """What somebody says for so long, in pieces of 20 ms."""
    for _ in range(round(seconds / 0.02)):
        await asyncio.sleep(0.02)
        yield b"\1\0" * 320


def spoken(script: Script, seconds: float) -> Line:
    """Holds a conversation through a microphone that is switched off in the end."""

    async def hold() -> Line:
        line = Line(script)
        player = Player(REPLY, ClockSpeaker(RATE))
        conversation = Conversation(line, "here", player, Shown(), AudioFormat())  # type: ignore[arg-type]
        async with asyncio.timeout(600):
            await conversation.talk(microphone(seconds))
        return line

    return run_virtual(hold())
