"""What a speech to text service is started with, and what can be changed while it runs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from june_runtime.live import LiveConfig
from june_runtime.server import ServerSettings
from june_runtime.settings import HttpListen, Settings

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
    # What hears; auto takes what is installed.
    engine: Literal["auto", "sphinx", "scripted"] = Field(
        "auto", validation_alias="JUNE_STT_ENGINE"
    )
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

    def live(self) -> SttConfig:
        """The live configuration that these settings begin with."""
        return SttConfig.of(self)
