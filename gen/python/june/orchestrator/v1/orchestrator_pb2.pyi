from google.rpc import status_pb2 as _status_pb2
from june.common.v1 import audio_pb2 as _audio_pb2
from june.common.v1 import session_pb2 as _session_pb2
from june.stt.v1 import stt_pb2 as _stt_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class TurnOutcome(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    TURN_OUTCOME_UNSPECIFIED: _ClassVar[TurnOutcome]
    TURN_OUTCOME_COMPLETE: _ClassVar[TurnOutcome]
    TURN_OUTCOME_INTERRUPTED: _ClassVar[TurnOutcome]
    TURN_OUTCOME_FAILED: _ClassVar[TurnOutcome]
TURN_OUTCOME_UNSPECIFIED: TurnOutcome
TURN_OUTCOME_COMPLETE: TurnOutcome
TURN_OUTCOME_INTERRUPTED: TurnOutcome
TURN_OUTCOME_FAILED: TurnOutcome

class ConverseRequest(_message.Message):
    __slots__ = ("config", "audio", "text", "playback", "interrupt", "end_of_turn")
    CONFIG_FIELD_NUMBER: _ClassVar[int]
    AUDIO_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    PLAYBACK_FIELD_NUMBER: _ClassVar[int]
    INTERRUPT_FIELD_NUMBER: _ClassVar[int]
    END_OF_TURN_FIELD_NUMBER: _ClassVar[int]
    config: SessionConfig
    audio: _audio_pb2.AudioFrame
    text: str
    playback: PlaybackReport
    interrupt: Interrupt
    end_of_turn: EndOfTurn
    def __init__(self, config: _Optional[_Union[SessionConfig, _Mapping]] = ..., audio: _Optional[_Union[_audio_pb2.AudioFrame, _Mapping]] = ..., text: _Optional[str] = ..., playback: _Optional[_Union[PlaybackReport, _Mapping]] = ..., interrupt: _Optional[_Union[Interrupt, _Mapping]] = ..., end_of_turn: _Optional[_Union[EndOfTurn, _Mapping]] = ...) -> None: ...

class Interrupt(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class EndOfTurn(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class PlaybackReport(_message.Message):
    __slots__ = ("turn", "played_samples")
    TURN_FIELD_NUMBER: _ClassVar[int]
    PLAYED_SAMPLES_FIELD_NUMBER: _ClassVar[int]
    turn: int
    played_samples: int
    def __init__(self, turn: _Optional[int] = ..., played_samples: _Optional[int] = ...) -> None: ...

class SessionConfig(_message.Message):
    __slots__ = ("input", "output", "language", "voice", "exaggeration", "cfg_weight", "endpointing", "speak", "sequential")
    INPUT_FIELD_NUMBER: _ClassVar[int]
    OUTPUT_FIELD_NUMBER: _ClassVar[int]
    LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    VOICE_FIELD_NUMBER: _ClassVar[int]
    EXAGGERATION_FIELD_NUMBER: _ClassVar[int]
    CFG_WEIGHT_FIELD_NUMBER: _ClassVar[int]
    ENDPOINTING_FIELD_NUMBER: _ClassVar[int]
    SPEAK_FIELD_NUMBER: _ClassVar[int]
    SEQUENTIAL_FIELD_NUMBER: _ClassVar[int]
    input: _audio_pb2.AudioFormat
    output: _audio_pb2.AudioFormat
    language: str
    voice: str
    exaggeration: float
    cfg_weight: float
    endpointing: _stt_pb2.Endpointing
    speak: bool
    sequential: bool
    def __init__(self, input: _Optional[_Union[_audio_pb2.AudioFormat, _Mapping]] = ..., output: _Optional[_Union[_audio_pb2.AudioFormat, _Mapping]] = ..., language: _Optional[str] = ..., voice: _Optional[str] = ..., exaggeration: _Optional[float] = ..., cfg_weight: _Optional[float] = ..., endpointing: _Optional[_Union[_stt_pb2.Endpointing, _Mapping]] = ..., speak: _Optional[bool] = ..., sequential: _Optional[bool] = ...) -> None: ...

class ConverseResponse(_message.Message):
    __slots__ = ("turn", "started", "transcript", "turn_started", "reply_text", "audio", "paused", "resumed", "interrupted", "turn_ended", "notice", "go_away")
    TURN_FIELD_NUMBER: _ClassVar[int]
    STARTED_FIELD_NUMBER: _ClassVar[int]
    TRANSCRIPT_FIELD_NUMBER: _ClassVar[int]
    TURN_STARTED_FIELD_NUMBER: _ClassVar[int]
    REPLY_TEXT_FIELD_NUMBER: _ClassVar[int]
    AUDIO_FIELD_NUMBER: _ClassVar[int]
    PAUSED_FIELD_NUMBER: _ClassVar[int]
    RESUMED_FIELD_NUMBER: _ClassVar[int]
    INTERRUPTED_FIELD_NUMBER: _ClassVar[int]
    TURN_ENDED_FIELD_NUMBER: _ClassVar[int]
    NOTICE_FIELD_NUMBER: _ClassVar[int]
    GO_AWAY_FIELD_NUMBER: _ClassVar[int]
    turn: int
    started: SessionStarted
    transcript: _stt_pb2.TranscriptPartial
    turn_started: TurnStarted
    reply_text: ReplyText
    audio: ReplyAudio
    paused: Paused
    resumed: Resumed
    interrupted: Interrupted
    turn_ended: TurnRecord
    notice: Notice
    go_away: _session_pb2.GoAway
    def __init__(self, turn: _Optional[int] = ..., started: _Optional[_Union[SessionStarted, _Mapping]] = ..., transcript: _Optional[_Union[_stt_pb2.TranscriptPartial, _Mapping]] = ..., turn_started: _Optional[_Union[TurnStarted, _Mapping]] = ..., reply_text: _Optional[_Union[ReplyText, _Mapping]] = ..., audio: _Optional[_Union[ReplyAudio, _Mapping]] = ..., paused: _Optional[_Union[Paused, _Mapping]] = ..., resumed: _Optional[_Union[Resumed, _Mapping]] = ..., interrupted: _Optional[_Union[Interrupted, _Mapping]] = ..., turn_ended: _Optional[_Union[TurnRecord, _Mapping]] = ..., notice: _Optional[_Union[Notice, _Mapping]] = ..., go_away: _Optional[_Union[_session_pb2.GoAway, _Mapping]] = ...) -> None: ...

class SessionStarted(_message.Message):
    __slots__ = ("session_id", "input", "output")
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    INPUT_FIELD_NUMBER: _ClassVar[int]
    OUTPUT_FIELD_NUMBER: _ClassVar[int]
    session_id: str
    input: _audio_pb2.AudioFormat
    output: _audio_pb2.AudioFormat
    def __init__(self, session_id: _Optional[str] = ..., input: _Optional[_Union[_audio_pb2.AudioFormat, _Mapping]] = ..., output: _Optional[_Union[_audio_pb2.AudioFormat, _Mapping]] = ...) -> None: ...

class TurnStarted(_message.Message):
    __slots__ = ("user_text",)
    USER_TEXT_FIELD_NUMBER: _ClassVar[int]
    user_text: str
    def __init__(self, user_text: _Optional[str] = ...) -> None: ...

class ReplyText(_message.Message):
    __slots__ = ("sentence", "text")
    SENTENCE_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    sentence: int
    text: str
    def __init__(self, sentence: _Optional[int] = ..., text: _Optional[str] = ...) -> None: ...

class ReplyAudio(_message.Message):
    __slots__ = ("sentence", "start_sample", "pcm", "sent_ms", "last", "filler")
    SENTENCE_FIELD_NUMBER: _ClassVar[int]
    START_SAMPLE_FIELD_NUMBER: _ClassVar[int]
    PCM_FIELD_NUMBER: _ClassVar[int]
    SENT_MS_FIELD_NUMBER: _ClassVar[int]
    LAST_FIELD_NUMBER: _ClassVar[int]
    FILLER_FIELD_NUMBER: _ClassVar[int]
    sentence: int
    start_sample: int
    pcm: bytes
    sent_ms: float
    last: bool
    filler: bool
    def __init__(self, sentence: _Optional[int] = ..., start_sample: _Optional[int] = ..., pcm: _Optional[bytes] = ..., sent_ms: _Optional[float] = ..., last: _Optional[bool] = ..., filler: _Optional[bool] = ...) -> None: ...

class Paused(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class Resumed(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class Interrupted(_message.Message):
    __slots__ = ("heard_text",)
    HEARD_TEXT_FIELD_NUMBER: _ClassVar[int]
    heard_text: str
    def __init__(self, heard_text: _Optional[str] = ...) -> None: ...

class Notice(_message.Message):
    __slots__ = ("status",)
    STATUS_FIELD_NUMBER: _ClassVar[int]
    status: _status_pb2.Status
    def __init__(self, status: _Optional[_Union[_status_pb2.Status, _Mapping]] = ...) -> None: ...

class TurnRecord(_message.Message):
    __slots__ = ("outcome", "user_text", "reply_text", "stages", "end_to_end_ms", "hidden_ms", "first_token_ms", "first_audio_ms", "milestones", "sentences", "speculated", "speculations_wasted", "concurrent_tts", "error", "sequential", "fallback", "concurrent_sentences", "tokens")
    OUTCOME_FIELD_NUMBER: _ClassVar[int]
    USER_TEXT_FIELD_NUMBER: _ClassVar[int]
    REPLY_TEXT_FIELD_NUMBER: _ClassVar[int]
    STAGES_FIELD_NUMBER: _ClassVar[int]
    END_TO_END_MS_FIELD_NUMBER: _ClassVar[int]
    HIDDEN_MS_FIELD_NUMBER: _ClassVar[int]
    FIRST_TOKEN_MS_FIELD_NUMBER: _ClassVar[int]
    FIRST_AUDIO_MS_FIELD_NUMBER: _ClassVar[int]
    MILESTONES_FIELD_NUMBER: _ClassVar[int]
    SENTENCES_FIELD_NUMBER: _ClassVar[int]
    SPECULATED_FIELD_NUMBER: _ClassVar[int]
    SPECULATIONS_WASTED_FIELD_NUMBER: _ClassVar[int]
    CONCURRENT_TTS_FIELD_NUMBER: _ClassVar[int]
    ERROR_FIELD_NUMBER: _ClassVar[int]
    SEQUENTIAL_FIELD_NUMBER: _ClassVar[int]
    FALLBACK_FIELD_NUMBER: _ClassVar[int]
    CONCURRENT_SENTENCES_FIELD_NUMBER: _ClassVar[int]
    TOKENS_FIELD_NUMBER: _ClassVar[int]
    outcome: TurnOutcome
    user_text: str
    reply_text: str
    stages: TurnStages
    end_to_end_ms: float
    hidden_ms: float
    first_token_ms: float
    first_audio_ms: float
    milestones: _containers.RepeatedCompositeFieldContainer[Milestone]
    sentences: _containers.RepeatedCompositeFieldContainer[SentenceRecord]
    speculated: bool
    speculations_wasted: int
    concurrent_tts: bool
    error: _status_pb2.Status
    sequential: bool
    fallback: str
    concurrent_sentences: int
    tokens: int
    def __init__(self, outcome: _Optional[_Union[TurnOutcome, str]] = ..., user_text: _Optional[str] = ..., reply_text: _Optional[str] = ..., stages: _Optional[_Union[TurnStages, _Mapping]] = ..., end_to_end_ms: _Optional[float] = ..., hidden_ms: _Optional[float] = ..., first_token_ms: _Optional[float] = ..., first_audio_ms: _Optional[float] = ..., milestones: _Optional[_Iterable[_Union[Milestone, _Mapping]]] = ..., sentences: _Optional[_Iterable[_Union[SentenceRecord, _Mapping]]] = ..., speculated: _Optional[bool] = ..., speculations_wasted: _Optional[int] = ..., concurrent_tts: _Optional[bool] = ..., error: _Optional[_Union[_status_pb2.Status, _Mapping]] = ..., sequential: _Optional[bool] = ..., fallback: _Optional[str] = ..., concurrent_sentences: _Optional[int] = ..., tokens: _Optional[int] = ...) -> None: ...

class TurnStages(_message.Message):
    __slots__ = ("confirm_ms", "final_words_ms", "first_token_ms", "first_sentence_ms", "first_audio_ms", "delivery_ms")
    CONFIRM_MS_FIELD_NUMBER: _ClassVar[int]
    FINAL_WORDS_MS_FIELD_NUMBER: _ClassVar[int]
    FIRST_TOKEN_MS_FIELD_NUMBER: _ClassVar[int]
    FIRST_SENTENCE_MS_FIELD_NUMBER: _ClassVar[int]
    FIRST_AUDIO_MS_FIELD_NUMBER: _ClassVar[int]
    DELIVERY_MS_FIELD_NUMBER: _ClassVar[int]
    confirm_ms: float
    final_words_ms: float
    first_token_ms: float
    first_sentence_ms: float
    first_audio_ms: float
    delivery_ms: float
    def __init__(self, confirm_ms: _Optional[float] = ..., final_words_ms: _Optional[float] = ..., first_token_ms: _Optional[float] = ..., first_sentence_ms: _Optional[float] = ..., first_audio_ms: _Optional[float] = ..., delivery_ms: _Optional[float] = ...) -> None: ...

class Milestone(_message.Message):
    __slots__ = ("name", "at_ms")
    NAME_FIELD_NUMBER: _ClassVar[int]
    AT_MS_FIELD_NUMBER: _ClassVar[int]
    name: str
    at_ms: float
    def __init__(self, name: _Optional[str] = ..., at_ms: _Optional[float] = ...) -> None: ...

class SentenceRecord(_message.Message):
    __slots__ = ("text", "flushed_ms", "first_audio_ms", "synthesised_ms", "played_ms", "audio_ms", "begun_ms")
    TEXT_FIELD_NUMBER: _ClassVar[int]
    FLUSHED_MS_FIELD_NUMBER: _ClassVar[int]
    FIRST_AUDIO_MS_FIELD_NUMBER: _ClassVar[int]
    SYNTHESISED_MS_FIELD_NUMBER: _ClassVar[int]
    PLAYED_MS_FIELD_NUMBER: _ClassVar[int]
    AUDIO_MS_FIELD_NUMBER: _ClassVar[int]
    BEGUN_MS_FIELD_NUMBER: _ClassVar[int]
    text: str
    flushed_ms: float
    first_audio_ms: float
    synthesised_ms: float
    played_ms: float
    audio_ms: float
    begun_ms: float
    def __init__(self, text: _Optional[str] = ..., flushed_ms: _Optional[float] = ..., first_audio_ms: _Optional[float] = ..., synthesised_ms: _Optional[float] = ..., played_ms: _Optional[float] = ..., audio_ms: _Optional[float] = ..., begun_ms: _Optional[float] = ...) -> None: ...

class StreamToRoomRequest(_message.Message):
    __slots__ = ("text", "room", "language", "exaggeration", "cfg_weight")
    TEXT_FIELD_NUMBER: _ClassVar[int]
    ROOM_FIELD_NUMBER: _ClassVar[int]
    LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    EXAGGERATION_FIELD_NUMBER: _ClassVar[int]
    CFG_WEIGHT_FIELD_NUMBER: _ClassVar[int]
    text: str
    room: str
    language: str
    exaggeration: float
    cfg_weight: float
    def __init__(self, text: _Optional[str] = ..., room: _Optional[str] = ..., language: _Optional[str] = ..., exaggeration: _Optional[float] = ..., cfg_weight: _Optional[float] = ...) -> None: ...

class StreamToRoomResponse(_message.Message):
    __slots__ = ("room", "audio_ms")
    ROOM_FIELD_NUMBER: _ClassVar[int]
    AUDIO_MS_FIELD_NUMBER: _ClassVar[int]
    room: str
    audio_ms: float
    def __init__(self, room: _Optional[str] = ..., audio_ms: _Optional[float] = ...) -> None: ...
