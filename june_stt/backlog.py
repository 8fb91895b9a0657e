"""What waits for an engine: in order, and never more than a little audio."""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass, replace

import numpy as np

from june_runtime.errors import TooSlow
from june_stt.engine import RATE
from june_stt.transcript import Feed, Finish, Work

# No more audio is read while the engine is so far behind...
MAX_BEHIND_SECONDS = 2.0
# ...and an engine that does not catch up for this long never will.
CATCH_UP_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Waiting:
    """Work and when it was added, on the event loop's clock."""

    work: Work
    since: float


class Backlog:
    """Work that the engine has not begun; knows how much audio that is."""

    def __init__(self) -> None:
        self._waiting: deque[Waiting] = deque()
        self._samples = 0
        self._added = asyncio.Event()
        self._taken = asyncio.Event()

    @property
    def seconds(self) -> float:
        return self._samples / RATE

    @property
    def holds_finish(self) -> bool:
        """Whether somebody waits for final words already."""
        return any(isinstance(waiting.work, Finish) for waiting in self._waiting)

    def add(self, work: Work, now: float) -> None:
        self._waiting.append(Waiting(work, now))
        self._samples += len(work.samples) if isinstance(work, Feed) else 0
        self._added.set()

    async def take(self) -> Waiting:
        """The next work; feeds that wait in a row come as one: an engine that is
        behind is not asked for every partial it missed."""
        while not self._waiting:
            self._added.clear()
            await self._added.wait()
        first = self._waiting.popleft()
        if isinstance(first.work, Feed):
            first = Waiting(self._joined(first.work), first.since)
        self._taken.set()
        return first

    async def room(self) -> None:
        """Wait until the engine has nearly caught up.

        Raises:
            TooSlow: AUDIO_OVERRUN, it does not.
        """
        while self._samples > MAX_BEHIND_SECONDS * RATE:
            self._taken.clear()
            try:
                async with asyncio.timeout(CATCH_UP_SECONDS):
                    await self._taken.wait()
            except TimeoutError:
                raise TooSlow("AUDIO_OVERRUN", "speech cannot be decoded in time") from None

    def _joined(self, feed: Feed) -> Feed:
        pieces = [feed.samples]
        while self._waiting and isinstance(following := self._waiting[0].work, Feed):
            if following.utterance != feed.utterance:
                break
            pieces.append(following.samples)
            self._waiting.popleft()
        self._samples -= sum(map(len, pieces))
        return replace(feed, samples=np.concatenate(pieces)) if len(pieces) > 1 else feed
