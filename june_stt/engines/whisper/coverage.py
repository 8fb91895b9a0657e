"""Whether words were found for all that was said. Pure.

Whisper without timestamps may take a pause for the end, and leave out the sentences
behind it, or between two that it has. It gives no sign of that: but then there is
speech where no word is.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from june_stt.engines.whisper.mel import FRAMES_PER_SECOND, Frames, Matrix
from june_stt.engines.whisper.work import DecodedWord

# Speech is as loud as this, measured by what the words are in the middle.
LOUD = 0.3
# So many loud frames in a row of gaps are no breath and no misplaced word.
UNHEARD = FRAMES_PER_SECOND
# No word is longer: the rest of it is alignment that did not know where to go.
LONGEST_WORD = FRAMES_PER_SECOND


def leaves_out(words: Sequence[DecodedWord], level: Matrix) -> bool:
    """Whether there is a stretch of speech without words.

    Args:
        words: with their places.
        level: of the frames that they were found in.
    """
    covered = np.zeros(len(level), bool)
    for word in words:
        covered[word.start : min(word.end, word.start + LONGEST_WORD)] = True
    if not covered.any():
        return False
    loud = level > LOUD * np.median(level[covered])
    # The places of words lie where a run of uncovered frames is interrupted.
    runs = np.cumsum(covered)[~covered]
    unheard = np.bincount(runs, weights=loud[~covered])
    return bool(len(unheard) and unheard.max() >= UNHEARD)


def in_segments(
    frames: Frames, heard: Callable[[Frames], tuple[list[int], int | None]]
) -> list[int]:
    """All tokens of the speech, where each answer says from which frame on there is more.

    Args:
        heard: tokens, and the frame where the next segment begins, None behind the last.
    """
    tokens: list[int] = []
    start: int | None = 0
    while start is not None and len(frames) - start >= FRAMES_PER_SECOND // 2:
        said, more = heard(frames.between(start, len(frames)))
        tokens += said
        start = start + more if more and said else None
    return tokens
