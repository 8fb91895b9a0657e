"""The running caption of a turn: what is sure, and what may still change. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

# A word with the space before it; where words are written without spaces (Chinese,
# Japanese, Thai, Lao, Burmese, Khmer), a character.
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff"
_UNIT = re.compile(rf"\s*(?:[{_UNSPACED}]|[^\s{_UNSPACED}]+)")
# So many committed words are looked for in the next hypothesis, so far from their place.
_ANCHOR, _SHIFT = 6, 3


def units(text: str) -> list[str]:
    """What is committed as one: words, each with the space before it. A mark that
    stands alone goes with the word before; where there is none, it says nothing."""
    found: list[str] = []
    for unit in _UNIT.findall(" ".join(text.split())):
        if normalised(unit):
            found.append(unit if found else unit.lstrip())
        elif found:
            found[-1] += unit
    return found


def followed(before: str, text: str) -> str:
    """One text behind another, with a space between where words have one."""
    before, text = before.strip(), text.strip()
    parted = before and text and not _unspaced(text)
    return f"{before} {text}" if parted else before + text


def normalised(word: str) -> str:
    """The word without case, space and punctuation: how two hypotheses are compared."""
    return re.sub(r"[^\w']", "", word.casefold())


class Caption:
    """Hypotheses in; committed text, which only grows, and unstable text out.

    A word is committed once two hypotheses in a row agree on it and on all words
    before it (LocalAgreement-2 of Macháček et al., arXiv 2307.14743, on normalised
    words, since engines keep changing case and punctuation). A hypothesis that has
    come to see the committed words otherwise, as one word instead of two, is taken to
    go on where it resembles them most.

    A last word with a mark behind it waits for the next one: engines that punctuate end
    a sentence wherever the audio ends.
    """

    def __init__(self) -> None:
        self._committed: list[str] = []
        self._tail: list[str] = []

    @property
    def committed(self) -> Sequence[str]:
        """The units of the committed text."""
        return self._committed

    @property
    def committed_text(self) -> str:
        return "".join(self._committed).lstrip()

    @property
    def unstable_text(self) -> str:
        """What follows the committed text, with the space between them."""
        tail = "".join(self._tail)
        return tail if self._committed else tail.lstrip()

    @property
    def stability(self) -> float:
        """The share of the words that will not change any more."""
        return len(self._committed) / max(len(self._committed) + len(self._tail), 1)

    def take(self, text: str) -> None:
        """The next hypothesis of the whole utterance."""
        words = units(text)
        tail = words[self._place(words) :]
        if tail and self._committed and not tail[0][0].isspace() and not _unspaced(tail[0]):
            tail[0] = " " + tail[0]
        agreed = 0
        for before, now in zip(self._tail, tail, strict=False):
            if normalised(before) != normalised(now):
                break
            agreed += 1
        if tail and agreed == len(tail) and not tail[-1][-1].isalnum():
            agreed -= 1
        self._committed += tail[:agreed]
        self._tail = tail[agreed:]

    def _place(self, words: Sequence[str]) -> int:
        """How many of the words say what is committed already."""
        count = len(self._committed)
        anchor = [normalised(word) for word in self._committed[-_ANCHOR:]]
        near = range(max(0, count - _SHIFT), min(len(words), count + _SHIFT) + 1)
        if not near:
            return len(words)
        said = [normalised(word) for word in words[: near[-1]]]
        return min(
            near,
            key=lambda at: (
                _distance(anchor, said[max(0, at - len(anchor)) : at]),
                abs(at - count),
            ),
        )


def _unspaced(word: str) -> bool:
    return re.match(f"[{_UNSPACED}]", word) is not None


def _distance(one: Sequence[str], other: Sequence[str]) -> int:
    """Words to insert, drop or replace to make one of the other (Levenshtein)."""
    row = list(range(len(other) + 1))
    for place, word in enumerate(one, 1):
        diagonal, row[0] = row[0], place
        for at, said in enumerate(other, 1):
            diagonal, row[at] = (
                row[at],
                min(row[at] + 1, row[at - 1] + 1, diagonal + (word != said)),
            )
    return row[-1]
