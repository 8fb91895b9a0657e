"""How little a model can be asked to think: the sooner it speaks. Pure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Thinking:
    """What is asked of a model: a level by its name or, of older ones, tokens."""

    level: str = ""
    budget: int | None = None


# The least that a model takes, by how its name begins: the first that fits counts.
# The second generation thinks by budget, the third by level.
_LEAST = (
    ("gemini-2.5-pro", Thinking(budget=128)),
    ("gemini-2.5", Thinking(budget=0)),
    ("gemini-3.1-pro", Thinking("low")),
    ("gemini-3-pro", Thinking("low")),
    ("gemini-3.7", Thinking("low")),
    ("gemini-3.8", Thinking("low")),
    ("gemini-3", Thinking("minimal")),
)
_BUDGETS = {"minimal": 0, "low": 1_024, "medium": 8_192, "high": 24_576}


def thinking(model: str, wanted: str = "auto") -> Thinking | None:
    """What to ask of `model`; None leaves it to the model, which may know no thinking.

    Args:
        wanted: a level, or "auto" for the least that the model takes.
    """
    name = model.rpartition("/")[2]
    least = next((least for prefix, least in _LEAST if name.startswith(prefix)), None)
    if wanted == "auto":
        return least
    if least is not None and least.budget is not None:
        return Thinking(budget=max(_BUDGETS[wanted], least.budget))
    return Thinking(wanted)
