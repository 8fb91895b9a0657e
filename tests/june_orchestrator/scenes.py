"""Whole conversations, scripted and held on virtual time."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, cast

from june_orchestrator.conversation import Parts, converse
from june_orchestrator.fillers import USUAL, Fillers
from june_orchestrator.inbox import Inbox
from june_orchestrator.ports import Event, Heard, Input, ReplyEnded
from june_orchestrator.reply_options import ReplyOptions
from june_orchestrator.voices import Voices
from june_runtime.testing import run_virtual
from tests.june_orchestrator.fakes import OPTIONS, Brain, Room, Tts

# When something happens, in seconds since the conversation began.
Script = Sequence[tuple[float, Input]]


def started(at: float) -> tuple[float, Input]:
    return at, Heard(Event.SPEECH_STARTED)


def update(at: float, text: str, *, pause: float = 0.0) -> tuple[float, Input]:
    return at, Heard(Event.UPDATE, text=text, pause=pause, ended_at=at - pause)


def eager_end(at: float, text: str, *, pause: float = 0.2) -> tuple[float, Input]:
    return at, Heard(Event.EAGER_END, final_text=text, pause=pause, ended_at=at - pause)


def resumed(at: float) -> tuple[float, Input]:
    return at, Heard(Event.RESUMED)


def end_of_turn(at: float, text: str, *, pause: float = 0.5) -> tuple[float, Input]:
    return at, Heard(Event.END_OF_TURN, final_text=text, pause=pause, ended_at=at - pause)


def speech_ended(at: float) -> tuple[float, Input]:
    return at, Heard(Event.SPEECH_ENDED, pause=0.5)


def question(at: float, text: str = "what is the weather like") -> list[tuple[float, Input]]:
    """Speech that ends at `at` and is confirmed by 500 ms of silence."""
    return [
        started(at - 1.5),
        update(at - 0.5, text[: len(text) // 2]),
        eager_end(at + 0.2, text),
        end_of_turn(at + 0.5, text),
    ]


@dataclass
class Scene:
    """A conversation to hold, and what came of it."""

    script: Script
    brain: Brain = field(default_factory=Brain)
    tts: Tts = field(default_factory=Tts)
    room: Room = field(default_factory=Room)
    options: ReplyOptions = OPTIONS
    # By the number of their terms, where not by `options`.
    by_terms: dict[int, ReplyOptions] = field(default_factory=dict)
    fillers: Fillers = field(default_factory=lambda: USUAL)
    # When the user hangs up; after the script where None.
    until: float | None = None
    voices: Voices = field(default_factory=Voices)
    apologises: bool = False
    ended: float = 0.0
    _inbox: Inbox[Input] | None = None

    def hold(self) -> Scene:
        run_virtual(self._hold())
        return self

    def with_options(self, **changed: Any) -> Scene:
        self.options = replace(self.options, **changed)
        return self

    def say(self, event: Input) -> None:
        """Something happens in this very moment."""
        assert self._inbox is not None
        self._inbox.note(cast(ReplyEnded, event))

    def _options_by(self, terms: int) -> ReplyOptions:
        return self.by_terms.get(terms, self.options)

    async def _hold(self) -> None:
        loop = asyncio.get_running_loop()
        inbox = self._inbox = Inbox[Input]()
        parts = Parts(
            self.brain,
            self.tts,
            self.room,
            self._options_by,
            lambda: self.voices,
            apologises=self.apologises,
            fillers=self.fillers,
        )
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._play(inbox))
            await converse(inbox, parts)
        self.ended = loop.time()
        left = asyncio.all_tasks() - {asyncio.current_task()}
        assert not left, f"left running: {left}"

    async def _play(self, inbox: Inbox[Input]) -> None:
        now = asyncio.get_running_loop().time
        for at, event in sorted(self.script, key=lambda step: step[0]):
            await asyncio.sleep(at - now())
            await inbox.put(event)
        if self.until is not None:
            await asyncio.sleep(self.until - now())
        inbox.close()
