"""The seam between June and a recogniser.

Asynchronous, so that an engine that batches the speech of many streams, one that
blocks in a thread or process of its own and a scripted one on virtual time look
alike from here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from june_runtime.errors import SettingsError
from june_runtime.pcm import Samples

RATE = 16_000

ENGINES = ("auto", "sphinx", "scripted")


@dataclass(frozen=True, slots=True)
class SttOptions:
    """What one stream asks of an engine.

    `language` is a BCP-47 tag or empty. `source_rate` is the rate that the audio had
    before it was brought to 16 kHz: speech of 8 kHz holds nothing above 4 kHz.
    """

    language: str = ""
    hotwords: Sequence[str] = ()
    source_rate: int = RATE


@dataclass(frozen=True, slots=True)
class HeardWord:
    """A word and its place, in samples from the start of the utterance."""

    text: str
    start: int
    end: int
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """What an utterance is taken to say at present."""

    text: str = ""
    words: Sequence[HeardWord] = ()
    language: str = ""
    language_probability: float = 0.0


class SttSession(Protocol):
    """One stream's ear: hears one utterance at a time. Calls never overlap.

    An engine failure raises Unavailable with reason ENGINE_FAILED.
    """

    async def push(self, samples: Samples) -> Hypothesis:
        """More of the utterance (mono, 16 kHz); what it says so far."""
        ...

    async def finish(self) -> Hypothesis:
        """The authoritative words of all that was pushed. The speaker may go on:
        then `push` and `finish` follow, and the words are those of the whole."""
        ...

    async def reset(self) -> None:
        """Forget the utterance; the next push begins a new one."""
        ...

    async def close(self) -> None:
        """Give back what the stream held."""
        ...


class SttEngine(Protocol):
    """A recogniser, loaded once and shared by all streams.

    `languages` are BCP-47 primary tags, empty where any is taken; `capacity` is
    how many streams it can serve at once.
    """

    @property
    def name(self) -> str: ...
    @property
    def languages(self) -> Sequence[str]: ...
    @property
    def capacity(self) -> int: ...

    async def load(self) -> None:
        """Load and warm the model. Raises SettingsError where it cannot be had."""
        ...

    async def open(self, options: SttOptions) -> SttSession:
        """A new stream's ear. Raises AtCapacity."""
        ...

    async def close(self) -> None: ...


def load_engine(name: str, script: str = "") -> SttEngine:
    """The engine of that name, not yet loaded; "auto" is the best that is installed.

    Args:
        script: JSON for the scripted engine.

    Raises:
        SettingsError: ENGINE_UNKNOWN, ENGINE_SCRIPT, or ENGINE_MISSING where a
            package is not installed.
    """
    match name:
        case "auto" | "sphinx":
            try:
                from june_stt.engines.sphinx import SphinxEngine
            except ModuleNotFoundError as missing:
                raise SettingsError(
                    "ENGINE_MISSING",
                    f"the package {missing.name} is not installed: pip install 'june[stt]'",
                ) from missing
            return SphinxEngine()
        case "scripted":
            from june_stt.engines.scripted import ScriptedEngine, read_script

            return ScriptedEngine(read_script(script))
        case _:
            raise SettingsError(
                "ENGINE_UNKNOWN", f"there is no engine {name!r}; choose one of {', '.join(ENGINES)}"
            )
