"""Asking a brain: its tokens as they come, and never waiting for ever."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence

import pytest

from june_orchestrator.brain import FIRST_TOKEN_SECONDS, NEXT_TOKEN_SECONDS, tokens_of
from june_orchestrator.ports import Message, Prompt, Role
from june_runtime.errors import TimedOut
from june_runtime.testing import run_virtual

PROMPT = Prompt([Message(Role.USER, "?")])


class Slow:
    """Waits so long before each token."""

    name = "slow"

    def __init__(self, waits: Sequence[float]) -> None:
        self._waits = waits
        self.closed = False

    async def reply(self, prompt: Prompt) -> AsyncGenerator[str, None]:
        try:
            for wait in self._waits:
                await asyncio.sleep(wait)
                yield "so"
        finally:
            self.closed = True

    async def whole(self, prompt: Prompt) -> str:
        return "".join([token async for token in self.reply(prompt)])


async def asked(brain: Slow) -> tuple[int, float, TimedOut | None]:
    """How many tokens came, when it ended, and why."""
    tokens, now = 0, asyncio.get_running_loop().time
    try:
        async for _ in tokens_of(brain, PROMPT, fell_back=lambda _: None):
            tokens += 1
    except TimedOut as silent:
        return tokens, now(), silent
    return tokens, now(), None


def test_a_slow_brain_is_waited_for() -> None:
    brain = Slow([FIRST_TOKEN_SECONDS - 1, NEXT_TOKEN_SECONDS - 1, NEXT_TOKEN_SECONDS - 1])
    assert run_virtual(asked(brain))[0::2] == (3, None)


@pytest.mark.parametrize(
    ("waits", "ended"), [([1_000.0], FIRST_TOKEN_SECONDS), ([1.0, 1_000.0], 1 + NEXT_TOKEN_SECONDS)]
)
def test_a_silent_brain_is_given_up(waits: list[float], ended: float) -> None:
    """Before the first token or after it: typed, in time, and its answer is closed."""
    brain = Slow(waits)
    tokens, at, silent = run_virtual(asked(brain))
    assert tokens == len(waits) - 1
    assert at == ended
    assert silent is not None
    assert silent.reason == "BRAIN_SILENT"
    assert brain.closed
