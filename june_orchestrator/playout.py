"""Where the listener is in a reply's audio. Pure: it is told the time."""

from __future__ import annotations

import math

# Audio leaves at most this far ahead of the listener: enough to ride out a
# network's jitter, little enough to take back on an interruption.
LEAD_SECONDS = 0.4
TICK = 1e-6


class Playout:
    """Follows one reply's playing and says when more audio may leave.

    The listener's place is what was last reported, carried on by the clock; for
    a caller that reports nothing it is the clock alone, from the first audio
    sent. Where audio runs out the listener waits and goes on with the next run.
    """

    def __init__(self, rate: int, lead: float = LEAD_SECONDS) -> None:
        self._rate = rate
        self._lead = lead
        self._sent = 0
        # The listener was at `_place` samples at time `_since`.
        self._place = 0.0
        self._since = 0.0
        self._paused = False
        self.first_report: tuple[int, float] | None = None

    @property
    def sent_samples(self) -> int:
        return self._sent

    def send(self, samples: int, now: float) -> None:
        """So many samples left just now."""
        self._settle(now)
        self._sent += samples

    def report(self, samples: int, now: float) -> None:
        """The caller says that it has played so many samples of the reply."""
        self._place, self._since = float(min(max(samples, 0), self._sent)), now
        if samples > 0 and self.first_report is None:
            self.first_report = (samples, now)

    def pause(self, now: float) -> None:
        self._settle(now)
        self._paused = True

    def resume(self, now: float) -> None:
        self._settle(now)
        self._paused = False

    def played(self, now: float) -> int:
        """Samples that the listener has heard."""
        return int(self._place_at(now))

    def wait(self, samples: int, now: float) -> float:
        """Seconds until so many more samples may leave; infinite while paused."""
        if self._paused:
            return math.inf
        ahead = (self._sent + samples - self._place_at(now)) / self._rate
        # A run longer than the whole lead leaves once the listener is waiting. What is
        # too little for a clock to show is nothing: who slept it would wait for ever.
        delay = min(ahead - self._lead, self.unplayed(now))
        return delay if delay > TICK else 0.0

    def unplayed(self, now: float) -> float:
        """Seconds of sent audio that the listener has yet to hear."""
        return (self._sent - self._place_at(now)) / self._rate

    def _settle(self, now: float) -> None:
        self._place, self._since = self._place_at(now), now

    def _place_at(self, now: float) -> float:
        if self._paused:
            return self._place
        return min(float(self._sent), self._place + (now - self._since) * self._rate)
