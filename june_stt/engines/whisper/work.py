"""What the model is asked, and what it answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum, auto

from june_stt.engines.whisper.mel import FRAMES_PER_SECOND, Frames


class Aim(IntEnum):
    """What a piece of speech is decoded for; the more urgent, the smaller."""

    # The authoritative words of an utterance's end: somebody waits for them.
    FINAL = auto()
    # Those of a part of a long utterance that is still going on.
    PART = auto()
    # The caption.
    PARTIAL = auto()


@dataclass(frozen=True, slots=True)
class Piece:
    """Speech to decode: frames, and where they begin in the utterance.

    `wants_places`: whether the words' places are asked for. `prompt`: tokens of text
    that comes before, or of words that are likely. `language`: empty where it is to
    be found out.
    """

    aim: Aim
    frames: Frames
    start: int
    language: str = ""
    prompt: Sequence[int] = ()
    wants_places: bool = False

    @property
    def end(self) -> int:
        return self.start + len(self.frames)

    @property
    def seconds(self) -> float:
        return len(self.frames) / FRAMES_PER_SECOND


@dataclass(frozen=True, slots=True)
class DecodedWord:
    """A word with its place in frames from the start of the piece; `text` holds the
    space before it where there is one."""

    text: str
    start: int
    end: int
    probability: float


@dataclass(frozen=True, slots=True)
class Decoded:
    """What a piece says. `words` only where places were asked for; `stammered`: these are
    hardly the words that were said."""

    text: str = ""
    words: Sequence[DecodedWord] = ()
    language: str = ""
    language_probability: float = 0.0
    stammered: bool = False
