"""A chain of brains: where one fails before a sentence was said, the next answers."""

from __future__ import annotations

import logging
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import AsyncExitStack, aclosing
from dataclasses import replace

from june_orchestrator.brain import Count, load_brain, tokens_of, uncounted
from june_orchestrator.ports import Brain, Piece, Prompt
from june_orchestrator.settings import OrchestratorSettings
from june_runtime.errors import JuneError

log = logging.getLogger(__name__)


class Chain:
    """Brains in the order in which they are asked."""

    def __init__(self, links: Sequence[Brain]) -> None:
        self.links = links
        self.name = ",".join(link.name for link in links)

    async def load(self) -> None:
        """Everything that the first turn shall not wait for. Raises SettingsError."""
        for link in self.links:
            await link.load()

    async def close(self) -> None:
        async with AsyncExitStack() as stack:
            for link in self.links:
                stack.push_async_callback(link.close)


def load_chain(settings: OrchestratorSettings, count: Count = uncounted) -> Chain:
    """The brains that are named in the settings. Raises SettingsError."""
    return Chain([load_brain(name, settings, count) for name in settings.brain])


async def answer(
    brain: Brain | Chain,
    prompt: Prompt,
    fell_back: Callable[[str], None],
    taken_over: Callable[[], bool],
) -> AsyncGenerator[Piece, None]:
    """The answer of the first brain that gives one.

    Each has an equal share of the time to a first token. The model that the prompt
    names is the first brain's; the others keep their own.

    Args:
        fell_back: told why the answer comes in another way than asked for.
        taken_over: called where the next brain is about to begin anew. What came
            before is void, unless some of it was said: then it returns False, and
            the failure stands.

    Raises:
        JuneError: the last asked brain's.
    """
    links = brain.links if isinstance(brain, Chain) else (brain,)
    failures: list[str] = []

    def tell(reason: str) -> None:
        fell_back(", ".join([*failures, reason]))

    for place, link in enumerate(links):
        own = replace(prompt, model="") if place else prompt
        if failures:
            tell(f"answered by {link.name}")
        try:
            async with aclosing(tokens_of(link, own, tell, share=1 / len(links))) as tokens:
                async for token in tokens:
                    yield token
        except JuneError as failed:
            log.warning("the brain %s failed: %s: %s", link.name, failed.reason, failed.message)
            failures.append(f"{failed.reason} of {link.name}")
            if link is links[-1] or not taken_over():
                raise
        else:
            return
