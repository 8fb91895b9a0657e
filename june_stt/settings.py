"""What a speech to text service is started with, and what can be changed while it runs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from june_runtime.live import LiveConfig
from june_runtime.server import ServerSettings
from june_runtime.settings import HttpListen, Settings
from june_stt.engine import ModelChoice

OWNER = "JUNE_STT_"


class SttConfig(LiveConfig):
    """The fields of june.control.v1.Config that speech to text has: what a stream
    that says nothing else gets."""

    # Decoded while heard; otherwise the whole utterance at its end.
    stt_streaming: bool = Field(True, validation_alias="STT_STREAMING_ENABLED")
    # Whether UPDATE events are sent.
    stt_partials: bool = Field(True, validation_alias="STT_PARTIALS_ENABLED")
    # Silence that ends a turn.
    end_silence_ms: int = Field(500, ge=100, le=5000, validation_alias="JUNE_STT_END_SILENCE_MS")
    # Silence after which the final words are decided; no longer than the one that
    # ends a turn.
    eager_end_silence_ms: int = Field(
        200, ge=60, le=2000, validation_alias="JUNE_STT_EAGER_END_SILENCE_MS"
    )
    # A turn that is longer is cut.
    max_turn_ms: int = Field(60_000, ge=1000, le=300_000, validation_alias="JUNE_STT_MAX_TURN_MS")
    # The language of streams that name none, as a BCP-47 tag; empty: decided by ear.
    language: str = Field("", max_length=35, validation_alias="JUNE_STT_LANGUAGE")

    def contradictions(self) -> Mapping[str, str]:
        if self.eager_end_silence_ms <= self.end_silence_ms:
            return {}
        fault = f"must not exceed end_silence_ms, which is {self.end_silence_ms}"
        return {"eager_end_silence_ms": fault}


class SttSettings(Settings, SttConfig):
    """Read once, at start."""

    # host:port to serve at; port 0 takes any free one.
    listen: str = Field(
        "127.0.0.1:50051", pattern=r"^.+:\d{1,5}$", validation_alias="JUNE_STT_LISTEN"
    )
    # The same for HTTP/JSON; off: none.
    http_listen: HttpListen = Field("127.0.0.1:8081", validation_alias="JUNE_STT_HTTP_LISTEN")
    # What hears; auto is whisper where a model is named, and else the embedded engine.
    engine: Literal["auto", "whisper", "sphinx", "scripted"] = Field(
        "auto", validation_alias="JUNE_STT_ENGINE"
    )
    # The model for whisper: a name that `june models list` shows, or a folder.
    model: str = Field("", max_length=1_000, validation_alias="JUNE_STT_MODEL")
    # Where whisper computes; auto takes a GPU where there is one.
    device: Literal["auto", "cuda", "cpu"] = Field("auto", validation_alias="JUNE_STT_DEVICE")
    # The numbers it computes with, as CTranslate2 names them; auto takes float16 on a
    # GPU and int8 on a CPU.
    compute_type: str = Field("auto", max_length=20, validation_alias="JUNE_STT_COMPUTE_TYPE")
    # Threads of the CPU that whisper computes with; 0 takes one a core, and 8 at most.
    threads: int = Field(0, ge=0, le=256, validation_alias="JUNE_STT_THREADS")
    # Streams that whisper decodes at once; 0 takes 8 on a CPU and 32 on a GPU.
    batch: int = Field(0, ge=0, le=512, validation_alias="JUNE_STT_BATCH")
    # Where whisper's captions have taken longer than this of late, no other stream is
    # taken in; 0: however long they take.
    late_ms: int = Field(400, ge=0, le=60_000, validation_alias="JUNE_STT_LATE_MS")
    # How the scripted engine behaves, as JSON.
    script: str = Field("", validation_alias="JUNE_STT_SCRIPT")
    # Streams at once; no more than the engine can serve in any case.
    max_streams: int = Field(1_000, ge=1, validation_alias="JUNE_STT_MAX_STREAMS")
    # A stream from whose caller nothing comes for so long is ended.
    idle_seconds: float = Field(300, gt=0, le=86_400, validation_alias="JUNE_STT_IDLE_SECONDS")
    # How long a caller may read nothing before its stream is ended.
    stall_seconds: float = Field(10, gt=0, le=600, validation_alias="JUNE_STT_STALL_SECONDS")
    # How long streams may go on once the service is told to leave.
    drain_seconds: float = Field(60, ge=0, le=86_400, validation_alias="JUNE_STT_DRAIN_SECONDS")

    @property
    def server(self) -> ServerSettings:
        return ServerSettings(
            listen=self.listen,
            http_listen=self.http_listen,
            tls_cert=self.tls_cert,
            tls_key=self.tls_key,
            tls_client_ca=self.tls_ca if self.tls_client_auth else None,
            drain_seconds=self.drain_seconds,
            stall_seconds=self.stall_seconds,
        )

    @property
    def choice(self) -> ModelChoice:
        return ModelChoice(
            self.model,
            self.models,
            self.device,
            self.compute_type,
            self.threads,
            self.batch,
            self.late_ms,
            self.models_fetch,
        )

    def live(self) -> SttConfig:
        """The live configuration that these settings begin with."""
        return SttConfig.of(self)
