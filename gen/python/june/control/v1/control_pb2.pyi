import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from june.metrics.v1 import metrics_pb2 as _metrics_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Config(_message.Message):
    __slots__ = ("streaming_enabled", "concurrent_tts", "partial_support", "min_sentence_chars", "max_output_tokens", "tts_first_chunk_ms", "tts_chunk_ms", "end_silence_ms", "eager_end_silence_ms", "max_turn_ms", "voice", "language", "exaggeration", "cfg_weight", "brain_model", "system_instruction", "stt_streaming", "stt_partials", "tts_streaming", "filler_after_ms", "lexicon", "follow_language", "temperature", "thinking_level", "safety_settings", "history_tokens")
    STREAMING_ENABLED_FIELD_NUMBER: _ClassVar[int]
    CONCURRENT_TTS_FIELD_NUMBER: _ClassVar[int]
    PARTIAL_SUPPORT_FIELD_NUMBER: _ClassVar[int]
    MIN_SENTENCE_CHARS_FIELD_NUMBER: _ClassVar[int]
    MAX_OUTPUT_TOKENS_FIELD_NUMBER: _ClassVar[int]
    TTS_FIRST_CHUNK_MS_FIELD_NUMBER: _ClassVar[int]
    TTS_CHUNK_MS_FIELD_NUMBER: _ClassVar[int]
    END_SILENCE_MS_FIELD_NUMBER: _ClassVar[int]
    EAGER_END_SILENCE_MS_FIELD_NUMBER: _ClassVar[int]
    MAX_TURN_MS_FIELD_NUMBER: _ClassVar[int]
    VOICE_FIELD_NUMBER: _ClassVar[int]
    LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    EXAGGERATION_FIELD_NUMBER: _ClassVar[int]
    CFG_WEIGHT_FIELD_NUMBER: _ClassVar[int]
    BRAIN_MODEL_FIELD_NUMBER: _ClassVar[int]
    SYSTEM_INSTRUCTION_FIELD_NUMBER: _ClassVar[int]
    STT_STREAMING_FIELD_NUMBER: _ClassVar[int]
    STT_PARTIALS_FIELD_NUMBER: _ClassVar[int]
    TTS_STREAMING_FIELD_NUMBER: _ClassVar[int]
    FILLER_AFTER_MS_FIELD_NUMBER: _ClassVar[int]
    LEXICON_FIELD_NUMBER: _ClassVar[int]
    FOLLOW_LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    TEMPERATURE_FIELD_NUMBER: _ClassVar[int]
    THINKING_LEVEL_FIELD_NUMBER: _ClassVar[int]
    SAFETY_SETTINGS_FIELD_NUMBER: _ClassVar[int]
    HISTORY_TOKENS_FIELD_NUMBER: _ClassVar[int]
    streaming_enabled: bool
    concurrent_tts: bool
    partial_support: bool
    min_sentence_chars: int
    max_output_tokens: int
    tts_first_chunk_ms: int
    tts_chunk_ms: int
    end_silence_ms: int
    eager_end_silence_ms: int
    max_turn_ms: int
    voice: str
    language: str
    exaggeration: float
    cfg_weight: float
    brain_model: str
    system_instruction: str
    stt_streaming: bool
    stt_partials: bool
    tts_streaming: bool
    filler_after_ms: int
    lexicon: str
    follow_language: bool
    temperature: float
    thinking_level: str
    safety_settings: str
    history_tokens: int
    def __init__(self, streaming_enabled: _Optional[bool] = ..., concurrent_tts: _Optional[bool] = ..., partial_support: _Optional[bool] = ..., min_sentence_chars: _Optional[int] = ..., max_output_tokens: _Optional[int] = ..., tts_first_chunk_ms: _Optional[int] = ..., tts_chunk_ms: _Optional[int] = ..., end_silence_ms: _Optional[int] = ..., eager_end_silence_ms: _Optional[int] = ..., max_turn_ms: _Optional[int] = ..., voice: _Optional[str] = ..., language: _Optional[str] = ..., exaggeration: _Optional[float] = ..., cfg_weight: _Optional[float] = ..., brain_model: _Optional[str] = ..., system_instruction: _Optional[str] = ..., stt_streaming: _Optional[bool] = ..., stt_partials: _Optional[bool] = ..., tts_streaming: _Optional[bool] = ..., filler_after_ms: _Optional[int] = ..., lexicon: _Optional[str] = ..., follow_language: _Optional[bool] = ..., temperature: _Optional[float] = ..., thinking_level: _Optional[str] = ..., safety_settings: _Optional[str] = ..., history_tokens: _Optional[int] = ...) -> None: ...

class ConfigureRequest(_message.Message):
    __slots__ = ("config", "etag")
    CONFIG_FIELD_NUMBER: _ClassVar[int]
    ETAG_FIELD_NUMBER: _ClassVar[int]
    config: Config
    etag: str
    def __init__(self, config: _Optional[_Union[Config, _Mapping]] = ..., etag: _Optional[str] = ...) -> None: ...

class ConfigureResponse(_message.Message):
    __slots__ = ("config", "etag", "sessions_at_next_turn", "turns_unchanged", "shared")
    CONFIG_FIELD_NUMBER: _ClassVar[int]
    ETAG_FIELD_NUMBER: _ClassVar[int]
    SESSIONS_AT_NEXT_TURN_FIELD_NUMBER: _ClassVar[int]
    TURNS_UNCHANGED_FIELD_NUMBER: _ClassVar[int]
    SHARED_FIELD_NUMBER: _ClassVar[int]
    config: Config
    etag: str
    sessions_at_next_turn: int
    turns_unchanged: int
    shared: bool
    def __init__(self, config: _Optional[_Union[Config, _Mapping]] = ..., etag: _Optional[str] = ..., sessions_at_next_turn: _Optional[int] = ..., turns_unchanged: _Optional[int] = ..., shared: _Optional[bool] = ...) -> None: ...

class GetStatusRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class GetStatusResponse(_message.Message):
    __slots__ = ("status", "streaming", "metrics")
    STATUS_FIELD_NUMBER: _ClassVar[int]
    STREAMING_FIELD_NUMBER: _ClassVar[int]
    METRICS_FIELD_NUMBER: _ClassVar[int]
    status: Status
    streaming: Streaming
    metrics: _metrics_pb2.Metrics
    def __init__(self, status: _Optional[_Union[Status, _Mapping]] = ..., streaming: _Optional[_Union[Streaming, _Mapping]] = ..., metrics: _Optional[_Union[_metrics_pb2.Metrics, _Mapping]] = ...) -> None: ...

class Streaming(_message.Message):
    __slots__ = ("enabled", "partials", "concurrent_tts", "partial_support")
    ENABLED_FIELD_NUMBER: _ClassVar[int]
    PARTIALS_FIELD_NUMBER: _ClassVar[int]
    CONCURRENT_TTS_FIELD_NUMBER: _ClassVar[int]
    PARTIAL_SUPPORT_FIELD_NUMBER: _ClassVar[int]
    enabled: bool
    partials: bool
    concurrent_tts: bool
    partial_support: bool
    def __init__(self, enabled: _Optional[bool] = ..., partials: _Optional[bool] = ..., concurrent_tts: _Optional[bool] = ..., partial_support: _Optional[bool] = ...) -> None: ...

class WatchStatusRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class WatchStatusResponse(_message.Message):
    __slots__ = ("status",)
    STATUS_FIELD_NUMBER: _ClassVar[int]
    status: Status
    def __init__(self, status: _Optional[_Union[Status, _Mapping]] = ...) -> None: ...

class Status(_message.Message):
    __slots__ = ("service", "version", "replica", "ready", "draining", "engine", "config", "etag", "active_sessions", "max_sessions", "started_at", "config_store", "languages")
    SERVICE_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    REPLICA_FIELD_NUMBER: _ClassVar[int]
    READY_FIELD_NUMBER: _ClassVar[int]
    DRAINING_FIELD_NUMBER: _ClassVar[int]
    ENGINE_FIELD_NUMBER: _ClassVar[int]
    CONFIG_FIELD_NUMBER: _ClassVar[int]
    ETAG_FIELD_NUMBER: _ClassVar[int]
    ACTIVE_SESSIONS_FIELD_NUMBER: _ClassVar[int]
    MAX_SESSIONS_FIELD_NUMBER: _ClassVar[int]
    STARTED_AT_FIELD_NUMBER: _ClassVar[int]
    CONFIG_STORE_FIELD_NUMBER: _ClassVar[int]
    LANGUAGES_FIELD_NUMBER: _ClassVar[int]
    service: str
    version: str
    replica: str
    ready: bool
    draining: bool
    engine: str
    config: Config
    etag: str
    active_sessions: int
    max_sessions: int
    started_at: _timestamp_pb2.Timestamp
    config_store: ConfigStore
    languages: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, service: _Optional[str] = ..., version: _Optional[str] = ..., replica: _Optional[str] = ..., ready: _Optional[bool] = ..., draining: _Optional[bool] = ..., engine: _Optional[str] = ..., config: _Optional[_Union[Config, _Mapping]] = ..., etag: _Optional[str] = ..., active_sessions: _Optional[int] = ..., max_sessions: _Optional[int] = ..., started_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., config_store: _Optional[_Union[ConfigStore, _Mapping]] = ..., languages: _Optional[_Iterable[str]] = ...) -> None: ...

class ConfigStore(_message.Message):
    __slots__ = ("kind", "reachable", "version")
    KIND_FIELD_NUMBER: _ClassVar[int]
    REACHABLE_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    kind: str
    reachable: bool
    version: int
    def __init__(self, kind: _Optional[str] = ..., reachable: _Optional[bool] = ..., version: _Optional[int] = ...) -> None: ...

class DrainRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class DrainResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...
