"""Requests out of bodies and queries, answers into text."""

from __future__ import annotations

import json
import math
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from june.control.v1 import control_pb2, control_service_pb2
from june.metrics.v1 import metrics_pb2, metrics_service_pb2
from june.orchestrator.v1 import orchestrator_pb2, orchestrator_service_pb2

from june_runtime.errors import InvalidInput
from june_runtime.http_json import FAULTS, read_request, write_message
from june_runtime.http_rules import Rule

CONTROL = control_service_pb2.DESCRIPTOR.services_by_name["ControlService"]
METRICS = metrics_service_pb2.DESCRIPTOR.services_by_name["MetricsService"]
ROOM = orchestrator_service_pb2.DESCRIPTOR.services_by_name["OrchestratorService"]
CONFIGURE = Rule("POST", "/", CONTROL.methods_by_name["Configure"], "config")
# Deeper messages than June's own doors have.
WHOLE = Rule("POST", "/", CONTROL.methods_by_name["Configure"], "*")
QUERY = Rule("GET", "/", CONTROL.methods_by_name["Configure"], "")
SPEAK = Rule("POST", "/", ROOM.methods_by_name["StreamToRoom"], "*")
WATCH = Rule("GET", "/", METRICS.methods_by_name["WatchMetrics"], "")


def faults(rule: Rule, body: Any = None, query: str = "") -> dict[str, str]:
    """What is wrong with a request, which must be something."""
    pairs = [(name, text) for name, _, text in (p.partition("=") for p in query.split("&")) if name]
    with pytest.raises(InvalidInput) as refused:
        read_request(rule, pairs, b"" if body is None else json.dumps(body).encode())
    return refused.value.fields


def test_proto_names_and_json_names_are_both_taken() -> None:
    """Whoever knows protobuf's JSON expects it."""
    body = b'{"max_turn_ms": 2000, "endSilenceMs": 300, "exaggeration": 0.5, "voice": null}'
    request = read_request(CONFIGURE, [("etag", "x")], body)
    assert request == control_pb2.ConfigureRequest(
        config=control_pb2.Config(max_turn_ms=2000, end_silence_ms=300, exaggeration=0.5), etag="x"
    )


def test_a_whole_body_holds_what_the_request_holds() -> None:
    """Paths of faults then begin at the request."""
    request = read_request(WHOLE, [], b'{"etag": "x", "config": {"voice": "v"}}')
    assert request == control_pb2.ConfigureRequest(etag="x", config=control_pb2.Config(voice="v"))
    assert faults(WHOLE, {"config": {"foo": 1}}) == {"config.foo": "is unknown"}
    assert faults(WHOLE, {"config": 1}) == {"config": "must be an object"}


def test_a_query_reaches_into_messages() -> None:
    """By dots, under either name."""
    query = [("config.maxTurnMs", "2000"), ("config.stt_partials", "false"), ("etag", "x")]
    assert read_request(QUERY, query, b"") == control_pb2.ConfigureRequest(
        config=control_pb2.Config(max_turn_ms=2000, stt_partials=False), etag="x"
    )
    assert faults(QUERY, query="config.foo=1&etag.x=1&x.y.z=1") == {
        "config.foo": "is unknown",
        "etag.x": "is unknown",
        "x.y.z": "is unknown",
    }


def test_a_query_sets_nothing_that_the_body_holds() -> None:
    """Neither its fields nor any beside it where it is everything."""
    assert faults(CONFIGURE, query="config.voice=v") == {"config.voice": "is unknown"}
    assert faults(SPEAK, query="text=hello") == {"text": "is unknown"}


def test_what_is_given_twice_is_refused() -> None:
    """Under whichever of its names; which of the two was meant?"""
    assert faults(CONFIGURE, {"max_turn_ms": 1, "maxTurnMs": 2}) == {
        "config.max_turn_ms": "is given twice"
    }
    assert faults(CONFIGURE, query="etag=a&etag=b") == {"etag": "is given twice"}


@pytest.mark.parametrize(
    ("field", "value", "kind"),
    [
        ("streaming_enabled", "yes", "bool"),
        ("streaming_enabled", 1, "bool"),
        ("voice", 1, "string"),
        ("voice", ["a"], "string"),
        ("max_turn_ms", 1.5, "uint32"),
        ("max_turn_ms", -1, "uint32"),
        ("max_turn_ms", 1 << 32, "uint32"),
        ("max_turn_ms", True, "uint32"),
        ("max_turn_ms", "soon", "uint32"),
        ("exaggeration", "much", "number"),
        ("exaggeration", 1e39, "number"),
        ("exaggeration", {"much": 1}, "number"),
    ],
)
def test_a_value_of_the_wrong_kind_is_named(field: str, value: Any, kind: str) -> None:
    """In words for people."""
    assert faults(CONFIGURE, {field: value}) == {f"config.{field}": FAULTS[kind]}


def test_numbers_may_come_as_text() -> None:
    """As protobuf's JSON allows it."""
    request = read_request(CONFIGURE, [], b'{"max_turn_ms": "2000", "exaggeration": "5e-1"}')
    assert request == control_pb2.ConfigureRequest(
        config=control_pb2.Config(max_turn_ms=2000, exaggeration=0.5)
    )


@pytest.mark.parametrize("text", ["1", "s", "1.5 s", "x"])
def test_durations_are_seconds_with_an_s(text: str) -> None:
    """Whatever else is told so."""
    assert faults(WATCH, query=f"interval={text}") == {"interval": FAULTS["duration"]}


@pytest.mark.parametrize(
    "body", [b'{"voice": NaN}', b"{} {}", b'{"voice": "\xff"}', b"\xef\xbb\xbf{}"]
)
def test_only_json_is_json(body: bytes) -> None:
    """Not what Python's parser takes beyond it."""
    with pytest.raises(InvalidInput) as refused:
        read_request(CONFIGURE, [], body)
    assert refused.value.reason == "BODY_MALFORMED"


def test_what_only_protobuf_finds_is_refused_too() -> None:
    """Half a character is no text."""
    with pytest.raises(InvalidInput) as refused:
        read_request(CONFIGURE, [], b'{"voice": "\\ud800"}')
    assert refused.value.reason == "BAD_INPUT"


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=8,
)
NAMES = st.sampled_from(["voice", "maxTurnMs", "stt_partials", "exaggeration", "config", "etag"])


@given(
    st.dictionaries(NAMES | st.text(max_size=5), VALUES) | VALUES,
    st.lists(st.tuples(NAMES, st.text())),
)
def test_anything_is_a_request_or_a_typed_error(body: Any, query: list[tuple[str, str]]) -> None:
    """Nothing that a caller sends ends in another exception."""
    for rule in (CONFIGURE, WHOLE, QUERY, SPEAK, WATCH):
        with suppress(InvalidInput):
            read_request(rule, query, json.dumps(body).encode())


def test_what_has_no_presence_is_always_written() -> None:
    """An unset optional field is not, and large numbers are text, as in protobuf's JSON."""
    written = json.loads(
        write_message(metrics_pb2.Metrics(errors={"X": 2}, avg_first_audio_ms=0.3))
    )
    in_proto = [field.name for field in metrics_pb2.Metrics.DESCRIPTOR.fields]
    assert list(written) == [name for name in in_proto if name in written]
    assert written["timings"] == []
    assert written["gauges"] == {}
    assert written["errors"] == {"X": "2"}
    assert written["avg_first_audio_ms"] == 0.3
    assert "avg_first_token_ms" not in written
    room = orchestrator_pb2.StreamToRoomResponse(audio_ms=math.inf)
    assert json.loads(write_message(room)) == {"room": "", "audio_ms": "Infinity"}
