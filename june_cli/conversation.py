"""A conversation with June: speech goes up without pause, answers come down.

One task sends, at the speed of life: the question, then silence until it has been
answered and heard, and reports of how much of the answer was audible. The other
takes what June sends, plays it and shows it.
"""

from __future__ import annotations

import asyncio
from asyncio import Lock, TaskGroup
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field
from typing import Protocol

from june.common.v1.audio_pb2 import AudioFrame
from june.orchestrator.v1.orchestrator_pb2 import (
    ConverseRequest,
    ConverseResponse,
    PlaybackReport,
    SessionConfig,
)  # fmt: skip
from june.orchestrator.v1.orchestrator_service_pb2_grpc import OrchestratorServiceStub

from june_cli.errors import CliError, refused, silent
from june_cli.peers import Peers
from june_cli.player import Player
from june_cli.progress import Progress
from june_cli.recordings import Recording
from june_cli.services import ORCHESTRATOR
from june_cli.stream import Pace, Stream
from june_cli.tasks import together
from june_runtime.pcm import AudioFormat
from june_runtime.wire import read_format, write_format

OUTPUT = AudioFormat(sample_rate=24_000)
Line = Stream[ConverseRequest, ConverseResponse]

PIECE_SECONDS = 0.02
# Every so many pieces June is told what was audible.
_PIECES_PER_REPORT = 5
# A turn may take this many times the patience: brains think.
_THINKING = 3
# Silence after which a question without words is given up, where June tells what
# it hears; without captions it is the whole patience.
_NO_WORDS_SECONDS = 3.0
# The last of a question's sound may still be on its way when its turn has ended.
_SETTLE_SECONDS = 0.7


class Display(Protocol):
    """Where a conversation is shown."""

    def question(self, recording: Recording) -> None: ...
    def show(self, response: ConverseResponse) -> None: ...
    def unheard(self, recording: Recording) -> None: ...


@dataclass
class Conversation:
    """One session over `line`; `speed` is how many times faster than life it runs.

    `unheard` has the questions in which June found no words.
    """

    line: Line
    address: str
    player: Player
    display: Display
    input: AudioFormat
    speed: float = 1.0
    unheard: list[Recording] = field(default_factory=list)
    _progress: Progress = field(init=False)
    _ended: asyncio.Event = field(init=False, default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self._now = asyncio.get_running_loop().time
        self._progress = Progress(self._now())
        self._sent_pieces = 0

    async def ask(self, questions: Sequence[Recording], floor: Lock | None = None) -> None:
        """Put the questions one after another, each when the last is answered.

        Conversations that share a `floor` take turns: each is silent until the other's
        question has been answered. Raises CliError where June fails, or the last turn
        did.
        """
        async with together() as tasks:
            tasks.create_task(self._listen())
            pace = Pace(self.speed)
            for question in questions:
                if floor is not None:
                    await self._wait_for(floor, pace, tasks)
                if self._progress.leaving:
                    raise CliError(f"June is being stopped; {question.path} was not asked")
                self.display.question(question)
                await self._put(question, pace)
                if floor is not None:
                    floor.release()
            await self._leave()
        self._raise_failure()

    async def talk(self, sound: AsyncIterator[bytes]) -> None:
        """Send what a microphone hears until it ends."""
        async with together() as tasks, aclosing(sound):  # type: ignore[type-var]
            tasks.create_task(self._listen())
            async for piece in sound:
                await self._send(piece)
                self._check_patience()
                if self._progress.leaving and not self._occupied():
                    raise CliError("June is being stopped")
            await self._leave()

    async def _put(self, question: Recording, pace: Pace) -> None:
        answered = self._progress.ended
        for piece in question.pieces(PIECE_SECONDS):
            await self._send(piece)
            await pace.step(PIECE_SECONDS)
        said_at = quiet_since = self._now()
        while self._occupied() or not self._answered(answered, said_at):
            if self._occupied():
                self._check_patience()
                quiet_since = self._now()
            elif self._gave_up(quiet_since):
                self.unheard.append(question)
                self.display.unheard(question)
                return
            await self._say_nothing(pace)

    async def _wait_for(self, floor: Lock, pace: Pace, tasks: TaskGroup) -> None:
        # A lock lets in whoever has waited longest, so that two of us alternate.
        admitted = tasks.create_task(floor.acquire())
        while not admitted.done():
            await self._say_nothing(pace)

    async def _say_nothing(self, pace: Pace) -> None:
        await self._send(bytes(self.input.bytes_for(PIECE_SECONDS)))
        await pace.step(PIECE_SECONDS)

    def _occupied(self) -> bool:
        """Whether something is being heard, answered or played."""
        return self._progress.busy or self.player.playing(self._now())

    def _answered(self, before: int, said_at: float) -> bool:
        return self._progress.ended > before and self._now() - said_at >= _SETTLE_SECONDS

    def _gave_up(self, quiet_since: float) -> bool:
        patience = _NO_WORDS_SECONDS if self._progress.captioned else self.line.patience
        return self._now() - quiet_since > min(patience, self.line.patience)

    def _check_patience(self) -> None:
        """Raises Unanswered where June owes an answer and has long said nothing."""
        now = self._now()
        limit = self.line.patience * _THINKING
        waiting = self._progress.busy and not self.player.playing(now)
        if waiting and self._progress.silent_for(now) > limit:
            raise silent(ORCHESTRATOR, self.address, limit)

    async def _send(self, piece: bytes) -> None:
        await self.line.send(ConverseRequest(audio=AudioFrame(pcm=piece)))
        self._sent_pieces += 1
        # A reply that has just ended is told of at once.
        if self._sent_pieces % _PIECES_PER_REPORT == 0 or not self.player.playing(self._now()):
            await self._report()

    async def _report(self) -> None:
        """Tell June how much of the reply was audible, where that is news to her."""
        if report := self.player.report(self._now()):
            turn, samples = report
            heard = PlaybackReport(turn=turn, played_samples=samples)
            await self.line.send(ConverseRequest(playback=heard))

    async def _leave(self) -> None:
        await self._report()
        await self.line.half_close()
        try:
            async with asyncio.timeout(self.line.patience * _THINKING):
                await self._ended.wait()
        except TimeoutError:
            raise silent(ORCHESTRATOR, self.address, self.line.patience * _THINKING) from None

    async def _listen(self) -> None:
        async for response in self.line.answers(patience=float("inf")):
            now = self._now()
            self._progress.take(response, now)
            self._play(response, now)
            self.display.show(response)
        self._ended.set()

    def _play(self, response: ConverseResponse, now: float) -> None:
        match response.WhichOneof("payload"):
            case "turn_started":
                self.player.begin(response.turn, now)
            case "audio":
                self.player.push(response.audio.pcm, now)
            case "paused":
                self.player.hold(now)
            case "resumed":
                self.player.go_on(now)
            case "interrupted":
                self.player.drop(now)

    def _raise_failure(self) -> None:
        if self._progress.failures:
            raise refused(self._progress.failures[-1], ORCHESTRATOR, self.address)
        if self.unheard:
            files = ", ".join(str(question.path) for question in self.unheard)
            raise CliError(f"June heard no words in {files}")


@asynccontextmanager
async def session(
    peers: Peers, config: SessionConfig
) -> AsyncIterator[tuple[Line, ConverseResponse]]:
    """A session with June and her first message, which is `started`. Raises CliError."""
    address = peers.address(ORCHESTRATOR)
    async with peers.channel(ORCHESTRATOR) as channel:
        call = OrchestratorServiceStub(channel).Converse()  # type: ignore[call-arg]
        line: Line = Stream(call, ORCHESTRATOR, address, peers.patience)
        async with line:
            yield line, await _started(line, config)


async def _started(line: Line, config: SessionConfig) -> ConverseResponse:
    await line.send(ConverseRequest(config=config))
    first = await line.receive()
    if first is None or first.WhichOneof("payload") != "started":
        raise CliError("the orchestrator began with something else than `started`")
    return first


def session_config(audio_input: AudioFormat, voice: str, language: str) -> SessionConfig:
    """What June is told of the caller; empty strings leave the choice to her."""
    return SessionConfig(
        input=write_format(audio_input),
        output=write_format(OUTPUT),
        voice=voice,
        language=language,
    )


def output_format(first: ConverseResponse) -> AudioFormat:
    """What June says that the reply's audio will be."""
    return read_format(first.started.output, "started.output")
