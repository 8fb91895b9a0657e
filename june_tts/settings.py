"""What text to speech is started with, and what can be changed while it runs."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, SecretStr

from june_runtime.live import LiveConfig
from june_runtime.server import ServerSettings
from june_runtime.settings import SPLIT, HttpListen, Settings
from june_runtime.tls import TlsFiles
from june_tts.lexicon import Lexicon
from june_tts.neural import Neural

OWNER = "JUNE_TTS_"
# A config may carry a recording of 30 s to imitate.
MAX_RECEIVE_BYTES = 16 << 20


# Characters of JSON: more than the largest lexicon takes.
MAX_LEXICON = 500_000

MIN_CHUNK_MS, MAX_CHUNK_MS = 20, 1_000


def _is_lexicon(text: str) -> str:
    Lexicon.read(text)
    return text


class TtsLive(LiveConfig):
    """The defaults of streams that say nothing, which june.control.v1 changes."""

    # Whether audio leaves as it is made; otherwise one chunk a sentence.
    tts_streaming: bool = Field(True, validation_alias="TTS_STREAMING_ENABLED")
    # The voice of streams that name none; empty takes the engine's.
    voice: str = Field("", validation_alias="JUNE_TTS_VOICE")
    # The language of streams that name none, as a BCP-47 tag; empty follows the voice.
    language: str = Field("", validation_alias="JUNE_TTS_LANGUAGE")
    # Strength of expression, where the engine can.
    exaggeration: float = Field(0.5, ge=0.25, le=2, validation_alias="JUNE_TTS_EXAGGERATION")
    # Weight of classifier-free guidance, where the engine has it.
    cfg_weight: float = Field(0.5, ge=0, le=1, validation_alias="JUNE_TTS_CFG_WEIGHT")
    # How words are pronounced, as JSON: {"GIF": "jif", "de:GIF": "gif"}.
    lexicon: Annotated[str, AfterValidator(_is_lexicon)] = Field(
        "", max_length=MAX_LEXICON, validation_alias="JUNE_TTS_LEXICON"
    )
    # The least audio in a sentence's first chunk.
    tts_first_chunk_ms: int = Field(
        40, ge=MIN_CHUNK_MS, le=MAX_CHUNK_MS, validation_alias="JUNE_TTS_FIRST_CHUNK_MS"
    )
    # The least audio in the chunks after it.
    tts_chunk_ms: int = Field(
        40, ge=MIN_CHUNK_MS, le=MAX_CHUNK_MS, validation_alias="JUNE_TTS_CHUNK_MS"
    )


def _are_named(voices: tuple[str, ...]) -> tuple[str, ...]:
    names = [voice.partition("=")[0] for voice in voices]
    if not all(re.fullmatch(r"[\w.-]{1,40}=\w{1,64}", voice) for voice in voices):
        raise ValueError("must be NAME=VOICE_ID,NAME=VOICE_ID")
    if len(set(names)) < len(names):
        raise ValueError("two voices have the same name")
    return voices


class ElevenLabsSettings(Settings):
    """How ElevenLabs is reached."""

    # A key of ElevenLabs', for the engine elevenlabs.
    elevenlabs_key: SecretStr | None = Field(None, validation_alias="ELEVENLABS_API_KEY")
    # The voices that it speaks with, as NAME=VOICE_ID with commas between them; the first
    # is the usual one.
    elevenlabs_voices: Annotated[tuple[str, ...], SPLIT, AfterValidator(_are_named)] = Field(
        (), validation_alias="JUNE_TTS_ELEVENLABS_VOICES"
    )
    # Its model.
    elevenlabs_model: str = Field(
        "eleven_flash_v2_5",
        pattern=r"^[\w.-]{1,100}$",
        validation_alias="JUNE_TTS_ELEVENLABS_MODEL",
    )
    # Where it is, such as one of its regions.
    elevenlabs_url: str = Field(
        "wss://api.elevenlabs.io",
        pattern=r"^wss?://[^\s?#]+$",
        validation_alias="JUNE_TTS_ELEVENLABS_URL",
    )
    # The most connections to it at once, each of which speaks four sentences at a time.
    elevenlabs_sockets: int = Field(4, ge=1, le=100, validation_alias="JUNE_TTS_ELEVENLABS_SOCKETS")


class TtsSettings(ElevenLabsSettings, TtsLive):
    """Read once, at start."""

    # host:port to serve at; port 0 takes any free one.
    listen: str = Field(
        "127.0.0.1:50052", pattern=r"^.+:\d{1,5}$", validation_alias="JUNE_TTS_LISTEN"
    )
    # The same for HTTP/JSON; off: none.
    http_listen: HttpListen = Field("127.0.0.1:8082", validation_alias="JUNE_TTS_HTTP_LISTEN")
    # The orchestrator that POST /stream-to-room is passed on to.
    orchestrator: str = Field("127.0.0.1:50050", validation_alias="JUNE_TTS_ORCHESTRATOR")
    # What speaks; auto takes what is installed.
    engine: Literal["auto", "flite", "espeak", "chatterbox", "elevenlabs", "scripted"] = Field(
        "auto", validation_alias="JUNE_TTS_ENGINE"
    )
    # Chatterbox's model: chatterbox, chatterbox-multilingual, chatterbox-turbo, org/name,
    # or the folder itself.
    model: str = Field("chatterbox", min_length=1, validation_alias="JUNE_TTS_MODEL")
    # What Chatterbox runs on; auto takes the first GPU, else the CPU.
    device: str = Field(
        "auto", pattern=r"^(auto|cpu|mps|cuda(:\d{1,2})?)$", validation_alias="JUNE_TTS_DEVICE"
    )
    # Recordings (WAV, FLAC) for Chatterbox to speak like, each named as the voice is.
    voices_folder: Path | None = Field(None, validation_alias="JUNE_TTS_VOICES_FOLDER")
    # Sentences that Chatterbox makes at a time.
    max_rows: int = Field(32, ge=1, le=512, validation_alias="JUNE_TTS_MAX_ROWS")
    # Sentences that may wait for one of those to end.
    max_waiting: int = Field(64, ge=0, le=10_000, validation_alias="JUNE_TTS_MAX_WAITING")
    # For how long at most; then they are refused.
    waiting_seconds: float = Field(2, gt=0, le=60, validation_alias="JUNE_TTS_WAITING_SECONDS")
    # How the scripted engine behaves, as JSON.
    script: str = Field("", validation_alias="JUNE_TTS_SCRIPT")
    # Streams at once; a caller holds one for each sentence it wants made at a time.
    max_streams: int = Field(256, ge=1, le=100_000, validation_alias="JUNE_TTS_MAX_STREAMS")
    # How long streams may go on once the service is told to leave.
    drain_seconds: float = Field(30, ge=0, le=86_400, validation_alias="JUNE_TTS_DRAIN_SECONDS")
    # How long a caller may read nothing before its stream is ended.
    stall_seconds: float = Field(10, gt=0, le=600, validation_alias="JUNE_TTS_STALL_SECONDS")

    @property
    def neural(self) -> Neural:
        return Neural(
            model=self.model,
            models=self.models,
            may_fetch=self.models_fetch,
            device=self.device,
            voices=self.voices_folder.expanduser() if self.voices_folder else None,
            rows=self.max_rows,
            waiting=self.max_waiting,
            waiting_seconds=self.waiting_seconds,
        )

    @property
    def mesh_tls(self) -> TlsFiles | None:
        """What other services are called with; None: in the clear."""
        if self.tls_ca is None:
            return None
        return TlsFiles(ca=self.tls_ca, cert=self.tls_cert, key=self.tls_key)

    @property
    def server(self) -> ServerSettings:
        return ServerSettings(
            listen=self.listen,
            http_listen=self.http_listen,
            tls_cert=self.tls_cert,
            tls_key=self.tls_key,
            tls_client_ca=self.tls_ca if self.tls_client_auth else None,
            drain_seconds=self.drain_seconds,
            max_receive_bytes=MAX_RECEIVE_BYTES,
            stall_seconds=self.stall_seconds,
        )

    def live(self) -> TtsLive:
        """The live configuration that these settings begin with."""
        return TtsLive.of(self)
