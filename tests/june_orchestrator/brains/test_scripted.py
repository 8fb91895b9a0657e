"""The brain that says what it was told to."""

from __future__ import annotations

import asyncio

import pytest

from june_orchestrator.brain import load_brain
from june_orchestrator.brains.scripted import BrainScript, ScriptedBrain, read_script
from june_orchestrator.ports import Message, Prompt, Role
from june_orchestrator.settings import OrchestratorSettings
from june_runtime.errors import SettingsError
from june_runtime.testing import run_virtual


def asked(times: int) -> Prompt:
    return Prompt([Message(Role.USER, "?")] * times)


async def timed(brain: ScriptedBrain, prompt: Prompt) -> list[tuple[float, str]]:
    now = asyncio.get_running_loop().time
    return [(round(now(), 3), token) async for token in brain.reply(prompt)]


def test_tokens_come_at_their_pace() -> None:
    """The first after its time, the others one after another."""
    brain = ScriptedBrain(BrainScript(replies=("one two three",)))
    tokens = run_virtual(timed(brain, asked(1)))
    assert tokens == [(0.3, "one"), (0.32, " two"), (0.34, " three")]


def test_each_question_has_its_reply() -> None:
    """And after the last reply the first comes again."""
    brain = ScriptedBrain(BrainScript(replies=("a", "b")))
    said = [run_virtual(timed(brain, asked(times)))[0][1] for times in (1, 2, 3)]
    assert said == ["a", "b", "a"]


@pytest.mark.parametrize("text", ["{", '{"replys": []}', '{"tokens_per_second": 0}'])
def test_a_wrong_script_is_refused(text: str) -> None:
    with pytest.raises(SettingsError) as refused:
        read_script(text)
    assert refused.value.reason == "BRAIN_SCRIPT"


def test_a_script_is_json() -> None:
    assert read_script('{"first_token_ms": 5}').first_token_ms == 5
    assert read_script("") == BrainScript()


@pytest.mark.parametrize(
    ("name", "loaded"), [("auto", "offline"), ("offline", "offline"), ("scripted", "scripted")]
)
def test_a_brain_is_loaded_by_name(name: str, loaded: str) -> None:
    assert load_brain(name, OrchestratorSettings()).name == loaded


def test_an_unknown_brain_is_refused_with_those_there_are() -> None:
    with pytest.raises(SettingsError, match="offline") as refused:
        load_brain("hal", OrchestratorSettings())
    assert refused.value.reason == "BRAIN_UNKNOWN"
