"""Whether what was made can be the text. Pure.

A network that draws its speech may stop in the middle of a text, babble on after its
end, or get stuck on a sound. Length tells: people speak within a factor of two of
one another, whatever they say. The rates are syllables' worth of letters at 4 to 6 a
second, which published comparisons of languages give for all of them.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass
from enum import Enum

TOKENS_PER_SECOND = 25
# Letters of a language that are spoken in a second; scripts write more or less with one.
_RATES = {"zh": 4.5, "ja": 6.5, "ko": 5.5, "he": 10.0, "ar": 11.0, "hi": 11.0}
_RATE = 15.0
# Marks after which a voice pauses, and for how many seconds.
_PAUSES = dict.fromkeys(",;:.!?…。，、！？", 0.25)
# As fast and as slow as anybody speaks, against the average.
_FASTEST, _SLOWEST = 0.4, 2.0
# What any text may take besides: a breath, a word drawn out.
_SLACK_SECONDS = 3.0
# So long a stretch of nothing but a few tokens over and over is no speech; silence is
# one token repeated, and a pause is shorter.
STUCK_TOKENS, _CYCLE = 50, 4


class Verdict(Enum):
    GOOD = "good"
    SHORT = "too short"
    LONG = "too long"
    STUCK = "stuck"


@dataclass(frozen=True, slots=True)
class Bounds:
    """How many speech tokens a text may take."""

    least: int
    most: int


def bounds(text: str, language: str) -> Bounds:
    """Of `text` in words, by a language's BCP-47 tag."""
    letters = sum(map(str.isalnum, text))
    rate = _RATES.get(language.replace("_", "-").partition("-")[0].lower(), _RATE)
    spoken = letters / rate
    pauses = sum(_PAUSES.get(character, 0.0) for character in text)
    least = math.floor(_FASTEST * spoken * TOKENS_PER_SECOND)
    most = math.ceil((_SLOWEST * spoken + pauses + _SLACK_SECONDS) * TOKENS_PER_SECOND)
    return Bounds(max(1, least), most)


class Guard:
    """Watches one utterance's speech tokens.

    Attributes:
        stuck: the newest tokens are the same few over and over.
    """

    def __init__(self, allowed: Bounds) -> None:
        self._allowed = allowed
        self._count = 0
        self._newest: deque[int] = deque(maxlen=_CYCLE)
        self._repeated = 0

    @property
    def stuck(self) -> bool:
        return self._repeated >= STUCK_TOKENS

    def push(self, token: int) -> None:
        self._count += 1
        self._repeated = self._repeated + 1 if token in self._newest else 0
        self._newest.append(token)

    def verdict(self, reached_limit: bool) -> Verdict:
        """What to think of it now that it is over.

        Args:
            reached_limit: it did not stop by itself.
        """
        if self.stuck:
            return Verdict.STUCK
        if reached_limit or self._count > self._allowed.most:
            return Verdict.LONG
        return Verdict.SHORT if self._count < self._allowed.least else Verdict.GOOD
