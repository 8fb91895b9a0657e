"""What can be said of a place where text may be cut. Pure."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum, auto


class Verdict(Enum):
    """`WAITS`: the first character after the place is needed."""

    ENDS = auto()
    GOES_ON = auto()
    WAITS = auto()


def unless(after: str | None, goes_on: Callable[[str], bool]) -> Verdict:
    """An end, unless what follows says otherwise; `after` is None while unknown."""
    if after is None:
        return Verdict.WAITS
    return Verdict.GOES_ON if goes_on(after) else Verdict.ENDS
