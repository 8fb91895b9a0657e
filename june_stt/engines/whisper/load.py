"""How well captions have been kept up with of late. Pure."""

from __future__ import annotations

# A caption that takes longer than this is a late one: the next is due by then.
LATE_SECONDS = 0.4
# The average looks back over about so many captions...
_CAPTIONS = 20
# ...and what is older than this says nothing about now.
_MEMORY_SECONDS = 5.0


class Load:
    """The time that a caption takes from being asked for, averaged."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self._noted_at = float("-inf")

    def note(self, now: float, seconds: float) -> None:
        """A caption took so long."""
        if now - self._noted_at > _MEMORY_SECONDS:
            self.seconds = 0.0
        self.seconds += (seconds - self.seconds) / _CAPTIONS
        self._noted_at = now

    def too_high(self, now: float) -> bool:
        """Whether one more stream would make everybody's captions late."""
        return now - self._noted_at <= _MEMORY_SECONDS and self.seconds > LATE_SECONDS
