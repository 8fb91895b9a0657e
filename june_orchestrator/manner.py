"""How a model is to answer, where it has the choice. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pydantic import TypeAdapter, ValidationError


@dataclass(frozen=True, slots=True)
class Manner:
    """What models are asked for that each may take or refuse.

    Attributes:
        temperature: how freely it chooses its words; None leaves it to the model.
        thinking: how much it thinks before: a level, or "auto" for the least it takes.
        safety: what is blocked and from where on, by Gemini's names.
    """

    temperature: float | None = None
    thinking: str = "auto"
    safety: Mapping[str, str] = field(default_factory=dict)


# Google's names of what can be in a text, and of from where on it is blocked.
CATEGORIES = frozenset(
    f"HARM_CATEGORY_{name}"
    for name in (
        "HARASSMENT",
        "HATE_SPEECH",
        "SEXUALLY_EXPLICIT",
        "DANGEROUS_CONTENT",
        "CIVIC_INTEGRITY",
    )
)
THRESHOLDS = frozenset(
    {"BLOCK_LOW_AND_ABOVE", "BLOCK_MEDIUM_AND_ABOVE", "BLOCK_ONLY_HIGH", "BLOCK_NONE", "OFF"}
)
_READ = TypeAdapter(dict[str, str])


def read_safety(text: str) -> Mapping[str, str]:
    """Category -> threshold, from JSON; none where there is no text.

    Raises:
        ValueError: it is no such thing; says what there could be.
    """
    try:
        safety = _READ.validate_json(text or "{}")
    except ValidationError:
        raise ValueError('must be JSON such as {"HARM_CATEGORY_...": "BLOCK_..."}') from None
    for category, threshold in safety.items():
        _check(category, CATEGORIES)
        _check(threshold, THRESHOLDS)
    return safety


def _check(name: str, known: frozenset[str]) -> None:
    if name not in known:
        raise ValueError(f"names {name[:40]!r}, which is none of {', '.join(sorted(known))}")
