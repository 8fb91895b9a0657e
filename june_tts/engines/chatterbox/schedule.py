"""What the batch does next: who is let in, stepped, vocoded. Pure.

Work comes in pieces that cannot be broken off: reading an utterance's prompt, one
token of every row, one chunk of audio of some. The order is such that

- the first audio of anyone goes before the later audio of everyone, but for audio
  that would come too late: the two then take turns;
- between two prompts all rows are stepped, so that a crowd that comes in does not
  silence those who speak;
- whoever is far ahead of what has been heard comes last;
- who has waited longest is let in first, and nobody waits for longer than agreed.

Only the clock that is passed in is known: times are seconds.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum

from june_runtime.errors import AtCapacity

# Audio that comes less than this ahead of being heard is urgent.
URGENT_SECONDS = 0.5
# Audio that is made so far ahead may wait for everyone else.
FAR_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Limits:
    """Attributes:
    waiting: utterances that may wait to be let in.
    waiting_seconds: for so long each.
    batch: utterances that are vocoded at once.
    """

    waiting: int = 64
    waiting_seconds: float = 2.0
    batch: int = 16


class Stage(Enum):
    """What an utterance needs next of the token network."""

    WAITING = "a row"  # for its next clause, or its first
    SPEAKING = "steps"
    SPOKEN = "nothing"


@dataclass(slots=True, eq=False)
class Place:
    """An utterance as the schedule sees it.

    Attributes:
        begun: a prompt of it was read.
        due: it has tokens for a chunk of audio.
        blocked: its caller has taken too little of what was made.
        made: seconds of audio so far.
        first_at: when its first audio was made; None before.
    """

    number: int
    arrived_at: float
    stage: Stage = Stage.WAITING
    begun: bool = False
    due: bool = False
    blocked: bool = False
    made: float = 0.0
    first_at: float | None = None

    def ahead(self, now: float) -> float:
        """Seconds of audio beyond what can have been heard."""
        return -math.inf if self.first_at is None else self.made - (now - self.first_at)


@dataclass(frozen=True, slots=True)
class Prefill:
    """Read the prompt of this utterance's next clause."""

    number: int


@dataclass(frozen=True, slots=True)
class Step:
    """A token of every row."""


@dataclass(frozen=True, slots=True)
class Vocode:
    """A chunk of audio of each of these."""

    numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Refuse:
    """These have waited for too long; the schedule has forgotten them."""

    numbers: tuple[int, ...]


Action = Prefill | Step | Vocode | Refuse | None


@dataclass(slots=True)
class _Last:
    """What was done before, as far as it matters."""

    prefilled: bool = False  # since the last step
    first: bool = False  # of the last two kinds of vocoding: first chunks
    later: bool = False  # since the last step


@dataclass(slots=True)
class Schedule:
    """Utterances by number, in the order they came."""

    limits: Limits
    places: dict[int, Place] = field(default_factory=dict)
    _last: _Last = field(default_factory=_Last)

    def arrive(self, number: int, now: float, free_rows: int) -> Place:
        """Someone wants to be heard. Of its place the caller keeps the facts up to date.

        Raises:
            AtCapacity: AT_CAPACITY, too many wait already.
        """
        waiting = sum(self._is_new(place) for place in self.places.values())
        if waiting >= self.limits.waiting + free_rows:
            raise at_capacity(self.limits)
        place = self.places[number] = Place(number, now)
        return place

    def leave(self, number: int) -> None:
        """It ended or nobody wants it any more."""
        self.places.pop(number, None)

    def next(self, now: float, free_rows: int) -> Action:
        """What to do now; None if there is nothing until someone comes or takes audio."""
        late = [place.number for place in self.places.values() if self._is_late(place, now)]
        if late:
            for number in late:
                self.leave(number)
            return Refuse(tuple(late))
        action = self._next(now, free_rows)
        self._remember(action)
        return action

    def _next(self, now: float, free_rows: int) -> Action:
        last, speaking = self._last, self._any_speaking()
        firsts, laters = self._due(now)
        urgent = [place for place in laters if place.ahead(now) < URGENT_SECONDS]
        if firsts and not (urgent and last.first):
            return self._vocode(firsts)
        if urgent and not (last.later and speaking and not firsts):
            return self._vocode(urgent)
        waiting = self._next_waiting(now) if free_rows else None
        if waiting is not None and not (last.prefilled and speaking):
            return Prefill(waiting.number)
        near = [place for place in laters if place.ahead(now) < FAR_SECONDS]
        if near and not self._any_unheard() and not (last.later and speaking):
            return self._vocode(near)
        if speaking:
            return Step()
        return self._vocode(laters) if laters else None

    def _remember(self, action: Action) -> None:
        last = self._last
        match action:
            case Step():
                last.prefilled = last.later = False
            case Prefill():
                last.prefilled = True
            case Vocode(numbers):
                last.first = self.places[numbers[0]].first_at is None
                last.later = last.later or not last.first

    def _vocode(self, places: Sequence[Place]) -> Vocode:
        return Vocode(tuple(place.number for place in places[: self.limits.batch]))

    def _due(self, now: float) -> tuple[list[Place], list[Place]]:
        """Whose first chunk and whose later ones can be made; who runs dry first, first."""
        due = [place for place in self.places.values() if place.due and not place.blocked]
        firsts = [place for place in due if place.first_at is None]
        laters = [place for place in due if place.first_at is not None]
        return firsts, sorted(laters, key=lambda place: place.ahead(now))

    def _next_waiting(self, now: float) -> Place | None:
        """Whoever is about to run dry, then new ones in their order, then the others."""
        waiting = [place for place in self.places.values() if place.stage is Stage.WAITING]
        return min(waiting, key=lambda place: self._rank(place, now), default=None)

    def _rank(self, place: Place, now: float) -> tuple[int, float]:
        ahead = place.ahead(now)
        if place.first_at is None:
            return 1, place.arrived_at
        return (0 if ahead < 2 * URGENT_SECONDS else 2), ahead

    def _is_new(self, place: Place) -> bool:
        return place.stage is Stage.WAITING and not place.begun

    def _is_late(self, place: Place, now: float) -> bool:
        return self._is_new(place) and now - place.arrived_at > self.limits.waiting_seconds

    def _any_speaking(self) -> bool:
        return any(place.stage is Stage.SPEAKING for place in self.places.values())

    def _any_unheard(self) -> bool:
        return any(
            place.stage is Stage.SPEAKING and place.first_at is None
            for place in self.places.values()
        )


def at_capacity(limits: Limits) -> AtCapacity:
    return AtCapacity(
        "AT_CAPACITY",
        "all rows of the voice are taken; try again",
        retry_after=max(0.1, limits.waiting_seconds / 2),
    )
