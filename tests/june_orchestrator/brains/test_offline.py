"""The brain without a model: it answers what it knows and says so otherwise."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from june_orchestrator.brains.offline import OfflineBrain, answer
from june_orchestrator.ports import Message, Prompt, Role
from june_runtime.testing import run_virtual

NOW = datetime(2024, 5, 1, 15, 7)


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("What time is it?", "It is 3:07 PM."),
        ("tell me the time", "It is 3:07 PM."),
        ("hey june, what's the time now", "It is 3:07 PM."),
        ("what is the date today?", "Today is Wednesday, May 1, 2024."),
        ("What day is it", "Today is Wednesday, May 1, 2024."),
        ("what's today’s date", "Today is Wednesday, May 1, 2024."),
        ("what is six times seven", "That makes 42."),
        ("ten divided by three", "That makes about 3.3333."),
        ("one divided by zero", "Nothing can be divided by zero."),
        ("repeat after me: the cat sat.", "You said: the cat sat."),
        ("Please say hello", "You said: hello."),
        ("who are you", "I am June"),
        ("hello", "Hello!"),
        ("thank you", "You are welcome."),
    ],
)
def test_what_it_knows(question: str, expected: str) -> None:
    """The time, the date, sums, repeating, itself, and good manners."""
    assert answer(question, NOW).startswith(expected)


@pytest.mark.parametrize(
    "question",
    [
        "what time does the train leave",
        "what was the best time of your life",
        "what is the time in Tokyo",
        "which year did the war end",
        "what day is Christmas",
        "what happened on 9/11",
        "is it open 24/7",
        "how do you say hello in French",
        "what would you say about Paris",
        "who is the president",
        "",
    ],
)
def test_what_it_does_not_know_it_says(question: str) -> None:
    """A question that only looks like one it knows gets no made-up answer."""
    said = answer(question, NOW)
    assert "I have no language model" in said
    assert "connect me to a language model" in said


def test_it_cannot_see_the_weather_and_says_so() -> None:
    assert answer("what's the weather like", NOW).startswith("I cannot see the weather")


def test_a_long_question_is_not_said_again_whole() -> None:
    assert len(answer("blah " * 1_600, NOW)) < 600
    assert len(answer("say " + "blah " * 1_600, NOW)) < 300


@given(st.text(max_size=200))
def test_everything_is_answered(question: str) -> None:
    """Whatever is asked, something is said."""
    assert answer(question, NOW).strip()


def test_it_streams_its_answer_word_by_word() -> None:
    """The tokens together are the answer to the last question."""

    async def ask() -> list[str]:
        messages = [Message(Role.USER, "hi"), Message(Role.USER, "What time is it?")]
        brain = OfflineBrain(clock=lambda: NOW)
        return [token async for token in brain.reply(Prompt(messages))]

    tokens = run_virtual(ask())
    assert "".join(tokens) == answer("What time is it?", NOW)
    assert len(tokens) > 5
