"""Where the words of a sentence, as written, lie in its audio. Pure."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from june_tts.engine import SpokenWord
from june_tts.text import Spoken


@dataclass(frozen=True, slots=True)
class PlacedWord:
    """A written word and its place, in milliseconds of the sentence's audio."""

    text: str
    start_ms: int
    end_ms: int
    estimated: bool


def placed(
    spoken: Spoken,
    known: Sequence[SpokenWord],
    sample_rate: int,
    total: int,
    trimmed: int,
) -> list[PlacedWord]:
    """The written words with their places.

    Args:
        known: the engine's own places; where it gave none they are estimated by
            length. Places that the engine itself only estimates stay marked so.
        sample_rate: of the engine's audio, for all that follows.
        total: samples made, the silence that was cut counted.
        trimmed: samples of silence cut from the start; words move forward by as many.
    """
    exact = bool(known)
    known = known or [SpokenWord(0, len(spoken.text), trimmed, total)]
    times = _Times(known)

    def ms(sample: float) -> int:
        return round(min(max(sample - trimmed, 0), max(total - trimmed, 0)) * 1_000 / sample_rate)

    return [
        PlacedWord(
            word.text,
            ms(times.starts(word.start)),
            ms(times.ends(word.end)),
            estimated=not (exact and word.exact and times.knows(word.start, word.end)),
        )
        for word in spoken.words
    ]


class _Times:
    """The sample at which a character is spoken: straight lines through the places
    that the engine gave."""

    def __init__(self, known: Sequence[SpokenWord]) -> None:
        self._known = sorted(known, key=lambda word: word.start)
        self._starts = [word.start for word in self._known]

    def knows(self, start: int, end: int) -> bool:
        """Whether the engine is sure of a place for anything in this stretch."""
        at = bisect_right(self._starts, max(start, end - 1)) - 1
        return at >= 0 and self._known[at].end > start and not self._known[at].estimated

    def starts(self, character: int) -> float:
        """When the first word at or after `character` begins."""
        at = bisect_right(self._starts, character) - 1
        if at >= 0 and character < self._known[at].end:
            return self._within(self._known[at], character)
        following = self._known[at + 1] if at + 1 < len(self._known) else self._known[-1]
        return following.start_sample if at + 1 < len(self._known) else following.end_sample

    def ends(self, character: int) -> float:
        """When the last word before `character` ends."""
        at = bisect_right(self._starts, character - 1) - 1
        if at < 0:
            return self._known[0].start_sample
        word = self._known[at]
        return word.end_sample if character >= word.end else self._within(word, character)

    def _within(self, word: SpokenWord, character: int) -> float:
        share = (character - word.start) / max(1, word.end - word.start)
        return word.start_sample + share * (word.end_sample - word.start_sample)
