"""Who holds the floor: carries out what `turns.py` decided."""

from __future__ import annotations

import asyncio
from asyncio import Task
from collections.abc import Callable

from june_orchestrator.history import History
from june_orchestrator.ports import Outcome, Prompt, Speaker
from june_orchestrator.record import TurnLog
from june_orchestrator.reply import Reply
from june_orchestrator.reply_options import ReplyOptions
from june_orchestrator.tongue import Tongue
from june_orchestrator.turns import Confirm, Forget, Interrupt, Pause, Prepare, Resume, Step


class Floor:
    """One session's replies, of which at most one is in flight, and its history.

    `answer` starts the work on a reply.
    """

    def __init__(
        self,
        speaker: Speaker,
        answer: Callable[[Reply], Task[None]],
        history: History,
        tongue: Tongue,
    ) -> None:
        self._speaker = speaker
        self._answer = answer
        self._history = history
        self._tongue = tongue
        self._reply: Reply | None = None
        self._task: Task[None] | None = None
        self._wasted = 0
        self._now = asyncio.get_running_loop().time

    @property
    def reply(self) -> Reply | None:
        """The reply in flight."""
        return self._reply

    async def carry_out(self, step: Step, options: ReplyOptions) -> None:
        """`options` are those of the turn in which the step is taken."""
        match step, self._reply:
            case Prepare() as prepare, _:
                self._reply = self._prepared(prepare, options)
                self._task = self._answer(self._reply)
            case Confirm(), Reply() as reply:
                reply.wasted, self._wasted = self._wasted, 0
                # Told before the gate opens: nothing of a turn comes before its start.
                await self._speaker.turn_started(step.turn, step.text)
                reply.confirm(step)
            case Forget(), Reply():
                self._wasted += 1
                await self._stop()
            case Pause(), Reply(audible=True) as reply:
                reply.pause()
                await self._speaker.paused(reply.turn)
            case Resume(), Reply(paused=True, over=False) as reply:
                await self._resume(reply)
            case Interrupt(), Reply() as reply:
                await self._interrupt(reply)

    def report_played(self, turn: int, samples: int) -> None:
        """The caller has played so many samples of a turn's reply."""
        if self._reply and self._reply.turn == turn:
            self._reply.playout.report(samples, self._now())

    async def remember(self, reply: Reply, outcome: Outcome) -> None:
        """The turn is over: keep what was heard of it, and tell how it went."""
        if reply.over:
            return
        reply.over = True
        record = reply.record(outcome)
        self._history.add(reply.user_text, record.reply_text)
        await self._speaker.turn_ended(reply.turn, record)

    async def wind_up(self) -> None:
        """Nothing more is heard: what was not confirmed goes, the rest is heard out."""
        if self._reply and not self._reply.gate.is_set():
            await self._stop()
        elif self._reply and self._reply.paused:
            await self._resume(self._reply)

    async def _resume(self, reply: Reply) -> None:
        reply.resume()
        await self._speaker.resumed(reply.turn)

    def _prepared(self, prepare: Prepare, options: ReplyOptions) -> Reply:
        self._history.keep_within(options.history_tokens)
        prompt = Prompt(
            messages=self._history.with_question(prepare.text),
            system_instruction=options.system_instruction,
            language=options.language or self._tongue.tag(options.voice),
            max_output_tokens=options.max_output_tokens,
            model=options.model,
            streaming=options.streaming,
            manner=options.manner,
        )
        log = TurnLog(prepare.ended_at)
        log.mark("prepared", prepare.words_at or self._now())
        return Reply(prepare.text, prompt, options, log, self._speaker.news, self._tongue)

    async def _interrupt(self, reply: Reply) -> None:
        """The user takes the floor; June remembers only what was heard."""
        heard = reply.cut()
        await self._stop()
        if not reply.over:
            await self._speaker.interrupted(reply.turn, heard)
            await self.remember(reply, Outcome.INTERRUPTED)

    async def _stop(self) -> None:
        """End the work on the reply in flight, unless it is over and only reporting."""
        reply, task = self._reply, self._task
        self._reply = self._task = None
        if reply and task and not task.done():
            if not reply.over:
                task.cancel()
            await asyncio.wait([task])
