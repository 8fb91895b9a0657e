"""Looking at something now and then, for all who ask."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

log = logging.getLogger(__name__)

# What was looked at so lately is as it was.
FRESH_SECONDS = 3.0
# Nobody is held up for longer by a look, which a busy thread or a slow disk may delay.
PATIENCE_SECONDS = 1.0


class Glances:
    """See the module. The time is the event loop's.

    Args:
        look: takes the look; one at a time.
        fresh: seconds from the beginning of one to the next one, at least.
        patience: seconds that whoever asks waits.
    """

    def __init__(
        self,
        look: Callable[[], Awaitable[None]],
        fresh: float = FRESH_SECONDS,
        patience: float = PATIENCE_SECONDS,
    ) -> None:
        self._look, self._fresh, self._patience = look, fresh, patience
        self._looked_at: float | None = None
        self._one = asyncio.Lock()

    async def ask(self) -> None:
        """Returns when there was a look lately, or its patience is at its end. Raises
        nothing: whoever asks goes on with what is known."""
        try:
            async with asyncio.timeout(self._patience), self._one:
                now = asyncio.get_running_loop().time()
                if self._looked_at is None or now - self._looked_at >= self._fresh:
                    self._looked_at = now
                    await self._look()
        except TimeoutError:
            log.warning("a look takes long", extra={"seconds": self._patience})
        except Exception:
            log.exception("a look failed")
