"""What --json says of a message."""

import io
import json

import pytest
from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.duration_pb2 import Duration
from google.protobuf.message import Message
from june.common.v1.session_pb2 import GoAway
from june.control.v1.control_pb2 import Config, Status
from june.metrics.v1.metrics_pb2 import Metrics
from june.orchestrator.v1.orchestrator_pb2 import (
    ConverseResponse,
    Milestone,
    ReplyAudio,
    TurnRecord,
)
from june.stt.v1.stt_pb2 import TranscriptEvent, TranscriptPartial
from june.tts.v1.tts_pb2 import AudioChunk
from rich.console import Console
from rich.text import Text

from june_cli.output import ChangingLine, Output, plain
from june_runtime.errors import AtCapacity, to_status


def told(*, as_json: bool, terminal: bool = False) -> tuple[Output, io.StringIO]:
    said = io.StringIO()
    return Output(as_json=as_json, console=Console(file=said, force_terminal=terminal)), said


@pytest.mark.parametrize(
    "message", [TranscriptPartial(), TurnRecord(), AudioChunk(), Status(), Config(), Metrics()]
)
def test_every_field_of_a_message_is_there(message: Message) -> None:
    """A reader finds all proto names in every object, whatever is set."""
    names = {
        f"{field.name}_bytes" if field.type == FieldDescriptor.TYPE_BYTES else field.name
        for field in message.DESCRIPTOR.fields
    }
    assert set(plain(message)) == names


def test_a_partial_has_the_fields_that_transcribe_promises() -> None:
    """Names, types and values of a partial in JSON."""
    partial = TranscriptPartial(
        event=TranscriptEvent.TRANSCRIPT_EVENT_END_OF_TURN,
        turn_index=2,
        revision=3,
        committed_text="what's the",
        unstable_text=" weather",
        final_text="what's the weather",
        is_final=True,
        audio_processed_ms=1 << 40,
    )
    promised = {
        "event": "END_OF_TURN",
        "turn_index": 2,
        "revision": 3,
        "committed_text": "what's the",
        "unstable_text": " weather",
        "final_text": "what's the weather",
        "is_final": True,
        "audio_processed_ms": 1 << 40,
    }
    assert promised.items() <= plain(partial).items()


def test_numbers_are_numbers() -> None:
    """64-bit integers are no strings, and a float32 shows no noise."""
    audio = plain(ReplyAudio(start_sample=1 << 40, sent_ms=0.1))
    assert audio["start_sample"] == 1 << 40
    assert audio["sent_ms"] == 0.1


def test_a_number_that_json_lacks_is_null() -> None:
    """NaN and infinity would make the line unreadable to others."""
    found = plain(TurnRecord(hidden_ms=float("nan")))
    assert found["hidden_ms"] is None
    assert plain(Metrics(counts={"x": float("inf")}))["counts"] == {"x": None}


def test_an_unset_optional_is_null_and_a_zero_is_zero() -> None:
    """Not measured and 0 ms are two things."""
    assert plain(TurnRecord())["end_to_end_ms"] is None
    assert plain(TurnRecord(end_to_end_ms=0))["end_to_end_ms"] == 0


def test_of_a_oneof_only_what_is_set_appears() -> None:
    """The payload's name tells what a response is."""
    assert set(plain(ConverseResponse(turn=1, audio=ReplyAudio()))) == {"turn", "audio"}


def test_audio_is_told_by_its_length() -> None:
    """Samples do not belong in a log."""
    assert plain(ReplyAudio(pcm=b"1234"))["pcm_bytes"] == 4


def test_an_error_is_told_with_its_reason() -> None:
    """A google.rpc.Status is unpacked for programs."""
    error = to_status(AtCapacity("AT_CAPACITY", "all full", retry_after=2))
    assert plain(TurnRecord(error=error))["error"] == {
        "code": "RESOURCE_EXHAUSTED",
        "reason": "AT_CAPACITY",
        "message": "all full",
        "fields": {},
        "retry_after": 2.0,
    }


def test_durations_are_seconds() -> None:
    """A duration is a number."""
    leaving = GoAway(time_left=Duration(seconds=1, nanos=500_000_000))
    assert plain(TranscriptPartial(go_away=leaving))["go_away"] == {"time_left": 1.5}


def test_an_enum_value_of_a_newer_peer_is_its_number() -> None:
    """What this version has no name for does not break it."""
    assert plain(TranscriptPartial.FromString(b"\x08\x63"))["event"] == 99


def test_nested_and_repeated_messages_are_objects() -> None:
    """Lists of messages are lists of objects."""
    record = TurnRecord(milestones=[Milestone(name="first_token", at_ms=12)])
    assert plain(record)["milestones"] == [{"name": "first_token", "at_ms": 12.0}]


def test_json_mode_prints_objects_and_nothing_else() -> None:
    """Each line of standard output is one object; words for people stay away."""
    output, said = told(as_json=True)
    output.say("hello")
    output.record(a=1, b="\n[red]ü")
    with ChangingLine(output) as line:
        line.show(Text("caption"))
    assert [json.loads(text) for text in said.getvalue().splitlines()] == [
        {"a": 1, "b": "\n[red]ü"}
    ]


def test_people_see_no_json() -> None:
    """Outside JSON mode records are not printed."""
    output, said = told(as_json=False)
    output.record(a=1)
    output.say("hello [not markup]")
    assert said.getvalue() == "hello [not markup]\n"


def test_in_a_pipe_each_state_of_a_changing_line_is_a_line() -> None:
    """Whoever reads a log sees the captions in order, but no hints."""
    output, said = told(as_json=False)
    with ChangingLine(output) as line:
        line.show(Text("one"))
        line.hint(Text("passing"))
        line.show(Text("two"))
    assert said.getvalue() == "one\ntwo\n"


def test_on_a_terminal_a_changing_line_leaves_nothing_behind() -> None:
    """The line is erased when it is cleared."""
    output, said = told(as_json=False, terminal=True)
    with ChangingLine(output) as line:
        line.show(Text("one"))
    assert "one" in said.getvalue()
    assert said.getvalue().rstrip().endswith("\x1b[2K")
