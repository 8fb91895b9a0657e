"""The seam between June and a recogniser.

Asynchronous, so that an engine that batches the speech of many streams, one that
blocks in a thread or process of its own and a scripted one on virtual time look
alike from here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from june_runtime.condition import Condition
from june_runtime.errors import SettingsError
from june_runtime.model_fetch import obtain
from june_runtime.pcm import Samples

RATE = 16_000

ENGINES = ("auto", "whisper", "sphinx", "scripted")


@dataclass(frozen=True, slots=True)
class SttOptions:
    """What one stream asks of an engine.

    `language` is a BCP-47 tag or empty. `source_rate` is the rate that the audio had
    before it was brought to 16 kHz: speech of 8 kHz holds nothing above 4 kHz.
    `previous_turn`: whether the words of a turn are a hint for the next one's.
    """

    language: str = ""
    hotwords: Sequence[str] = ()
    source_rate: int = RATE
    previous_turn: bool = False


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

    async def push(self, samples: Samples) -> Hypothesis | None:
        """More of the utterance (mono, 16 kHz); what it says so far, or None where that
        was not looked at again."""
        ...

    def hurry(self) -> None:
        """The next `finish` is waited for already: a `push` that comes before it, or is
        running, need not find out what it says so far."""
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

    `languages` are BCP-47 primary tags, known once it is loaded, and empty where any is
    taken; `capacity` is how many streams it can serve at once; `feed_ms` is how much
    speech it is given at a time: the less, the sooner it can act on it, and the more
    often it is called. `condition` tells when it has failed for good.
    """

    @property
    def name(self) -> str: ...
    @property
    def languages(self) -> Sequence[str]: ...
    @property
    def capacity(self) -> int: ...
    @property
    def feed_ms(self) -> int: ...
    @property
    def condition(self) -> Condition: ...

    async def load(self) -> None:
        """Load and warm the model. Raises SettingsError where it cannot be had."""
        ...

    def check_room(self) -> None:
        """Raises AtCapacity where those who are heard already would suffer by another
        stream."""
        ...

    async def open(self, options: SttOptions) -> SttSession:
        """A new stream's ear. Raises AtCapacity."""
        ...

    async def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class ModelChoice:
    """Which model an engine loads that has several, and where it computes.

    `model`: a name or a folder, empty where none was chosen; `folder`: of all models.
    `device`, `compute_type`: auto, or as CTranslate2 names them. `threads`, `batch`: 0
    takes what suits the device. `late_ms`: where captions take longer of late nobody
    else is taken in; 0: never. `may_fetch`: a model that is not here is fetched.
    """

    model: str = ""
    folder: Path = Path()
    device: str = "auto"
    compute_type: str = "auto"
    threads: int = 0
    batch: int = 0
    late_ms: int = 0
    may_fetch: bool = False


def load_engine(name: str, script: str = "", choice: ModelChoice | None = None) -> SttEngine:
    """The engine of that name, not yet loaded; "auto" is whisper where a model is
    chosen, and the embedded one otherwise.

    Blocks for minutes where a model is to be fetched first.

    Args:
        script: JSON for the scripted engine.

    Raises:
        SettingsError: ENGINE_UNKNOWN, ENGINE_SCRIPT, ENGINE_MISSING where a package is
            not installed, MODEL_UNKNOWN, MODEL_MISSING, MODEL_BROKEN, why it could not be
            fetched, or DEVICE_UNSUPPORTED.
    """
    choice = choice or ModelChoice()
    if name == "auto":
        name = "whisper" if choice.model else "sphinx"
    try:
        match name:
            case "whisper":
                return _whisper(choice)
            case "sphinx":
                from june_stt.engines.sphinx import SphinxEngine

                return SphinxEngine()
            case "scripted":
                from june_stt.engines.scripted import ScriptedEngine, read_script

                return ScriptedEngine(read_script(script))
    except ModuleNotFoundError as missing:
        raise SettingsError(
            "ENGINE_MISSING",
            f"the package {missing.name} is not installed: it is in June's extra stt",
        ) from missing
    raise SettingsError(
        "ENGINE_UNKNOWN", f"there is no engine {name!r}; choose one of {', '.join(ENGINES)}"
    )


def _whisper(choice: ModelChoice) -> SttEngine:
    if not choice.model:
        raise SettingsError(
            "MODEL_MISSING",
            "JUNE_STT_MODEL names no model for the engine whisper; `june models list` shows "
            "which there are",
        )
    folder = obtain(choice.model, choice.folder, may_fetch=choice.may_fetch)
    from june_stt.engines.whisper.engine import WhisperEngine

    return WhisperEngine(
        folder,
        kind=choice.device,
        compute_type=choice.compute_type,
        threads=choice.threads,
        rows=choice.batch,
        late=choice.late_ms / 1000,
    )
