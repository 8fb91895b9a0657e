"""Connections to a model that hears and speaks by itself end; the talk goes on."""

from __future__ import annotations

from typing import Any

import grpc
import pytest
from june.control.v1 import control_pb2, control_service_pb2_grpc
from june.orchestrator.v1 import orchestrator_pb2 as pb

from june_orchestrator.direct import line
from june_runtime.errors import from_rpc_error, from_status
from tests.gemini_live_server import (
    GOING_AWAY,
    OVER,
    GeminiLiveServer,
    heard,
    resumable,
    spoken,
)  # fmt: skip
from tests.mesh.live import Calling, ask, loud, tone


async def test_a_connection_that_goes_away_is_left_between_turns(
    gemini_live: GeminiLiveServer, calling: Calling
) -> None:
    """By the handle of the talk so far, and not before the reply is whole; the caller
    notices nothing."""
    async with calling() as caller:
        await caller.begin()
        first = await gemini_live.link()
        await ask(caller, first, "And today?")
        await first.say(resumable("old"), spoken("It is", tone(0.1)), GOING_AWAY)
        await first.say(spoken(" mild.", tone(0.1)), OVER)
        await caller.until("turn_ended")
        assert not first.ended.is_set()
        await first.say(resumable("new"))
        second = await gemini_live.link()
        await ask(caller, second, "And tomorrow?")
        await second.say(spoken("It rains.", tone(0.1)), OVER)
        await caller.until("turn_ended")
    replies = [record.reply_text for record in caller.of("turn_ended")]
    assert replies == ["It is mild.", "It rains."]
    assert second.setup["sessionResumption"] == {"handle": "new"}
    assert first.ended.is_set()
    assert not caller.of("notice")
    assert second.texts == ["And tomorrow?"]


async def test_nothing_that_was_said_is_lost_with_a_connection(
    gemini_live: GeminiLiveServer, calling: Calling
) -> None:
    """It breaks in the midst of a question: the next one hears all of it, once."""
    said = loud(2.0)
    async with calling() as caller:
        await caller.begin()
        first = await gemini_live.link()
        await first.say(resumable("h1"))
        await caller.speak(said[:32_000])
        await first.until(lambda link: len(link.sound) >= 30_000)
        await first.say(heard("What is"))
        await caller.until("transcript")
        first.cut()
        await caller.speak(said[32_000:])
        second = await gemini_live.link()
        await second.until(lambda link: len(link.sound) >= len(said))
        assert second.sound == said
        await second.say(heard("What is the weather?"), spoken("Mild.", tone(0.1)), OVER)
        record = (await caller.until("turn_ended")).turn_ended
    assert (record.user_text, record.reply_text) == ("What is the weather?", "Mild.")
    assert second.setup["sessionResumption"] == {"handle": "h1"}


async def test_a_written_question_without_an_answer_is_asked_again(
    gemini_live: GeminiLiveServer, calling: Calling
) -> None:
    async with calling() as caller:
        await caller.say(config=pb.SessionConfig())
        first = await gemini_live.link()
        await ask(caller, first, "And today?")
        await first.hang_up(1011, "Internal error encountered.")
        second = await gemini_live.link()
        await second.until(lambda link: link.texts == ["And today?"])
        await second.say(spoken("It is mild.", tone(0.1)), OVER)
        record = (await caller.until("turn_ended")).turn_ended
    assert record.outcome == pb.TURN_OUTCOME_COMPLETE


async def test_a_reply_that_breaks_off_is_told_and_never_begun_again(
    gemini_live: GeminiLiveServer, calling: Calling
) -> None:
    """What has come of it is played; the notice and the record say why there is no more;
    the talk goes on."""
    async with calling() as caller:
        await caller.begin()
        first = await gemini_live.link()
        await first.say(resumable("h1"))
        await ask(caller, first, "And today?")
        await first.say(spoken("It is mild", tone(0.2)))
        await caller.until("audio")
        first.cut()
        broken = (await caller.until("turn_ended")).turn_ended
        second = await gemini_live.link()
        await ask(caller, second, "And tomorrow?")
        await second.say(spoken("It rains.", tone(0.1)), OVER)
        await caller.until("turn_ended")
    assert broken.outcome == pb.TURN_OUTCOME_FAILED
    assert from_status(broken.error).reason == "BRAIN_CUT"
    assert broken.reply_text == "It is mild"
    (notice,) = caller.of("notice")
    assert notice.status == broken.error
    assert second.texts == ["And tomorrow?"]


async def test_a_model_that_has_forgotten_is_told_what_was_said(
    gemini_live: GeminiLiveServer, calling: Calling
) -> None:
    """Where the handle is worth nothing; the caller gets a notice."""
    async with calling() as caller:
        await caller.begin()
        first = await gemini_live.link()
        await ask(caller, first, "And today?")
        await first.say(spoken("It is mild.", tone(0.1)), OVER, resumable("h1"))
        await caller.until("turn_ended")
        gemini_live.refusals = [(1008, "BidiGenerateContent session not found")]
        first.cut()
        second = await gemini_live.link()
        await second.until(lambda link: link.received)
        notice = (await caller.until("notice")).notice
    assert second.setup["sessionResumption"] == {}
    assert second.setup["historyConfig"] == {"initial_history_in_client_content": True}
    told = second.received[0]["client_content"]
    assert [each["parts"][0]["text"] for each in told["turns"]] == ["And today?", "It is mild."]
    assert [each["role"] for each in told["turns"]] == ["user", "model"]
    assert from_status(notice.status).reason == "BRAIN_SESSION_GONE"


REFUSALS: dict[str, tuple[Any, grpc.StatusCode, str]] = {
    "wrong key": (
        (1007, "API key not valid. Please pass a valid API key."),
        grpc.StatusCode.UNAVAILABLE, "BRAIN_KEY_REFUSED",
    ),
    "no key": ((401, "{}"), grpc.StatusCode.UNAVAILABLE, "BRAIN_KEY_REFUSED"),
    "forbidden": ((403, "<html>"), grpc.StatusCode.UNAVAILABLE, "BRAIN_KEY_REFUSED"),
    "quota by HTTP": ((429, "{}"), grpc.StatusCode.RESOURCE_EXHAUSTED, "BRAIN_QUOTA"),
    "quota": (
        (1011, "You exceeded your current quota, please check your plan."),
        grpc.StatusCode.RESOURCE_EXHAUSTED, "BRAIN_QUOTA",
    ),
    "unknown model": (
        (1008, "models/gemini-3.8-live is not found for API version v1beta"),
        grpc.StatusCode.UNIMPLEMENTED, "BRAIN_MODEL_UNKNOWN",
    ),
    "bad set-up": (
        (1007, "Request contains an invalid argument."),
        grpc.StatusCode.INVALID_ARGUMENT, "BRAIN_REFUSED",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSALS)
async def test_what_will_not_pass_ends_the_session_at_once(
    gemini_live: GeminiLiveServer, calling: Calling, case: str
) -> None:
    """With its name, and after one try."""
    refusal, code, reason = REFUSALS[case]
    gemini_live.refusals = [refusal] * 9
    async with calling() as caller:
        await caller.begin()
        with pytest.raises(grpc.aio.AioRpcError) as ended:
            await caller.rest()
    assert ended.value.code() == code
    assert from_rpc_error(ended.value).reason == reason
    assert len(gemini_live.refusals) == 8


PASSING: dict[str, tuple[Any, str]] = {
    "overload": ((1011, "The service is currently unavailable."), "BRAIN_UNAVAILABLE"),
    "overload by HTTP": ((503, ""), "BRAIN_UNAVAILABLE"),
    "no JSON": ("{oops", "BRAIN_MALFORMED"),
    "no set-up": ({"serverContent": {"turnComplete": True}}, "BRAIN_MALFORMED"),
    "wrong types": ({"setupComplete": 7}, "BRAIN_MALFORMED"),
    "leaves at once": ((1001, ""), "BRAIN_CUT"),
}


@pytest.mark.parametrize("case", PASSING)
async def test_what_may_pass_is_tried_again(
    gemini_live: GeminiLiveServer, calling: Calling, case: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Twice; a third failure ends the session, and the turn that was under way."""
    monkeypatch.setattr(line, "RETRY_SECONDS", 0.0)
    refusal, reason = PASSING[case]
    gemini_live.refusals = [refusal] * 9
    async with calling() as caller:
        await caller.begin()
        await caller.say(text="And today?")
        with pytest.raises(grpc.aio.AioRpcError) as ended:
            await caller.rest()
    assert from_rpc_error(ended.value).reason == reason
    assert len(gemini_live.refusals) == 6


async def test_a_failed_turn_is_told_before_the_session_ends(
    gemini_live: GeminiLiveServer, calling: Calling
) -> None:
    """By a notice and a record."""
    async with calling() as caller:
        await caller.say(config=pb.SessionConfig())
        link = await gemini_live.link()
        await ask(caller, link, "And today?")
        gemini_live.refusals = [(429, "{}")]
        await link.hang_up(1011, "You exceeded your current quota")
        with pytest.raises(grpc.aio.AioRpcError) as ended:
            await caller.rest()
    (record,), (notice,) = caller.of("turn_ended"), caller.of("notice")
    assert ended.value.code() == grpc.StatusCode.RESOURCE_EXHAUSTED
    assert record.outcome == pb.TURN_OUTCOME_FAILED
    assert from_status(record.error).reason == from_status(notice.status).reason == "BRAIN_QUOTA"


async def test_garbage_in_the_midst_of_a_talk_costs_one_turn(
    gemini_live: GeminiLiveServer, calling: Calling
) -> None:
    async with calling() as caller:
        await caller.say(config=pb.SessionConfig())
        first = await gemini_live.link()
        await ask(caller, first, "And today?")
        await first.say(spoken("It", tone(0.1)), "{oops")
        record = (await caller.until("turn_ended")).turn_ended
        await gemini_live.link()
    assert from_status(record.error).reason == "BRAIN_MALFORMED"


async def test_a_change_of_voice_holds_from_the_next_turn(
    gemini_live: GeminiLiveServer, calling: Calling
) -> None:
    """The session is taken up by a model that is set up anew."""
    async with calling() as caller:
        await caller.say(config=pb.SessionConfig())
        first = await gemini_live.link()
        await ask(caller, first, "And today?")
        await first.say(spoken("It is mild.", tone(0.1)), OVER, resumable("h1"))
        await caller.until("turn_ended")
        control = control_service_pb2_grpc.ControlServiceStub(caller.channel)
        await control.Configure(
            control_pb2.ConfigureRequest(config=control_pb2.Config(voice="Kore"))
        )
        await caller.say(text="And tomorrow?")
        second = await gemini_live.link()
        await second.until(lambda link: link.texts == ["And tomorrow?"])
    assert first.texts == ["And today?"]
    voice = second.setup["generationConfig"]["speechConfig"]["voice_config"]
    assert voice["prebuilt_voice_config"]["voice_name"] == "Kore"
    assert second.setup["sessionResumption"] == {"handle": "h1"}
