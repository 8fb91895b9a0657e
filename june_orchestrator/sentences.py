"""Cuts a model's text into sentences while it arrives. Pure.

The result does not depend on how the text was cut into tokens; what is decided
stays decided, and a decision needs at most the first character after a break.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

# Ends that need a space after them, and ends that do not (CJK).
_SPACED_END = re.compile(r"[.!?…।؟۔]+[\"'”’»)\]*_]*(?=\s)")
_DENSE_END = re.compile(r"[。！？｡]+[」』”’）]*")
_LINE_END = re.compile(r"\n")
_CLAUSE_END = re.compile(r"[,;:،，；：—–]+[\"'”’)]*(?=\s)|[，；：、]")
_END = re.compile(f"{_SPACED_END.pattern}|{_DENSE_END.pattern}|{_LINE_END.pattern}")

_ABBREVIATIONS = frozenset(
    """mr mrs ms dr prof sr jr st mt rev hon gen col capt lt sgt maj gov sen rep pres
    vs etc e.g i.e eg ie cf al approx dept est fig no nos vol pp p ed eds inc ltd co corp
    jan feb mar apr jun jul aug sep sept oct nov dec mon tue wed thu fri sat sun
    a.m p.m u.s u.k u.n d.c ph.d b.a m.a
    bzw ca d.h evtl ggf nr s.o u.a usw z.b hr fr str bd hrsg inkl zzgl
    m mme mlle mm av env ex chap sra srta dra ud uds pág núm ee.uu aprox sig dott ing""".split()
)  # fmt: skip
# Also words that end sentences, unless they are written large: "No. 5", "the sun."
_ABBREVIATIONS_IF_LARGE = frozenset("no sun sat mar gen col rep st hon fig co".split())
# "am 3. Mai": a German day, and no end.
_ORDINAL = re.compile(
    r"\b(?:am|der|den|dem|des|die|das|vom|zum|bis|ab|im|seit|jede[nrs]?)\s+\d{1,2}[.]$",
    re.IGNORECASE,
)
# A number or a letter and its dot at the start of a line is a list's mark.
_LIST_MARK = re.compile(r"(?:^|\n)\s*(?:\d{1,3}|[A-Za-z])[.)]$")
_LAST_WORD = re.compile(r"([^\s(\[\"'“‘«]+)[.]$")


@dataclass(frozen=True, slots=True)
class SentenceLimits:
    """How long a piece may be, in characters.

    `early_clause_words`: the first sentence may end at a clause of so many words,
    so that speaking begins sooner; 0 keeps it whole.
    """

    min_chars: int = 12
    max_chars: int = 280
    early_clause_words: int = 4


# A long token is looked at in pieces of so many characters, so that what a piece
# costs does not depend on how much follows.
_PIECE = 256


class SentenceSplitter:
    """Tokens in, whole sentences out."""

    def __init__(self, limits: SentenceLimits = SentenceLimits()) -> None:
        self._limits = limits
        self._text = ""
        # Breaks before this place in the text were looked at and refused.
        self._seen = 0
        self._first = True

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
        for match in self._breaks():
            if self._ends_here(match):
                return match.end()
            self._seen = match.end()
        if len(self._text) > self._limits.max_chars:
            return self._forced_end()
        return None

    def _breaks(self) -> list[re.Match[str]]:
        """Possible ends in the unseen text, leaving out what may still change."""
        patterns = [_END]
        if self._first and self._limits.early_clause_words:
            patterns.append(_CLAUSE_END)
        found = [
            match for pattern in patterns for match in pattern.finditer(self._text, self._seen)
        ]
        # A run of marks at the very end of the text may go on in the next token.
        settled = [match for match in found if match.end() < len(self._text)]
        return sorted(settled, key=lambda match: match.end())

    def _ends_here(self, match: re.Match[str]) -> bool:
        if match.end() > self._limits.max_chars:
            return False
        piece = self._text[: match.end()]
        mark = match.group()
        if mark[0] in ",;:،，；：、—–":
            # Where no spaces part words, two characters count as one.
            words = len(piece) // 2 if mark[0] in "，；：、" else len(piece.split())
            return words >= self._limits.early_clause_words
        if len(piece.strip()) < self._limits.min_chars and mark != "\n":
            return False
        if mark == "\n":
            return bool(piece.strip()) and not _LIST_MARK.search(piece.rstrip())
        return mark[0] != "." or not self._dot_belongs(piece)

    def _dot_belongs(self, piece: str) -> bool:
        """Whether the final dot is part of a word and not an end."""
        bare = piece.rstrip("\"'”’»)]*_")
        if _LIST_MARK.search(bare) or _ORDINAL.search(bare):
            return True
        word = _LAST_WORD.search(bare)
        if word is None:
            return False
        core = word.group(1).lower()
        if core in _ABBREVIATIONS:
            return core not in _ABBREVIATIONS_IF_LARGE or word.group(1)[0].isupper()
        # An initial, as in "J. S. Bach", but not the word "I".
        return len(core) == 1 and core.isalpha() and word.group(1).isupper() and core != "i"

    def _forced_end(self) -> int:
        """Where to cut text that has no end in reach: at a clause, or else a space."""
        head = self._text[: self._limits.max_chars]
        clauses = [match.end() for match in _CLAUSE_END.finditer(head)]
        if clauses and clauses[-1] > self._limits.max_chars // 3:
            return clauses[-1]
        space = head.rfind(" ")
        return space if space > 0 else len(head)

    def _cut(self, end: int) -> list[str]:
        sentence, self._text = self._text[:end].strip(), self._text[end:]
        self._seen = 0
        if not sentence:
            return []
        self._first = False
        return [sentence]
