"""june.tts.v1 over the wire: messages in and out, and what hosts them.

The only file here that knows generated code.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import aclosing
from typing import Any

import grpc
from june.common.v1 import audio_pb2, session_pb2
from june.control.v1.control_pb2 import Streaming
from june.tts.v1 import tts_pb2, tts_service_pb2_grpc

from june_runtime import wire
from june_runtime.control import About, ControlServicer
from june_runtime.errors import InvalidInput, SettingsError, to_status
from june_runtime.live import Live
from june_runtime.metrics import Metrics, MetricsServicer
from june_runtime.outbox import Outbox, emitted
from june_runtime.pcm import AudioFormat, decode
from june_runtime.sessions import Sessions
from june_tts.config import StreamConfig, default_voice, live_for
from june_tts.engine import Reference, TtsEngine, Voice, refresh
from june_tts.lane import Chunk
from june_tts.lexicon import Lexicon
from june_tts.metrics import FIGURES, TtsMetrics, judge
from june_tts.room import Room
from june_tts.session import SynthesisSession
from june_tts.settings import TtsLive, TtsSettings
from june_tts.stream import Append, Cancel, Configure, EndReason, Flush, Message
from june_tts.text import warm
from june_tts.voices import speaks

log = logging.getLogger(__name__)

# Chunks that may wait for the caller, who holds some more in the transport: at most
# 0.6 s, so that a stalled caller holds little audio and a cancel has little to undo.
CHUNKS_WAITING = 3
MAX_REFERENCE_SECONDS = 30
_OPTIONAL = (
    "exaggeration", "cfg_weight", "temperature", "seed", "streaming", "speaking_rate", "chunk_ms",
    "first_chunk_ms",
)  # fmt: skip
_REASONS = {
    EndReason.COMPLETE: tts_pb2.END_REASON_COMPLETE,
    EndReason.CANCELLED: tts_pb2.END_REASON_CANCELLED,
    EndReason.TRUNCATED: tts_pb2.END_REASON_TRUNCATED,
    EndReason.ERROR: tts_pb2.END_REASON_ERROR,
}


class TtsHost:
    """Text to speech as `june_runtime.server` hosts it.

    Args:
        engine: not loaded yet.
        settings: the defaults of streams that say nothing, and the limits.
    """

    names: Sequence[str] = ("june.tts.v1.TtsService",)

    def __init__(self, engine: TtsEngine, settings: TtsSettings | None = None) -> None:
        settings = settings or TtsSettings()
        self.engine = engine
        self._room = Room(settings.orchestrator, settings.mesh_tls)
        self.sessions = Sessions(settings.max_streams)
        self.metrics = Metrics("june_tts", FIGURES, judge)
        self.metrics.reads_sessions(self.sessions)
        # Checked against the engine's voices once they are known.
        self.live: Live[TtsLive] = Live(settings.live())
        self._servicer = TtsServicer(
            engine, self.live, self.sessions, TtsMetrics(self.metrics), settings.stall_seconds
        )
        self.metrics.reads("sentences_in_progress", lambda: self._servicer.speaking)
        self.metrics.reads("sentences_waiting", lambda: self._servicer.waiting)

    def add_to(self, server: grpc.aio.Server) -> None:
        tts_service_pb2_grpc.add_TtsServiceServicer_to_server(self._servicer, server)
        metrics = MetricsServicer(self.metrics)
        metrics.add_to(server)
        about: About[TtsLive] = About(
            "june_tts",
            engine=lambda: self.engine.name,
            streaming=lambda live: Streaming(enabled=live.tts_streaming),
            turns=lambda: self._servicer.speaking,
            languages=lambda: sorted(
                {language for voice in self.engine.voices for language in voice.languages}
            ),
        )
        ControlServicer(about, self.live, self.sessions, metrics).add_to(server)

    def add_http_to(self, server: grpc.aio.Server) -> None:
        self._room.add_to(server)

    async def load(self) -> None:
        self.sessions.follow(self.engine.condition)
        await self.engine.load()
        present = self.live.current
        try:
            self.live.begin(live_for(self.engine).model_validate(present.model_dump()))
        except InvalidInput as unknown:
            raise SettingsError(unknown.reason, f"JUNE_TTS_VOICE, _LANGUAGE: {unknown}") from None
        warm({language for voice in self.engine.voices for language in voice.languages})
        voices = len(self.engine.voices)
        log.info("engine loaded", extra={"engine": self.engine.name, "voices": voices})

    async def close(self) -> None:
        await self._room.close()
        await self.engine.close()


class TtsServicer(tts_service_pb2_grpc.TtsServiceServicer):
    """The RPCs of june.tts.v1.TtsService."""

    def __init__(
        self,
        engine: TtsEngine,
        live: Live[TtsLive],
        sessions: Sessions,
        metrics: TtsMetrics,
        stall_seconds: float,
    ) -> None:
        self._engine = engine
        self._live = live
        self._sessions = sessions
        self._metrics = metrics
        self._stall_seconds = stall_seconds
        self._streams: set[SynthesisSession] = set()

    @property
    def speaking(self) -> int:
        """Sentences that are being made."""
        return sum(stream.speaking for stream in self._streams)

    @property
    def waiting(self) -> int:
        """Sentences that stand in line behind those."""
        return sum(stream.waiting for stream in self._streams)

    async def Synthesize(
        self, request_iterator: AsyncIterator[tts_pb2.Text], context: Any
    ) -> AsyncIterator[tts_pb2.AudioChunk]:
        with self._sessions.admit() as session:
            outbox: Outbox[Chunk] = Outbox(CHUNKS_WAITING, self._stall_seconds)
            speaking = SynthesisSession(
                self._engine, lambda: self._live.current, self._metrics, session, outbox
            )
            messages = read_messages(request_iterator)
            self._streams.add(speaking)
            try:
                async with aclosing(emitted(outbox, lambda: speaking.run(messages))) as chunks:
                    async for chunk in chunks:
                        yield write_chunk(chunk)
            finally:
                self._streams.discard(speaking)

    async def ListVoices(
        self, request: tts_pb2.ListVoicesRequest, context: Any
    ) -> tts_pb2.ListVoicesResponse:
        await refresh(self._engine)
        voices = [
            voice
            for voice in self._engine.voices
            if not request.language or speaks(voice, request.language)
        ]
        return tts_pb2.ListVoicesResponse(
            voices=map(_write_voice, voices),
            default_voice=default_voice(self._live.current, self._engine),
        )


async def read_messages(
    requests: AsyncIterator[tts_pb2.Text],
) -> AsyncIterator[Message[StreamConfig]]:
    """The caller's messages in June's own words.

    Raises:
        InvalidInput: a malformed message, naming the field.
    """
    now = asyncio.get_running_loop().time
    async for request in requests:
        yield read_message(request, now())


def read_message(request: tts_pb2.Text, now: float) -> Message[StreamConfig]:
    sentence_id = request.sentence_id
    match request.WhichOneof("payload"):
        case "text":
            return Append(sentence_id, request.text)
        case "flush":
            return Flush(sentence_id, now)
        case "cancel":
            return Cancel(sentence_id)
        case "config":
            return Configure(read_config(request.config))
    raise InvalidInput.of({"payload": "set one of config, text, flush and cancel"})


def read_config(proto: tts_pb2.SynthesizeConfig) -> StreamConfig:
    given = {name: getattr(proto, name) for name in _OPTIONAL if proto.HasField(name)}
    for name in ("exaggeration", "cfg_weight", "temperature", "speaking_rate"):
        if name in given:
            # A protobuf float holds 0.1 as 0.10000000149.
            given[name] = float(f"{given[name]:.7g}")
    return StreamConfig(
        voice=proto.voice,
        language=proto.language,
        reference=_read_reference(proto.reference) if proto.HasField("reference") else None,
        format=_read_format(proto.format) if proto.HasField("format") else None,
        lexicon=_read_lexicon(proto.lexicon),
        **given,
    )


def _read_format(proto: audio_pb2.AudioFormat) -> AudioFormat:
    audio = wire.read_format(proto, "config.format")
    if audio.channels != 1:
        raise InvalidInput.of({"config.format.channels": "speech has one channel only"})
    return audio


def _read_lexicon(words: Mapping[str, str]) -> Lexicon:
    try:
        return Lexicon.of(words)
    except ValueError as wrong:
        raise InvalidInput.of({"config.lexicon": str(wrong)}) from None


def _read_reference(proto: tts_pb2.VoiceReference) -> Reference:
    audio = wire.read_format(proto.format, "config.reference.format")
    faults: dict[str, str] = {}
    if not proto.pcm or len(proto.pcm) % audio.frame_bytes:
        faults["config.reference.pcm"] = "is no whole number of samples"
    elif audio.seconds(proto.pcm) > MAX_REFERENCE_SECONDS:
        faults["config.reference.pcm"] = f"is longer than {MAX_REFERENCE_SECONDS} s"
    if faults:
        raise InvalidInput.of(faults)
    return Reference(decode(proto.pcm, audio), audio.sample_rate)


def write_chunk(chunk: Chunk) -> tts_pb2.AudioChunk:
    written = tts_pb2.AudioChunk(
        sentence_id=chunk.sentence_id,
        seq=chunk.seq,
        start_sample=chunk.start_sample,
        pcm=chunk.pcm,
    )
    if chunk.format is not None:
        written.format.CopyFrom(wire.write_format(chunk.format))
    if chunk.end_reason is not None:
        written.final = True
        written.end_reason = _REASONS[chunk.end_reason]
    for word in chunk.words:
        written.words.add(
            text=word.text, start_ms=word.start_ms, end_ms=word.end_ms, estimated=word.estimated
        )
    if (timing := chunk.timing) is not None:
        written.timing.queue_ms = timing.queue_ms
        written.timing.first_audio_ms = timing.first_audio_ms
        written.timing.total_ms = timing.total_ms
    if chunk.error is not None:
        written.error.CopyFrom(to_status(chunk.error))
    if chunk.go_away is not None:
        written.go_away.CopyFrom(_write_go_away(chunk.go_away))
    return written


def _write_go_away(seconds: float) -> session_pb2.GoAway:
    go_away = session_pb2.GoAway()
    go_away.time_left.FromNanoseconds(round(seconds * 1e9))
    return go_away


def _write_voice(voice: Voice) -> tts_pb2.Voice:
    return tts_pb2.Voice(
        name=voice.name,
        languages=voice.languages,
        description=voice.description,
        sample_rate=voice.sample_rate,
    )
