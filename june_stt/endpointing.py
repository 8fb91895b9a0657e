"""When someone speaks, pauses, goes on and is done. Pure; its clock is the audio."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

from june_stt.intake import WINDOW_MS

# A voice begins with so many windows in a row that are likely to hold one, or with one
# that is sure to: clicks, knocks and noise stay below 0.35, and a window less is 32 ms
# sooner for whoever talks over a reply...
ONSET_WINDOWS = 2
ONSET_PROBABILITY = 0.5
SURE_PROBABILITY = 0.7
# ...and goes on while they are not unlikely to.
VOICED_PROBABILITY = 0.35
# After this much silence a speaker may well be done: worth telling what is known.
SETTLED_MS = 120


@dataclass(frozen=True, slots=True)
class Patience:
    """When a turn is taken to be over, in ms; see june.stt.v1.Endpointing."""

    eager_end_silence_ms: int = 200
    end_silence_ms: int = 500
    max_turn_ms: int = 60_000


class Boundary(Enum):
    STARTED = auto()
    SETTLED = auto()
    EAGER_END = auto()
    RESUMED = auto()
    END = auto()
    TOO_LONG = auto()


class Endpointer:
    """Probabilities of voice, one a window of 32 ms, in; boundaries out.

    In order: STARTED (SETTLED? EAGER_END? RESUMED?)* (END | TOO_LONG). All
    positions are ms since the start of the stream.
    """

    def __init__(self, patience: Patience) -> None:
        self.patience = patience
        self.position_ms = 0.0
        self.started_ms = 0.0
        # Where the voice was last heard to end.
        self.voiced_end_ms = 0.0
        self.speaking = False
        self._likely = 0
        self._pausing = False
        self._told: set[Boundary] = set()

    @property
    def silence_ms(self) -> float:
        """Silence since the voice was last heard, within a turn."""
        return self.position_ms - self.voiced_end_ms if self.speaking else 0.0

    @property
    def pausing(self) -> bool:
        """Whether the speaker is silent at the moment."""
        return self._pausing

    def push(self, probability: float) -> list[Boundary]:
        """One more window."""
        self.position_ms += WINDOW_MS
        self._likely = self._likely + 1 if probability >= ONSET_PROBABILITY else 0
        if not self.speaking:
            begun = self._likely >= ONSET_WINDOWS or probability >= SURE_PROBABILITY
            return self._start() if begun else []
        boundaries = self._go_on(probability)
        if self.speaking and self.position_ms - self.started_ms >= self.patience.max_turn_ms:
            self.stop()
            return [*boundaries, Boundary.TOO_LONG]
        return boundaries

    def stop(self) -> None:
        """The turn is over, whatever is heard; a voice that goes on starts another."""
        self.speaking = False
        self._likely = 0

    def _start(self) -> list[Boundary]:
        self.speaking, self._pausing = True, False
        self.started_ms = self.position_ms - self._likely * WINDOW_MS
        self.voiced_end_ms = self.position_ms
        return [Boundary.STARTED]

    def _go_on(self, probability: float) -> list[Boundary]:
        if not self._pausing and probability >= VOICED_PROBABILITY:
            self.voiced_end_ms = self.position_ms
            return []
        if self._pausing and self._likely >= ONSET_WINDOWS:
            return self._resume()
        if not self._pausing:
            self._pausing, self._told = True, set()
        return self._pause()

    def _resume(self) -> list[Boundary]:
        self._pausing = False
        self.voiced_end_ms = self.position_ms
        return [Boundary.RESUMED] if Boundary.EAGER_END in self._told else []

    def _pause(self) -> list[Boundary]:
        if self._likely:
            return []  # perhaps a voice again: the next window tells
        steps = (
            (Boundary.SETTLED, min(SETTLED_MS, self.patience.eager_end_silence_ms)),
            (Boundary.EAGER_END, self.patience.eager_end_silence_ms),
            (Boundary.END, self.patience.end_silence_ms),
        )
        due = [step for step, after in steps if self.silence_ms >= after and step not in self._told]
        self._told.update(due)
        if Boundary.END in due:
            self.stop()
        return due
