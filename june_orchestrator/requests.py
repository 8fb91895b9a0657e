"""What callers of Converse ask for: checked, and turned into June's own words."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from june.orchestrator.v1 import orchestrator_pb2 as pb
from june.stt.v1 import stt_pb2

from june_orchestrator.manner import Manner, read_safety
from june_orchestrator.ports import Voice
from june_orchestrator.reply_options import ReplyOptions
from june_orchestrator.sentences import SentenceLimits
from june_orchestrator.settings import OrchestratorConfig
from june_runtime.errors import InvalidInput
from june_runtime.pcm import AudioFormat
from june_runtime.wire import read_format, write_format

MAX_TEXT_CHARS = 8_000
MAX_FRAME_SECONDS = 1.0
DEFAULT_OUTPUT = AudioFormat(sample_rate=24_000)
# As much as a sentence of the text to speech service may hold: the plain way
# speaks the whole reply in one piece.
WHOLE_REPLY = SentenceLimits(
    min_chars=1_900, max_chars=1_900, early_clause_words=0, by_script=False
)


@dataclass(frozen=True, slots=True)
class SessionOptions:
    """What a caller asked for when the session began."""

    config: pb.SessionConfig
    input: AudioFormat | None
    output: AudioFormat

    def reply_options(self, live: OrchestratorConfig) -> ReplyOptions:
        """How a turn that begins now is answered."""
        asked = self.config
        streaming = live.streaming_enabled and not asked.sequential
        optional = {
            name: getattr(asked, name) if asked.HasField(name) else getattr(live, name)
            for name in ("exaggeration", "cfg_weight")
        }
        voice = Voice(
            format=self.output,
            name=asked.voice or live.voice,
            language=asked.language or live.language,
            streaming=streaming,
            first_chunk_ms=live.tts_first_chunk_ms,
            chunk_ms=live.tts_chunk_ms,
            **optional,
        )
        options = ReplyOptions(
            voice=voice,
            limits=SentenceLimits(min_chars=live.min_sentence_chars),
            concurrent_tts=live.concurrent_tts,
            speculate=live.partial_support,
            captions=live.partial_support,
            speak=asked.speak or not asked.HasField("speak"),
            system_instruction=live.system_instruction,
            language=voice.language,
            follows=live.follow_language and not voice.language,
            max_output_tokens=live.max_output_tokens,
            model=live.brain_model,
            manner=Manner(live.temperature, live.thinking_level, read_safety(live.safety_settings)),
            history_tokens=live.history_tokens,
            filler_after=live.filler_after_ms / 1_000,
        )
        if streaming:
            return options
        return replace(
            options,
            limits=WHOLE_REPLY,
            streaming=False,
            concurrent_tts=False,
            speculate=False,
            captions=False,
        )

    def hearing(self, live: OrchestratorConfig, number: int) -> stt_pb2.AudioIn:
        """How the user is to be heard, as the speech to text service takes it; `number`
        comes back with what is heard so."""
        assert self.input is not None
        asked = self.config
        streaming = live.streaming_enabled and not asked.sequential
        endpointing = stt_pb2.Endpointing(
            eager_end_silence_ms=live.eager_end_silence_ms,
            end_silence_ms=live.end_silence_ms,
            max_turn_ms=live.max_turn_ms,
        )
        endpointing.MergeFrom(asked.endpointing)
        _let_fit(endpointing, asked.endpointing)
        config = stt_pb2.TranscribeConfig(
            format=write_format(self.input),
            language=asked.language or live.language,
            endpointing=endpointing,
            config_number=number,
        )
        if not streaming:
            config.streaming = config.partials = False
        return stt_pb2.AudioIn(config=config)


def read_config(config: pb.SessionConfig) -> SessionOptions:
    """A caller's wishes. Raises InvalidInput naming every field that is wrong."""
    faults: dict[str, str] = {}
    heard: AudioFormat | None = None
    spoken = DEFAULT_OUTPUT
    try:
        if config.HasField("input"):
            heard = read_format(config.input, "config.input")
    except InvalidInput as invalid:
        faults |= invalid.fields
    try:
        if config.HasField("output"):
            spoken = read_format(config.output, "config.output")
    except InvalidInput as invalid:
        faults |= invalid.fields
    if spoken.channels != 1:
        faults["config.output.channels"] = "must be 1"
    faults |= _voice_faults(config) | _endpointing_faults(config.endpointing)
    if faults:
        raise InvalidInput.of(faults)
    return SessionOptions(config, heard, spoken)


def _voice_faults(config: pb.SessionConfig) -> dict[str, str]:
    return _length_faults(config, "config.", language=35, voice=100) | _style_faults(
        config, "config."
    )


def _length_faults(
    asked: pb.SessionConfig | pb.StreamToRoomRequest, prefix: str, **longest: int
) -> dict[str, str]:
    return {
        f"{prefix}{name}": f"must have at most {most} characters"
        for name, most in longest.items()
        if len(getattr(asked, name)) > most
    }


def _style_faults(asked: pb.SessionConfig | pb.StreamToRoomRequest, prefix: str) -> dict[str, str]:
    bounds: tuple[tuple[Literal["exaggeration", "cfg_weight"], float, float], ...] = (
        ("exaggeration", 0.25, 2.0),
        ("cfg_weight", 0.0, 1.0),
    )
    return {
        f"{prefix}{name}": f"must be from {least:g} to {most:g}"
        for name, least, most in bounds
        if asked.HasField(name) and not least <= getattr(asked, name) <= most
    }


def _endpointing_faults(asked: stt_pb2.Endpointing) -> dict[str, str]:
    bounds = {
        "eager_end_silence_ms": (60, 2_000),
        "end_silence_ms": (100, 5_000),
        "max_turn_ms": (1_000, 300_000),
    }
    faults = {
        f"config.endpointing.{name}": f"must be from {least} to {most}"
        for name, (least, most) in bounds.items()
        if asked.HasField(name) and not least <= getattr(asked, name) <= most
    }
    both = asked.HasField("eager_end_silence_ms") and asked.HasField("end_silence_ms")
    if both and not faults and asked.eager_end_silence_ms > asked.end_silence_ms:
        name = "config.endpointing.eager_end_silence_ms"
        faults[name] = f"must not exceed end_silence_ms, which is {asked.end_silence_ms}"
    return faults


def _let_fit(endpointing: stt_pb2.Endpointing, asked: stt_pb2.Endpointing) -> None:
    """Where the caller gave one silence and the service the other, the caller's holds."""
    if endpointing.eager_end_silence_ms <= endpointing.end_silence_ms:
        return
    if asked.HasField("eager_end_silence_ms"):
        endpointing.end_silence_ms = endpointing.eager_end_silence_ms
    else:
        endpointing.eager_end_silence_ms = endpointing.end_silence_ms


def check_frame(pcm: bytes, audio: AudioFormat | None) -> AudioFormat:
    """Refuses audio that cannot be of the session's input format."""
    if audio is None:
        raise InvalidInput.of({"config.input": "must be set where audio is sent"}, "INPUT_MISSING")
    if len(pcm) % audio.frame_bytes:
        fault = f"is {len(pcm)} bytes, no multiple of {audio.frame_bytes}"
        raise InvalidInput.of({"audio.pcm": fault})
    if audio.seconds(pcm) > MAX_FRAME_SECONDS:
        fault = f"is {audio.seconds(pcm):.2f} s long; at most {MAX_FRAME_SECONDS:g} s"
        raise InvalidInput.of({"audio.pcm": fault})
    return audio


def check_text(text: str) -> str:
    if faults := _text_faults(text):
        raise InvalidInput.of(faults)
    return text


def check_room(request: pb.StreamToRoomRequest) -> None:
    """What is to be spoken into a room. Raises InvalidInput naming every field that is
    wrong."""
    faults = _text_faults(request.text)
    faults |= _length_faults(request, "", room=100, language=35) | _style_faults(request, "")
    if faults:
        raise InvalidInput.of(faults)


def _text_faults(text: str) -> dict[str, str]:
    if not text.strip():
        return {"text": "is empty"}
    if len(text) > MAX_TEXT_CHARS:
        return {"text": f"has {len(text)} characters; at most {MAX_TEXT_CHARS}"}
    return {}
