"""How well captions have been kept up with of late. Pure."""

from __future__ import annotations

# The average looks back over about so many captions...
_CAPTIONS = 20
# ...and what is older than this says nothing about now.
_MEMORY_SECONDS = 5.0


class Load:
    """The time that a caption takes from being asked for, averaged.

    Args:
        late: seconds from which on captions are late; 0: they never are.
    """

    def __init__(self, late: float) -> None:
        self._late = late
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
        recent = now - self._noted_at <= _MEMORY_SECONDS
        return recent and 0 < self._late < self.seconds
