"""How little each model is asked to think."""

import pytest

from june_orchestrator.brains.gemini.thinking import Thinking, thinking


@pytest.mark.parametrize(
    ("model", "least"),
    [
        ("gemini-3.5-flash-lite", Thinking("minimal")),
        ("models/gemini-3.6-flash", Thinking("minimal")),
        ("gemini-3.7-flash", Thinking("low")),
        ("gemini-3.8-flash", Thinking("low")),
        ("gemini-3.1-pro-preview", Thinking("low")),
        ("gemini-2.5-flash", Thinking(budget=0)),
        ("publishers/google/models/gemini-2.5-pro", Thinking(budget=128)),
        ("gemma-4-27b-it", None),
        ("gemini-2.0-flash", None),
    ],
)
def test_the_least_that_a_model_takes_is_asked(model: str, least: Thinking | None) -> None:
    """Nothing where it takes nothing, or nothing is known of it."""
    assert thinking(model) == least


@pytest.mark.parametrize(
    ("model", "level", "asked"),
    [
        ("gemini-3.5-flash-lite", "high", Thinking("high")),
        ("gemini-2.5-flash", "low", Thinking(budget=1_024)),
        ("gemini-2.5-pro", "minimal", Thinking(budget=128)),
        ("unheard-of", "low", Thinking("low")),
    ],
)
def test_a_level_that_is_named_is_asked(model: str, level: str, asked: Thinking) -> None:
    """By tokens of those that think by tokens."""
    assert thinking(model, level) == asked
