"""Models behind an API like OpenAI's: the real client, a local server, the wire."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing, asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest

from june_orchestrator.brain import Count, load_brain, uncounted
from june_orchestrator.brains.openai import OpenAiBrain
from june_orchestrator.brains.wishes import Endpoint
from june_orchestrator.manner import Manner
from june_orchestrator.ports import Message, Prompt, Role, Usage
from june_orchestrator.settings import OWNER, OrchestratorSettings
from june_runtime.errors import JuneError, SettingsError
from june_runtime.settings import read
from tests.june_orchestrator.chat_server import (
    DONE,
    Answer,
    ChatServer,
    chat_server,
    delta,
    fault,
    usage,
)

pytest.importorskip("openai")

PROMPT = Prompt(
    [Message(Role.USER, "Hi."), Message(Role.ASSISTANT, "Yes?"), Message(Role.USER, "?")]
)
STREAM = Answer([delta("It "), delta("is dry."), delta(ended="stop"), usage(7, 3), DONE])
WHOLE = {
    "id": "c", "object": "chat.completion", "created": 1, "model": "m",
    "choices": [{
        "index": 0, "finish_reason": "stop",
        "message": {"role": "assistant", "content": "<think>hm</think>It is dry."},
    }],
    "usage": {"prompt_tokens": 7, "completion_tokens": 3, "total_tokens": 10},
}  # fmt: skip


@asynccontextmanager
async def brain(
    *answers: Answer, count: Count = uncounted, **endpoint: str
) -> AsyncGenerator[tuple[OpenAiBrain, ChatServer], None]:
    """A loaded brain over a server that gives these answers."""
    async with chat_server(*answers) as server:
        asked = OpenAiBrain(Endpoint(**{"url": server.url, "model": "m"} | endpoint), count)
        await asked.load()
        try:
            async with asyncio.timeout(20):
                yield asked, server
        finally:
            await asked.close()


async def said(asked: OpenAiBrain, prompt: Prompt = PROMPT) -> list[str | Usage]:
    return [piece async for piece in asked.reply(prompt)]


async def test_an_answer_streams_and_ends_with_what_it_cost() -> None:
    async with brain(STREAM) as (asked, _):
        assert await said(asked) == ["It ", "is dry.", Usage(7, 3)]


async def test_the_model_is_told_everything() -> None:
    """History, instruction, cap, effort and key; the live model goes before the usual one."""
    told = Prompt(PROMPT.messages, "Be brief.", max_output_tokens=9, model="live")
    async with brain(STREAM, key="secret", effort="low") as (asked, server):
        await said(asked, told)
    assert server.keys == ["Bearer secret"]
    assert server.asked == [
        {
            "model": "live",
            "messages": [
                {"role": "system", "content": "Be brief."},
                {"role": "user", "content": "Hi."},
                {"role": "assistant", "content": "Yes?"},
                {"role": "user", "content": "?"},
            ],
            "max_tokens": 9,
            "reasoning_effort": "low",
            "stream": True,
            "stream_options": {"include_usage": True},
        }
    ]


async def test_what_is_not_set_is_not_sent() -> None:
    async with brain(STREAM) as (asked, server):
        await said(asked)
    assert "reasoning_effort" not in server.asked[0]
    assert server.asked[0]["model"] == "m"


async def test_reasoning_is_never_spoken() -> None:
    """By whichever field it comes, or in the text itself, cut in the middle of a tag."""
    chunks: list[dict[str, Any] | str] = [
        delta("", reasoning_content="Hm."),
        delta("", reasoning="Hm."),
        delta("<thi"),
        delta("nk>Hm.</thi"),
        delta("nk>Dry."),
        delta(ended="stop"),
        DONE,
    ]
    async with brain(Answer(chunks)) as (asked, _):
        assert await said(asked) == ["Dry."]


async def test_the_whole_answer_comes_without_its_thoughts() -> None:
    async with brain(Answer(body=WHOLE)) as (asked, server):
        assert await asked.whole(PROMPT) == ("It is dry.", Usage(7, 3))
    assert server.asked[0]["stream"] is False
    assert "stream_options" not in server.asked[0]


async def test_a_server_that_does_not_tell_usage_is_asked_without() -> None:
    """Once; later questions do not ask for it."""
    refusal = fault(400, "Unrecognized request argument: stream_options")
    async with brain(refusal, STREAM) as (asked, server):
        await said(asked)
        await said(asked)
    assert ["stream_options" in wishes for wishes in server.asked] == [True, False, False]


REFUSALS = {
    "temperature": "Unsupported value: 'temperature' does not support 0.5 with this model.",
    "reasoning_effort": "Unrecognized request argument supplied: reasoning_effort",
    "stream_options": "stream_options is not supported",
    "max_tokens": "Unsupported parameter: 'max_tokens' is not supported with this model."
    " Use 'max_completion_tokens' instead.",
}


@pytest.mark.parametrize("option", REFUSALS)
async def test_what_a_model_refuses_it_is_asked_without(option: str) -> None:
    """At once, from then on, and it is counted; another model is asked for it still."""
    manner = replace(PROMPT, manner=Manner(0.5, "high"))
    counted: list[str] = []
    async with brain(fault(400, REFUSALS[option]), STREAM, count=counted.append) as (asked, server):
        for prompt in (manner, manner, replace(manner, model="another")):
            assert (await said(asked, prompt))[0] == "It "
    assert [option in wishes for wishes in server.asked] == [True, False, False, True]
    capped = [
        wishes.get("max_tokens", wishes.get("max_completion_tokens")) for wishes in server.asked
    ]
    assert capped == [PROMPT.max_output_tokens] * 4
    others = REFUSALS.keys() - {option, "max_tokens"}
    assert all(others <= wishes.keys() for wishes in server.asked)
    assert counted == ["options_refused"]


async def test_a_model_may_refuse_one_thing_after_the_other() -> None:
    """What is left is asked; what it cannot do without fails by its name."""
    refusals = [fault(400, text) for text in REFUSALS.values()]
    async with brain(*refusals, fault(400, "temperature, messages")) as (asked, server):
        with pytest.raises(JuneError) as failed:
            await said(asked, replace(PROMPT, manner=Manner(0.5, "high")))
    assert failed.value.reason == "BRAIN_REQUEST"
    assert len(server.asked) == len(REFUSALS) + 1
    assert server.asked[-1].keys() == {"model", "messages", "max_completion_tokens", "stream"}


async def test_how_hard_it_thinks_is_the_turns_or_the_settings() -> None:
    """Where the turn leaves it to June, what is set for the server holds."""
    async with brain(STREAM, effort="low") as (asked, server):
        for manner in (None, Manner(), Manner(thinking="high")):
            await said(asked, replace(PROMPT, manner=manner))
    assert [wishes["reasoning_effort"] for wishes in server.asked] == ["low", "low", "high"]


FAULTS: list[tuple[Answer, str, int]] = [
    (fault(400, "maximum context length is 10", "context_length_exceeded"),
     "BRAIN_CONTEXT_TOO_LONG", 1),
    (fault(400, "the request exceeds the available context size"), "BRAIN_CONTEXT_TOO_LONG", 1),
    (fault(413, "too large"), "BRAIN_CONTEXT_TOO_LONG", 1),
    (fault(400, "temperature is odd"), "BRAIN_REQUEST", 1),
    (fault(400, "streaming is not supported"), "STREAMING_UNSUPPORTED", 1),
    (fault(501, "stream: not implemented"), "STREAMING_UNSUPPORTED", 1),
    (fault(401, "bad key"), "BRAIN_KEY", 1),
    (fault(403, "not you"), "BRAIN_FORBIDDEN", 1),
    (fault(404, "no such model"), "BRAIN_MODEL_UNKNOWN", 1),
    (fault(429, "slow down"), "BRAIN_QUOTA", 1),
    (fault(429, "slow down", retry_after="30"), "BRAIN_QUOTA", 1),
    (fault(503, "loading"), "BRAIN_UNAVAILABLE", 3),
    (Answer([delta("It "), delta("is")], cut=True), "BRAIN_CUT", 1),
    (Answer([delta("It is"), DONE]), "BRAIN_CUT", 1),
    (Answer([delta("It "), "{not json"]), "BRAIN_MALFORMED", 1),
    (Answer([delta("It "), {"choices": 3}]), "BRAIN_MALFORMED", 1),
    (Answer([delta("It "), {"error": {"message": "out of memory"}}]), "BRAIN_UNAVAILABLE", 1),
    (Answer([delta(), delta(ended="stop"), DONE]), "BRAIN_EMPTY", 1),
    (Answer([delta("<think>on and on"), delta(ended="length"), DONE]), "BRAIN_EMPTY", 1),
    (Answer([delta("It "), delta(ended="content_filter"), DONE]), "BRAIN_BLOCKED", 1),
]  # fmt: skip


@pytest.mark.parametrize(("answer", "reason", "times"), FAULTS)
async def test_every_fault_has_its_name(answer: Answer, reason: str, times: int) -> None:
    """And is asked for again only where that may help and nothing has come yet."""
    async with brain(answer) as (asked, server):
        with pytest.raises(JuneError) as failed:
            await said(asked)
    assert failed.value.reason == reason
    assert len(server.asked) == times


async def test_a_quota_tells_when_to_come_back() -> None:
    async with brain(fault(429, "slow down", retry_after="30")) as (asked, _):
        with pytest.raises(JuneError) as failed:
            await said(asked)
    assert failed.value.retry_after == 30


@pytest.mark.parametrize(
    "hiccup", [fault(503, "loading"), fault(429, "slow down", retry_after="0.01")]
)
async def test_a_hiccup_before_the_first_token_is_not_noticed(hiccup: Answer) -> None:
    async with brain(hiccup, hiccup, STREAM) as (asked, _):
        assert (await said(asked))[:2] == ["It ", "is dry."]


@pytest.mark.parametrize("body", ["<html>", {"choices": None}])
async def test_a_whole_answer_that_is_none_is_malformed(body: Any) -> None:
    async with brain(Answer(body=body)) as (asked, _):
        with pytest.raises(JuneError) as failed:
            await asked.whole(PROMPT)
    assert failed.value.reason == "BRAIN_MALFORMED"


async def test_a_server_that_is_gone_does_not_keep_june_from_starting() -> None:
    """Each answer then fails by name."""
    gone = OpenAiBrain(Endpoint("http://127.0.0.1:1/v1", "m"), uncounted)
    await gone.load()
    with pytest.raises(JuneError) as failed:
        await said(gone)
    await gone.close()
    assert failed.value.reason == "BRAIN_GONE"


async def test_closing_an_answer_closes_its_stream() -> None:
    """The server may stop writing."""
    async with brain(Answer([delta("It ")], hold=True)) as (asked, server):
        async with aclosing(asked.reply(PROMPT)) as pieces:
            assert await anext(pieces) == "It "
        await server.left.wait()


async def test_cancelling_a_question_closes_its_stream() -> None:
    """Also before the first token."""
    async with brain(Answer([], hold=True)) as (asked, server):
        async with asyncio.TaskGroup() as tasks:
            question = tasks.create_task(said(asked))
            await server.reached.wait()
            question.cancel()
        await server.left.wait()


async def test_a_brain_is_made_of_the_settings() -> None:
    """Its own model goes before the one for all; the key stays secret."""
    settings = read(
        OrchestratorSettings,
        {
            "JUNE_ORCH_OPENAI_URL": "http://127.0.0.1:1/v1",
            "JUNE_ORCH_OPENAI_MODEL": "own",
            "JUNE_ORCH_BRAIN_MODEL": "for all",
            "JUNE_ORCH_REASONING_EFFORT": "low",
            "OPENAI_API_KEY": "secret",
        },
        OWNER,
    )
    made = load_brain("openai", settings)
    assert isinstance(made, OpenAiBrain)
    assert made.endpoint == Endpoint("http://127.0.0.1:1/v1", "own", "secret", "low")
    assert "secret" not in repr(settings)
    assert "secret" not in repr(made.endpoint)


async def test_what_is_missing_is_told_by_its_variables() -> None:
    """Before anything is asked."""
    with pytest.raises(SettingsError) as wrong:
        await load_brain("openai", OrchestratorSettings()).load()
    assert set(wrong.value.fields) == {"JUNE_ORCH_OPENAI_URL", "JUNE_ORCH_BRAIN_MODEL"}
