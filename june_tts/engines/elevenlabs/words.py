"""Finds a sentence's words in the characters that ElevenLabs timed. Pure."""

from __future__ import annotations

import re

from june_tts.engine import SpokenWord
from june_tts.engines.elevenlabs.wire import SAMPLE_RATE, Alignment

_WORD = re.compile(r"\S+")
# A word that is timed is looked for among so many of those that come next: one that the
# far side spells otherwise is passed over, and one that it repeats is not taken twice.
_AHEAD = 4


class Words:
    """The words of one sentence.

    Times count from the start of the audio that they came with, and characters may be
    told again from the beginning of the text; a word may come in two parts.
    """

    def __init__(self, text: str) -> None:
        found = ((word.start(), word.end(), _bare(word[0])) for word in _WORD.finditer(text))
        self._coming = [word for word in found if word[2]]
        self._at = 0
        self._letters = ""
        self._span = (0, 0)
        self._last = 0

    def push(self, alignment: Alignment, before: int) -> tuple[SpokenWord, ...]:
        """The words that are complete now; `before` samples came before this audio."""
        words: list[SpokenWord] = []
        for character, start, end in zip(
            alignment.characters, alignment.starts, alignment.ends, strict=True
        ):
            if character.isspace():
                words += self.finish()
                continue
            begun, ended = (before + round(ms * SAMPLE_RATE / 1_000) for ms in (start, end))
            self._span = (self._span[0] if self._letters else begun, ended)
            self._letters += character
        return tuple(words)

    def finish(self) -> tuple[SpokenWord, ...]:
        """The word that is in the making, where it is one of the text."""
        letters, (begun, ended) = _bare(self._letters), self._span
        self._letters = ""
        for at, (start, end, bare) in enumerate(self._coming[self._at : self._at + _AHEAD]):
            if letters == bare:
                self._at += at + 1
                begun = max(begun, self._last)
                self._last = max(begun, ended)
                return (SpokenWord(start, end, begun, self._last),)
        return ()


def _bare(word: str) -> str:
    return "".join(character for character in word.casefold() if character.isalnum())
