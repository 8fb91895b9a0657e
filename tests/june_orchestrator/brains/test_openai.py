"""Models behind an API like OpenAI's: the real client, a local server, the wire."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from typing import Any

import pytest

from june_orchestrator.brain import load_brain, uncounted
from june_orchestrator.brains.openai import OpenAiBrain
from june_orchestrator.brains.wishes import Endpoint
from june_orchestrator.ports import Prompt, Usage
from june_orchestrator.settings import OWNER, OrchestratorSettings
from june_runtime.errors import JuneError, SettingsError
from june_runtime.settings import read
from tests.june_orchestrator.brains.asking import PROMPT, STREAM, brain, said
from tests.june_orchestrator.chat_server import (
    DONE,
    Answer,
    delta,
    fault,
)

pytest.importorskip("openai")

WHOLE = {
    "id": "c", "object": "chat.completion", "created": 1, "model": "m",
    "choices": [{
        "index": 0, "finish_reason": "stop",
        "message": {"role": "assistant", "content": "<think>hm</think>It is dry."},
    }],
    "usage": {"prompt_tokens": 7, "completion_tokens": 3, "total_tokens": 10},
}  # fmt: skip


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
