"""A brain over the real client, and the server on loopback that it talks to."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import pytest
from pydantic import SecretStr

from june_orchestrator.brain import Count, load_brain, uncounted
from june_orchestrator.ports import Brain, Message, Prompt, Role, ToolUse, Usage
from june_orchestrator.settings import OrchestratorSettings
from tests.gemini_server import KEY, GeminiServer, gemini_server

QUESTION = Prompt(
    [
        Message(Role.USER, "Hello"),
        Message(Role.ASSISTANT, "Hello to you."),
        Message(Role.USER, "How are you?"),
    ],
    system_instruction="Be brief.",
    max_output_tokens=99,
)

MakeBrain = Callable[..., AbstractAsyncContextManager[Brain]]


@pytest.fixture(autouse=True)
def _with_gemini(gemini_extra: None) -> None:
    """All of these tests need the client."""


@pytest.fixture
async def gemini() -> AsyncGenerator[GeminiServer, None]:
    async with gemini_server() as server:
        yield server


@pytest.fixture
def make_brain(gemini: GeminiServer, monkeypatch: pytest.MonkeyPatch) -> MakeBrain:
    """A loaded brain; `async with make_brain(temperature=0.5) as brain`."""
    from june_orchestrator.brains.gemini import brain as module

    monkeypatch.setattr(module, "BACKOFF_SECONDS", (0.0, 0.0))

    @asynccontextmanager
    async def make(count: Count = uncounted, **settings: Any) -> AsyncGenerator[Brain, None]:
        usual = {"brain": "gemini", "gemini_key": SecretStr(KEY), "gemini_url": gemini.url}
        brain = load_brain("gemini", OrchestratorSettings(**usual | settings), count)
        try:
            await brain.load()
            yield brain
        finally:
            await brain.close()

    return make


@pytest.fixture
async def brain(make_brain: MakeBrain) -> AsyncGenerator[Brain, None]:
    async with make_brain() as made:
        yield made


async def pieces_of(brain: Brain, prompt: Prompt = QUESTION) -> list[str | Usage]:
    """What it says and what that costs."""
    return [piece async for piece in brain.reply(prompt) if not isinstance(piece, ToolUse)]
