"""What an orchestrator is started with, and what can be changed while it runs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, Json, SecretStr

from june_orchestrator.fillers import checked
from june_orchestrator.manner import read_safety
from june_orchestrator.tools import read_tools
from june_runtime.live import LiveConfig
from june_runtime.server import ServerSettings
from june_runtime.settings import SPLIT, HttpListen, Listed, Settings

OWNER = "JUNE_ORCH_"
BrainName = Literal["auto", "gemini", "offline", "openai", "scripted"]
# Hears and speaks by itself, in the place of a whole chain of brains and of the services
# around it.
SpeechModelName = Literal["gemini-live"]
SPEECH_MODEL: SpeechModelName = "gemini-live"
AnswererName = Literal[BrainName, SpeechModelName]


def _is_redis(url: SecretStr) -> SecretStr:
    parts = urlsplit(url.get_secret_value())
    if parts.scheme not in ("redis", "rediss") or not parts.hostname:
        raise ValueError("must be redis://HOST:PORT or rediss://HOST:PORT")
    return url


def _may_be_together(brains: tuple[AnswererName, ...]) -> tuple[AnswererName, ...]:
    if SPEECH_MODEL in brains and len(brains) > 1:
        raise ValueError(f"{SPEECH_MODEL} hears and speaks by itself: no other can be beside it")
    return brains


def _is_safety(text: str) -> str:
    read_safety(text)
    return text


def _is_http(url: str) -> str:
    parts = urlsplit(url)
    if url and (parts.scheme not in ("http", "https") or not parts.hostname):
        raise ValueError("must be http://HOST:PORT/v1 or https://HOST/v1")
    return url


# Secret: it may hold a password.
RedisUrl = Annotated[SecretStr, AfterValidator(_is_redis)]


def _are_tools(text: SecretStr) -> SecretStr:
    read_tools(text.get_secret_value())
    return text


# Secret: an address or a header may hold a password.
Tools = Annotated[SecretStr, AfterValidator(_are_tools)]


class OrchestratorConfig(LiveConfig):
    """The fields of june.control.v1.Config that an orchestrator has.

    None leaves it to the service concerned.
    """

    # Off: each step of a turn waits for the one before it.
    streaming_enabled: bool = Field(True, validation_alias="ORCH_STREAMING_ENABLED")
    # Sentences are synthesised while the brain still writes.
    concurrent_tts: bool = Field(True, validation_alias="CONCURRENT_TTS_ENABLED")
    # Captions go to the caller, and answers begin before the turn is confirmed.
    partial_support: bool = Field(True, validation_alias="PARTIAL_SUPPORT_ENABLED")
    # Sentences shorter than this are joined to the next.
    min_sentence_chars: int = Field(
        12, ge=1, le=200, validation_alias="JUNE_ORCH_MIN_SENTENCE_CHARS"
    )
    # The most tokens of one answer of the brain's.
    max_output_tokens: int = Field(
        512, ge=1, le=8192, validation_alias="JUNE_ORCH_MAX_OUTPUT_TOKENS"
    )
    # The least audio in a sentence's first chunk.
    tts_first_chunk_ms: int = Field(
        40, ge=20, le=1000, validation_alias="JUNE_ORCH_TTS_FIRST_CHUNK_MS"
    )
    # The least audio in the chunks after it.
    tts_chunk_ms: int = Field(100, ge=20, le=1000, validation_alias="JUNE_ORCH_TTS_CHUNK_MS")
    # Silence that ends a turn.
    end_silence_ms: int = Field(500, ge=100, le=5000, validation_alias="JUNE_ORCH_END_SILENCE_MS")
    # Silence after which an answer is prepared; no longer than the one that ends a turn.
    eager_end_silence_ms: int = Field(
        200, ge=60, le=2000, validation_alias="JUNE_ORCH_EAGER_END_SILENCE_MS"
    )
    # A turn that is longer is cut.
    max_turn_ms: int = Field(60_000, ge=1000, le=300_000, validation_alias="JUNE_ORCH_MAX_TURN_MS")
    # One of `june voices`; empty leaves it to text to speech.
    voice: str = Field("", max_length=100, validation_alias="JUNE_ORCH_VOICE")
    # A BCP-47 tag; empty: decided by ear.
    language: str = Field("", max_length=35, validation_alias="JUNE_ORCH_LANGUAGE")
    # Where no language is set: replies are spoken in the one that is heard and answered
    # in, as far as there is a voice for it.
    follow_language: bool = Field(True, validation_alias="JUNE_ORCH_FOLLOW_LANGUAGE")
    # Strength of expression; unset leaves it to text to speech.
    exaggeration: float | None = Field(
        None, ge=0.25, le=2, validation_alias="JUNE_ORCH_EXAGGERATION"
    )
    # Weight of classifier-free guidance; unset leaves it to text to speech.
    cfg_weight: float | None = Field(None, ge=0, le=1, validation_alias="JUNE_ORCH_CFG_WEIGHT")
    # The model that answers, of those that the brain has; empty takes its usual one.
    brain_model: str = Field("", max_length=200, validation_alias="JUNE_ORCH_BRAIN_MODEL")
    # How long a tool may take, in ms, before June says a short phrase meanwhile; 0 never does.
    filler_after_ms: int = Field(0, ge=0, le=8_000, validation_alias="JUNE_ORCH_FILLER_AFTER_MS")
    # What the brain is told to be.
    system_instruction: str = Field(
        "", max_length=32_000, validation_alias="JUNE_ORCH_SYSTEM_INSTRUCTION"
    )

    # How freely a model chooses its words; unset leaves it to the model.
    temperature: float | None = Field(None, ge=0, le=2, validation_alias="JUNE_ORCH_TEMPERATURE")
    # How much a model thinks before it answers; auto is the least that it takes.
    thinking_level: Literal["auto", "minimal", "low", "medium", "high"] = Field(
        "auto", validation_alias="JUNE_ORCH_THINKING_LEVEL"
    )
    # What Gemini blocks, as JSON: {"HARM_CATEGORY_...": "BLOCK_..."}; empty: as it does.
    safety_settings: Annotated[str, AfterValidator(_is_safety)] = Field(
        "", max_length=2_000, validation_alias="JUNE_ORCH_SAFETY_SETTINGS"
    )
    # The most tokens of earlier talk that a brain is told, by estimate.
    history_tokens: int = Field(
        6_000, ge=1, le=1_000_000, validation_alias="JUNE_ORCH_HISTORY_TOKENS"
    )

    def contradictions(self) -> Mapping[str, str]:
        if self.eager_end_silence_ms <= self.end_silence_ms:
            return {}
        fault = f"must not exceed end_silence_ms, which is {self.end_silence_ms}"
        return {"eager_end_silence_ms": fault}


class GeminiSettings(Settings):
    """How Gemini is reached, by the names that its users know where there are such."""

    # A key of Gemini's; with one, auto chooses Gemini.
    gemini_key: SecretStr | None = Field(None, validation_alias="GEMINI_API_KEY")
    # The same; what GEMINI_API_KEY says counts more.
    google_key: SecretStr | None = Field(None, validation_alias="GOOGLE_API_KEY")
    # Whether Gemini is reached through Vertex AI instead.
    vertex: bool = Field(False, validation_alias="GOOGLE_GENAI_USE_VERTEXAI")
    # Vertex's project; who may is asked of Google's own files and servers.
    vertex_project: str = Field("", validation_alias="GOOGLE_CLOUD_PROJECT")
    # Vertex's region.
    vertex_location: str = Field("global", validation_alias="GOOGLE_CLOUD_LOCATION")
    # Where Gemini is, if not at Google: a proxy.
    gemini_url: str = Field(
        "", pattern=r"^https?://\S+$|^$", validation_alias="JUNE_ORCH_GEMINI_URL"
    )


class OrchestratorSettings(GeminiSettings, OrchestratorConfig):
    """Read once, at start."""

    # host:port to serve at; port 0 takes any free one.
    listen: str = Field(
        "127.0.0.1:50050", pattern=r"^.+:\d{1,5}$", validation_alias="JUNE_ORCH_LISTEN"
    )
    # The same for HTTP/JSON; off: none.
    http_listen: HttpListen = Field("127.0.0.1:8080", validation_alias="JUNE_ORCH_HTTP_LISTEN")
    # Speech to text: one address or several, with commas between them.
    stt: Listed = Field(("127.0.0.1:50051",), min_length=1, validation_alias="JUNE_ORCH_STT")
    # Text to speech, likewise.
    tts: Listed = Field(("127.0.0.1:50052",), min_length=1, validation_alias="JUNE_ORCH_TTS")
    # What answers; auto takes the best that is set up. Several, with commas between
    # them: where one fails, the next answers. gemini-live hears and speaks by itself,
    # without speech to text and text to speech.
    brain: Annotated[tuple[AnswererName, ...], SPLIT, AfterValidator(_may_be_together)] = Field(
        ("auto",), min_length=1, validation_alias="JUNE_ORCH_BRAIN"
    )
    # Where the brain openai is served: the URL that ends in /v1 for most servers.
    openai_url: Annotated[str, AfterValidator(_is_http)] = Field(
        "", validation_alias="JUNE_ORCH_OPENAI_URL"
    )
    # The key for it, where the server wants one.
    openai_key: SecretStr | None = Field(None, validation_alias="OPENAI_API_KEY")
    # Its model; empty takes JUNE_ORCH_BRAIN_MODEL. For chains, whose brains differ in it.
    openai_model: str = Field("", max_length=200, validation_alias="JUNE_ORCH_OPENAI_MODEL")
    # How hard its model thinks, such as low, while the thinking level is auto; empty
    # leaves it to the server.
    reasoning_effort: str = Field("", max_length=20, validation_alias="JUNE_ORCH_REASONING_EFFORT")
    # June says one sentence where no brain could answer.
    apologises: bool = Field(True, validation_alias="JUNE_ORCH_APOLOGISES")
    # What it says meanwhile, as JSON: phrases by language, {"en": ["One moment."]}, which
    # take the place of June's own.
    fillers: Annotated[Json[dict[str, tuple[str, ...]]], AfterValidator(checked)] | None = Field(
        None, validation_alias="JUNE_ORCH_FILLERS"
    )
    # Whether a model may ask for the time and the date here.
    clock_tools: bool = Field(True, validation_alias="JUNE_ORCH_CLOCK_TOOLS")
    # What else a model may use, as JSON: [{"name", "description", "parameters", "url"},
    # {"mcp", "command" or "url"}].
    tools: Tools | None = Field(None, validation_alias="JUNE_ORCH_TOOLS")
    # What the scripted brain says, as JSON.
    brain_script: str = Field("", validation_alias="JUNE_ORCH_BRAIN_SCRIPT")
    # Sessions at once; more are refused with a time to try again.
    max_sessions: int = Field(200, ge=1, validation_alias="JUNE_ORCH_MAX_SESSIONS")
    # Streams to text to speech at once, over all sessions.
    max_tts_streams: int = Field(256, ge=1, validation_alias="JUNE_ORCH_MAX_TTS_STREAMS")
    # A session from whose caller nothing comes for so long is ended.
    idle_seconds: float = Field(300, gt=0, le=86_400, validation_alias="JUNE_ORCH_IDLE_SECONDS")
    # How long a caller may read nothing before its session is ended.
    stall_seconds: float = Field(10, gt=0, le=600, validation_alias="JUNE_ORCH_STALL_SECONDS")
    # How long sessions may go on once the service is told to leave.
    drain_seconds: float = Field(60, ge=0, le=86_400, validation_alias="JUNE_ORCH_DRAIN_SECONDS")
    # A Redis that replicas share configuration and figures through: redis:// or
    # rediss://; unset: each replica is by itself.
    redis: RedisUrl | None = Field(None, validation_alias="JUNE_ORCH_REDIS")
    # Begins this June's keys there, where several share one Redis.
    redis_prefix: str = Field(
        "june", pattern=r"^[\w.:-]{1,64}$", validation_alias="JUNE_ORCH_REDIS_PREFIX"
    )
    # Whether log lines may tell what was said: for finding faults, not for production.
    log_words: bool = Field(False, validation_alias="JUNE_ORCH_LOG_WORDS")

    @property
    def server(self) -> ServerSettings:
        return ServerSettings(
            listen=self.listen,
            http_listen=self.http_listen,
            tls_cert=self.tls_cert,
            tls_key=self.tls_key,
            tls_client_ca=self.tls_ca if self.tls_client_auth else None,
            drain_seconds=self.drain_seconds,
            # The front door keeps ordinary windows: small ones throttle a far caller.
            mesh=False,
        )

    def live(self) -> OrchestratorConfig:
        """The live configuration that these settings begin with."""
        return OrchestratorConfig.of(self)
