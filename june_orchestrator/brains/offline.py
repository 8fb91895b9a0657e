"""A brain without a model: answers what can be known here, and says so otherwise.

It needs no key and no network, so that June talks from the first minute; it never
pretends to know.
"""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator, Callable
from datetime import datetime

from june_orchestrator.brains.arithmetic import in_words, work_out
from june_orchestrator.ports import Prompt

Answer = Callable[[str, datetime], str | None]

# More of a question is not said again.
_MAX_ECHO = 200
_ASKED = (
    r"(?:(?:hey|june|uh|um|so|well|ok|okay|please|can you|could you|would you|do you know"
    r"|tell me),? )*"
)
_SETUP = "To talk about anything else, connect me to a language model: the README shows how."


def _time(question: str, now: datetime) -> str | None:
    asked = rf"{_ASKED}(?:what time (?:is it|it is)|(?:what(?:'s| is) )?the (?:current )?time)"
    if not re.fullmatch(rf"{asked}(?: is it)?(?: now| right now| please)?", question):
        return None
    return f"It is {now.strftime('%I:%M %p').lstrip('0')}. That is what the clock here says."


def _date(question: str, now: datetime) -> str | None:
    unit = "(?:date|day|year|month)"
    asked = (
        rf"(?:what|which) {unit} (?:is it|it is|is today)"
        rf"|(?:what(?:'s| is) )?(?:the {unit}|today's date|today)"
    )
    if not re.fullmatch(rf"{_ASKED}(?:{asked})(?: today| now| please)?", question):
        return None
    return f"Today is {now.strftime('%A')}, {now.strftime('%B')} {now.day}, {now.year}."


def _sum(question: str, now: datetime) -> str | None:
    try:
        value = work_out(question)
    except ZeroDivisionError:
        return "Nothing can be divided by zero."
    return None if value is None else f"That makes {in_words(value)}."


def _repeat(question: str, now: datetime) -> str | None:
    said = r"(?:repeat|say)(?: after me| this| the words?)?[:,]?\s+(.+)"
    match = re.fullmatch(rf"{_ASKED}{said}", question, re.DOTALL)
    words = match.group(1).strip(" ?.!") if match else ""
    return f"You said: {words[:_MAX_ECHO]}." if words else None


def _who(question: str, now: datetime) -> str | None:
    if not re.search(r"\b(who|what) are you\b|\byour name\b|\bintroduce yourself\b", question):
        return None
    return (
        "I am June, a voice assistant that runs on your own machine. "
        "I hear you through one service, think in a second and speak through a third. "
        f"Right now I think without a language model. {_SETUP}"
    )


def _greeting(question: str, now: datetime) -> str | None:
    if not re.match(r"(hello|hi|hey|good (morning|afternoon|evening))\b", question):
        return None
    return "Hello! I am June. Ask me for the time, the date, or a sum."


def _thanks(question: str, now: datetime) -> str | None:
    return "You are welcome." if re.match(r"(thanks|thank you)\b", question) else None


def _weather(question: str, now: datetime) -> str | None:
    if "weather" not in question:
        return None
    return (
        "I cannot see the weather from here. "
        "I have no language model and no way to look outside this machine. "
        "What I can tell you is the time, the date and the result of a sum. "
        f"{_SETUP}"
    )


def _anything(question: str, now: datetime) -> str:
    return (
        f"I heard: {question[:_MAX_ECHO]}. "
        "I have no language model, so I do not know what to say to that. "
        "I can tell you the time and the date, work out a sum, or repeat what you say. "
        f"{_SETUP}"
    )


# In order: the first that knows answers.
_ANSWERS: tuple[Answer, ...] = (
    _repeat, _sum, _time, _date, _who, _weather, _greeting, _thanks, _anything,
)  # fmt: skip


def answer(question: str, now: datetime) -> str:
    """What can honestly be said to `question` at this time of day."""
    plain = " ".join(question.replace("’", "'").rstrip("?.! ").casefold().split())
    return next(said for known in _ANSWERS if (said := known(plain, now)) is not None)


class OfflineBrain:
    """Streams `answer` word by word, as a model would its tokens."""

    name = "offline"

    def __init__(self, clock: Callable[[], datetime] = datetime.now) -> None:
        self._clock = clock

    async def load(self) -> None: ...
    async def close(self) -> None: ...

    async def reply(self, prompt: Prompt) -> AsyncGenerator[str, None]:
        for token in re.findall(r"\s*\S+", self._said(prompt)):
            yield token

    async def whole(self, prompt: Prompt) -> tuple[str, None]:
        return self._said(prompt), None

    def _said(self, prompt: Prompt) -> str:
        return answer(prompt.messages[-1].text, self._clock())
