"""Gemini as a model that hears and speaks by itself: its settings and its failures."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from june_orchestrator.brain import load_speech_model
from june_orchestrator.brains.gemini.closings import closing, turn_end
from june_orchestrator.brains.gemini.options import DEFAULT_SPEECH_MODEL, speech_options_of
from june_orchestrator.direct.ports import (
    SESSION_GONE,
    Connection,
    GoingAway,
    Overruled,
    ReplyOver,
    ReplySaid,
    ReplySounds,
    Resumable,
    Sound,
    UserSaid,
    Whole,
    Wishes,
    Working,
)  # fmt: skip
from june_orchestrator.ports import Usage
from june_orchestrator.settings import OrchestratorSettings
from june_runtime.errors import JuneError, SettingsError, TimedOut
from tests.gemini_live_server import GeminiLiveServer, calls, content, gemini_live_server
from tests.gemini_server import KEY


@pytest.fixture
async def gemini_live(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncGenerator[GeminiLiveServer, None]:
    async with gemini_live_server(tmp_path) as server:
        monkeypatch.setenv("SSL_CERT_FILE", str(server.authority))
        yield server


def settings(**more: Any) -> OrchestratorSettings:
    return OrchestratorSettings(**{"brain": "gemini-live", "gemini_key": SecretStr(KEY)} | more)


def test_the_model_is_named_in_one_place_and_may_be_another() -> None:
    assert speech_options_of(settings()).model == DEFAULT_SPEECH_MODEL == "gemini-3.8-live"
    assert speech_options_of(settings(brain_model="m")).model == "m"


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"gemini_key": None}, "BRAIN_KEY_MISSING"),
        ({"gemini_url": "http://127.0.0.1:1"}, "BRAIN_SETTINGS"),
    ],
)
def test_what_cannot_work_is_known_at_start(wrong: dict[str, Any], reason: str) -> None:
    """A key that is missing, or a proxy that the client would not reach."""
    with pytest.raises(SettingsError) as refused:
        load_speech_model(settings(**wrong))
    assert refused.value.reason == reason


@pytest.mark.parametrize(
    ("code", "reason", "named"),
    [
        (1007, "API key expired. Please renew the API key.", "BRAIN_KEY_REFUSED"),
        (1008, "Your project has been denied access.", "BRAIN_KEY_REFUSED"),
        (1011, "Resource has been exhausted (e.g. check quota).", "BRAIN_QUOTA"),
        (1011, "RESOURCE_EXHAUSTED", "BRAIN_QUOTA"),
        (1008, "models/x is not found for API version v1beta", "BRAIN_MODEL_UNKNOWN"),
        (1008, "m is not supported for bidiGenerateContent", "BRAIN_MODEL_UNKNOWN"),
        (1008, "BidiGenerateContent session not found", SESSION_GONE),
        (1008, "BidiGenerateContent session expired", SESSION_GONE),
        (1007, "Request contains an invalid argument.", "BRAIN_REFUSED"),
        (1008, "Operation is not implemented, or supported, or enabled.", "BRAIN_REFUSED"),
        (1011, "Internal error encountered.", "BRAIN_UNAVAILABLE"),
        (1000, "The operation was cancelled.", "BRAIN_CUT"),
        (1006, "", "BRAIN_CUT"),
    ],
)
def test_each_way_of_closing_has_a_name(code: int, reason: str, named: str) -> None:
    """What Gemini says is not repeated: it may have been told secrets."""
    closed = closing(code, reason, "m")
    assert closed.reason == named
    assert not reason or reason not in closed.message


@pytest.mark.parametrize("code", [1007, 1008])
def test_a_session_that_is_refused_when_taken_up_is_gone(code: int) -> None:
    """But a wrong key is a wrong key."""
    assert closing(code, "Invalid argument", "m", resuming=True).reason == SESSION_GONE
    assert closing(code, "API key not valid", "m", resuming=True).reason == "BRAIN_KEY_REFUSED"


@pytest.mark.parametrize(
    ("reason", "named"),
    [
        ("", None),
        ("NEED_MORE_INPUT", None),
        ("MALFORMED_FUNCTION_CALL", "BRAIN_MALFORMED"),
        ("PROHIBITED_INPUT_CONTENT", "BRAIN_BLOCKED"),
        ("A_REASON_OF_TOMORROWS", "BRAIN_BLOCKED"),
    ],
)
def test_how_a_turn_ends_has_a_name(reason: str, named: str | None) -> None:
    error = turn_end(reason)
    assert (error and error.reason) == named


async def heard_from(gemini_live: GeminiLiveServer, *messages: Any) -> list[Any]:
    """What a connection tells of these messages, and the error with which it ends."""
    model = load_speech_model(settings(gemini_url=gemini_live.url))
    told: list[Any] = []

    async def listen(connection: Connection) -> None:
        async for event in connection.events():
            told.append(event)

    async with model.connect(Wishes()) as connection:
        link = await gemini_live.link()
        await link.say(*messages)
        await link.hang_up(1001)
        with pytest.raises(JuneError) as ended:
            await listen(connection)
    await model.close()
    return [*told, ended.value.reason]


async def test_all_that_a_message_tells_is_told_in_order(gemini_live: GeminiLiveServer) -> None:
    """Also where one message tells several things; thoughts, pictures and whatever is not
    known yet are left out."""
    parts = [
        {"text": "I think so.", "thought": True},
        {"inlineData": {"mimeType": "image/png", "data": "AAAA"}},
        {"inlineData": {"mimeType": "audio/pcm;rate=24000", "data": "AQIDBA=="}},
    ]
    told = await heard_from(
        gemini_live,
        content(interrupted=True, turnComplete=True),
        content(inputTranscription={"text": "Hi", "languageCode": "en-US"}),
        content(modelTurn={"parts": parts}, outputTranscription={"text": "Yes."})
        | {"usageMetadata": {"promptTokenCount": 3, "responseTokenCount": 4}},
        {"ofTomorrow": {"mood": "good"}},
        content(generationComplete=True),
        content(turnComplete=True, turnCompleteReason="RESPONSE_REJECTED"),
        {"sessionResumptionUpdate": {"newHandle": "h", "resumable": True}},
        {"sessionResumptionUpdate": {"resumable": False}},
        {"goAway": {"timeLeft": "5s"}},
        calls(("c", "get_time")),
        content(groundingMetadata={}),
    )
    rejected = told.pop(7)
    assert isinstance(rejected, ReplyOver)
    assert rejected.error is not None
    assert told == [
        Overruled(), ReplyOver(), UserSaid("Hi", "en-US"), Usage(3, 4),
        ReplySounds(b"\x01\x02\x03\x04"), ReplySaid("Yes."), Whole(),
        Resumable("h"), Resumable(""), GoingAway(), Working(), "BRAIN_CUT",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        ({"code": 429, "message": "Too many"}, "BRAIN_QUOTA"),
        ({"code": 403, "message": "No"}, "BRAIN_KEY_REFUSED"),
        ({"serverContent": 7}, "BRAIN_MALFORMED"),
        ("[1]", "BRAIN_MALFORMED"),
        ("{oops", "BRAIN_MALFORMED"),
    ],
)
async def test_a_message_that_is_an_error_or_none_ends_the_connection(
    gemini_live: GeminiLiveServer, message: Any, reason: str
) -> None:
    assert await heard_from(gemini_live, message) == [reason]


async def test_vertex_is_asked_at_its_own_place(gemini_live: GeminiLiveServer) -> None:
    model = load_speech_model(settings(gemini_url=gemini_live.url, vertex=True))
    async with model.connect(Wishes(), handle="h"):
        link = await gemini_live.link()
    await model.close()
    assert "/ws/google.cloud.aiplatform." in gemini_live.requests[-1].path
    assert link.setup["sessionResumption"] == {"handle": "h"}


async def test_a_name_that_is_none_goes_nowhere(gemini_live: GeminiLiveServer) -> None:
    model = load_speech_model(settings(gemini_url=gemini_live.url))
    with pytest.raises(JuneError) as refused:
        async with model.connect(Wishes(model="../files")):
            pass
    await model.close()
    assert refused.value.reason == "BRAIN_MODEL_UNKNOWN"
    assert not gemini_live.requests


async def test_nobody_there_is_told_apart(gemini_live: GeminiLiveServer) -> None:
    model = load_speech_model(settings(gemini_url="https://127.0.0.1:1"))
    with pytest.raises(JuneError) as refused:
        async with model.connect(Wishes()):
            pass
    await model.close()
    assert refused.value.reason == "BRAIN_UNREACHABLE"


async def test_a_far_side_that_never_sets_up_is_given_up(
    gemini_live: GeminiLiveServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    from june_orchestrator.brains.gemini import speech_sdk

    monkeypatch.setattr(speech_sdk, "CONNECT_SECONDS", 0.3)
    gemini_live.refusals = [None]
    model = load_speech_model(settings(gemini_url=gemini_live.url))
    with pytest.raises(TimedOut) as refused:
        async with model.connect(Wishes()):
            pass
    await model.close()
    assert refused.value.reason == "BRAIN_SILENT"


async def test_a_far_side_that_reads_nothing_is_given_up(
    gemini_live: GeminiLiveServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sound piles up before it for so long and not longer."""
    from june_orchestrator.brains.gemini import speech_sdk

    monkeypatch.setattr(speech_sdk, "SEND_SECONDS", 0.2)
    model = load_speech_model(settings(gemini_url=gemini_live.url))

    async def pour(connection: Connection) -> None:
        for _ in range(1_000):
            await connection.give(Sound(bytes(320_000)))

    async with model.connect(Wishes()) as connection:
        link = await gemini_live.link()
        link.socket.transport.pause_reading()
        with pytest.raises(TimedOut) as stuck:
            await pour(connection)
        link.cut()
    await model.close()
    assert stuck.value.reason == "BRAIN_SILENT"


@pytest.mark.parametrize("status", [404, 429, 503])
async def test_what_may_pass_does_not_stop_the_start(
    gemini_live: GeminiLiveServer, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    """It is logged, and sessions try for themselves."""
    gemini_live.model_status = status
    model = load_speech_model(settings(gemini_url=gemini_live.url))
    await model.load()
    await model.close()
    assert "before the first session" in caplog.text
