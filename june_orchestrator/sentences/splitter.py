"""Cuts a model's text into sentences while it arrives. Pure.

The result does not depend on how the text was cut into tokens; what is decided
stays decided, and a decision needs at most the first character after a break.
"""

from __future__ import annotations

import re
import unicodedata

from june_orchestrator.sentences.ends import Place, clause_ends
from june_orchestrator.sentences.limits import LARGEST, SentenceLimits
from june_orchestrator.sentences.marks import CLAUSE_END, ENDS, ENDS_AND_CLAUSES, UNSETTLED
from june_orchestrator.sentences.verdict import Verdict

# A long token is looked at in pieces of so many characters, so that what a piece
# costs does not depend on how much follows.
_PIECE = 256
# As much of the text before a mark as is needed to judge it.
_BEFORE = 80
# After so many spaces nobody waits for what follows them.
_SPACES = 3
_DEFAULT = SentenceLimits()


class SentenceSplitter:
    """Tokens in, whole sentences out. The language need not be known."""

    def __init__(self, limits: SentenceLimits = _DEFAULT) -> None:
        self._limits = limits
        self._text = ""
        # Marks before this place in the text were looked at and refused.
        self._seen = 0
        self._first = True
        # Of « in what was cut already.
        self._open_quotes = 0
        # To the last mark that was looked at, and to the end of the text.
        self._to_mark, self._whole = Measure(limits), Measure(limits)

    def push(self, token: str) -> list[str]:
        """The sentences that this token completes."""
        sentences = []
        for at in range(0, len(token), _PIECE):
            self._text += token[at : at + _PIECE]
            while (end := self._next_end()) is not None:
                sentences += self._cut(end)
        return sentences

    def finish(self) -> list[str]:
        """What is left, as the last sentence."""
        return self._cut(len(self._text))

    def _next_end(self) -> int | None:
        if self._text[:1].isspace():
            self._text = self._text.lstrip()
        marks = ENDS_AND_CLAUSES if self._first and self._limits.early_clause_words else ENDS
        for match in marks.finditer(self._text, self._seen):
            # The space between two Thai sentences belongs to neither.
            end = match.start() if match.lastgroup == "thai" else match.end()
            match self._judge(match, end):
                case Verdict.ENDS:
                    return end
                case Verdict.WAITS:
                    self._seen = match.start()
                    return None
            self._seen = match.end()
        if self._is_too_long():
            return self._forced_end()
        self._seen = max(self._seen, len(self._text.rstrip(UNSETTLED)))
        return None

    def _judge(self, match: re.Match[str], end: int) -> Verdict:
        measure = self._to_mark.to(self._text, end)
        if measure.size > self._limits.max_chars:
            return Verdict.GOES_ON
        kind = match.lastgroup or ""
        if kind in ("dense", "clause") and end == len(self._text):
            # The run of marks may go on.
            return Verdict.WAITS
        if kind == "clause":
            early = clause_ends(self._text[:end], self._limits.early_clause_words)
            return Verdict.ENDS if early else Verdict.GOES_ON
        if measure.size < self._limits.min_chars and kind != "line":
            return Verdict.GOES_ON
        place = Place(
            kind=kind,
            mark=match.group(),
            before=self._text[max(0, end - _BEFORE) : end],
            after=self._after(end, dense=kind == "dense"),
            first=self._text[0],
            size=measure.size,
            in_quotes=self._open_quotes + measure.quotes > 0,
            in_brackets=measure.brackets > 0,
        )
        verdict = place.judge()
        if kind == "thai" and self._first and verdict is Verdict.GOES_ON:
            # Where Thai has a space, others have a comma.
            early = clause_ends(self._text[:end], self._limits.early_clause_words)
            return Verdict.ENDS if early else verdict
        return verdict

    def _after(self, end: int, dense: bool) -> str | None:
        """The first character after a break, a line's end if it is far; None if unknown."""
        follows = self._text[end : end + _SPACES]
        word = follows.lstrip(" \u00a0\u202f\t")
        if word and not word[0].isspace():
            return " " if dense and word != follows else word[0]
        return "\n" if word or len(follows) == _SPACES else None

    def _is_too_long(self) -> bool:
        if len(self._text) * LARGEST <= self._limits.max_chars:
            return False
        return self._whole.to(self._text, len(self._text)).size > self._limits.max_chars

    def _forced_end(self) -> int:
        """Where to cut text that has no end in reach: at a clause, or else a space."""
        head = self._text[: self._limits.reach(self._text)]
        clauses = [match.end() for match in CLAUSE_END.finditer(head)]
        if clauses and clauses[-1] > len(head) // 3:
            return clauses[-1]
        space = head.rfind(" ")
        return space if space > 0 else _between_letters(self._text, len(head))

    def _cut(self, end: int) -> list[str]:
        sentence, self._text = self._text[:end].strip(), self._text[end:]
        self._seen = 0
        self._open_quotes = max(0, self._open_quotes + sentence.count("«") - sentence.count("»"))
        self._to_mark, self._whole = Measure(self._limits), Measure(self._limits)
        if not sentence:
            return []
        self._first = False
        return [sentence]


class Measure:
    """What a piece of text comes to, up to a place that only moves on."""

    def __init__(self, limits: SentenceLimits) -> None:
        self._limits = limits
        self.at = 0
        self.size = 0
        # Opened and not closed.
        self.quotes = 0
        self.brackets = 0

    def to(self, text: str, end: int) -> Measure:
        """Measure on, up to `end`."""
        part = text[self.at : end]
        self.at = max(self.at, end)
        self.size += self._limits.size(part)
        self.quotes += part.count("«") - part.count("»")
        self.brackets += part.count("(") - part.count(")")
        return self


def _between_letters(text: str, at: int) -> int:
    """The last place up to `at` where no letter is parted from its vowel or accent."""
    place = at
    while place > 1 and unicodedata.category(text[place : place + 1] or " ")[0] == "M":
        place -= 1
    return place if place > 1 else at
