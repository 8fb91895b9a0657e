"""What callers ask for: taken, or refused with every field that is wrong."""

from __future__ import annotations

import math
from typing import Any

import pytest
from june.common.v1 import audio_pb2
from june.orchestrator.v1 import orchestrator_pb2 as pb
from june.stt.v1 import stt_pb2

from june_orchestrator.requests import (
    DEFAULT_OUTPUT,
    check_frame,
    check_room,
    check_text,
    read_config,
)
from june_orchestrator.settings import OrchestratorConfig
from june_runtime.errors import InvalidInput
from june_runtime.pcm import AudioFormat, Encoding

LIVE = OrchestratorConfig()
PCM16 = audio_pb2.AUDIO_ENCODING_PCM_S16LE


def audio(rate: int = 16_000, channels: int = 1, encoding: Any = PCM16) -> audio_pb2.AudioFormat:
    return audio_pb2.AudioFormat(encoding=encoding, sample_rate=rate, channels=channels)


def silences(eager: int | None = None, end: int | None = None) -> stt_pb2.Endpointing:
    return stt_pb2.Endpointing(eager_end_silence_ms=eager, end_silence_ms=end)


@pytest.mark.parametrize(
    ("config", "fields"),
    [
        ({"input": audio(7_999)}, ["config.input.sample_rate"]),
        ({"input": audio(48_001)}, ["config.input.sample_rate"]),
        ({"input": audio(channels=3)}, ["config.input.channels"]),
        ({"input": audio(encoding=0)}, ["config.input.encoding"]),
        ({"output": audio(0)}, ["config.output.sample_rate"]),
        ({"output": audio(channels=2)}, ["config.output.channels"]),
        ({"exaggeration": 0.2}, ["config.exaggeration"]),
        ({"exaggeration": math.nan}, ["config.exaggeration"]),
        ({"cfg_weight": 1.5}, ["config.cfg_weight"]),
        ({"cfg_weight": -0.1}, ["config.cfg_weight"]),
        ({"language": "x" * 36}, ["config.language"]),
        ({"voice": "x" * 101}, ["config.voice"]),
        ({"endpointing": silences(eager=59)}, ["config.endpointing.eager_end_silence_ms"]),
        ({"endpointing": silences(end=99)}, ["config.endpointing.end_silence_ms"]),
        ({"endpointing": silences(end=5_001)}, ["config.endpointing.end_silence_ms"]),
        (
            {"endpointing": stt_pb2.Endpointing(max_turn_ms=999)},
            ["config.endpointing.max_turn_ms"],
        ),
        ({"endpointing": silences(600, 500)}, ["config.endpointing.eager_end_silence_ms"]),
        (
            {
                "input": audio(1, 9),
                "output": audio(1),
                "cfg_weight": 9,
                "endpointing": silences(1, 1),
            },
            [
                "config.cfg_weight",
                "config.endpointing.eager_end_silence_ms",
                "config.endpointing.end_silence_ms",
                "config.input.channels",
                "config.input.sample_rate",
                "config.output.sample_rate",
            ],
        ),
    ],
)
def test_every_field_that_is_wrong_is_named(config: dict[str, Any], fields: list[str]) -> None:
    with pytest.raises(InvalidInput) as refused:
        read_config(pb.SessionConfig(**config))
    assert sorted(refused.value.fields) == fields


def test_a_config_may_be_empty() -> None:
    """A caller that only types and takes what comes."""
    options = read_config(pb.SessionConfig())
    assert options.input is None
    assert options.output == DEFAULT_OUTPUT


def test_formats_are_read() -> None:
    config = pb.SessionConfig(
        input=audio(44_100, 2), output=audio(8_000, 0, audio_pb2.AUDIO_ENCODING_MULAW)
    )
    options = read_config(config)
    assert options.input == AudioFormat(Encoding.PCM_S16LE, 44_100, 2)
    assert options.output == AudioFormat(Encoding.MULAW, 8_000, 1)


@pytest.mark.parametrize(
    ("asked", "live", "expected"),
    [
        (silences(), {}, (200, 500)),
        (silences(300, 900), {}, (300, 900)),
        (silences(eager=800), {}, (800, 800)),
        (silences(end=150), {}, (150, 150)),
        (silences(eager=400), {"end_silence_ms": 700}, (400, 700)),
    ],
)
def test_the_callers_silence_holds_and_the_services_fits(
    asked: stt_pb2.Endpointing, live: dict[str, int], expected: tuple[int, int]
) -> None:
    """Nothing is sent on that the speech to text service would refuse."""
    options = read_config(pb.SessionConfig(input=audio(), endpointing=asked))
    sent = options.hearing(OrchestratorConfig(**live), 1).config.endpointing
    assert (sent.eager_end_silence_ms, sent.end_silence_ms) == expected


def test_the_service_s_switches_hold_unless_each_step_waits() -> None:
    """The orchestrator says `streaming` only where it is off."""
    streaming = read_config(pb.SessionConfig(input=audio())).hearing(LIVE, 1).config
    assert not streaming.HasField("streaming")
    assert not streaming.HasField("partials")
    plain = read_config(pb.SessionConfig(input=audio(), sequential=True)).hearing(LIVE, 1).config
    assert plain.HasField("streaming")
    assert not plain.streaming
    assert not plain.partials


def test_what_a_caller_asks_for_goes_before_the_configuration() -> None:
    live = OrchestratorConfig(voice="amy", language="de", exaggeration=1.0, cfg_weight=0.5)
    asked = pb.SessionConfig(voice="bob", language="fr", exaggeration=0.5)
    voice = read_config(asked).reply_options(live).voice
    assert (voice.name, voice.language, voice.exaggeration) == ("bob", "fr", 0.5)
    assert voice.cfg_weight == 0.5
    voice = read_config(pb.SessionConfig()).reply_options(live).voice
    assert (voice.name, voice.language, voice.exaggeration) == ("amy", "de", 1.0)


@pytest.mark.parametrize(("asked", "spoken"), [(None, True), (True, True), (False, False)])
def test_a_caller_is_spoken_to_unless_it_says_otherwise(asked: bool | None, spoken: bool) -> None:
    assert read_config(pb.SessionConfig(speak=asked)).reply_options(LIVE).speak is spoken


@pytest.mark.parametrize("by", ["caller", "configuration"])
def test_the_plain_way_takes_one_step_at_a_time(by: str) -> None:
    """One piece of text, no speculation, nothing side by side."""
    live = OrchestratorConfig(streaming_enabled=by != "configuration")
    asked = pb.SessionConfig(sequential=by == "caller")
    options = read_config(asked).reply_options(live)
    assert not (options.streaming)
    assert not (options.voice.streaming)
    assert not (options.concurrent_tts)
    assert not (options.speculate)
    assert options.limits.early_clause_words == 0
    assert options.limits.max_chars < 2_000


def test_partial_support_is_captions_and_speculation() -> None:
    options = read_config(pb.SessionConfig()).reply_options(
        OrchestratorConfig(partial_support=False)
    )
    assert not options.captions
    assert not options.speculate


STEREO = AudioFormat(Encoding.PCM_S16LE, 8_000, 2)


def test_audio_needs_a_format() -> None:
    with pytest.raises(InvalidInput) as refused:
        check_frame(b"", None)
    assert refused.value.reason == "INPUT_MISSING"
    assert list(refused.value.fields) == ["config.input"]


@pytest.mark.parametrize("pcm", [bytes(1), bytes(3), bytes(32_004)])
def test_a_frame_holds_whole_samples_and_not_too_many(pcm: bytes) -> None:
    """Of all channels, and a second of them at most."""
    with pytest.raises(InvalidInput) as refused:
        check_frame(pcm, STEREO)
    assert list(refused.value.fields) == ["audio.pcm"]


@pytest.mark.parametrize("pcm", [b"", bytes(4), bytes(32_000)])
def test_a_good_frame_passes(pcm: bytes) -> None:
    assert check_frame(pcm, STEREO) is STEREO


@pytest.mark.parametrize("text", ["", " \n\t", "x" * 8_001])
def test_a_text_says_something_and_not_too_much(text: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        check_text(text)
    assert list(refused.value.fields) == ["text"]


def test_a_good_text_passes() -> None:
    assert check_text("x" * 8_000) == "x" * 8_000


def test_what_is_spoken_into_a_room_is_checked_whole() -> None:
    """Every field at fault is named; a good request passes."""
    request = pb.StreamToRoomRequest(
        text=" ", room="x" * 101, language="x" * 36, exaggeration=2.1, cfg_weight=math.nan
    )
    with pytest.raises(InvalidInput) as refused:
        check_room(request)
    assert set(refused.value.fields) == {"text", "room", "language", "exaggeration", "cfg_weight"}
    check_room(pb.StreamToRoomRequest(text="Hello.", exaggeration=0.25, cfg_weight=0))
