"""The messages of ElevenLabs' websocket, and what it refuses."""

import base64
import json
from contextlib import suppress
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from june_runtime.errors import AtCapacity, InvalidInput, Unavailable
from june_tts.engines.elevenlabs import failures, wire
from june_tts.engines.elevenlabs.context import MAX_WAITING_SECONDS, Context
from june_tts.engines.elevenlabs.failures import Lost
from june_tts.engines.elevenlabs.wire import SAMPLE_RATE, Received, Route

AUDIO = base64.b64encode(b"\1\0\2\0").decode()


def test_audio_is_read_in_both_spellings() -> None:
    """`contextId` as the reference has it, `context_id` as it came to others."""
    for name in ("contextId", "context_id"):
        received = wire.read(json.dumps({"audio": AUDIO, "isFinal": None, name: "7"}))
        assert received == Received("7", b"\1\0\2\0")
    assert wire.read('{"isFinal": true, "contextId": "7"}') == Received("7", final=True)


def test_times_are_read_with_their_characters() -> None:
    """Those of the normalized text, and no others."""
    characters = {"chars": ["a", "b"], "charStartTimesMs": [0, 50], "charDurationsMs": [50, 30]}
    frame = {"audio": AUDIO, "contextId": "7", "alignment": characters}
    assert wire.read(json.dumps(frame)).alignment is None
    read = wire.read(json.dumps(frame | {"normalizedAlignment": characters})).alignment
    assert read
    assert (list(read.characters), list(read.ends)) == (["a", "b"], [50, 80])


@pytest.mark.parametrize(
    "frame",
    ["", "no", "[]", '{"audio": 7}', '{"audio": "%%%"}', b"\xff\xfe",
     '{"normalizedAlignment": {"chars": ["a"], "charStartTimesMs": [], "charDurationsMs": [1]}}'],
)  # fmt: skip
def test_nonsense_is_told(frame: str | bytes) -> None:
    """A ValueError, which says nothing of what came."""
    with pytest.raises(ValueError):  # noqa: PT011
        wire.read(frame)


@given(st.text() | st.binary())
def test_no_frame_breaks_it_otherwise(frame: str | bytes) -> None:
    """Whatever comes is read or refused."""
    with suppress(ValueError):
        wire.read(frame)


def test_what_is_new_is_passed_over() -> None:
    """Fields and messages that June has no use for."""
    assert wire.read('{"flush_done": true, "contextId": "7"}') == Received("7")


def test_an_error_is_known_by_its_code() -> None:
    """Or by its words, where it has no name."""
    named = '{"message": "No.", "error": "quota_exceeded", "code": 1008}'
    assert wire.read(named) == Received(error="quota_exceeded")
    assert wire.read('{"message": "No.", "code": 1008}') == Received(error="No.")


@given(st.text(max_size=20))
def test_a_voice_cannot_change_the_address(voice_id: str) -> None:
    """Whatever its id is made of."""
    address = wire.address("wss://example.org/", Route(voice_id, "de", 1.0, 3), "m&x=1")
    parts = urlsplit(address)
    assert parts.path.count("/") == 4
    assert parse_qs(parts.query)["model_id"] == ["m&x=1"]
    assert parse_qs(parts.query)["language_code"] == ["de"]
    assert "x" not in parse_qs(parts.query)


@pytest.mark.parametrize(
    ("reason", "kind"),
    [
        ("This request exceeds your quota of 10000.", AtCapacity),
        ("Invalid API key", Unavailable),
        ("A voice with voice_id x does not exist.", InvalidInput),
        ("Maximum simultaneous contexts per WebSocket connection exceeded (5).", Lost),
        ("Have not received a new text input within the timeout of 20 seconds.", Lost),
        ("", Lost),
    ],
)
def test_the_reason_of_a_close_is_understood_where_it_is_plain(reason: str, kind: type) -> None:
    """Otherwise the sentence may be tried on another socket."""
    assert type(failures.closed(reason)) is kind


def test_too_many_contexts_may_do_better_on_another_socket() -> None:
    """It is this socket's fault."""
    assert isinstance(failures.refusal("max_active_conversations"), Lost)


@pytest.mark.parametrize(
    ("status", "reason"),
    [(401, "ENGINE_KEY_REFUSED"), (403, "ENGINE_KEY_REFUSED"), (402, "ENGINE_QUOTA"),
     (404, "VOICE_UNKNOWN"), (429, "AT_CAPACITY"), (500, "ENGINE_UNREACHABLE")],
)  # fmt: skip
def test_a_status_that_refuses_the_socket_is_understood(status: int, reason: str) -> None:
    """Before any frame."""
    assert failures.not_opened(status).reason == reason


async def test_a_sentence_that_nobody_reads_holds_little() -> None:
    """Beyond that it fails, once what waits is read."""
    context = Context("1")
    second = Received("1", bytes(SAMPLE_RATE * 2))
    for _ in range(MAX_WAITING_SECONDS + 5):
        context.put(second)
    for _ in range(MAX_WAITING_SECONDS):
        assert await context.take() == second
    with pytest.raises(Unavailable):
        await context.take()
    with pytest.raises(Unavailable):
        await context.take()


async def test_a_sentence_that_is_read_may_be_longer() -> None:
    """Only what waits counts."""
    context = Context("1")
    for _ in range(2 * MAX_WAITING_SECONDS):
        context.put(Received("1", bytes(SAMPLE_RATE * 2)))
        await context.take()


async def test_what_came_before_the_end_can_be_taken() -> None:
    """And the first failure is the one that is told."""
    context = Context("1")
    context.put(Received("1", b"\1\0"))
    context.fail(failures.quota())
    context.fail(failures.lost())
    assert (await context.take()).pcm
    with pytest.raises(AtCapacity):
        await context.take()
