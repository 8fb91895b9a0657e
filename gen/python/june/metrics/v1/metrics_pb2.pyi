import datetime

from google.protobuf import duration_pb2 as _duration_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class GetMetricsRequest(_message.Message):
    __slots__ = ("all_replicas",)
    ALL_REPLICAS_FIELD_NUMBER: _ClassVar[int]
    all_replicas: bool
    def __init__(self, all_replicas: _Optional[bool] = ...) -> None: ...

class GetMetricsResponse(_message.Message):
    __slots__ = ("metrics",)
    METRICS_FIELD_NUMBER: _ClassVar[int]
    metrics: Metrics
    def __init__(self, metrics: _Optional[_Union[Metrics, _Mapping]] = ...) -> None: ...

class WatchMetricsRequest(_message.Message):
    __slots__ = ("interval", "all_replicas")
    INTERVAL_FIELD_NUMBER: _ClassVar[int]
    ALL_REPLICAS_FIELD_NUMBER: _ClassVar[int]
    interval: _duration_pb2.Duration
    all_replicas: bool
    def __init__(self, interval: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., all_replicas: _Optional[bool] = ...) -> None: ...

class WatchMetricsResponse(_message.Message):
    __slots__ = ("metrics",)
    METRICS_FIELD_NUMBER: _ClassVar[int]
    metrics: Metrics
    def __init__(self, metrics: _Optional[_Union[Metrics, _Mapping]] = ...) -> None: ...

class Metrics(_message.Message):
    __slots__ = ("service", "replica", "since", "avg_first_token_ms", "avg_first_audio_ms", "avg_end_to_end_ms", "concurrent_tts_triggers", "partial_transcripts_received", "timings", "counts", "gauges", "errors", "expectations", "replicas")
    class CountsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: float
        def __init__(self, key: _Optional[str] = ..., value: _Optional[float] = ...) -> None: ...
    class GaugesEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: float
        def __init__(self, key: _Optional[str] = ..., value: _Optional[float] = ...) -> None: ...
    class ErrorsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: int
        def __init__(self, key: _Optional[str] = ..., value: _Optional[int] = ...) -> None: ...
    SERVICE_FIELD_NUMBER: _ClassVar[int]
    REPLICA_FIELD_NUMBER: _ClassVar[int]
    SINCE_FIELD_NUMBER: _ClassVar[int]
    AVG_FIRST_TOKEN_MS_FIELD_NUMBER: _ClassVar[int]
    AVG_FIRST_AUDIO_MS_FIELD_NUMBER: _ClassVar[int]
    AVG_END_TO_END_MS_FIELD_NUMBER: _ClassVar[int]
    CONCURRENT_TTS_TRIGGERS_FIELD_NUMBER: _ClassVar[int]
    PARTIAL_TRANSCRIPTS_RECEIVED_FIELD_NUMBER: _ClassVar[int]
    TIMINGS_FIELD_NUMBER: _ClassVar[int]
    COUNTS_FIELD_NUMBER: _ClassVar[int]
    GAUGES_FIELD_NUMBER: _ClassVar[int]
    ERRORS_FIELD_NUMBER: _ClassVar[int]
    EXPECTATIONS_FIELD_NUMBER: _ClassVar[int]
    REPLICAS_FIELD_NUMBER: _ClassVar[int]
    service: str
    replica: str
    since: _timestamp_pb2.Timestamp
    avg_first_token_ms: float
    avg_first_audio_ms: float
    avg_end_to_end_ms: float
    concurrent_tts_triggers: int
    partial_transcripts_received: int
    timings: _containers.RepeatedCompositeFieldContainer[Timing]
    counts: _containers.ScalarMap[str, float]
    gauges: _containers.ScalarMap[str, float]
    errors: _containers.ScalarMap[str, int]
    expectations: _containers.RepeatedCompositeFieldContainer[Expectation]
    replicas: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, service: _Optional[str] = ..., replica: _Optional[str] = ..., since: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., avg_first_token_ms: _Optional[float] = ..., avg_first_audio_ms: _Optional[float] = ..., avg_end_to_end_ms: _Optional[float] = ..., concurrent_tts_triggers: _Optional[int] = ..., partial_transcripts_received: _Optional[int] = ..., timings: _Optional[_Iterable[_Union[Timing, _Mapping]]] = ..., counts: _Optional[_Mapping[str, float]] = ..., gauges: _Optional[_Mapping[str, float]] = ..., errors: _Optional[_Mapping[str, int]] = ..., expectations: _Optional[_Iterable[_Union[Expectation, _Mapping]]] = ..., replicas: _Optional[_Iterable[str]] = ...) -> None: ...

class Timing(_message.Message):
    __slots__ = ("name", "count", "mean", "p50", "p95", "p99", "recent")
    NAME_FIELD_NUMBER: _ClassVar[int]
    COUNT_FIELD_NUMBER: _ClassVar[int]
    MEAN_FIELD_NUMBER: _ClassVar[int]
    P50_FIELD_NUMBER: _ClassVar[int]
    P95_FIELD_NUMBER: _ClassVar[int]
    P99_FIELD_NUMBER: _ClassVar[int]
    RECENT_FIELD_NUMBER: _ClassVar[int]
    name: str
    count: int
    mean: float
    p50: float
    p95: float
    p99: float
    recent: _containers.RepeatedScalarFieldContainer[float]
    def __init__(self, name: _Optional[str] = ..., count: _Optional[int] = ..., mean: _Optional[float] = ..., p50: _Optional[float] = ..., p95: _Optional[float] = ..., p99: _Optional[float] = ..., recent: _Optional[_Iterable[float]] = ...) -> None: ...

class Expectation(_message.Message):
    __slots__ = ("name", "description", "expected", "actual", "met")
    NAME_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_FIELD_NUMBER: _ClassVar[int]
    ACTUAL_FIELD_NUMBER: _ClassVar[int]
    MET_FIELD_NUMBER: _ClassVar[int]
    name: str
    description: str
    expected: float
    actual: float
    met: bool
    def __init__(self, name: _Optional[str] = ..., description: _Optional[str] = ..., expected: _Optional[float] = ..., actual: _Optional[float] = ..., met: _Optional[bool] = ...) -> None: ...
