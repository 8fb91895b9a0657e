"""What is decoded next: final words first, and in one batch what can share it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from june_stt.engines.whisper.work import Aim, Piece

# Lengths of the model's window, in frames. Its cost grows with the length; but Whisper
# learnt from 30 s, and in shorter ones it stammers: docs/decisions/0020 has figures.
# One of 160 frames, or 256 where there are 128 bands, would be taken for something
# else by CTranslate2 without a word.
BUCKETS = (800, 1_000, 1_500, 2_000, 2_500, 3_000)
LONGEST = BUCKETS[-1]
# Silence that is left behind the speech.
SLACK = 256
# The search for final words keeps several candidates for each row.
FINAL_ROWS_SHARE = 4


def bucket(frames: int) -> int:
    """The shortest window that holds so much speech."""
    return next((size for size in BUCKETS if frames + SLACK <= size), LONGEST)


@dataclass(frozen=True, slots=True)
class Order:
    """Chooses batches of at most `rows` pieces."""

    rows: int

    def choose(self, waiting: Sequence[Piece]) -> list[int]:
        """The places in `waiting`, which is in order of arrival, of the next batch.

        Somebody waits for a FINAL: these go first. Among the others the oldest decides,
        and takes along what asks for the same search, has as long a prompt (a condition
        of CTranslate2's) and fits into its window.
        """
        first = min(range(len(waiting)), key=lambda at: (waiting[at].aim is not Aim.FINAL, at))
        lead = waiting[first]
        searched = lead.aim is not Aim.PARTIAL
        room = max(1, self.rows // FINAL_ROWS_SHARE) if searched else self.rows
        fitting = [
            at
            for at, piece in enumerate(waiting)
            if piece.aim is lead.aim
            and len(piece.prompt) == len(lead.prompt)
            and (at == first or bucket(len(piece.frames)) <= bucket(len(lead.frames)))
        ]
        return fitting[:room]
