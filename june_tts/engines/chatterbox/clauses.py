"""Text cut into what can be spoken in one go. Pure.

Longer text is lost on the network, or lost by it: it is cut where a sentence ends,
else a clause, else a word, and if need be within one. Nothing is left out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

# Where a reader would breathe, the best place first.
_BREATHS = (
    re.compile(r"(?<=[.!?…])[\"')\]]*\s+|(?<=[。！？])"),
    re.compile(r"(?<=[,;:—–])\s+|(?<=[，、；：])"),
    re.compile(r"\s+"),
)
# No piece is cut shorter than this share of the longest for a better place.
_LEAST = 0.4


@dataclass(frozen=True, slots=True)
class Clause:
    """A stretch of a text; `start` is its place there."""

    start: int
    text: str


def clauses(text: str, longest: int) -> list[Clause]:
    """The text in as few pieces of at most `longest` characters as breathing allows;
    pieces without a letter or digit are left out."""
    pieces: list[Clause] = []
    start = 0
    while start < len(text):
        end, following = _cut(text, start, longest)
        piece = text[start:end]
        stripped = piece.strip()
        if any(map(str.isalnum, stripped)):
            pieces.append(Clause(start + piece.index(stripped), stripped))
        start = following
    return pieces


def _cut(text: str, start: int, longest: int) -> tuple[int, int]:
    """Where the piece from `start` ends, and where the next one begins."""
    if len(text) - start <= longest:
        return len(text), len(text)
    for breath in _BREATHS:
        cut = None
        for found in breath.finditer(text, start, start + longest + 1):
            if found.start() - start <= longest and found.end() > start:
                cut = found
        if cut is not None and cut.start() - start >= longest * _LEAST:
            return cut.start(), cut.end()
    return start + longest, start + longest
