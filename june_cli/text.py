"""Long texts in pieces that one synthesis takes. Pure."""

from __future__ import annotations

import re

# june.tts.v1: the most that one sentence may hold.
MAX_CHARACTERS = 2_000

# The end of a sentence and the space after it; CJK writes none.
_ENDS = re.compile(r"(?<=[.!?…।])[\"'”’)\]]*\s+|(?<=[。！？])|\n\s*\n")


def pieces(text: str, limit: int = MAX_CHARACTERS) -> list[str]:
    """The text in as few pieces as fit `limit` characters each, cut at sentence ends.

    A sentence longer than `limit` is cut between words, a word longer than it
    anywhere. Nothing but white space at the cuts is lost; no piece is blank.
    """
    text = text.strip()
    found: list[str] = []
    while len(text) > limit:
        at = _cut(text, limit)
        found.append(text[:at].rstrip())
        text = text[at:].lstrip()
    return [piece for piece in [*found, text] if piece]


def _cut(text: str, limit: int) -> int:
    """Where to cut so that what is before fits: from 1 to `limit`."""
    window = text[: limit + 1]
    ends = [end.end() for end in _ENDS.finditer(window) if window[: end.end()].strip()]
    fitting = [end for end in ends if len(text[:end].rstrip()) <= limit]
    if fitting:
        return fitting[-1]
    space = max(window.rfind(" "), window.rfind("\n"), window.rfind("\t"))
    return space if space > 0 else limit
