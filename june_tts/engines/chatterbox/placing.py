"""Where the words of a clause lie in its audio, from what each speech token attends
to. Pure.

Attention wavers: a place in the text counts from when it is first reached, and never
goes back.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from june_tts.engine import SpokenWord
from june_tts.engines.chatterbox.spelling import word_spans

SAMPLES_PER_TOKEN = 960


class Placing:
    """One clause's words.

    Args:
        text: the clause.
        places: for each text token, the character of the clause that it begins with.
        start: the clause's place in the sentence.

    Samples count from the clause's first.
    """

    def __init__(self, text: str, places: Sequence[int], start: int) -> None:
        self._spans = word_spans(text)
        self._word_starts = [begin for begin, _ in self._spans]
        self._places = places
        self._start = start
        self._tokens = 0
        self._word = 0  # the one that is being spoken
        self._word_since = 0  # the token that it began with
        self._told = False

    @property
    def reached(self) -> int:
        """Where in the clause the word begins that is being spoken."""
        return self._word_starts[self._word] if self._spans else 0

    def push(self, text_position: int | None) -> list[SpokenWord]:
        """The words that are over now that another speech token says what it attends to."""
        words: list[SpokenWord] = []
        if text_position is not None and self._places:
            self._told = True
            character = self._places[min(text_position, len(self._places) - 1)]
            word = max(0, bisect_right(self._word_starts, character) - 1)
            words = self._move(word)
        self._tokens += 1
        return words

    def finish(self) -> list[SpokenWord]:
        """The words that are left, up to the last; none where nothing was told."""
        return self._move(len(self._spans)) if self._told else []

    def _move(self, word: int) -> list[SpokenWord]:
        """Words from the present one to before `word`, which share its tokens."""
        count = word - self._word
        if count <= 0:
            return []
        since, share = self._word_since, (self._tokens - self._word_since) / count
        samples = [round((since + share * at) * SAMPLES_PER_TOKEN) for at in range(count + 1)]
        words = [
            SpokenWord(self._start + begin, self._start + end, samples[at], samples[at + 1], True)
            for at, (begin, end) in enumerate(self._spans[self._word : word])
        ]
        self._word, self._word_since = word, self._tokens
        return words
