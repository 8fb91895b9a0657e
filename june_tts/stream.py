"""The order of things on one Synthesize stream. Pure: no audio, no clock, no I/O.

What the caller sends goes in with `push`, the end of its messages with `finish`,
the end of the sentence being spoken with `answered`; out come the actions to take.

A sentence is open while its text arrives, waits once it is flushed, is spoken when
all before it are answered, and is answered with exactly one Answer, given here or
by whoever speaks it. Accepted sentences are answered in the order they were
opened. One that finds no room in the line is answered at once.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from enum import Enum
from typing import Generic, TypeVar

from june_runtime.errors import AtCapacity, InvalidInput, JuneError, OutOfOrder

C = TypeVar("C")

MAX_WAITING = 4
# Seconds after which a place in the line is likely to be free.
_RETRY_WAITING = 0.5


class EndReason(Enum):
    """Why a sentence's audio ended."""

    COMPLETE = "complete"
    CANCELLED = "cancelled"
    TRUNCATED = "truncated"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Configure(Generic[C]):
    """From the next sentence on, sentences are to sound like this."""

    config: C


@dataclass(frozen=True, slots=True)
class Append:
    """More text of a sentence."""

    sentence_id: int
    text: str


@dataclass(frozen=True, slots=True)
class Flush:
    """A sentence is complete; `at` is when the caller said so."""

    sentence_id: int
    at: float = 0.0


@dataclass(frozen=True, slots=True)
class Cancel:
    """A sentence is not wanted any more."""

    sentence_id: int


Message = Configure[C] | Append | Flush | Cancel


@dataclass(frozen=True, slots=True)
class Speak(Generic[C]):
    """Action: speak this sentence, then call `answered`."""

    sentence_id: int
    text: str
    config: C
    flushed_at: float


@dataclass(frozen=True, slots=True)
class Stop:
    """Action: the sentence being spoken is not wanted; end it soon."""

    sentence_id: int


@dataclass(frozen=True, slots=True)
class Answer:
    """Action: tell the caller that a sentence ends without ever being spoken."""

    sentence_id: int
    reason: EndReason
    error: JuneError | None = None


@dataclass(frozen=True, slots=True)
class Done:
    """Action: everything is answered and nothing more will come."""


Action = Speak[C] | Stop | Answer | Done


@dataclass(slots=True)
class _Open(Generic[C]):
    sentence_id: int
    config: C
    parts: list[str]
    characters: int = 0


class SynthesisStream(Generic[C]):
    """See the module.

    Args:
        max_characters: of one sentence's text.
    """

    def __init__(self, max_characters: int) -> None:
        self._max_characters = max_characters
        self._config: C | None = None
        self._open: _Open[C] | None = None
        self._last_id = -1  # of the sentences opened so far
        # The last sentence, where it ended before its flush: what may still come of
        # it is on its way already and ignored.
        self._ended_early = -1
        self._line: deque[Speak[C] | Answer] = deque()
        self._speaking = -1
        self._stopping = False
        self._finished = False

    @property
    def waiting(self) -> int:
        """How many sentences stand in line behind the one being spoken."""
        return len(self._line)

    def push(self, message: Message[C]) -> list[Action[C]]:
        """What follows from a message of the caller.

        Raises:
            OutOfOrder: CONFIG_MISSING, CONFIG_MISPLACED or SENTENCE_OUT_OF_ORDER; the
                stream cannot go on.
        """
        match message:
            case Configure(config):
                return self._configure(config)
            case Append(sentence_id, text):
                return self._append(sentence_id, text)
            case Flush(sentence_id, at):
                return self._flush(sentence_id, at)
            case Cancel(sentence_id):
                return self._cancel(sentence_id)

    def finish(self, at: float = 0.0) -> list[Action[C]]:
        """The caller sends no more: what is open counts as flushed at `at`."""
        self._finished = True
        if self._open is not None:
            return self._flush(self._open.sentence_id, at)
        return self._advance()

    def answered(self, sentence_id: int) -> list[Action[C]]:
        """The sentence that was to be spoken has had its last chunk."""
        assert sentence_id == self._speaking, (sentence_id, self._speaking)
        self._speaking = -1
        return self._advance()

    def _configure(self, config: C) -> list[Action[C]]:
        if self._open is not None:
            raise OutOfOrder(
                "CONFIG_MISPLACED",
                f"config came within sentence {self._open.sentence_id}; flush it first",
            )
        self._config = config
        return []

    def _append(self, sentence_id: int, text: str) -> list[Action[C]]:
        if sentence_id == self._ended_early:
            return []
        open_ = self._opened(sentence_id)
        open_.characters += len(text)
        if open_.characters > self._max_characters:
            longest = f"a sentence has at most {self._max_characters:,} characters"
            return self._end_early(
                Answer(sentence_id, EndReason.ERROR, InvalidInput("TEXT_TOO_LONG", longest))
            )
        open_.parts.append(text)
        return []

    def _flush(self, sentence_id: int, at: float) -> list[Action[C]]:
        if sentence_id == self._ended_early:
            return []
        open_ = self._opened(sentence_id)
        self._open = None
        if len(self._line) >= MAX_WAITING:
            full = f"{MAX_WAITING} sentences wait already; open another stream"
            error = AtCapacity("SENTENCES_WAITING", full, retry_after=_RETRY_WAITING)
            return [Answer(sentence_id, EndReason.ERROR, error), *self._advance()]
        self._line.append(Speak(sentence_id, "".join(open_.parts), open_.config, at))
        return self._advance()

    def _opened(self, sentence_id: int) -> _Open[C]:
        """The open sentence, which is opened now if its number is a new one."""
        if self._config is None:
            raise OutOfOrder("CONFIG_MISSING", "the first message must be a config")
        if self._open is not None and self._open.sentence_id == sentence_id:
            return self._open
        if self._open is not None:
            raise OutOfOrder(
                "SENTENCE_OUT_OF_ORDER",
                f"sentence {sentence_id} came before sentence {self._open.sentence_id} was flushed",
            )
        if sentence_id <= self._last_id:
            raise OutOfOrder(
                "SENTENCE_OUT_OF_ORDER",
                f"sentence {sentence_id} came after sentence {self._last_id}; numbers must grow",
            )
        self._last_id = sentence_id
        self._open = _Open(sentence_id, self._config, [])
        return self._open

    def _cancel(self, sentence_id: int) -> list[Action[C]]:
        cancelled = Answer(sentence_id, EndReason.CANCELLED)
        if self._open is not None and self._open.sentence_id == sentence_id:
            return self._end_early(cancelled)
        if sentence_id == self._speaking:
            stop: list[Action[C]] = [] if self._stopping else [Stop(sentence_id)]
            self._stopping = True
            return stop
        for at, waiting in enumerate(self._line):
            if waiting.sentence_id == sentence_id and isinstance(waiting, Speak):
                self._line[at] = cancelled  # keeps its place
        return []

    def _end_early(self, answer: Answer) -> list[Action[C]]:
        """The open sentence ends without a flush."""
        self._open, self._ended_early = None, answer.sentence_id
        if len(self._line) >= MAX_WAITING:
            return [answer]
        self._line.append(answer)
        return self._advance()

    def _advance(self) -> list[Action[C]]:
        """Answers and starts what stands first in line."""
        actions: list[Action[C]] = []
        while self._line and self._speaking < 0:
            first = self._line.popleft()
            if isinstance(first, Speak):
                self._speaking, self._stopping = first.sentence_id, False
            actions.append(first)
        if self._finished and self._speaking < 0:
            actions.append(Done())
        return actions
