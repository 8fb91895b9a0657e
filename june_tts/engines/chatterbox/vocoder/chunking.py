"""Which speech tokens make the next chunk of audio. Pure.

A chunk is cut where its size and look-ahead are known to be there, and only there:
so the chunks of an utterance are the same however its tokens arrive. What is left
when the tokens end, and holds no further chunk with its look-ahead, is the last.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import dataclass

# What S3Gen knows as sound; the ids above are marks such as start and stop.
VOCABULARY = 6_561


def speakable(tokens: Iterable[int]) -> list[int]:
    """The tokens that stand for sound, in order; the others are dropped."""
    return [token for token in tokens if 0 <= token < VOCABULARY]


@dataclass(frozen=True, slots=True)
class Schedule:
    """How an utterance is cut.

    Attributes:
        sizes: tokens of the first chunk, the second and so on; the last one repeats.
        context: tokens before a chunk that it is made with, so that a chunk's cost
            has a bound however long the utterance is.
        look_ahead: tokens behind a chunk that it is made with: what the encoder
            looks forward.
    """

    sizes: tuple[int, ...] = (6, 12, 25, 50)
    context: int = 50
    look_ahead: int = 3

    def __post_init__(self) -> None:
        if not self.sizes or min(self.sizes) < 1:
            raise ValueError(f"chunks of {self.sizes} tokens: at least one size, each at least 1")
        if self.context < 0 or self.look_ahead < 1:
            raise ValueError("context is at least 0 tokens, look_ahead at least 1")


# First audio after nine tokens, 360 ms of speech.
GROWING = Schedule()
# An utterance is one chunk.
WHOLE = Schedule(sizes=(sys.maxsize,))


@dataclass(frozen=True, slots=True)
class Chunk:
    """Tokens `start` to `stop` are to be made audio, out of `context_start` to `seen`.

    Positions count the utterance's speakable tokens. `final` says that none follow.
    """

    context_start: int
    start: int
    stop: int
    seen: int
    final: bool


def next_chunk(schedule: Schedule, tokens: int, vocoded: int, ended: bool) -> Chunk | None:
    """The chunk that can be made now, if any.

    Args:
        tokens: speakable ones so far.
        vocoded: how many of them are audio already, whole chunks.
        ended: no more tokens will come.
    """
    stop = vocoded + _size(schedule, vocoded)
    context_start = max(0, vocoded - schedule.context)
    if tokens >= stop + schedule.look_ahead:
        return Chunk(context_start, vocoded, stop, stop + schedule.look_ahead, final=False)
    if ended:
        return Chunk(context_start, vocoded, tokens, tokens, final=True)
    return None


def due(tokens: int, vocoded: int, ended: bool, schedule: Schedule = GROWING) -> bool:
    """Whether there is a chunk to make; see next_chunk."""
    return next_chunk(schedule, tokens, vocoded, ended) is not None


def _size(schedule: Schedule, vocoded: int) -> int:
    """How many tokens the chunk has that begins at `vocoded`."""
    for size in schedule.sizes:
        if vocoded < size:
            return size
        vocoded -= size
    return schedule.sizes[-1]
