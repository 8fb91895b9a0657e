"""What a stream asks for, and the defaults behind it."""

import math
from typing import Any

import numpy as np
import pytest

from june_runtime.errors import InvalidInput
from june_runtime.live import Live
from june_runtime.pcm import AudioFormat, Encoding
from june_tts.chunks import Sizes
from june_tts.config import StreamConfig, deliver, live_for
from june_tts.engine import Reference
from june_tts.engines.scripted import ScriptedEngine
from june_tts.settings import TtsLive

ENGINE = ScriptedEngine()


class OwnVoicesOnly(ScriptedEngine):
    imitates = False


def delivered(config: StreamConfig, **live: Any) -> Any:
    return deliver(config, live_for(ENGINE)(**live), ENGINE)


def test_a_stream_that_asks_for_nothing_takes_the_defaults() -> None:
    """The engine's voice, rate and language, streamed in the service's sizes."""
    delivery = delivered(StreamConfig(), exaggeration=0.7, tts_first_chunk_ms=30, tts_chunk_ms=60)
    assert (delivery.voice.name, delivery.language) == ("tone", "en-US")
    assert delivery.format == AudioFormat(Encoding.PCM_S16LE, 24_000)
    assert delivery.sizes == Sizes(30, 60)
    assert delivery.sentence("words").exaggeration == 0.7


def test_what_a_stream_asks_for_comes_first() -> None:
    """Zero is not unset."""
    config = StreamConfig(exaggeration=0.3, cfg_weight=0.0, speaking_rate=1.5, seed=7, chunk_ms=80)
    delivery = delivered(config, exaggeration=0.7, cfg_weight=0.9)
    sentence = delivery.sentence("words")
    assert (sentence.exaggeration, sentence.cfg_weight) == (0.3, 0.0)
    assert (sentence.speaking_rate, sentence.seed) == (1.5, 7)
    assert delivery.sizes == Sizes(80, 80)


@pytest.mark.parametrize(("asked", "default"), [(False, True), (None, False)])
def test_without_streaming_a_sentence_is_one_chunk(asked: bool | None, default: bool) -> None:
    """Whether the stream says so or the service does."""
    delivery = delivered(StreamConfig(streaming=asked), tts_streaming=default)
    assert delivery.sizes == Sizes.whole()


def test_a_voice_that_was_asked_for_speaks_its_own_language() -> None:
    """The default language is for streams that name no voice."""
    assert delivered(StreamConfig(), language="de").language == "de"
    assert delivered(StreamConfig(voice="high"), language="de").language == "en-GB"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("exaggeration", 0.2),
        ("exaggeration", 2.1),
        ("exaggeration", math.nan),
        ("cfg_weight", -0.1),
        ("cfg_weight", 1.1),
        ("temperature", 0.01),
        ("temperature", math.inf),
        ("speaking_rate", 0.4),
        ("speaking_rate", 2.5),
        ("chunk_ms", 19),
        ("chunk_ms", 1_001),
    ],
)
def test_a_value_out_of_range_is_refused(field: str, value: float) -> None:
    """The error names the field and its range."""
    with pytest.raises(InvalidInput) as refused:
        delivered(StreamConfig(**{field: value}))  # type: ignore[arg-type]
    assert set(refused.value.fields) == {f"config.{field}"}


def test_every_value_out_of_range_is_told_at_once() -> None:
    """Nobody has to try one after another."""
    with pytest.raises(InvalidInput) as refused:
        delivered(StreamConfig(exaggeration=9, cfg_weight=9))
    assert set(refused.value.fields) == {"config.exaggeration", "config.cfg_weight"}


def test_a_recording_is_refused_by_an_engine_that_cannot_imitate() -> None:
    """With REFERENCE_UNSUPPORTED."""
    config = StreamConfig(reference=Reference(np.zeros(100, np.float32), 16_000))
    engine = OwnVoicesOnly()
    with pytest.raises(InvalidInput) as refused:
        deliver(config, TtsLive(), engine)
    assert refused.value.reason == "REFERENCE_UNSUPPORTED"
    assert delivered(config).sentence("words").reference is config.reference


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"voice": "nobody"}, "VOICE_UNKNOWN"),
        ({"language": "tlh"}, "LANGUAGE_UNKNOWN"),
        ({"tts_chunk_ms": 5}, "BAD_INPUT"),
        ({"end_silence_ms": 500}, "SETTING_UNKNOWN"),
    ],
)
async def test_a_default_that_cannot_be_is_refused(change: dict[str, Any], reason: str) -> None:
    """Live changes are checked against the engine's voices."""
    live = Live(live_for(ENGINE)())
    with pytest.raises(InvalidInput) as refused:
        await live.change(change)
    assert refused.value.reason == reason
    assert live.current.voice == ""
