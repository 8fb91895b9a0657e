"""What can come to be done in a conversation with a model that decides whose turn it is."""

from __future__ import annotations

from dataclasses import dataclass

from june_orchestrator.direct.ports import ReplySaid, ReplySounds, Whole, Working, Written
from june_orchestrator.ports import Heard, Usage
from june_orchestrator.turns import Interrupt
from june_runtime.errors import JuneError


@dataclass(frozen=True, slots=True)
class Begin:
    """The turn is answered. Turns count from 1. The user fell silent at `ended_at`, and
    the last of the words were known at `words_at`."""

    turn: int
    text: str
    ended_at: float
    words_at: float


@dataclass(frozen=True, slots=True)
class AddWords:
    """The user had said this too."""

    text: str


@dataclass(frozen=True, slots=True)
class Fail:
    """The turn goes no further than it has come, for this reason."""

    error: JuneError


@dataclass(frozen=True, slots=True)
class ForgetModel:
    """The model has failed: the connection to it is to be made anew."""

    error: JuneError


# What a turn in progress gets more of, or its end.
More = AddWords | Usage | ReplySaid | ReplySounds | Working | Whole | Fail
Step = Heard | Begin | Interrupt | ForgetModel | Written | More
