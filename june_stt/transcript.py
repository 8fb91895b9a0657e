"""What a stream of speech tells, and what it asks of its engine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum, auto

from june_runtime.pcm import Samples
from june_stt.engine import HeardWord, SttOptions


class Event(Enum):
    """The meanings and the legal order are june.stt.v1.TranscriptEvent's."""

    SPEECH_STARTED = auto()
    UPDATE = auto()
    EAGER_END = auto()
    RESUMED = auto()
    END_OF_TURN = auto()
    SPEECH_ENDED = auto()
    HEARTBEAT = auto()


class EndReason(Enum):
    SILENCE = auto()
    CLIENT = auto()
    TOO_LONG = auto()


@dataclass(frozen=True, slots=True)
class Transcript:
    """One event and the state of the turn then; june.stt.v1.TranscriptPartial's fields.

    The places of `words` are samples counted from `audio_start_ms`.
    """

    event: Event
    audio_processed_ms: int
    turn_index: int = 0
    revision: int = 0
    committed_text: str = ""
    unstable_text: str = ""
    final_text: str = ""
    stability: float = 0.0
    end_of_turn_confidence: float = 0.0
    end_reason: EndReason | None = None
    speech_start_ms: int = 0
    result_end_ms: int = 0
    audio_start_ms: int = 0
    words: Sequence[HeardWord] = ()
    language: str = ""
    language_probability: float = 0.0
    # The caller's number of the config by which the turn is heard.
    config_number: int = 0


@dataclass(frozen=True, slots=True)
class Feed:
    """Let the engine hear this much more of an utterance."""

    utterance: int
    samples: Samples
    options: SttOptions = field(default_factory=SttOptions)


@dataclass(frozen=True, slots=True)
class Finish:
    """Ask the engine for the authoritative words, for the utterance's n-th pause."""

    utterance: int
    pause: int
    options: SttOptions = field(default_factory=SttOptions)


@dataclass(frozen=True, slots=True)
class Reset:
    """Let the engine forget what it heard."""


Work = Feed | Finish | Reset
Output = Transcript | Feed | Finish | Reset
