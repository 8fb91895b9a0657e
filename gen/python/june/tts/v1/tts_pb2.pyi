from google.rpc import status_pb2 as _status_pb2
from june.common.v1 import audio_pb2 as _audio_pb2
from june.common.v1 import session_pb2 as _session_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class EndReason(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    END_REASON_UNSPECIFIED: _ClassVar[EndReason]
    END_REASON_COMPLETE: _ClassVar[EndReason]
    END_REASON_CANCELLED: _ClassVar[EndReason]
    END_REASON_TRUNCATED: _ClassVar[EndReason]
    END_REASON_ERROR: _ClassVar[EndReason]
END_REASON_UNSPECIFIED: EndReason
END_REASON_COMPLETE: EndReason
END_REASON_CANCELLED: EndReason
END_REASON_TRUNCATED: EndReason
END_REASON_ERROR: EndReason

class Text(_message.Message):
    __slots__ = ("sentence_id", "config", "text", "flush", "cancel")
    SENTENCE_ID_FIELD_NUMBER: _ClassVar[int]
    CONFIG_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    FLUSH_FIELD_NUMBER: _ClassVar[int]
    CANCEL_FIELD_NUMBER: _ClassVar[int]
    sentence_id: int
    config: SynthesizeConfig
    text: str
    flush: Flush
    cancel: Cancel
    def __init__(self, sentence_id: _Optional[int] = ..., config: _Optional[_Union[SynthesizeConfig, _Mapping]] = ..., text: _Optional[str] = ..., flush: _Optional[_Union[Flush, _Mapping]] = ..., cancel: _Optional[_Union[Cancel, _Mapping]] = ...) -> None: ...

class Flush(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class Cancel(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class SynthesizeConfig(_message.Message):
    __slots__ = ("language", "voice", "reference", "exaggeration", "cfg_weight", "temperature", "seed", "format", "streaming", "speaking_rate", "chunk_ms", "first_chunk_ms", "lexicon")
    class LexiconEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    VOICE_FIELD_NUMBER: _ClassVar[int]
    REFERENCE_FIELD_NUMBER: _ClassVar[int]
    EXAGGERATION_FIELD_NUMBER: _ClassVar[int]
    CFG_WEIGHT_FIELD_NUMBER: _ClassVar[int]
    TEMPERATURE_FIELD_NUMBER: _ClassVar[int]
    SEED_FIELD_NUMBER: _ClassVar[int]
    FORMAT_FIELD_NUMBER: _ClassVar[int]
    STREAMING_FIELD_NUMBER: _ClassVar[int]
    SPEAKING_RATE_FIELD_NUMBER: _ClassVar[int]
    CHUNK_MS_FIELD_NUMBER: _ClassVar[int]
    FIRST_CHUNK_MS_FIELD_NUMBER: _ClassVar[int]
    LEXICON_FIELD_NUMBER: _ClassVar[int]
    language: str
    voice: str
    reference: VoiceReference
    exaggeration: float
    cfg_weight: float
    temperature: float
    seed: int
    format: _audio_pb2.AudioFormat
    streaming: bool
    speaking_rate: float
    chunk_ms: int
    first_chunk_ms: int
    lexicon: _containers.ScalarMap[str, str]
    def __init__(self, language: _Optional[str] = ..., voice: _Optional[str] = ..., reference: _Optional[_Union[VoiceReference, _Mapping]] = ..., exaggeration: _Optional[float] = ..., cfg_weight: _Optional[float] = ..., temperature: _Optional[float] = ..., seed: _Optional[int] = ..., format: _Optional[_Union[_audio_pb2.AudioFormat, _Mapping]] = ..., streaming: _Optional[bool] = ..., speaking_rate: _Optional[float] = ..., chunk_ms: _Optional[int] = ..., first_chunk_ms: _Optional[int] = ..., lexicon: _Optional[_Mapping[str, str]] = ...) -> None: ...

class VoiceReference(_message.Message):
    __slots__ = ("pcm", "format")
    PCM_FIELD_NUMBER: _ClassVar[int]
    FORMAT_FIELD_NUMBER: _ClassVar[int]
    pcm: bytes
    format: _audio_pb2.AudioFormat
    def __init__(self, pcm: _Optional[bytes] = ..., format: _Optional[_Union[_audio_pb2.AudioFormat, _Mapping]] = ...) -> None: ...

class AudioChunk(_message.Message):
    __slots__ = ("sentence_id", "seq", "start_sample", "pcm", "format", "final", "end_reason", "words", "timing", "error", "go_away")
    SENTENCE_ID_FIELD_NUMBER: _ClassVar[int]
    SEQ_FIELD_NUMBER: _ClassVar[int]
    START_SAMPLE_FIELD_NUMBER: _ClassVar[int]
    PCM_FIELD_NUMBER: _ClassVar[int]
    FORMAT_FIELD_NUMBER: _ClassVar[int]
    FINAL_FIELD_NUMBER: _ClassVar[int]
    END_REASON_FIELD_NUMBER: _ClassVar[int]
    WORDS_FIELD_NUMBER: _ClassVar[int]
    TIMING_FIELD_NUMBER: _ClassVar[int]
    ERROR_FIELD_NUMBER: _ClassVar[int]
    GO_AWAY_FIELD_NUMBER: _ClassVar[int]
    sentence_id: int
    seq: int
    start_sample: int
    pcm: bytes
    format: _audio_pb2.AudioFormat
    final: bool
    end_reason: EndReason
    words: _containers.RepeatedCompositeFieldContainer[_session_pb2.Word]
    timing: SynthesisTiming
    error: _status_pb2.Status
    go_away: _session_pb2.GoAway
    def __init__(self, sentence_id: _Optional[int] = ..., seq: _Optional[int] = ..., start_sample: _Optional[int] = ..., pcm: _Optional[bytes] = ..., format: _Optional[_Union[_audio_pb2.AudioFormat, _Mapping]] = ..., final: _Optional[bool] = ..., end_reason: _Optional[_Union[EndReason, str]] = ..., words: _Optional[_Iterable[_Union[_session_pb2.Word, _Mapping]]] = ..., timing: _Optional[_Union[SynthesisTiming, _Mapping]] = ..., error: _Optional[_Union[_status_pb2.Status, _Mapping]] = ..., go_away: _Optional[_Union[_session_pb2.GoAway, _Mapping]] = ...) -> None: ...

class SynthesisTiming(_message.Message):
    __slots__ = ("queue_ms", "first_audio_ms", "total_ms")
    QUEUE_MS_FIELD_NUMBER: _ClassVar[int]
    FIRST_AUDIO_MS_FIELD_NUMBER: _ClassVar[int]
    TOTAL_MS_FIELD_NUMBER: _ClassVar[int]
    queue_ms: float
    first_audio_ms: float
    total_ms: float
    def __init__(self, queue_ms: _Optional[float] = ..., first_audio_ms: _Optional[float] = ..., total_ms: _Optional[float] = ...) -> None: ...

class ListVoicesRequest(_message.Message):
    __slots__ = ("language",)
    LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    language: str
    def __init__(self, language: _Optional[str] = ...) -> None: ...

class ListVoicesResponse(_message.Message):
    __slots__ = ("voices", "default_voice")
    VOICES_FIELD_NUMBER: _ClassVar[int]
    DEFAULT_VOICE_FIELD_NUMBER: _ClassVar[int]
    voices: _containers.RepeatedCompositeFieldContainer[Voice]
    default_voice: str
    def __init__(self, voices: _Optional[_Iterable[_Union[Voice, _Mapping]]] = ..., default_voice: _Optional[str] = ...) -> None: ...

class Voice(_message.Message):
    __slots__ = ("name", "languages", "description", "sample_rate")
    NAME_FIELD_NUMBER: _ClassVar[int]
    LANGUAGES_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    SAMPLE_RATE_FIELD_NUMBER: _ClassVar[int]
    name: str
    languages: _containers.RepeatedScalarFieldContainer[str]
    description: str
    sample_rate: int
    def __init__(self, name: _Optional[str] = ..., languages: _Optional[_Iterable[str]] = ..., description: _Optional[str] = ..., sample_rate: _Optional[int] = ...) -> None: ...
