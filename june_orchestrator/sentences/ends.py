"""Whether a sentence ends at a mark, by its kind and what stands around it. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from june_orchestrator.sentences.abbreviations import NAMES_WITH_MARKS
from june_orchestrator.sentences.dots import dot_ends
from june_orchestrator.sentences.endings import AFTER_QUOTES, THAI_ENDINGS, THAI_LINKS
from june_orchestrator.sentences.limits import words
from june_orchestrator.sentences.marks import BRACKETS, DASHES, QUOTES
from june_orchestrator.sentences.numerals import LIST_MARK
from june_orchestrator.sentences.verdict import Verdict, unless

# A Thai phrase of so many letters may end at a space.
_THAI_PHRASE = 48
_CLOSERS = QUOTES + BRACKETS + "*_"


@dataclass(frozen=True, slots=True)
class Place:
    """A mark in the text.

    kind: the group of `marks.ENDS` that found it.
    before: the piece up to the mark's end, or its last part.
    after: the first character after the mark and its spaces, "\\n" for a line's end;
        None while it is not known.
    first: the piece's first character; size: what the piece counts.
    in_quotes, in_brackets: whether « or ( was opened and not closed.
    """

    kind: str
    mark: str
    before: str
    after: str | None
    first: str
    size: int
    in_quotes: bool = False
    in_brackets: bool = False

    def judge(self) -> Verdict:
        """Whether a sentence ends here; lengths are not its business."""
        match self.kind:
            case "line":
                listed = LIST_MARK.search(self.before.rstrip())
                return Verdict.GOES_ON if listed else Verdict.ENDS
            case "dense":
                return self._dense()
            case "thai":
                return self._thai()
            case "apart":
                return unless(self.after, _speaks_on)
            case _:
                return self._spaced()

    def _dense(self) -> Verdict:
        quoted = self.mark[-1] in QUOTES
        return unless(
            self.after, lambda mark: mark in "，、,；" or (quoted and mark in AFTER_QUOTES)
        )

    def _thai(self) -> Verdict:
        if self.after is None:
            return Verdict.WAITS
        if self.after in THAI_LINKS:
            return Verdict.GOES_ON
        if self.before.endswith(THAI_ENDINGS):
            return Verdict.ENDS
        long = self.size >= _THAI_PHRASE and "\u0e00" <= self.after <= "\u0e7f"
        return Verdict.ENDS if long else Verdict.GOES_ON

    def _spaced(self) -> Verdict:
        bare = self.before.rstrip(_CLOSERS)
        run = self.mark.rstrip(_CLOSERS)
        word = (bare.split() or [""])[-1]
        carries_on = list(self._carriers(run, self.mark[len(run) :], word))
        if carries_on and self.after is None:
            return Verdict.WAITS
        if self.after is not None and any(carries(self.after) for carries in carries_on):
            return Verdict.GOES_ON
        return dot_ends(bare, self.after) if run == "." else Verdict.ENDS

    def _carriers(self, run: str, closers: str, word: str) -> Iterator[Callable[[str], bool]]:
        """Which next characters would tell that the sentence goes on after all."""
        if self.in_quotes:
            yield lambda mark: mark == "»"
        if closers.strip("*_"):
            yield _speaks_on
        if self.first in DASHES and run != ".":
            # "— Wait! — she said."
            yield lambda mark: mark in DASHES
        if "…" in run or ".." in run:
            yield lambda mark: mark.islower() or mark.isdigit()
        if self.in_brackets or word.rstrip("!?").lower() in NAMES_WITH_MARKS:
            yield str.islower


def clause_ends(piece: str, least_words: int) -> bool:
    """Whether a first clause is long enough to be spoken early."""
    return bool(least_words) and words(piece) >= least_words


def _speaks_on(mark: str) -> bool:
    """Whether what follows a quotation tells who said it: "Stop!" he said."""
    return mark.islower() or mark in DASHES
