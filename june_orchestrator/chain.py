"""A chain of brains: where one fails before anything was said, the next answers."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import AsyncExitStack, aclosing
from dataclasses import replace

from june_orchestrator.brain import tokens_of
from june_orchestrator.ports import Brain, Prompt, Usage
from june_runtime.errors import JuneError


class Chain:
    """Several brains as one, asked in order.

    The live model name is the first one's; the others keep their own.
    """

    def __init__(self, links: Sequence[Brain]) -> None:
        self.links = links
        self.name = ",".join(link.name for link in links)

    async def load(self) -> None:
        for link in self.links:
            await link.load()

    async def close(self) -> None:
        async with AsyncExitStack() as stack:
            for link in self.links:
                stack.push_async_callback(link.close)

    async def reply(self, prompt: Prompt) -> AsyncGenerator[str | Usage, None]:
        """As `answer` has it, where nothing is spoken before the end."""
        async with aclosing(answer(self, prompt, _ignore, spoken=lambda: False)) as tokens:
            async for token in tokens:
                yield token

    async def whole(self, prompt: Prompt) -> str:
        plainly = replace(prompt, streaming=False)
        return "".join([token async for token in self.reply(plainly) if isinstance(token, str)])


def _ignore(reason: str) -> None: ...
