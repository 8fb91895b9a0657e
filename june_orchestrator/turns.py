"""Whose turn it is: what is heard goes in, what to do comes out. Pure.

The whole life of a turn is in `Turns.take`. A reply is *prepared* for words that
may still change, *confirmed* when the user is done, and from then on *going*
until it has been heard to its end or interrupted. Speech over a reply pauses it
first and is then judged: words interrupt, a cough or an "mm-hm" does not.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from june_orchestrator.ports import (
    Event,
    Heard,
    Input,
    Interrupted,
    Judge,
    Played,
    ReplyEnded,
    Trouble,
    Typed,
)

# Silence after which words that did not change are worth preparing an answer
# for, in seconds.
SETTLED_PAUSE = 0.12
# A paused reply is judged at the latest after this, in seconds...
JUDGE_SECONDS = 0.5
# ...and where the voice has just fallen silent, after this much more.
GRACE_SECONDS = 0.25

# What listeners say to show that they listen, in words of one syllable or two.
_BACKCHANNELS = frozenset(
    """mm mhm mmhm mmm hm hmm uh huh uhhuh um ah oh yeah yep yes yup ok okay right sure
    aha ja genau oui ouais si sí vale sim certo hai うん はい 嗯 हाँ""".split()
)
_MAX_BACKCHANNEL_WORDS = 3


@dataclass(frozen=True, slots=True)
class Prepare:
    """Begin an answer to these words, behind the gate.

    `words_at`: when they were known, 0 where that is now.
    """

    text: str
    ended_at: float
    words_at: float = 0.0


@dataclass(frozen=True, slots=True)
class Confirm:
    """The user is done: open the gate of what was prepared. Turns count from 1.

    `text` are the words as they came out in the end; `adopted` tells that the
    answer was prepared before they were certain.
    """

    turn: int
    text: str
    ended_at: float
    adopted: bool


@dataclass(frozen=True, slots=True)
class Forget:
    """The words changed: drop what was prepared."""


@dataclass(frozen=True, slots=True)
class Pause:
    """Someone speaks over the reply."""


@dataclass(frozen=True, slots=True)
class Resume:
    """It was nothing."""


@dataclass(frozen=True, slots=True)
class Interrupt:
    """The user takes the floor: the reply is over."""


Step = Prepare | Confirm | Forget | Pause | Resume | Interrupt


def words_of(text: str) -> list[str]:
    """The words alone: case, punctuation and spacing do not make a difference."""
    plain = unicodedata.normalize("NFC", text.casefold().replace("’", "'"))
    words = "".join(mark if _in_word(mark) else " " for mark in plain).split()
    return [bare for word in words if (bare := word.strip("'"))]


def _in_word(mark: str) -> bool:
    # Vowel signs, as of Hindi, are marks and not letters.
    return mark.isalnum() or mark == "'" or unicodedata.category(mark).startswith("M")


def is_backchannel(text: str) -> bool:
    words = words_of(text)
    return 0 < len(words) <= _MAX_BACKCHANNEL_WORDS and _BACKCHANNELS.issuperset(words)


class Turns:
    """Decides, for one session; told the time in seconds.

    `judge_at`: when a `Judge` is due, None where nothing is being judged.
    """

    def __init__(self) -> None:
        self.judge_at: float | None = None
        self._turn = 0
        self._prepared: list[str] | None = None
        self._going = False
        self._silent = False
        self._graced = False

    def take(self, event: Input, now: float, *, speculate: bool = True) -> list[Step]:
        """What to do about `event`, in order; `speculate` lets answers be prepared."""
        match event:
            case Heard():
                return self._hear(event, now, speculate)
            case Typed(text):
                return [*self._interrupt(), *self._confirm(text, now)]
            case Interrupted():
                return self._interrupt()
            case Judge():
                return self._judge(now)
            case ReplyEnded(turn):
                if turn == self._turn:
                    self._going, self.judge_at = False, None
                return []
            case Played() | Trouble():
                return []

    def _hear(self, heard: Heard, now: float, speculate: bool) -> list[Step]:
        if heard.event is not Event.HEARTBEAT:
            self._silent = heard.pause > 0
        match heard.event:
            case Event.SPEECH_STARTED:
                return self._pause(now)
            case Event.RESUMED:
                return [*self._pause(now), *self._forget()]
            case Event.UPDATE:
                return self._update(heard, heard.ended_at or now, speculate)
            case Event.EAGER_END:
                return self._eager_end(heard, heard.ended_at or now, speculate)
            case Event.END_OF_TURN:
                return self._end_of_turn(heard, heard.ended_at or now)
            case Event.SPEECH_ENDED:
                return [*self._resume(), *self._forget()]
            case Event.HEARTBEAT:
                return []

    def _update(self, heard: Heard, ended_at: float, speculate: bool) -> list[Step]:
        words = words_of(heard.text)
        if self._going:
            return self._interrupt() if words and not is_backchannel(heard.text) else []
        if speculate and words and heard.pause >= SETTLED_PAUSE:
            return self._prepare(heard.text, ended_at)
        return self._forget() if self._prepared not in (None, words) else []

    def _eager_end(self, heard: Heard, ended_at: float, speculate: bool) -> list[Step]:
        words = words_of(heard.final_text)
        if self._going and (not words or is_backchannel(heard.final_text)):
            return self._resume()
        if not speculate or not words:
            return [*self._interrupt(), *self._forget()]
        return [*self._interrupt(), *self._prepare(heard.final_text, ended_at)]

    def _end_of_turn(self, heard: Heard, ended_at: float) -> list[Step]:
        if not words_of(heard.final_text):
            return [*self._resume(), *self._forget()]
        if self._going and is_backchannel(heard.final_text):
            return self._resume()
        return [*self._interrupt(), *self._confirm(heard.final_text, ended_at)]

    def _judge(self, now: float) -> list[Step]:
        if self.judge_at is None:
            return []
        if self._silent and not self._graced:
            # The voice is gone already: what it said is about to be known.
            self._graced, self.judge_at = True, now + GRACE_SECONDS
            return []
        return self._interrupt()

    def _prepare(self, text: str, ended_at: float) -> list[Step]:
        words = words_of(text)
        if self._prepared == words:
            return []
        forget = self._forget()
        self._prepared = words
        return [*forget, Prepare(text, ended_at)]

    def _confirm(self, text: str, ended_at: float) -> list[Step]:
        prepare = self._prepare(text, ended_at)
        self._prepared, self._going, self.judge_at = None, True, None
        self._turn += 1
        return [*prepare, Confirm(self._turn, text, ended_at, adopted=not prepare)]

    def _forget(self) -> list[Step]:
        if self._prepared is None:
            return []
        self._prepared = None
        return [Forget()]

    def _pause(self, now: float) -> list[Step]:
        if not self._going or self.judge_at is not None:
            return []
        self.judge_at, self._graced = now + JUDGE_SECONDS, False
        return [Pause()]

    def _resume(self) -> list[Step]:
        if self.judge_at is None:
            return []
        self.judge_at = None
        return [Resume()]

    def _interrupt(self) -> list[Step]:
        if not self._going:
            return []
        self._going, self.judge_at = False, None
        return [Interrupt()]
