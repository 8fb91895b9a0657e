"""Speech to text over gRPC: messages to June's own words and back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from dataclasses import replace
from functools import partial
from typing import Any

import grpc
from june.control.v1.control_pb2 import Streaming
from june.stt.v1 import stt_pb2, stt_service_pb2_grpc

from june_runtime.control import About, ControlServicer
from june_runtime.errors import InvalidInput, OutOfOrder, SettingsError, TimedOut
from june_runtime.live import Live
from june_runtime.metrics import Metrics, MetricsServicer
from june_runtime.outbox import Outbox, emitted
from june_runtime.pcm import AudioFormat
from june_runtime.sessions import Sessions
from june_runtime.wire import read_format
from june_stt.answers import write_answer
from june_stt.endpointing import Patience
from june_stt.engine import SttEngine, SttOptions, load_engine
from june_stt.metrics import FIGURES, judge
from june_stt.settings import SttConfig, SttSettings
from june_stt.stream import (
    Answer,
    Configured,
    Control,
    Frame,
    Refusal,
    Request,
    TranscribeStream,
)  # fmt: skip
from june_stt.utterance import Hearing
from june_stt.voice import VoiceActivity

NAME = "june_stt"
MAX_HOTWORDS, MAX_HOTWORD_CHARS = 100, 64

_CONTROLS = {
    stt_pb2.TranscribeControl.Value(f"TRANSCRIBE_CONTROL_{control.name}"): control
    for control in Control
}
_PATIENCE_BOUNDS = {
    "eager_end_silence_ms": (60, 2_000),
    "end_silence_ms": (100, 5_000),
    "max_turn_ms": (1_000, 300_000),
}


class Stt(stt_service_pb2_grpc.SttServiceServicer):
    """What `serve` hosts: hearing, control and metrics."""

    names = (
        "june.stt.v1.SttService",
        "june.control.v1.ControlService",
        "june.metrics.v1.MetricsService",
    )

    def __init__(self, settings: SttSettings, engine: SttEngine | None = None) -> None:
        self._settings = settings
        self._engine = engine or load_engine(settings.engine, settings.script, settings.choice)
        self._check_default_language()
        self._voice = VoiceActivity()
        self.live = Live(settings.live(), check=self._check)
        self._streams: set[TranscribeStream] = set()
        self.sessions = Sessions(min(settings.max_streams, self._engine.capacity))
        self.metrics = Metrics(NAME, FIGURES, judge)
        self.metrics.reads_sessions(self.sessions)
        self.metrics.reads("turns_in_progress", self._turns_in_progress)
        self.metrics.reads("voice_queue", lambda: self._voice.waiting)
        self.metrics.reads(
            "backlog_seconds", lambda: sum(stream.backlog_seconds for stream in self._streams)
        )

    def add_to(self, server: grpc.aio.Server) -> None:
        stt_service_pb2_grpc.add_SttServiceServicer_to_server(self, server)
        metrics = MetricsServicer(self.metrics)
        metrics.add_to(server)
        about = About(
            NAME,
            engine=lambda: self._engine.name,
            streaming=_streaming,
            turns=self._turns_in_progress,
            languages=lambda: self._engine.languages,
        )
        ControlServicer(about, self.live, self.sessions, metrics).add_to(server)

    async def load(self) -> None:
        await self._voice.load()
        self.sessions.follow(self._engine.condition)
        await self._engine.load()
        self._check_default_language()

    async def close(self) -> None:
        await self._voice.close()
        await self._engine.close()

    async def Transcribe(
        self, request_iterator: AsyncIterator[stt_pb2.AudioIn], context: Any
    ) -> AsyncGenerator[stt_pb2.TranscriptPartial, None]:
        settings = self._settings
        with self.sessions.admit() as admitted:
            self._engine.check_room()
            config = await _first(request_iterator, settings.idle_seconds)
            audio = read_format(config.format, "config.format")
            configured = self._configured(config)
            outbox = Outbox[Answer](stall_seconds=settings.stall_seconds)
            stream = TranscribeStream(
                audio, configured, self._engine, self._voice, outbox, self.metrics
            )
            requests = self._requests(request_iterator, audio)
            work = partial(stream.run, requests, admitted, settings.idle_seconds)
            self._streams.add(stream)
            try:
                async with aclosing(emitted(outbox, work)) as answers:
                    async for answer in answers:
                        yield write_answer(answer)
            finally:
                self._streams.discard(stream)

    async def _requests(
        self, messages: AsyncIterator[stt_pb2.AudioIn], audio: AudioFormat
    ) -> AsyncGenerator[Request, None]:
        """The messages after the first. Raises JuneError."""
        async for message in messages:
            match message.WhichOneof("payload"):
                case "frame":
                    frame = message.frame
                    placed = frame.first_sample if frame.HasField("first_sample") else None
                    yield Frame(frame.pcm, placed)
                case "control":
                    if message.control not in _CONTROLS:
                        raise InvalidInput.of({"control": "is none that is known"})
                    yield _CONTROLS[message.control]
                case "config":
                    if read_format(message.config.format, "config.format") != audio:
                        raise OutOfOrder(
                            "FORMAT_CHANGED", "a stream's audio format cannot be changed"
                        )
                    yield self._configured_again(message.config)
                case _:
                    raise InvalidInput.of({"payload": "is empty"})

    def _options(self, config: stt_pb2.TranscribeConfig) -> SttOptions:
        language = config.language or self.live.current.language
        if fault := self._language_fault(language):
            raise InvalidInput.of({"config.language": fault}, "LANGUAGE_UNKNOWN")
        if len(config.hotwords) > MAX_HOTWORDS or any(
            len(word) > MAX_HOTWORD_CHARS for word in config.hotwords
        ):
            fault = f"at most {MAX_HOTWORDS} of {MAX_HOTWORD_CHARS} characters"
            raise InvalidInput.of({"config.hotwords": fault})
        return SttOptions(
            _primary(language),
            tuple(config.hotwords),
            config.format.sample_rate,
            config.previous_turn,
        )

    async def _check(self, wanted: SttConfig, changed: frozenset[str]) -> None:
        """Raises InvalidInput where the engine does not know the language."""
        if fault := self._language_fault(wanted.language):
            raise InvalidInput.of({"config.language": fault}, "LANGUAGE_UNKNOWN")

    def _check_default_language(self) -> None:
        """Some engines know their languages from the start, others once loaded."""
        if fault := self._language_fault(self._settings.language):
            raise SettingsError(
                "LANGUAGE_UNKNOWN",
                f"JUNE_STT_LANGUAGE {fault}",
                fields={"JUNE_STT_LANGUAGE": fault},
            )

    def _turns_in_progress(self) -> int:
        return sum(stream.in_turn for stream in self._streams)

    def _language_fault(self, language: str) -> str:
        known = self._engine.languages
        if not language or not known or _primary(language) in known:
            return ""
        return f"is {language!r}; this engine knows {', '.join(known)}"

    def _configured_again(self, config: stt_pb2.TranscribeConfig) -> Configured | Refusal:
        """A later config may be wrong without the stream's being lost by it."""
        try:
            return self._configured(config)
        except InvalidInput as refused:
            return Refusal(refused, config.config_number)

    def _configured(self, config: stt_pb2.TranscribeConfig) -> Configured:
        """Raises InvalidInput, naming every field at fault."""
        asked = {field.name: value for field, value in config.endpointing.ListFields()}
        faults = {
            f"config.endpointing.{name}": f"is {asked[name]}; must be from {least} to {most}"
            for name, (least, most) in _PATIENCE_BOUNDS.items()
            if name in asked and not least <= asked[name] <= most
        }
        if faults:
            raise InvalidInput.of(faults)
        hearing = partial(self._hearing, config, asked, self._options(config))
        patience = hearing().patience
        if patience.eager_end_silence_ms > patience.end_silence_ms:
            fault = f"is {patience.end_silence_ms}; must not be below eager_end_silence_ms"
            raise InvalidInput.of({"config.endpointing.end_silence_ms": fault})
        return Configured(hearing)

    def _hearing(
        self, config: stt_pb2.TranscribeConfig, asked: dict[str, int], options: SttOptions
    ) -> Hearing:
        """What the caller asked for; for the rest, what holds at present."""
        live = self.live.current
        own = {name: getattr(live, name) for name in _PATIENCE_BOUNDS}
        return Hearing(
            replace(Patience(**own), **asked),
            partials=config.partials if config.HasField("partials") else live.stt_partials,
            streaming=config.streaming if config.HasField("streaming") else live.stt_streaming,
            options=options,
            config_number=config.config_number,
        )


def _streaming(live: SttConfig) -> Streaming:
    return Streaming(enabled=live.stt_streaming, partials=live.stt_partials)


async def _first(
    messages: AsyncIterator[stt_pb2.AudioIn], idle_seconds: float
) -> stt_pb2.TranscribeConfig:
    """The config that every stream begins with."""
    try:
        async with asyncio.timeout(idle_seconds):
            message = await anext(messages, None)
    except TimeoutError:
        raise TimedOut("STREAM_IDLE", "no config came") from None
    if message is None or message.WhichOneof("payload") != "config":
        raise OutOfOrder("CONFIG_MISSING", "the first message must be config")
    return message.config


def _primary(language: str) -> str:
    """The tag without region and script: what an engine knows a language by."""
    return language.partition("-")[0].lower()
