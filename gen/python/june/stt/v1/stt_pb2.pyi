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

class TranscribeControl(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    TRANSCRIBE_CONTROL_UNSPECIFIED: _ClassVar[TranscribeControl]
    TRANSCRIBE_CONTROL_END_TURN: _ClassVar[TranscribeControl]
    TRANSCRIBE_CONTROL_FLUSH: _ClassVar[TranscribeControl]
    TRANSCRIBE_CONTROL_RESET: _ClassVar[TranscribeControl]

class TranscriptEvent(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    TRANSCRIPT_EVENT_UNSPECIFIED: _ClassVar[TranscriptEvent]
    TRANSCRIPT_EVENT_SPEECH_STARTED: _ClassVar[TranscriptEvent]
    TRANSCRIPT_EVENT_UPDATE: _ClassVar[TranscriptEvent]
    TRANSCRIPT_EVENT_EAGER_END: _ClassVar[TranscriptEvent]
    TRANSCRIPT_EVENT_RESUMED: _ClassVar[TranscriptEvent]
    TRANSCRIPT_EVENT_END_OF_TURN: _ClassVar[TranscriptEvent]
    TRANSCRIPT_EVENT_SPEECH_ENDED: _ClassVar[TranscriptEvent]
    TRANSCRIPT_EVENT_HEARTBEAT: _ClassVar[TranscriptEvent]

class EndReason(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    END_REASON_UNSPECIFIED: _ClassVar[EndReason]
    END_REASON_SILENCE: _ClassVar[EndReason]
    END_REASON_CLIENT: _ClassVar[EndReason]
    END_REASON_TOO_LONG: _ClassVar[EndReason]
TRANSCRIBE_CONTROL_UNSPECIFIED: TranscribeControl
TRANSCRIBE_CONTROL_END_TURN: TranscribeControl
TRANSCRIBE_CONTROL_FLUSH: TranscribeControl
TRANSCRIBE_CONTROL_RESET: TranscribeControl
TRANSCRIPT_EVENT_UNSPECIFIED: TranscriptEvent
TRANSCRIPT_EVENT_SPEECH_STARTED: TranscriptEvent
TRANSCRIPT_EVENT_UPDATE: TranscriptEvent
TRANSCRIPT_EVENT_EAGER_END: TranscriptEvent
TRANSCRIPT_EVENT_RESUMED: TranscriptEvent
TRANSCRIPT_EVENT_END_OF_TURN: TranscriptEvent
TRANSCRIPT_EVENT_SPEECH_ENDED: TranscriptEvent
TRANSCRIPT_EVENT_HEARTBEAT: TranscriptEvent
END_REASON_UNSPECIFIED: EndReason
END_REASON_SILENCE: EndReason
END_REASON_CLIENT: EndReason
END_REASON_TOO_LONG: EndReason

class AudioIn(_message.Message):
    __slots__ = ("config", "frame", "control")
    CONFIG_FIELD_NUMBER: _ClassVar[int]
    FRAME_FIELD_NUMBER: _ClassVar[int]
    CONTROL_FIELD_NUMBER: _ClassVar[int]
    config: TranscribeConfig
    frame: _audio_pb2.AudioFrame
    control: TranscribeControl
    def __init__(self, config: _Optional[_Union[TranscribeConfig, _Mapping]] = ..., frame: _Optional[_Union[_audio_pb2.AudioFrame, _Mapping]] = ..., control: _Optional[_Union[TranscribeControl, str]] = ...) -> None: ...

class TranscribeConfig(_message.Message):
    __slots__ = ("format", "language", "partials", "streaming", "endpointing", "hotwords", "config_number", "previous_turn")
    FORMAT_FIELD_NUMBER: _ClassVar[int]
    LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    PARTIALS_FIELD_NUMBER: _ClassVar[int]
    STREAMING_FIELD_NUMBER: _ClassVar[int]
    ENDPOINTING_FIELD_NUMBER: _ClassVar[int]
    HOTWORDS_FIELD_NUMBER: _ClassVar[int]
    CONFIG_NUMBER_FIELD_NUMBER: _ClassVar[int]
    PREVIOUS_TURN_FIELD_NUMBER: _ClassVar[int]
    format: _audio_pb2.AudioFormat
    language: str
    partials: bool
    streaming: bool
    endpointing: Endpointing
    hotwords: _containers.RepeatedScalarFieldContainer[str]
    config_number: int
    previous_turn: bool
    def __init__(self, format: _Optional[_Union[_audio_pb2.AudioFormat, _Mapping]] = ..., language: _Optional[str] = ..., partials: _Optional[bool] = ..., streaming: _Optional[bool] = ..., endpointing: _Optional[_Union[Endpointing, _Mapping]] = ..., hotwords: _Optional[_Iterable[str]] = ..., config_number: _Optional[int] = ..., previous_turn: _Optional[bool] = ...) -> None: ...

class Endpointing(_message.Message):
    __slots__ = ("eager_end_silence_ms", "end_silence_ms", "max_turn_ms")
    EAGER_END_SILENCE_MS_FIELD_NUMBER: _ClassVar[int]
    END_SILENCE_MS_FIELD_NUMBER: _ClassVar[int]
    MAX_TURN_MS_FIELD_NUMBER: _ClassVar[int]
    eager_end_silence_ms: int
    end_silence_ms: int
    max_turn_ms: int
    def __init__(self, eager_end_silence_ms: _Optional[int] = ..., end_silence_ms: _Optional[int] = ..., max_turn_ms: _Optional[int] = ...) -> None: ...

class TranscriptPartial(_message.Message):
    __slots__ = ("event", "turn_index", "revision", "committed_text", "unstable_text", "final_text", "is_final", "stability", "end_of_turn_confidence", "end_reason", "audio_processed_ms", "speech_start_ms", "result_end_ms", "words", "language", "language_probability", "queue_ms", "infer_ms", "error", "go_away", "config_number")
    EVENT_FIELD_NUMBER: _ClassVar[int]
    TURN_INDEX_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    COMMITTED_TEXT_FIELD_NUMBER: _ClassVar[int]
    UNSTABLE_TEXT_FIELD_NUMBER: _ClassVar[int]
    FINAL_TEXT_FIELD_NUMBER: _ClassVar[int]
    IS_FINAL_FIELD_NUMBER: _ClassVar[int]
    STABILITY_FIELD_NUMBER: _ClassVar[int]
    END_OF_TURN_CONFIDENCE_FIELD_NUMBER: _ClassVar[int]
    END_REASON_FIELD_NUMBER: _ClassVar[int]
    AUDIO_PROCESSED_MS_FIELD_NUMBER: _ClassVar[int]
    SPEECH_START_MS_FIELD_NUMBER: _ClassVar[int]
    RESULT_END_MS_FIELD_NUMBER: _ClassVar[int]
    WORDS_FIELD_NUMBER: _ClassVar[int]
    LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    LANGUAGE_PROBABILITY_FIELD_NUMBER: _ClassVar[int]
    QUEUE_MS_FIELD_NUMBER: _ClassVar[int]
    INFER_MS_FIELD_NUMBER: _ClassVar[int]
    ERROR_FIELD_NUMBER: _ClassVar[int]
    GO_AWAY_FIELD_NUMBER: _ClassVar[int]
    CONFIG_NUMBER_FIELD_NUMBER: _ClassVar[int]
    event: TranscriptEvent
    turn_index: int
    revision: int
    committed_text: str
    unstable_text: str
    final_text: str
    is_final: bool
    stability: float
    end_of_turn_confidence: float
    end_reason: EndReason
    audio_processed_ms: int
    speech_start_ms: int
    result_end_ms: int
    words: _containers.RepeatedCompositeFieldContainer[_session_pb2.Word]
    language: str
    language_probability: float
    queue_ms: float
    infer_ms: float
    error: _status_pb2.Status
    go_away: _session_pb2.GoAway
    config_number: int
    def __init__(self, event: _Optional[_Union[TranscriptEvent, str]] = ..., turn_index: _Optional[int] = ..., revision: _Optional[int] = ..., committed_text: _Optional[str] = ..., unstable_text: _Optional[str] = ..., final_text: _Optional[str] = ..., is_final: _Optional[bool] = ..., stability: _Optional[float] = ..., end_of_turn_confidence: _Optional[float] = ..., end_reason: _Optional[_Union[EndReason, str]] = ..., audio_processed_ms: _Optional[int] = ..., speech_start_ms: _Optional[int] = ..., result_end_ms: _Optional[int] = ..., words: _Optional[_Iterable[_Union[_session_pb2.Word, _Mapping]]] = ..., language: _Optional[str] = ..., language_probability: _Optional[float] = ..., queue_ms: _Optional[float] = ..., infer_ms: _Optional[float] = ..., error: _Optional[_Union[_status_pb2.Status, _Mapping]] = ..., go_away: _Optional[_Union[_session_pb2.GoAway, _Mapping]] = ..., config_number: _Optional[int] = ...) -> None: ...
