"""Keeps what a model thinks aloud apart from what it says. Pure."""

from __future__ import annotations

_OPEN, _CLOSE = "<think>", "</think>"


class Thoughts:
    """Takes `<think>` blocks out of text that comes in pieces, wherever it is cut.

    Holds back no more than what may yet become a tag.
    """

    def __init__(self) -> None:
        self._held = ""
        self._thinking = False

    def push(self, piece: str) -> str:
        """What of the text so far may be said now and was not said before."""
        self._held += piece
        said = ""
        while True:
            tag = _CLOSE if self._thinking else _OPEN
            before, found, after = self._held.partition(tag)
            if not found:
                break
            said += "" if self._thinking else before
            self._thinking, self._held = not self._thinking, after
        kept = _begun(self._held, tag)
        said += "" if self._thinking else self._held[: len(self._held) - kept]
        self._held = self._held[len(self._held) - kept :]
        return said

    def finish(self) -> str:
        """What was held back and turned out to be no tag; thoughts without end are lost."""
        return "" if self._thinking else self._held


def spoken(text: str) -> str:
    """A whole answer without its thoughts."""
    thoughts = Thoughts()
    return (thoughts.push(text) + thoughts.finish()).strip()


def _begun(text: str, tag: str) -> int:
    """How many characters at the end of `text` are the beginning of `tag`."""
    longest = min(len(text), len(tag) - 1)
    return next((n for n in range(longest, 0, -1) if text.endswith(tag[:n])), 0)
