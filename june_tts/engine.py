"""What a voice engine is, and how one is loaded."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Protocol, runtime_checkable

from june_runtime.condition import Condition
from june_runtime.errors import SettingsError
from june_runtime.pcm import Samples
from june_tts.neural import Neural
from june_tts.settings import ElevenLabsSettings


@dataclass(frozen=True, slots=True)
class Voice:
    """A voice that can be asked for.

    Attributes:
        languages: BCP-47 tags, the main one first.
        sample_rate: of the audio that the engine makes with it.
    """

    name: str
    languages: tuple[str, ...]
    description: str
    sample_rate: int


@dataclass(frozen=True, slots=True)
class Reference:
    """A recording of the voice to imitate: mono float32."""

    samples: Samples
    sample_rate: int


@dataclass(frozen=True, slots=True)
class Sentence:
    """What an engine is to say and how. An engine ignores what it has no use for.

    Attributes:
        text: words only; see text.py.
        voice: one of the engine's own.
        language: BCP-47.
        speaking_rate: tempo, 1 is the voice's own.
        seed: the same seed and text give the same audio; None is one fixed seed.
    """

    text: str
    voice: Voice
    language: str = "en"
    speaking_rate: float = 1.0
    exaggeration: float = 0.5
    cfg_weight: float = 0.5
    temperature: float = 0.8
    seed: int | None = None
    reference: Reference | None = None


@dataclass(frozen=True, slots=True)
class SpokenWord:
    """Where a stretch of `Sentence.text` lies in the audio.

    `start` and `end` count characters of the text, `start_sample` and `end_sample`
    samples from the start of the sentence, at the voice's rate. `estimated` says that
    the engine is not sure of them.
    """

    start: int
    end: int
    start_sample: int
    end_sample: int
    estimated: bool = False


@dataclass(frozen=True, slots=True)
class Speech:
    """Audio as it is made: mono float32 at the voice's rate; and words, as soon as
    the engine knows where they lie.

    `truncated` in the last one says that the engine stopped before the end of the
    text.
    """

    samples: Samples
    words: tuple[SpokenWord, ...] = ()
    truncated: bool = False


class TtsEngine(Protocol):
    """A loaded model, shared by all streams.

    Attributes:
        name: for people.
        sample_rate: of its default voice.
        voices: known once it is loaded.
        default_voice: the name of one of them.
        imitates: whether it can speak like a Reference.
        condition: tells when it has failed for good.
    """

    @property
    def name(self) -> str: ...
    @property
    def sample_rate(self) -> int: ...
    @property
    def voices(self) -> Sequence[Voice]: ...
    @property
    def default_voice(self) -> str: ...
    @property
    def imitates(self) -> bool: ...
    @property
    def condition(self) -> Condition: ...

    async def load(self) -> None:
        """Loads and warms it. Nothing else may be called before."""

    def synthesize(self, sentence: Sentence) -> AsyncGenerator[Speech, None]:
        """The sentence's audio, piece by piece, as it is made.

        Any number may run at once, from different streams: how they share the
        engine (threads, a batch) is its own affair, and none changes what another
        one sounds like. Closing the generator cancels at once and frees what the
        sentence held.

        Raises:
            AtCapacity: AT_CAPACITY, no room for another sentence now.
            InvalidInput: NOTHING_TO_SAY, there is nothing here that it can say.
            Unavailable: ENGINE_FAILED, it died; others that begin with ENGINE_.
        """

    async def close(self) -> None:
        """Frees everything; whoever is still being served gets an error."""


@runtime_checkable
class Refreshing(Protocol):
    """An engine whose voices may come and go while it runs."""

    async def refresh(self) -> None:
        """Has `voices` tell which there are now. Cheap enough to be asked for each stream;
        it may be some seconds behind. Raises nothing."""


async def refresh(engine: TtsEngine) -> None:
    """See Refreshing; the voices of other engines stay what they are."""
    if isinstance(engine, Refreshing):
        await engine.refresh()


def load_engine(
    name: str,
    script: str = "",
    elevenlabs: ElevenLabsSettings | None = None,
    neural: Neural | None = None,
) -> TtsEngine:
    """The engine of that name, not loaded yet.

    Args:
        name: flite, espeak, chatterbox, elevenlabs or scripted; auto takes flite where
            it is installed and espeak otherwise.
        script: for the scripted engine, as JSON; see engines/scripted.py.
        elevenlabs: for the engine of that name.
        neural: for chatterbox.

    Raises:
        SettingsError: ENGINE_UNKNOWN, SCRIPT_INVALID, ENGINE_KEY_MISSING,
            ENGINE_VOICES_MISSING, or ENGINE_MISSING with what to install.
    """
    match name:
        case "auto":
            return _embedded()
        case "flite":
            from june_tts.engines.flite import FliteEngine

            return FliteEngine()
        case "espeak":
            from june_tts.engines.espeak import EspeakEngine

            return EspeakEngine()
        case "chatterbox":
            return _chatterbox(neural or Neural())
        case "elevenlabs":
            return _elevenlabs(elevenlabs or ElevenLabsSettings())
        case "scripted":
            from june_tts.engines.scripted import ScriptedEngine, read_script

            return ScriptedEngine(read_script(script))
    known = "auto, flite, espeak, chatterbox, elevenlabs, scripted"
    raise SettingsError("ENGINE_UNKNOWN", f"there is no engine {name!r}; there are {known}")


def _elevenlabs(settings: ElevenLabsSettings) -> TtsEngine:
    from june_tts.engines.elevenlabs.options import options_of

    options = options_of(settings)
    try:
        from june_tts.engines.elevenlabs.engine import ElevenLabsEngine
    except ImportError as missing:
        raise SettingsError(
            "ENGINE_MISSING",
            f"the extra `elevenlabs` is not installed: {missing.name} is missing",
        ) from missing
    return ElevenLabsEngine(options)


def _chatterbox(neural: Neural) -> TtsEngine:
    if find_spec("chatterbox") is None or find_spec("torch") is None:
        raise SettingsError(
            "ENGINE_MISSING", "Chatterbox is not installed: install June's extra 'chatterbox'"
        )
    from june_tts.engines.chatterbox.engine import ChatterboxEngine

    return ChatterboxEngine(neural)


def _embedded() -> TtsEngine:
    from june_tts.engines import espeak, flite

    if flite.installed():
        return flite.FliteEngine()
    if espeak.installed():
        return espeak.EspeakEngine()
    raise SettingsError(
        "ENGINE_MISSING",
        "no voice is installed: install flite (the package libflite1 on Debian and Ubuntu), "
        "or June's extra 'espeak'",
    )
