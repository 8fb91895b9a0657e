"""Tells when the tools of a turn have run for too long."""

from __future__ import annotations

import asyncio

from june_runtime.tasks import unless


class Stopwatch:
    """Runs while tools do, from zero each time."""

    def __init__(self) -> None:
        self._since: float | None = None
        self._changed = asyncio.Event()
        self._now = asyncio.get_running_loop().time

    def run(self, *, running: bool) -> None:
        """Tools begin to run, or have answered."""
        self._since = self._now() if running else None
        self._changed.set()

    async def reaches(self, seconds: float) -> None:
        """Returns once they have run for so long at a stretch; at once where they have."""
        while True:
            self._changed.clear()
            if self._since is None:
                await self._changed.wait()
                continue
            rest = self._since + seconds - self._now()
            if await unless(self._changed, asyncio.sleep(max(0.0, rest))):
                return
