"""A brain over the real client, and a local server that it asks."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from june_orchestrator.brain import Count, uncounted
from june_orchestrator.brains.openai import OpenAiBrain
from june_orchestrator.brains.wishes import Endpoint
from june_orchestrator.ports import Message, Prompt, Role, Usage
from tests.june_orchestrator.chat_server import DONE, Answer, ChatServer, chat_server, delta, usage

PROMPT = Prompt(
    [Message(Role.USER, "Hi."), Message(Role.ASSISTANT, "Yes?"), Message(Role.USER, "?")]
)
STREAM = Answer([delta("It "), delta("is dry."), delta(ended="stop"), usage(7, 3), DONE])


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
