"""What happens in a turn and is worth a line as it happens. Pure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FirstToken:
    """The brain has begun to answer, so long after it was asked."""

    ms: float


@dataclass(frozen=True, slots=True)
class FirstAudio:
    """The first audio is there, so long after the first sentence was whole."""

    ms: float


@dataclass(frozen=True, slots=True)
class ConcurrentSynthesis:
    """A sentence, counted from 0, is synthesised while tokens still arrive."""

    sentence: int


@dataclass(frozen=True, slots=True)
class FellBack:
    """The reply comes in another way than it was asked for, by this reason."""

    reason: str


# What happens in a turn and is worth a line as it happens.
News = FirstToken | FirstAudio | ConcurrentSynthesis | FellBack
