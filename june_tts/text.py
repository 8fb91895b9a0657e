"""From a sentence as written to what an engine is given to say. Pure.

`speakable` strips Markdown, markup and emoji and puts numbers, dates, money, units
and abbreviations into words. It never raises and takes time in proportion to the
text. Which written word each spoken one belongs to is kept, so that the words of
the sentence can be found again in its audio.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from june_tts.lexicon import NONE, Lexicon
from june_tts.wording.addresses import address_rules
from june_tts.wording.amounts import amount_rules
from june_tts.wording.calendar import calendar_rules
from june_tts.wording.clock import clock_rules
from june_tts.wording.language import language_of, table_of
from june_tts.wording.markup import visible
from june_tts.wording.ordinals import ordinal_rules
from june_tts.wording.phones import phone_and_version_rules
from june_tts.wording.rules import Piece, Rewriter
from june_tts.wording.signs import sign_rules

# The longest sentence that is spoken.
MAX_CHARACTERS = 2_000

_WORD = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class WrittenWord:
    """A word of the visible text and the stretch of `Spoken.text` that says it.

    `exact` is False where several written words were put into words together, so
    that the bounds between them are a guess.
    """

    text: str
    start: int
    end: int
    exact: bool


@dataclass(frozen=True, slots=True)
class Spoken:
    """A sentence put into words: what to say, and the words it was written with."""

    text: str
    words: tuple[WrittenWord, ...]

    @property
    def says_something(self) -> bool:
        """Whether there is a letter or a digit to pronounce."""
        return any(character.isalnum() for character in self.text)


def speakable(text: str, language: str = "en", lexicon: Lexicon = NONE) -> Spoken:
    """`text` as an engine should say it.

    Args:
        text: a sentence; Markdown, HTML or SSML are stripped.
        language: a BCP-47 tag; where June has no words for it only markup goes.
        lexicon: what it says of a word counts more than any rule.
    """
    shown = visible(text)
    pieces = _rewriter_of(table_of(language)).rewrite(shown, lexicon.spans(shown, language))
    return _aligned(_tidied(pieces))


def warm(languages: Iterable[str]) -> None:
    """Prepares for languages before their first sentence, some 60 ms for each of those
    that June has words for."""
    for language in {table_of(language): language for language in languages}.values():
        speakable("Ready at 12:30 on 5/6/2025 for $1.", language)


@lru_cache(maxsize=16)
def _rewriter_of(table: str) -> Rewriter:
    """By the tables of that name; without one all stays as it is."""
    if not table:
        return Rewriter([])
    language = language_of(table)
    return Rewriter(
        [
            *address_rules(language),
            *calendar_rules(language),
            *clock_rules(language),
            *phone_and_version_rules(language),
            *ordinal_rules(language),
            *amount_rules(language),
            *sign_rules(language),
        ]
    )


def _tidied(pieces: Sequence[Piece]) -> list[Piece]:
    """Single spaces, and none before a stop or at either end."""
    tidy: list[Piece] = []
    last = " "
    for piece in pieces:
        spoken: list[str] = []
        for character in piece.spoken:
            if character == " " and last == " ":
                continue
            if character in ",.!?;:" and last == " " and _drop_space(spoken, tidy):
                last = ""
            spoken.append(character)
            last = character
        tidy.append(Piece(piece.written, "".join(spoken)))
    return tidy


def _drop_space(spoken: list[str], tidy: list[Piece]) -> bool:
    """Takes back the space that was put last, wherever it stands."""
    if spoken:
        if spoken[-1] == " ":
            spoken.pop()
        return True
    for at in range(len(tidy) - 1, -1, -1):
        if tidy[at].spoken:
            if tidy[at].spoken.endswith(" "):
                tidy[at] = Piece(tidy[at].written, tidy[at].spoken[:-1])
            return True
    return False


def _aligned(pieces: Sequence[Piece]) -> Spoken:
    written = "".join(piece.written for piece in pieces)
    spoken = "".join(piece.spoken for piece in pieces)
    bounds = _Bounds(pieces)
    words = []
    for found in _WORD.finditer(written):
        start, exact_start = bounds.spoken_at(found.start())
        end, exact_end = bounds.spoken_at(found.end())
        # The pause that an opening bracket makes is not the word's.
        while start < end and not spoken[start].isalnum():
            start += 1
        words.append(WrittenWord(found[0], start, max(start, end), exact_start and exact_end))
    return Spoken(spoken.rstrip(), tuple(words))


class _Bounds:
    """Where a place in the written text lies in the spoken one."""

    def __init__(self, pieces: Sequence[Piece]) -> None:
        self._pieces = pieces
        self._written: list[int] = []
        self._spoken: list[int] = []
        written = spoken = 0
        for piece in pieces:
            self._written.append(written)
            self._spoken.append(spoken)
            written += len(piece.written)
            spoken += len(piece.spoken)
        self._end = spoken

    def spoken_at(self, place: int) -> tuple[int, bool]:
        """The place in the spoken text, and whether it is known or interpolated."""
        at = bisect_right(self._written, place) - 1
        if at < 0:
            return 0, True
        piece, into = self._pieces[at], place - self._written[at]
        if into == 0 or piece.written == piece.spoken:
            return self._spoken[at] + into, True
        if into >= len(piece.written):
            return self._spoken[at] + len(piece.spoken), True
        if not any(character.isspace() for character in piece.written.strip()):
            # One word with its space: the word lies where the piece does.
            leading = into <= len(piece.written) - len(piece.written.lstrip())
            return self._spoken[at] + (0 if leading else len(piece.spoken)), True
        return self._spoken[at] + into * len(piece.spoken) // len(piece.written), False
