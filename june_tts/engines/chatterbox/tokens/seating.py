"""Who sits in which row and which lanes of a batch, without gaps. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from june_tts.engines.chatterbox.tokens.utterance import Sampling


@dataclass(slots=True, eq=False)
class Seated:
    """An utterance that takes part.

    Attributes:
        number: its own, which no other one ever gets.
        lanes: the one with the text first.
        text_start: where in its prompt the text starts.
        limit: of tokens to draw.
    """

    number: int
    sampling: Sampling
    prompt_length: int
    text_start: int
    limit: int
    lanes: list[int] = field(default_factory=list)
    drawn: int = 0

    @property
    def position(self) -> int:
        """Of its newest token, in the cache; before the first draw, of its prompt's end."""
        return self.prompt_length + self.drawn - 1


@dataclass(frozen=True, slots=True)
class Move:
    """What was at `of` is now at `to`."""

    of: int
    to: int


@dataclass(frozen=True, slots=True)
class Vacated:
    """What must move for an utterance that left."""

    rows: Sequence[Move]
    lanes: Sequence[Move]


class Seating:
    """Rows 0 to n - 1 and lanes 0 to m - 1 are taken, all others free.

    Attributes:
        rows: who sits in each row.
    """

    def __init__(self) -> None:
        self.rows: list[Seated] = []
        self._lanes: list[Seated] = []

    @property
    def lanes(self) -> int:
        """How many are taken."""
        return len(self._lanes)

    def lane_rows(self) -> list[int]:
        """The row of each lane that is taken."""
        rows = {id(seated): row for row, seated in enumerate(self.rows)}
        return [rows[id(seated)] for seated in self._lanes]

    def owner(self, lane: int) -> Seated:
        return self._lanes[lane]

    def seat(self, seated: Seated, lanes: int) -> None:
        """In the next row and the next lanes."""
        self.rows.append(seated)
        seated.lanes = list(range(self.lanes, self.lanes + lanes))
        self._lanes += [seated] * lanes

    def vacate(self, number: int) -> Vacated | None:
        """Frees what the utterance held, None if it is not here."""
        row = next((row for row, one in enumerate(self.rows) if one.number == number), None)
        if row is None:
            return None
        leaving, last = self.rows[row], self.rows.pop()
        moves = []
        if last is not leaving:
            self.rows[row] = last
            moves = [Move(len(self.rows), row)]
        return Vacated(moves, self._vacate_lanes(leaving))

    def _vacate_lanes(self, leaving: Seated) -> Sequence[Move]:
        """Those at the end move to where lanes are left open; none moves twice."""
        left = len(self._lanes) - len(leaving.lanes)
        open_lanes = [lane for lane in leaving.lanes if lane < left]
        beyond = [lane for lane in range(left, len(self._lanes)) if lane not in leaving.lanes]
        moves = [Move(of, to) for of, to in zip(beyond, open_lanes, strict=True)]
        for move in moves:
            owner = self._lanes[move.to] = self._lanes[move.of]
            owner.lanes[owner.lanes.index(move.of)] = move.to
        del self._lanes[left:]
        return moves
