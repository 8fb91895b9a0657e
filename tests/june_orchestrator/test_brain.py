"""Asking a brain: its tokens as they come, and never waiting for ever."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from dataclasses import replace

import pytest

from june_orchestrator.brain import (
    FIRST_TOKEN_SECONDS,
    NEXT_TOKEN_SECONDS,
    WHOLE_SECONDS,
    tokens_of,
)
from june_orchestrator.ports import (
    STREAMING_UNSUPPORTED,
    Brain,
    Message,
    Piece,
    Prompt,
    Role,
    Usage,
)
from june_runtime.errors import NotServed, TimedOut
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

    async def load(self) -> None: ...
    async def close(self) -> None: ...

    async def whole(self, prompt: Prompt) -> tuple[str, Usage | None]:
        return "".join([token async for token in self.reply(prompt)]), None


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


class Plain(Slow):
    """Its API has no streaming call."""

    async def reply(self, prompt: Prompt) -> AsyncGenerator[str, None]:
        raise NotServed(STREAMING_UNSUPPORTED, "no streaming call")
        yield ""

    async def whole(self, prompt: Prompt) -> tuple[str, Usage | None]:
        await asyncio.sleep(sum(self._waits))
        return "so it is", Usage(7, 3)


async def said(brain: Brain, prompt: Prompt) -> tuple[list[Piece], list[str]]:
    """The pieces, and the reasons for falling back."""
    reasons: list[str] = []
    return [token async for token in tokens_of(brain, prompt, reasons.append)], reasons


def test_a_brain_that_cannot_stream_is_asked_for_the_whole() -> None:
    """And it is said why; the answer's cost is told as that of others is."""
    assert run_virtual(said(Plain([1.0]), PROMPT)) == (
        ["so it is", Usage(7, 3)],
        [STREAMING_UNSUPPORTED],
    )


def test_one_that_is_not_to_stream_is_asked_for_the_whole_at_once() -> None:
    plainly = replace(PROMPT, streaming=False)
    assert run_virtual(said(Slow([1.0, 1.0]), plainly)) == (["soso"], [])


def test_a_whole_answer_that_never_comes_is_given_up() -> None:
    async def asked_plainly() -> float:
        with pytest.raises(TimedOut):
            await said(Plain([1_000.0]), PROMPT)
        return asyncio.get_running_loop().time()

    assert run_virtual(asked_plainly()) == WHOLE_SECONDS


def test_what_else_a_brain_does_not_serve_is_no_reason_to_ask_again() -> None:
    class Foreign(Plain):
        async def reply(self, prompt: Prompt) -> AsyncGenerator[str, None]:
            raise NotServed("MODEL_UNKNOWN", "no such model")
            yield ""

    with pytest.raises(NotServed, match="no such model"):
        run_virtual(said(Foreign([]), PROMPT))
