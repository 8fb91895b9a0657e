"""Everything that can go wrong at Gemini is an error with a name."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import pytest

from june_orchestrator.brains.gemini import failures
from june_orchestrator.ports import STREAMING_UNSUPPORTED, Brain
from june_runtime.errors import AtCapacity, Forbidden, InvalidInput, JuneError, NotServed
from june_runtime.errors import Unavailable as Gone
from tests.gemini_server import KEY, Answer, GeminiServer, chunk, error, said
from tests.june_orchestrator.brains.gemini.conftest import QUESTION, pieces_of

RETRY_INFO = {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "37.5s"}
BLOCKED: dict[str, Any] = {"promptFeedback": {"blockReason": "PROHIBITED_CONTENT"}}

FAILURES = {
    "no key": (Answer(error(403, "Forbidden"), 403), Gone, "BRAIN_KEY_REFUSED"),
    "wrong key": (Answer(error(400, "API key not valid."), 400), Gone, "BRAIN_KEY_REFUSED"),
    "stale token": (Answer(error(401, "Unauthorized"), 401), Gone, "BRAIN_KEY_REFUSED"),
    "unknown model": (Answer(error(404, "not found"), 404), NotServed, "BRAIN_MODEL_UNKNOWN"),
    "quota": (Answer(error(429, "Too many"), 429), AtCapacity, "BRAIN_QUOTA"),
    "overload": (Answer(error(503, "Overloaded"), 503), Gone, "BRAIN_UNAVAILABLE"),
    "a proxy's page": (Answer(["<html>"], 502), Gone, "BRAIN_UNAVAILABLE"),
    "bad request": (Answer(error(400, "No."), 400), InvalidInput, "BRAIN_REFUSED"),
    "no streaming": (
        Answer(error(400, "Streaming is not supported."), 400), NotServed, STREAMING_UNSUPPORTED,
    ),
    "blocked question": (Answer([BLOCKED]), Forbidden, "BRAIN_BLOCKED"),
    "blocked answer": (Answer(said("Well", finish="SAFETY")), Forbidden, "BRAIN_BLOCKED"),
    "malformed call": (
        Answer([chunk([], "MALFORMED_FUNCTION_CALL")]), Gone, "BRAIN_MALFORMED",
    ),
    "a reason of tomorrow's": (Answer(said("Well", finish="BAD_MOOD")), Gone, "BRAIN_MALFORMED"),
    "no JSON": (Answer(["data: {oops\r\n\r\n"]), Gone, "BRAIN_MALFORMED"),
    "other JSON": (Answer(["data: [1]\r\n\r\n"]), Gone, "BRAIN_CUT"),
    "wrong types": (Answer(['data: {"candidates": 7}\r\n\r\n']), Gone, "BRAIN_MALFORMED"),
    "nothing": (Answer(said()), Gone, "BRAIN_EMPTY"),
    "cut at once": (Answer([], cut=True), Gone, "BRAIN_CUT"),
    "cut in the middle": (Answer([chunk([{"text": "Well"}])], cut=True), Gone, "BRAIN_CUT"),
    "ends unfinished": (Answer([chunk([{"text": "Well"}])]), Gone, "BRAIN_CUT"),
    "error in the stream": (
        Answer([chunk([{"text": "Well"}]), *error(503, "Overloaded")]), Gone, "BRAIN_UNAVAILABLE",
    ),
}  # fmt: skip


@pytest.mark.filterwarnings("ignore:BAD_MOOD is not a valid FinishReason")
@pytest.mark.parametrize("case", FAILURES)
async def test_what_goes_wrong_has_a_name(gemini: GeminiServer, brain: Brain, case: str) -> None:
    answer, kind, reason = FAILURES[case]
    gemini.answers = [answer]
    with pytest.raises(JuneError) as failed:
        await pieces_of(brain)
    assert isinstance(failed.value, kind)
    assert failed.value.reason == reason


@pytest.mark.parametrize(
    ("answer", "seconds"),
    [
        (Answer(error(429, "No", details=[{"@type": "x"}, RETRY_INFO]), 429), 37.5),
        (Answer(error(429, "No"), 429, {"retry-after": "12"}), 12.0),
        (Answer(error(429, "No"), 429), None),
        (Answer(error(429, "No"), 429, {"retry-after": "Wed, 21 Oct 2026 07:28:00 GMT"}), None),
    ],
)
async def test_quota_tells_when_to_come_back(
    gemini: GeminiServer, brain: Brain, answer: Answer, seconds: float | None
) -> None:
    """Where Gemini says so, in either way."""
    gemini.answers = [answer]
    with pytest.raises(AtCapacity) as failed:
        await pieces_of(brain)
    assert failed.value.retry_after == seconds


@pytest.mark.parametrize("passing", [Answer(error(503, "No"), 503), Answer([], cut=True)])
async def test_what_may_pass_is_tried_again(
    gemini: GeminiServer, brain: Brain, passing: Answer
) -> None:
    gemini.answers = [passing, passing, Answer(said("Well."))]
    assert (await pieces_of(brain))[0] == "Well."


async def test_nothing_is_tried_for_ever(gemini: GeminiServer, brain: Brain) -> None:
    """Twice again, and no more."""
    gemini.answers = [Answer(error(503, "No"), 503)]
    with pytest.raises(Gone):
        await pieces_of(brain)
    assert len(gemini.bodies) == 3


async def test_nothing_is_said_twice(gemini: GeminiServer, brain: Brain) -> None:
    """After the first word there is no second try."""
    gemini.answers = [Answer([chunk([{"text": "Well"}])], cut=True), Answer(said("Well."))]
    pieces = brain.reply(QUESTION)
    assert await anext(pieces) == "Well"
    with pytest.raises(Gone):
        await anext(pieces)
    assert len(gemini.bodies) == 1


async def test_a_server_that_is_not_there_has_a_name(gemini: GeminiServer, brain: Brain) -> None:
    """Even where it was there before."""
    await gemini.leave()
    async with asyncio.timeout(10):
        with pytest.raises(Gone) as failed:
            await pieces_of(brain)
    assert failed.value.reason == "BRAIN_UNREACHABLE"


@pytest.mark.parametrize("case", ["wrong key", "quota", "bad request", "error in the stream"])
async def test_no_key_shows(
    gemini: GeminiServer, brain: Brain, case: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Neither in a log line, however much is logged, nor in an error, even where Gemini
    repeats it."""
    caplog.set_level(logging.DEBUG)
    answer = FAILURES[case][0]
    body = [_with_key(each) for each in answer.body]
    gemini.answers = [Answer(body, answer.status, answer.headers, answer.cut)]
    with pytest.raises(JuneError) as failed:
        await pieces_of(brain)
    assert gemini.asked[-1].headers["x-goog-api-key"] == KEY
    assert KEY not in caplog.text
    assert KEY not in str([vars(record) for record in caplog.records])
    assert KEY not in f"{failed.value!r} {failed.value.fields} {failed.value.__cause__!r}"


def _with_key(event: Any) -> Any:
    """A refusal that repeats the key."""
    if isinstance(event, dict) and "error" in event:
        return {"error": event["error"] | {"message": f"{event['error']['message']} {KEY}"}}
    return event


def test_every_passing_reason_is_one_that_exists() -> None:
    """What is tried again is named as the errors are."""
    named = {failures.cut().reason, failures.unreachable().reason}
    named.add(failures.refusal(503, {}, {}, "m").reason)
    assert named == failures.PASSING
