"""How long a sentence may be, by what it takes to say and not by letters alone. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from june_orchestrator.sentences.scripts import HAN, NO_SPACES, SYLLABLES, THAI

# What a character says, counted in Latin letters.
_EXTRA = [(re.compile(f"[{HAN}]"), 2), (re.compile(f"[{SYLLABLES}]"), 1)]
# The most that one character counts.
LARGEST = 3
# Where no spaces part words: how many characters make about one.
_LETTERS_A_WORD = [(re.compile(f"[{HAN}{SYLLABLES}]"), 2), (re.compile(f"[{THAI}]"), 4)]
_NO_SPACES = re.compile(f"[{NO_SPACES}]")


@dataclass(frozen=True, slots=True)
class SentenceLimits:
    """How long a piece may be, in Latin letters or what says as much.

    `early_clause_words`: the first sentence may end at a clause of so many words,
    so that speaking begins sooner; 0 keeps it whole.
    `by_script`: a Chinese character counts as three letters, a kana or a Korean
    syllable as two; off, every character counts as one.
    """

    min_chars: int = 12
    max_chars: int = 280
    early_clause_words: int = 4
    by_script: bool = True

    def size(self, text: str) -> int:
        """What the text counts, against `min_chars` and `max_chars`."""
        if not self.by_script or text.isascii():
            return len(text)
        return len(text) + sum(extra * len(kind.findall(text)) for kind, extra in _EXTRA)

    def reach(self, text: str) -> int:
        """How many of the text's first characters `max_chars` allows; at least one."""
        at = size = 0
        while at < len(text) and (size := size + self.size(text[at])) <= self.max_chars:
            at += 1
        return max(1, at)


def words(text: str) -> int:
    """About how many words the text has, also where no spaces part them."""
    if not _NO_SPACES.search(text):
        return len(text.split())
    dense = sum(len(kind.findall(text)) // letters for kind, letters in _LETTERS_A_WORD)
    return dense + sum(1 for word in text.split() if not _NO_SPACES.search(word))
