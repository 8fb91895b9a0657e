"""What happens in a session, in the order in which it happened."""

from __future__ import annotations

import asyncio

from june_orchestrator.ports import Input, Judge

# Far more than a session produces while one event is handled.
LIMIT = 256


class Inbox:
    """A bounded queue of inputs with a clock on it."""

    def __init__(self) -> None:
        self._queue: asyncio.Queue[Input | None] = asyncio.Queue(LIMIT)

    async def put(self, event: Input) -> None:
        await self._queue.put(event)

    async def close(self) -> None:
        """Nothing more will come from the user."""
        await self._queue.put(None)

    async def take(self, judge_at: float | None) -> Input | None:
        """The next input; a Judge once `judge_at` is reached; None at the end."""
        if judge_at is None:
            return await self._queue.get()
        try:
            async with asyncio.timeout_at(judge_at):
                return await self._queue.get()
        except TimeoutError:
            return Judge()
