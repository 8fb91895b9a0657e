"""The running caption of a turn: what is sure, and what may still change. Pure."""

from __future__ import annotations

import re


def normalised(word: str) -> str:
    """The word without case and punctuation: how two hypotheses are compared."""
    return re.sub(r"[^\w']", "", word.casefold())


class Caption:
    """Hypotheses in; committed text, which only grows, and unstable text out.

    A word is committed once two hypotheses in a row agree on it and on all words
    before it (LocalAgreement-2 of Macháček et al., arXiv 2307.14743, on normalised
    words, since engines keep changing case and punctuation).
    """

    def __init__(self) -> None:
        self._committed: list[str] = []
        self._previous: list[str] = []
        self._words: list[str] = []

    @property
    def committed_text(self) -> str:
        return " ".join(self._committed)

    @property
    def unstable_text(self) -> str:
        """What follows the committed text, with the space between them."""
        tail = self._words[len(self._committed) :]
        if not tail:
            return ""
        return (" " if self._committed else "") + " ".join(tail)

    @property
    def stability(self) -> float:
        """The share of the words that will not change any more."""
        return len(self._committed) / max(len(self._words), len(self._committed), 1)

    def take(self, text: str) -> None:
        """The next hypothesis of the whole utterance."""
        self._previous, self._words = self._words, text.split()
        agreed = len(self._committed)
        for before, now in zip(self._previous[agreed:], self._words[agreed:], strict=False):
            if normalised(before) != normalised(now):
                break
            self._committed.append(now)
