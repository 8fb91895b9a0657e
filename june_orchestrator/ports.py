"""What a conversation is made of, seen from inside: its words and its ports.

Nothing here knows gRPC. The adapters in `clients/`, `brains/` and `service.py`
implement these protocols; tests implement them with scripts.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Protocol

from june_orchestrator.manner import Manner
from june_orchestrator.news import News
from june_runtime.errors import JuneError
from june_runtime.pcm import AudioFormat


class Event(Enum):
    """What was heard; the meanings and the legal order are june.stt.v1's."""

    SPEECH_STARTED = auto()
    UPDATE = auto()
    EAGER_END = auto()
    RESUMED = auto()
    END_OF_TURN = auto()
    SPEECH_ENDED = auto()
    HEARTBEAT = auto()


@dataclass(frozen=True, slots=True)
class Heard:
    """One thing that happened to what the user is saying.

    `ended_at` is the loop time at which the last sample of speech reached us,
    0 where it is unknown. `terms` is the number of the terms by which the turn is
    heard, 0 where none is known. `message` is the event as it came, for passing on.
    """

    event: Event
    text: str = ""
    final_text: str = ""
    pause: float = 0.0
    language: str = ""
    language_probability: float = 0.0
    ended_at: float = 0.0
    terms: int = 0
    message: object = None


@dataclass(frozen=True, slots=True)
class Typed:
    """The user wrote instead of speaking."""

    text: str


@dataclass(frozen=True, slots=True)
class Interrupted:
    """The user wants the reply to stop."""


@dataclass(frozen=True, slots=True)
class Played:
    """The caller's loudspeaker has played this many samples of a turn's reply."""

    turn: int
    samples: int


@dataclass(frozen=True, slots=True)
class ReplyEnded:
    """A turn's reply has been heard to its end, or failed."""

    turn: int


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something went wrong that the session survives."""

    error: JuneError


@dataclass(frozen=True, slots=True)
class Judge:
    """The time for judging whether someone interrupts is up."""


Input = Heard | Typed | Interrupted | Played | ReplyEnded | Trouble | Judge


class Role(Enum):
    USER = "user"
    ASSISTANT = "assistant"


@dataclass(frozen=True, slots=True)
class Message:
    role: Role
    text: str


@dataclass(frozen=True, slots=True)
class Prompt:
    """What a brain is asked: the talk so far, ending with the user's words.

    `model` is empty and `manner` None where the brain's own is meant; `streaming` tells
    whether the answer is wanted while it is made.
    """

    messages: Sequence[Message]
    system_instruction: str = ""
    language: str = ""
    max_output_tokens: int = 512
    model: str = ""
    streaming: bool = True
    manner: Manner | None = None


# The reason of NotServed by `Brain.reply` where the model's API has no streaming call.
STREAMING_UNSUPPORTED = "STREAMING_UNSUPPORTED"


@dataclass(frozen=True, slots=True)
class Usage:
    """What an answer cost, in tokens, as the model tells it."""

    tokens_in: int
    tokens_out: int


@dataclass(frozen=True, slots=True)
class ToolUse:
    """A brain begins to wait for tools, or goes on with what they answered."""

    running: bool


# What comes of a brain.
Piece = str | Usage | ToolUse


class Brain(Protocol):
    """A language model."""

    name: str

    async def load(self) -> None:
        """Everything that the first turn shall not wait for. Raises SettingsError."""
        ...

    async def close(self) -> None: ...

    def reply(self, prompt: Prompt) -> AsyncGenerator[Piece, None]:
        """The answer while it is made, in pieces of any size, when it waits for tools, and
        what it cost where that is known; closing the iterator stops it. Raises JuneError;
        NotServed (STREAMING_UNSUPPORTED) before the first piece."""
        ...

    async def whole(self, prompt: Prompt) -> tuple[str, Usage | None]:
        """The answer once all of it is made, and its cost if known. Raises JuneError."""
        ...


@dataclass(frozen=True, slots=True)
class WordAt:
    """A word of a sentence and the samples of its audio that hold it."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Speech:
    """A run of a sentence's audio, in the session's output format."""

    pcm: bytes
    words: Sequence[WordAt] = ()


@dataclass(frozen=True, slots=True)
class Voice:
    """How a reply is to sound; empty and None leave it to the TTS service."""

    format: AudioFormat = field(default_factory=lambda: AudioFormat(sample_rate=24_000))
    name: str = ""
    language: str = ""
    exaggeration: float | None = None
    cfg_weight: float | None = None
    streaming: bool = True
    first_chunk_ms: int = 40
    chunk_ms: int = 100


class Tts(Protocol):
    """A pool of synthesis streams. Closing the iterator stops the sentence."""

    def synthesize(self, sentence: str, voice: Voice) -> AsyncGenerator[Speech, None]:
        """The sentence's audio in order. Raises JuneError."""
        ...


class Speaker(Protocol):
    """Where a session's answers go. Every call may wait for a slow caller, but the first
    two, which the caller is not told of."""

    def hears(self, heard: Heard) -> None:
        """Something was heard, whether or not the caller is to see it."""
        ...

    def news(self, turn: int, news: News) -> None: ...
    async def caption(self, heard: Heard) -> None: ...
    async def turn_started(self, turn: int, user_text: str) -> None: ...
    async def reply_text(self, turn: int, sentence: int, text: str) -> None: ...
    async def audio(self, turn: int, frame: Frame) -> None: ...
    async def paused(self, turn: int) -> None: ...
    async def resumed(self, turn: int) -> None: ...
    async def interrupted(self, turn: int, heard_text: str) -> None: ...
    async def notice(self, turn: int, error: JuneError) -> None: ...
    async def turn_ended(self, turn: int, record: TurnRecord) -> None: ...


@dataclass(frozen=True, slots=True)
class Frame:
    """A run of a reply's audio on its way out."""

    sentence: int
    start_sample: int
    pcm: bytes
    sent_ms: float
    last: bool
    filler: bool = False


class Outcome(Enum):
    COMPLETE = auto()
    INTERRUPTED = auto()
    FAILED = auto()


STAGES = ("confirm", "final_words", "first_token", "first_sentence", "first_audio", "delivery")


@dataclass(frozen=True, slots=True)
class SentenceRecord:
    """One sentence of a reply; times in ms since the end of the user's speech."""

    text: str
    flushed_ms: float
    first_audio_ms: float
    synthesised_ms: float
    played_ms: float
    audio_ms: float
    begun_ms: float = 0.0


@dataclass(frozen=True, slots=True)
class TurnRecord:
    """How a turn came out; the fields are june.orchestrator.v1.TurnRecord's."""

    outcome: Outcome
    user_text: str
    reply_text: str
    stages: dict[str, float]
    end_to_end_ms: float | None
    hidden_ms: float
    first_token_ms: float | None
    first_audio_ms: float | None
    milestones: dict[str, float]
    sentences: Sequence[SentenceRecord]
    speculated: bool
    speculations_wasted: int
    concurrent_tts: bool
    error: JuneError | None = None
    sequential: bool = False
    fallback: str = ""
    concurrent_sentences: int = 0
    tokens: int = 0
