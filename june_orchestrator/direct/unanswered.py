"""What the user said and got no answer to yet. Pure.

A connection that takes over is told it again, so that nothing is lost between two.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

from june_orchestrator.direct.ports import HEARS, Item, Sound, Written

# Sound that is older is forgotten: it is mostly silence by then.
KEPT_SECONDS = 30.0
# When a session is said to be resumable, the last of what was sent is still on its way.
MARGIN_SECONDS = 0.5
MAX_ITEMS = 2_048


class Unanswered:
    """Items in the order in which they came, bounded in number and in sound."""

    def __init__(self) -> None:
        self._items: deque[Item] = deque()
        self._seconds = 0.0

    @property
    def items(self) -> Sequence[Item]:
        return tuple(self._items)

    @property
    def written(self) -> bool:
        """Whether a question in writing is among them."""
        return any(isinstance(item, Written) for item in self._items)

    def add(self, item: Item) -> None:
        self._items.append(item)
        self._seconds += _seconds(item)
        self._keep(KEPT_SECONDS)
        while len(self._items) > MAX_ITEMS:
            self._seconds -= _seconds(self._items.popleft())

    def answered(self) -> None:
        """A reply has begun: it is to all of this."""
        self._items.clear()
        self._seconds = 0.0

    def remembered(self) -> None:
        """The model keeps the sound in mind, whoever connects to it next."""
        self._keep(MARGIN_SECONDS)

    def _keep(self, most: float) -> None:
        """Forgets the oldest sound beyond so many seconds; never what was written."""
        while self._seconds > most:
            sounds = (at for at, item in enumerate(self._items) if isinstance(item, Sound))
            oldest = next(sounds)
            self._seconds -= _seconds(self._items[oldest])
            del self._items[oldest]


def _seconds(item: Item) -> float:
    return HEARS.seconds(item.pcm) if isinstance(item, Sound) else 0.0
