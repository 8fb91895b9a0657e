"""How much of a reply has been audible, by the clock. Pure.

Where no loudspeaker tells, June's answer is taken to play at its own speed from
the moment it arrives: what has arrived and is not held back plays on.
"""

from __future__ import annotations


class Playout:
    """One reply's audio as it plays. Times are seconds of one monotonic clock.

    Args:
        rate: samples per second.
        speed: how many times faster than life the clock runs.
    """

    def __init__(self, rate: int, speed: float = 1.0) -> None:
        self._rate = rate * speed
        self._arrived = 0
        self._played = 0.0
        self._at: float | None = None
        self._held = False

    def push(self, samples: int, now: float) -> None:
        """More audio has arrived."""
        self._advance(now)
        self._arrived += samples

    def hold(self, now: float) -> None:
        """Nothing plays until `go_on`."""
        self._advance(now)
        self._held = True

    def go_on(self, now: float) -> None:
        self._advance(now)
        self._held = False

    def drop(self, now: float) -> int:
        """Forgets what has not been played; returns the samples that were."""
        self._advance(now)
        self._arrived = int(self._played)
        self._held = False
        return self._arrived

    def played(self, now: float) -> int:
        """Samples audible so far; never more than have arrived."""
        self._advance(now)
        return int(self._played)

    def _advance(self, now: float) -> None:
        if self._at is not None and not self._held:
            ahead = self._played + max(0.0, now - self._at) * self._rate
            self._played = min(ahead, float(self._arrived))
        self._at = now
