"""How sentences are to sound: what a stream asks for, the service's defaults, and
what follows from both."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

from pydantic import model_validator

from june_runtime.errors import InvalidInput
from june_runtime.pcm import AudioFormat
from june_tts.chunks import Sizes
from june_tts.engine import Reference, Sentence, TtsEngine, Voice
from june_tts.lexicon import NONE, Lexicon
from june_tts.settings import MAX_CHUNK_MS, MIN_CHUNK_MS, TtsLive
from june_tts.voices import choose

T = TypeVar("T")

DEFAULT_TEMPERATURE = 0.8

# The bounds of what a stream may ask for.
RANGES = {
    "exaggeration": (0.25, 2.0),
    "cfg_weight": (0.0, 1.0),
    "temperature": (0.05, 5.0),
    "speaking_rate": (0.5, 2.0),
    "chunk_ms": (float(MIN_CHUNK_MS), float(MAX_CHUNK_MS)),
    "first_chunk_ms": (float(MIN_CHUNK_MS), float(MAX_CHUNK_MS)),
}


@dataclass(frozen=True, slots=True)
class StreamConfig:
    """What a stream asks for; None or empty takes the service's default."""

    voice: str = ""
    language: str = ""
    reference: Reference | None = None
    exaggeration: float | None = None
    cfg_weight: float | None = None
    temperature: float | None = None
    speaking_rate: float | None = None
    seed: int | None = None
    format: AudioFormat | None = None
    streaming: bool | None = None
    chunk_ms: int | None = None
    first_chunk_ms: int | None = None
    lexicon: Lexicon = NONE


def live_for(engine: TtsEngine) -> type[TtsLive]:
    """The defaults of a service with this engine, which is loaded: only its own voices
    are valid."""

    class EngineLive(TtsLive):
        @model_validator(mode="after")
        def _speakable(self) -> EngineLive:
            choose(engine.voices, engine.default_voice, self.voice, self.language)
            return self

    return EngineLive


@dataclass(frozen=True, slots=True)
class Delivery:
    """Everything about how a sentence is made and sent."""

    voice: Voice
    language: str
    format: AudioFormat
    sizes: Sizes
    config: StreamConfig
    live: TtsLive

    @property
    def lexicon(self) -> Lexicon:
        return self.config.lexicon.over(_lexicon_of(self.live.lexicon))

    def sentence(self, text: str) -> Sentence:
        config, live = self.config, self.live
        return Sentence(
            text=text,
            voice=self.voice,
            language=self.language,
            speaking_rate=_first(config.speaking_rate, 1.0),
            exaggeration=_first(config.exaggeration, live.exaggeration),
            cfg_weight=_first(config.cfg_weight, live.cfg_weight),
            temperature=_first(config.temperature, DEFAULT_TEMPERATURE),
            seed=config.seed,
            reference=config.reference,
        )


def deliver(config: StreamConfig, live: TtsLive, engine: TtsEngine) -> Delivery:
    """How a stream's sentences are made and sent.

    Raises:
        InvalidInput: naming every field out of range; VOICE_UNKNOWN,
            LANGUAGE_UNKNOWN, REFERENCE_UNSUPPORTED.
    """
    check_ranges(config)
    if config.reference is not None and not engine.imitates:
        fault = f"the engine {engine.name} cannot imitate a recording; name a voice"
        raise InvalidInput.of({"config.reference": fault}, "REFERENCE_UNSUPPORTED")
    # A voice that was asked for speaks its own language, whatever the default is.
    language = config.language or ("" if config.voice else live.language)
    voice, language = choose(engine.voices, default_voice(live, engine), config.voice, language)
    streaming = _first(config.streaming, live.tts_streaming)
    return Delivery(
        voice=voice,
        language=language,
        format=config.format or AudioFormat(sample_rate=voice.sample_rate),
        sizes=_sizes(config, live) if streaming else Sizes.whole(),
        config=config,
        live=live,
    )


def default_voice(live: TtsLive, engine: TtsEngine) -> str:
    """Who speaks where nobody is asked for: the configured voice, and where that is gone
    meanwhile the engine's own default."""
    names = {voice.name for voice in engine.voices}
    return live.voice if live.voice in names else engine.default_voice


@lru_cache(maxsize=8)
def _lexicon_of(text: str) -> Lexicon:
    return Lexicon.read(text)


def check_ranges(config: StreamConfig) -> None:
    faults: dict[str, str] = {}
    for name, (least, most) in RANGES.items():
        value = getattr(config, name)
        if value is not None and not least <= value <= most:  # NaN is out of range too
            faults[f"config.{name}"] = f"is {value:g}; must be from {least:g} to {most:g}"
    if faults:
        raise InvalidInput.of(faults)


def _sizes(config: StreamConfig, live: TtsLive) -> Sizes:
    later = config.chunk_ms or live.tts_chunk_ms
    return Sizes(config.first_chunk_ms or config.chunk_ms or live.tts_first_chunk_ms, later)


def _first(given: T | None, default: T) -> T:
    return default if given is None else given
