"""A model that hears and speaks by itself, seen from inside: its words and its ports.

It stands in the place of speech to text, brain and text to speech together.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Protocol

from june_orchestrator.ports import Interrupted, Message, Played, ReplyEnded, Trouble, Typed, Usage
from june_runtime.errors import JuneError
from june_runtime.pcm import AudioFormat

# How a model hears and how it speaks.
HEARS, SPEAKS = AudioFormat(sample_rate=16_000), AudioFormat(sample_rate=24_000)

# The reason of the error that `SpeechModel.connect` raises for a handle by which
# nothing can be taken up.
SESSION_GONE = "BRAIN_SESSION_GONE"


@dataclass(frozen=True, slots=True)
class UserSaid:
    """More of the user's words; they may come late, but not before they were said."""

    text: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class ReplySaid:
    """More of the reply's words; they come about when their sound does."""

    text: str


@dataclass(frozen=True, slots=True)
class ReplySounds:
    """More of the reply's sound, in the format SPEAKS, sooner than it can be heard."""

    pcm: bytes


@dataclass(frozen=True, slots=True)
class Working:
    """The model uses tools for its reply."""


@dataclass(frozen=True, slots=True)
class Overruled:
    """The user speaks over the reply: nothing more of it comes."""


@dataclass(frozen=True, slots=True)
class Whole:
    """All of the reply's sound has come."""


@dataclass(frozen=True, slots=True)
class ReplyOver:
    """The model is done with its turn, and why where that is not as it should be."""

    error: JuneError | None = None


@dataclass(frozen=True, slots=True)
class Resumable:
    """By `handle` another connection can take up the session as it is now; empty where
    none can just now."""

    handle: str


@dataclass(frozen=True, slots=True)
class GoingAway:
    """The connection is about to be ended by the far side."""


@dataclass(frozen=True, slots=True)
class Lost:
    """The connection is gone, and what it was saying with it; `final` where there will
    be no other."""

    error: JuneError
    final: bool = False


# What a conversation is told of a model's doings, and what a connection tells.
Told = UserSaid | ReplySaid | ReplySounds | Working | Overruled | Whole | ReplyOver | Usage | Lost
Received = Told | Resumable | GoingAway
# What happens in a session.
Happening = Told | Typed | Interrupted | Played | ReplyEnded | Trouble


@dataclass(frozen=True, slots=True)
class Sound:
    """What the microphone heard, in the format HEARS."""

    pcm: bytes


@dataclass(frozen=True, slots=True)
class Written:
    """What the user wrote instead of speaking."""

    text: str


@dataclass(frozen=True, slots=True)
class SoundEnds:
    """The user is done speaking, whatever the silence."""


Item = Sound | Written | SoundEnds


@dataclass(frozen=True, slots=True)
class Wishes:
    """How a model is to be, as long as a connection lives; empty leaves it to the model."""

    model: str = ""
    voice: str = ""
    language: str = ""
    system_instruction: str = ""
    temperature: float | None = None
    # What is blocked and from where on, by Gemini's names.
    safety: Mapping[str, str] = field(default_factory=dict)


class Connection(Protocol):
    """One connection to a model, which keeps the talk in mind."""

    async def give(self, item: Item) -> None:
        """Raises JuneError; whoever reads `events` learns why better."""
        ...

    def events(self) -> AsyncGenerator[Received, None]:
        """What the model does, as long as the connection lives. Raises JuneError."""
        ...


class SpeechModel(Protocol):
    """A model that hears and speaks by itself."""

    name: str

    async def load(self) -> None:
        """Everything that the first session shall not wait for. Raises SettingsError."""
        ...

    async def close(self) -> None: ...

    def connect(
        self, wishes: Wishes, handle: str = "", earlier: Sequence[Message] = ()
    ) -> AbstractAsyncContextManager[Connection]:
        """Takes a session up by its handle, or begins one that knows of what was said
        earlier. Raises JuneError, with reason SESSION_GONE where the handle is worth
        nothing."""
        ...
