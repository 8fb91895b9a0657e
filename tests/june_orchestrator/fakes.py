"""A conversation's parts, scripted: they do what they are told, when they are told.

They only await, so that a whole conversation runs on virtual time.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from june_orchestrator.news import News
from june_orchestrator.ports import (
    STREAMING_UNSUPPORTED,
    Frame,
    Heard,
    Piece,
    Prompt,
    Speech,
    ToolUse,
    TurnRecord,
    Usage,
    Voice,
    WordAt,
)
from june_orchestrator.reply_options import ReplyOptions
from june_orchestrator.sentences import SentenceLimits
from june_runtime.errors import JuneError, NotServed
from june_runtime.pcm import AudioFormat

RATE = 8_000
CHARS_PER_SECOND = 15.0
VOICE = Voice(format=AudioFormat(sample_rate=RATE))
WHOLE = SentenceLimits(min_chars=1, early_clause_words=0)
OPTIONS = ReplyOptions(voice=VOICE, limits=WHOLE)


@dataclass
class Brain:
    """Says its replies one after another; a token is a word with the space before it.

    `fails` gives, for the n-th asking, after how many tokens what is raised;
    `closed` the times at which an answer was let go before its end. `streams` false:
    its API has no streaming call. `whole_asked` are the times at which the whole
    answer was asked for, and `cost` is what it then tells.
    """

    replies: Sequence[str] = ("Mild and dry.",)
    first_token: float = 0.3
    per_second: float = 50.0
    fails: dict[int, tuple[int, JuneError]] = field(default_factory=dict)
    name: str = "scripted"
    prompts: list[Prompt] = field(default_factory=list)
    asked: list[float] = field(default_factory=list)
    closed: list[float] = field(default_factory=list)
    streams: bool = True
    whole_asked: list[float] = field(default_factory=list)
    cost: Usage | None = None
    # Tools are used before the first token, and so long each.
    tools: Sequence[float] = ()
    # Said before them.
    foreword: str = ""

    async def load(self) -> None: ...
    async def close(self) -> None: ...

    async def whole(self, prompt: Prompt) -> tuple[str, Usage | None]:
        self.whole_asked.append(asyncio.get_running_loop().time())
        return "".join([token async for token in self._tokens(prompt)]), self.cost

    async def reply(self, prompt: Prompt) -> AsyncGenerator[Piece, None]:
        if not self.streams:
            raise NotServed(STREAMING_UNSUPPORTED, "no streaming call")
        if self.foreword:
            yield self.foreword
        for seconds in self.tools:
            yield ToolUse(running=True)
            await asyncio.sleep(seconds)
            yield ToolUse(running=False)
        async with aclosing(self._tokens(prompt)) as tokens:
            async for token in tokens:
                yield token

    async def _tokens(self, prompt: Prompt) -> AsyncGenerator[str, None]:
        now, turn = asyncio.get_running_loop().time, len(self.prompts)
        self.prompts.append(prompt)
        self.asked.append(now())
        tokens = re.findall(r"\s*\S+", self.replies[turn % len(self.replies)])
        until, error = self.fails.get(turn, (len(tokens), None))
        try:
            await asyncio.sleep(self.first_token)
            for count, token in enumerate(tokens[:until]):
                await asyncio.sleep(1 / self.per_second if count else 0)
                yield token
        except (GeneratorExit, asyncio.CancelledError):
            self.closed.append(now())
            raise
        if error is not None:
            raise error


@dataclass
class Synthesis:
    """What became of one sentence."""

    text: str
    begun: float
    first_audio: float | None = None
    ended: float | None = None
    stopped: float | None = None


def samples_of(text: str) -> int:
    """How much audio a sentence makes."""
    return round(len(text) / CHARS_PER_SECOND * RATE)


def audio_of(text: str) -> bytes:
    """A sentence's audio: each sample tells which one it is."""
    return np.arange(samples_of(text), dtype="<u4").astype("<u2").tobytes()


@dataclass
class Tts:
    """Speaks `speed` seconds of audio a second, after `first_audio` seconds.

    `fails` gives, by sentence, after what share of its audio what is raised.
    `words` tells where each word lies, in the last run.
    """

    first_audio: float = 0.2
    speed: float = 10.0
    run: float = 0.1
    words: bool = True
    fails: dict[str, tuple[float, JuneError]] = field(default_factory=dict)
    said: list[Synthesis] = field(default_factory=list)
    voices: list[Voice] = field(default_factory=list)

    async def synthesize(self, sentence: str, voice: Voice) -> AsyncGenerator[Speech, None]:
        now = asyncio.get_running_loop().time
        synthesis = Synthesis(sentence, now())
        self.said.append(synthesis)
        self.voices.append(voice)
        share, error = self.fails.get(sentence, (1.0, None))
        audio = audio_of(sentence)
        audio = audio[: round(len(audio) // 2 * share) * 2]
        size = round(self.run * RATE) * 2
        try:
            await asyncio.sleep(self.first_audio)
            for at in range(0, len(audio), size):
                await asyncio.sleep(self.run / self.speed if at else 0)
                if synthesis.first_audio is None:
                    synthesis.first_audio = now()
                last = at + size >= len(audio) and self.words and error is None
                yield Speech(audio[at : at + size], words_of(sentence) if last else ())
            if error is not None:
                raise error
            synthesis.ended = now()
        except (GeneratorExit, asyncio.CancelledError):
            synthesis.stopped = now()
            raise


def words_of(text: str) -> list[WordAt]:
    """Where each word of a sentence lies in its audio."""
    each = RATE / CHARS_PER_SECOND
    return [
        WordAt(match.group(), round(match.start() * each), round(match.end() * each))
        for match in re.finditer(r"\S+", text)
    ]


@dataclass(frozen=True)
class Told:
    """One thing that reached the caller: when, what, of which turn."""

    at: float
    kind: str
    turn: int
    value: Any = None


class Room:
    """The caller: hears everything and writes it down. `slow` is how long each takes."""

    def __init__(self, slow: float = 0.0) -> None:
        self.told: list[Told] = []
        self._slow = slow
        # Called with all that is told, as it is told.
        self.listeners: list[Callable[[Told], None]] = []

    async def _note(self, kind: str, turn: int, value: Any = None) -> None:
        told = Told(asyncio.get_running_loop().time(), kind, turn, value)
        self.told.append(told)
        for listener in self.listeners:
            listener(told)
        if self._slow:
            await asyncio.sleep(self._slow)

    def hears(self, heard: Heard) -> None: ...

    def news(self, turn: int, news: News) -> None:
        self.told.append(Told(asyncio.get_running_loop().time(), "news", turn, news))

    async def caption(self, heard: Heard) -> None:
        await self._note("caption", 0, heard)

    async def turn_started(self, turn: int, user_text: str) -> None:
        await self._note("turn_started", turn, user_text)

    async def reply_text(self, turn: int, sentence: int, text: str) -> None:
        await self._note("reply_text", turn, (sentence, text))

    async def audio(self, turn: int, frame: Frame) -> None:
        await self._note("audio", turn, frame)

    async def paused(self, turn: int) -> None:
        await self._note("paused", turn)

    async def resumed(self, turn: int) -> None:
        await self._note("resumed", turn)

    async def interrupted(self, turn: int, heard_text: str) -> None:
        await self._note("interrupted", turn, heard_text)

    async def notice(self, turn: int, error: JuneError) -> None:
        await self._note("notice", turn, error)

    async def turn_ended(self, turn: int, record: TurnRecord) -> None:
        await self._note("turn_ended", turn, record)

    def all(self, kind: str, turn: int | None = None) -> list[Told]:
        return [told for told in self.told if told.kind == kind and turn in (None, told.turn)]

    def one(self, kind: str, turn: int | None = None) -> Told:
        (told,) = self.all(kind, turn)
        return told

    def frames(self, turn: int) -> list[Frame]:
        return [told.value for told in self.all("audio", turn)]

    def pcm(self, turn: int) -> bytes:
        return b"".join(frame.pcm for frame in self.frames(turn))

    def records(self) -> list[TurnRecord]:
        return [told.value for told in self.all("turn_ended")]

    def kinds(self, turn: int) -> list[str]:
        """What the caller was told of a turn, runs of the same counting once."""
        kinds = [told.kind for told in self.told if told.turn == turn and told.kind != "news"]
        return [kind for at, kind in enumerate(kinds) if at == 0 or kinds[at - 1] != kind]
