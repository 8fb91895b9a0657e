"""How written signs are found and replaced by words.

A rule is a pattern and a function that says what it found, or None where it is
not what it looked like. At each place the first rule that speaks wins; what no rule
touches stays as it is. One pass: nothing that was put into words is looked at
again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

Say = Callable[[re.Match[str]], str | None]
_NAMED = re.compile(r"\(\?P<\w+>")


@dataclass(frozen=True, slots=True)
class Rule:
    pattern: str
    say: Say
    flags: re.RegexFlag = re.NOFLAG


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of the text as written and as it is to be spoken."""

    written: str
    spoken: str


class Rewriter:
    """Applies rules to text, from left to right."""

    def __init__(self, rules: list[Rule]) -> None:
        self._rules = [(re.compile(rule.pattern, rule.flags), rule.say) for rule in rules]
        # One search finds where any rule might speak: most text is plain.
        self._anything = re.compile(
            "|".join(
                f"(?{'i' if rule.flags & re.I else '-i'}:{_NAMED.sub('(?:', rule.pattern)})"
                for rule in rules
            )
            or "(?!)"
        )

    def rewrite(self, text: str, settled: Sequence[tuple[int, int, str]] = ()) -> list[Piece]:
        """Pieces whose `written` parts make up `text`.

        Args:
            settled: stretches (start, end, what is said) that no rule touches, in order.
        """
        pieces: list[Piece] = []
        at = 0
        for start, end, spoken in settled:
            pieces += self._between(text, at, start)
            pieces.append(Piece(text[start:end], spoken))
            at = end
        return [*pieces, *self._between(text, at, len(text))]

    def _between(self, text: str, plain: int, end: int) -> Iterator[Piece]:
        """The pieces from `plain` to `end`; rules see what stands around."""
        at = plain
        while (found := self._anything.search(text, at)) and found.start() < end:
            at = found.start()
            match, spoken = self._first(text, at, end)
            if match is None or match.end() == at:
                at += 1
                continue
            if plain < at:
                yield Piece(text[plain:at], text[plain:at])
            yield Piece(match[0], spoken)
            plain = at = match.end()
        if plain < end:
            yield Piece(text[plain:end], text[plain:end])

    def _first(self, text: str, at: int, end: int) -> tuple[re.Match[str] | None, str]:
        for pattern, say in self._rules:
            match = pattern.match(text, at)
            if match is None or match.end() > end:
                continue
            if (spoken := say(match)) is not None:
                return match, spoken
        return None, ""


def say_fixed(words: str, match: re.Match[str]) -> str:
    """The same words, whatever was found."""
    return words


def before(match: re.Match[str]) -> str:
    """The character before the match; a space at the start of the text."""
    return match.string[match.start() - 1] if match.start() else " "


def after(match: re.Match[str]) -> str:
    """The character after the match; a space at the end of the text."""
    return match.string[match.end()] if match.end() < len(match.string) else " "


def spaced(match: re.Match[str], words: str) -> str:
    """`words`, kept apart from letters and digits that touch the match."""
    if before(match).isalnum():
        words = f" {words}"
    if after(match).isalnum():
        words = f"{words} "
    return words


def ends_sentence(match: re.Match[str]) -> bool:
    """Whether a stop at the end of the match may also end the sentence: nothing
    follows, or a capital does."""
    rest = match.string[match.end() : match.end() + 3].lstrip("\"')”’ ")
    return not rest or (rest[0].isupper() and after(match) == " ")


def word_before(match: re.Match[str]) -> str:
    """The last word before the match, in small letters; empty at the start of the text."""
    words = match.string[max(0, match.start() - 16) : match.start()].lower().split()
    return words[-1] if words else ""
