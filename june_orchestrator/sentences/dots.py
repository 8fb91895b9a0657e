"""Whether a dot ends a sentence or belongs to its word. Pure."""

from __future__ import annotations

import re

from june_orchestrator.sentences.abbreviations import (
    FIRST_LETTERS,
    GO_ON,
    GO_ON_BEFORE_NUMBERS,
    GO_ON_BEFORE_NUMBERS_AS_ENDING,
    GO_ON_IF_LARGE,
    LETTERED,
    MAY_END,
    MAY_END_AFTER_NUMBERS,
)
from june_orchestrator.sentences.numerals import LIST_MARK, NUMBER, ORDINAL, ROMAN, marks_item
from june_orchestrator.sentences.scripts import NO_SPACES, THAI
from june_orchestrator.sentences.verdict import Verdict, unless

_OPENERS = "([{\"'“„‘‚«»¿¡*_"
_INITIALS = re.compile(r"(?:[^\W\d_][.])*[^\W\d_]")
_DOTTED = re.compile(r"(?:[^\s.\d]{1,4}[.])+[^\s.\d]{1,4}")
_SHORT = re.compile(r"[^\W\d]{1,3}[.]")
_PARTS = re.compile(f"[-'’/{NO_SPACES}]")
# A letter with its vowel: "ए. पी. जे."
_SYLLABLE = re.compile("[\u0905-\u0939][\u0901-\u0903\u093e-\u094c]*")
_THAI = re.compile(f"[{THAI}]$")


def dot_ends(before: str, after: str | None) -> Verdict:
    """Whether the sentence ends at the dot that ends `before`.

    before: the line so far, or its end; with the dot.
    after: the first character after the space; None while it is not known.
    """
    if LIST_MARK.search(before) or ORDINAL.search(before) or _THAI.search(before[:-1]):
        return Verdict.GOES_ON
    words = before[:-1].split()
    if not words or before[-2:-1].isspace():
        # A dot that stands alone: ". . ."
        return unless(after, lambda mark: mark == "." or mark.islower())
    return _Word(words, before).judge(after)


class _Word:
    """The word before the dot, and what stands before it."""

    def __init__(self, words: list[str], before: str) -> None:
        self._before = before
        self._word = words[-1].lstrip(_OPENERS)
        self._previous = words[-2].lstrip(_OPENERS) if len(words) > 1 else ""
        # "l'art. 5", "St.-Nr. 5": what counts is the last part.
        self._tail = _PARTS.split(self._word)[-1]
        self._cores = [chained(words), self._word.lower(), self._tail.lower()]

    def judge(self, after: str | None) -> Verdict:
        if NUMBER.fullmatch(self._word):
            if marks_item(self._before):
                return Verdict.GOES_ON
            # An ordinal, or a date: "3. 5. 2024".
            return unless(after, lambda mark: mark.islower() or mark.isdigit())
        if self._is(MAY_END):
            return unless(after, _continues)
        if self._is(MAY_END_AFTER_NUMBERS):
            counted = self._previous[:1].isdigit() or ROMAN.fullmatch(self._previous)
            return unless(after, _continues) if counted else Verdict.GOES_ON
        if self._is(GO_ON) or (self._tail[:1].isupper() and self._is(GO_ON_IF_LARGE)):
            return Verdict.GOES_ON
        numbered = self._is(GO_ON_BEFORE_NUMBERS) or self._word.endswith(
            GO_ON_BEFORE_NUMBERS_AS_ENDING
        )
        if numbered and (after is None or after.isdigit()):
            return unless(after, str.isdigit)
        return self._judge_letters(after)

    def _judge_letters(self, after: str | None) -> Verdict:
        """Of letters that no list of abbreviations names."""
        if not self._tail:
            return Verdict.ENDS
        if self._tail.islower() and len(self._tail) == 1:
            first = self._tail in FIRST_LETTERS and self._previous.lower() not in LETTERED
            return Verdict.GOES_ON if first else unless(after, _continues)
        if _SYLLABLE.fullmatch(self._tail) and self._previous.endswith("."):
            return Verdict.GOES_ON
        if _INITIALS.fullmatch(self._tail) and not self._tail.islower():
            return Verdict.GOES_ON if self._is_initial() else Verdict.ENDS
        if ROMAN.fullmatch(self._word):
            return unless(after, str.islower)
        if _DOTTED.fullmatch(self._word):
            return unless(after, _continues)
        return Verdict.ENDS

    def _is_initial(self) -> bool:
        """As in "J. S. Bach", but not the word "I", nor "vitamin C" or "20 C"."""
        if self._word == "I":
            return not self._previous or self._previous.endswith(".")
        return not (self._is_lettered() and len(self._tail) == 1)

    def _is_lettered(self) -> bool:
        return self._previous.lower() in LETTERED or self._previous[-1:].isdigit()

    def _is(self, kind: frozenset[str]) -> bool:
        return any(core in kind for core in self._cores)


def chained(words: list[str]) -> str:
    """The last word with the short dotted ones before it: "z.b" of "z. B"."""
    first = len(words) - 1
    while first > 0 and len(words) - first < 4 and _SHORT.fullmatch(words[first - 1]):
        first -= 1
    return "".join(words[first:]).lower()


def _continues(mark: str) -> bool:
    """Whether what follows an abbreviation belongs to the same sentence."""
    return mark.islower() or mark.isdigit() or mark in ",;:)–—-&|/+="
