"""A conversation with a model that hears and speaks by itself, end to end.

What `june_orchestrator/conversation.py` is for three services in a row, this is for one
model in their place: what the model and the user do decides what happens
(`exchange.py`), a turn's reply comes in as it is made (`incoming.py`) and is played as
any other is, just ahead of the listener's ear.
"""

from __future__ import annotations

import asyncio
from asyncio import Task, TaskGroup
from collections.abc import Callable
from dataclasses import dataclass

from june_orchestrator.conversation import play
from june_orchestrator.direct.exchange import Exchange
from june_orchestrator.direct.incoming import Incoming
from june_orchestrator.direct.line import SpeechLine
from june_orchestrator.direct.ports import (
    Happening,
    Lost,
    ReplySaid,
    ReplySounds,
    Whole,
    Working,
    Written,
)  # fmt: skip
from june_orchestrator.direct.steps import AddWords, Begin, Fail, ForgetModel, More, Step
from june_orchestrator.floor import Floor
from june_orchestrator.history import History
from june_orchestrator.inbox import Inbox
from june_orchestrator.ports import (
    Event,
    Heard,
    Outcome,
    Played,
    ReplyEnded,
    Speaker,
    Trouble,
    Usage,
)  # fmt: skip
from june_orchestrator.reply import Reply
from june_orchestrator.reply_options import ReplyOptions
from june_orchestrator.tongue import Tongue
from june_orchestrator.turns import Confirm, Interrupt, Prepare
from june_orchestrator.voices import Voices
from june_runtime.errors import JuneError, TooSlow


@dataclass(frozen=True, slots=True)
class DirectParts:
    """What a conversation is held with; `options` gives how a turn that begins now is
    answered, and `history` is shared with `line`, which tells it to a model that knows
    nothing."""

    line: SpeechLine
    speaker: Speaker
    options: Callable[[], ReplyOptions]
    history: History


async def converse_directly(inbox: Inbox[Happening], parts: DirectParts) -> None:
    """Pass on what is said until the inbox ends and the last reply has been heard.

    Raises:
        JuneError: the model is gone for good; everything that was said is told before.
    """
    exchange, now = Exchange(), asyncio.get_running_loop().time
    gone: JuneError | None = None
    async with TaskGroup() as tasks:

        def begin(reply: Reply) -> Task[None]:
            return tasks.create_task(take_turn(reply, floor, parts.speaker, inbox))

        # The model chooses its language itself.
        floor = Floor(parts.speaker, begin, parts.history, Tongue(Voices))
        hands = Hands(floor, parts)
        while gone is None and (event := await inbox.take(exchange.judge_at)) is not None:
            if isinstance(event, Played):
                floor.report_played(event.turn, event.samples)
            if isinstance(event, Trouble):
                await parts.speaker.notice(0, event.error)
            for step in exchange.take(event, now(), parts.line.loud_at):
                await hands.carry_out(step)
            if isinstance(event, Lost) and event.final:
                gone = event.error
        await hands.let_go()
    if gone:
        raise gone


async def take_turn(reply: Reply, floor: Floor, speaker: Speaker, inbox: Inbox[Happening]) -> None:
    """Play the reply as it comes, and remember what was said once it has been heard."""
    await reply.gate.wait()
    if reply.options.speak:
        await play(reply, speaker)
    else:
        await reply.lanes.closed.wait()
    if reply.error:
        await speaker.notice(reply.turn, reply.error)
    await floor.remember(reply, Outcome.FAILED if reply.error else Outcome.COMPLETE)
    inbox.note(ReplyEnded(reply.turn))


class Hands:
    """Carries out what `exchange.py` decided."""

    def __init__(self, floor: Floor, parts: DirectParts) -> None:
        self._floor = floor
        self._parts = parts
        self._incoming: Incoming | None = None
        self._sentences = 0

    async def carry_out(self, step: Step) -> None:
        match step:
            case Heard():
                await self._caption(step)
            case Begin():
                await self._begin(step)
            case Interrupt():
                self._incoming = None
                await self._floor.carry_out(step, self._parts.options())
            case Written():
                await self._parts.line.write(step)
            case ForgetModel(error):
                self._parts.line.forget(error)
            case more:
                if self._incoming:
                    await self._take_in(self._incoming, more)

    async def _take_in(self, incoming: Incoming, step: More) -> None:
        match step:
            case AddWords(text):
                incoming.reply.user_text = f"{incoming.reply.user_text}{text}".strip()
            case Usage():
                incoming.reply.takes(step)
            case ReplySaid(text):
                await self._tell(incoming, incoming.said(text))
            case ReplySounds(pcm):
                try:
                    incoming.sounds(pcm)
                except TooSlow as too_long:
                    await self._end(incoming, too_long)
            case Working():
                incoming.goes_on()
            case Whole():
                await self._end(incoming)
            case Fail(error):
                await self._end(incoming, error)

    async def let_go(self) -> None:
        """Nothing more will come: what is there is heard out."""
        if self._incoming:
            await self._end(self._incoming)

    async def _caption(self, heard: Heard) -> None:
        speaker = self._parts.speaker
        speaker.hears(heard)
        if self._parts.options().captions or heard.event is Event.END_OF_TURN:
            await speaker.caption(heard)

    async def _begin(self, begin: Begin) -> None:
        options = self._parts.options()
        await self._floor.carry_out(Prepare(begin.text, begin.ended_at, begin.words_at), options)
        reply = self._floor.reply
        assert reply is not None
        # The model is sure of the turn and asks itself at a time that it keeps to
        # itself: all of its time is counted from the end of speech.
        reply.log.mark("brain_asked", begin.ended_at)
        reply.log.mark("confirmed", begin.ended_at)
        self._incoming, self._sentences = Incoming(reply), 0
        confirm = Confirm(begin.turn, begin.text, begin.ended_at, adopted=False)
        await self._floor.carry_out(confirm, options)

    async def _tell(self, incoming: Incoming, sentences: list[str]) -> None:
        for text in sentences:
            await self._parts.speaker.reply_text(incoming.reply.turn, self._sentences, text)
            self._sentences += 1

    async def _end(self, incoming: Incoming, error: JuneError | None = None) -> None:
        """Its lane is closed first: who plays it need not wait for who reads it."""
        incoming.reply.error = incoming.reply.error or error
        await self._tell(incoming, incoming.end())
