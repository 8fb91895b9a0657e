"""What a model is asked, less what it refuses: the real client, a local server."""

from __future__ import annotations

from dataclasses import replace

import pytest

from june_orchestrator.manner import Manner
from june_runtime.errors import JuneError
from tests.june_orchestrator.brains.asking import PROMPT, STREAM, brain, said
from tests.june_orchestrator.chat_server import fault

pytest.importorskip("openai")


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


@pytest.mark.parametrize("option", sorted(REFUSALS.keys() - {"stream_options"}))
async def test_what_is_refused_again_fails(option: str) -> None:
    """Asking for ever would not help."""
    async with brain(fault(400, REFUSALS[option])) as (asked, server):
        with pytest.raises(JuneError) as failed:
            await said(asked, replace(PROMPT, manner=Manner(0.5, "high")))
    assert (failed.value.reason, len(server.asked)) == ("BRAIN_REQUEST", 2)


async def test_a_failure_that_is_none_of_the_requests_loses_nothing() -> None:
    """Whatever its text speaks of."""
    async with brain(fault(503, "high temperature in the rack"), STREAM) as (asked, server):
        await said(asked, replace(PROMPT, manner=Manner(0.5)))
    assert [wishes["temperature"] for wishes in server.asked] == [0.5, 0.5]


async def test_how_hard_it_thinks_is_the_turns_or_the_settings() -> None:
    """Where the turn leaves it to June, what is set for the server holds."""
    async with brain(STREAM, effort="low") as (asked, server):
        for manner in (None, Manner(), Manner(thinking="high")):
            await said(asked, replace(PROMPT, manner=manner))
    assert [wishes["reasoning_effort"] for wishes in server.asked] == ["low", "low", "high"]
