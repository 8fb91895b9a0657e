"""The conversation, end to end. Read this file first.

What is heard decides whose turn it is (`turns.py`). An answer is begun as soon as
the user pauses, behind a gate that opens when the turn is confirmed (`floor.py`).
The brain's tokens become sentences, each sentence's audio fills a lane of its
own, and the lanes are played strictly in order, just ahead of the listener's ear.
"""

from __future__ import annotations

import asyncio
from asyncio import Task, TaskGroup
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass, field, replace

from june_orchestrator.apologies import apology
from june_orchestrator.chain import Chain, answer
from june_orchestrator.fillers import Fillers, filler
from june_orchestrator.floor import Floor
from june_orchestrator.history import History
from june_orchestrator.inbox import Inbox
from june_orchestrator.lanes import Lane
from june_orchestrator.ports import (
    Brain,
    Event,
    Heard,
    Input,
    Outcome,
    Played,
    ReplyEnded,
    Speaker,
    Trouble,
    Tts,
)  # fmt: skip
from june_orchestrator.reply import Reply
from june_orchestrator.reply_options import ReplyOptions
from june_orchestrator.sentences import SentenceSplitter
from june_orchestrator.tongue import Tongue
from june_orchestrator.turns import Turns
from june_orchestrator.voices import Voices
from june_runtime.errors import JuneError
from june_runtime.tasks import until


@dataclass(frozen=True, slots=True)
class Parts:
    """What a conversation is held with.

    `options` gives, by the number of a turn's terms, how it is answered; by 0, how a
    turn that begins now is. `voices` are those that may speak. `apologises`: where no
    brain could answer, June says so aloud. `fillers` are what is said while a tool takes
    its time.
    """

    brain: Brain | Chain
    tts: Tts
    speaker: Speaker
    options: Callable[[int], ReplyOptions]
    voices: Callable[[], Voices] = Voices
    apologises: bool = False
    fillers: Fillers = field(default_factory=dict)


async def converse(inbox: Inbox[Input], parts: Parts) -> None:
    """Listen and answer until the inbox ends and the last reply has been heard."""
    turns, tongue, now = Turns(), Tongue(parts.voices), asyncio.get_running_loop().time
    async with TaskGroup() as tasks:

        def begin(reply: Reply) -> Task[None]:
            return tasks.create_task(take_turn(reply, parts, floor, inbox))

        floor = Floor(parts.speaker, begin, History(), tongue)
        while (event := await inbox.take(turns.judge_at)) is not None:
            # A turn is answered by the terms by which it is heard.
            options = parts.options(event.terms if isinstance(event, Heard) else 0)
            if isinstance(event, Heard):
                parts.speaker.hears(event)
                if options.captions or event.event is Event.END_OF_TURN:
                    await parts.speaker.caption(event)
            if isinstance(event, Played):
                floor.report_played(event.turn, event.samples)
            if isinstance(event, Trouble):
                await parts.speaker.notice(0, event.error)
            tongue.hear(event)
            for step in turns.take(event, now(), speculate=options.speculate):
                await floor.carry_out(step, options)
        await floor.wind_up()


async def take_turn(reply: Reply, parts: Parts, floor: Floor, inbox: Inbox[Input]) -> None:
    """Answer, and remember what was said once all of it has been heard."""
    await respond(reply, parts)
    await floor.remember(reply, Outcome.FAILED if reply.error else Outcome.COMPLETE)
    inbox.note(ReplyEnded(reply.turn))


async def respond(reply: Reply, parts: Parts) -> None:
    """Think and speak at once; a fault is told to the caller and ends only this turn."""
    async with TaskGroup() as tasks:
        tasks.create_task(think(reply, parts.brain, apologises=parts.apologises))
        if reply.options.speak:
            tasks.create_task(speak(reply, parts.tts))
            if reply.options.filler_after:
                tasks.create_task(fill_wait(reply, parts))
        await reply.gate.wait()
        tasks.create_task(tell(reply, parts.speaker))
        if reply.options.speak:
            await play(reply, parts.speaker)
    if reply.error:
        await parts.speaker.notice(reply.turn, reply.error)


async def think(reply: Reply, brain: Brain | Chain, *, apologises: bool = False) -> None:
    """Cut the brain's tokens into sentences as they come; it is never held up."""
    splitter = SentenceSplitter(reply.options.limits)

    def begin_anew() -> bool:
        """What is spoken is never spoken again: then nobody takes over."""
        nonlocal splitter
        reply.tools.run(running=False)
        if reply.lanes.items:
            return False
        splitter = SentenceSplitter(reply.options.limits)
        reply.begins_anew()
        return True

    reply.asks_brain()
    try:
        async with aclosing(answer(brain, reply.prompt, reply.falls_back, begin_anew)) as tokens:
            async for token in tokens:
                reply.takes(token)
                if isinstance(token, str):
                    reply.open_lanes(splitter.push(token))
    except JuneError as failed:
        reply.error = failed
    reply.open_lanes(splitter.finish())
    if reply.error and apologises and not reply.lanes.items:
        reply.open_lanes([apology(reply.language)])
    reply.is_thought()


async def speak(reply: Reply, tts: Tts) -> None:
    """Synthesise the sentences side by side, never too far ahead of the listener."""
    async with TaskGroup() as tasks:
        if not reply.options.concurrent_tts:
            await reply.lanes.closed.wait()
        async for lane in reply.lanes:
            if lane.index > 0:
                # An answer that may yet be dropped costs one sentence at most.
                await reply.gate.wait()
                await reply.room_to_speak(lane)
            reply.begins(lane)
            if not lane.silent:
                tasks.create_task(lane.fill(tts.synthesize(lane.spoken, reply.voice)))


async def fill_wait(reply: Reply, parts: Parts) -> None:
    """Say a short phrase where a tool takes its time and there is no word of the answer."""
    await reply.gate.wait()
    language = reply.language
    phrase = filler(parts.fillers, language, reply.turn)
    late = await until(reply.tools.reaches(reply.options.filler_after), reply.answering.wait())
    if late.cancelled() or not phrase:
        return
    lane = reply.new_filler(phrase)
    async with TaskGroup() as tasks:
        voice = replace(reply.options.voice, language=language)
        filling = tasks.create_task(lane.fill(parts.tts.synthesize(phrase, voice)))
        sounds = await until(lane.sounds(), reply.answering.wait())
        if sounds.cancelled():
            filling.cancel()
        else:
            reply.filler.append(lane)


async def tell(reply: Reply, speaker: Speaker) -> None:
    """Show the reply's text as it is written."""
    async for lane in reply.lanes:
        await speaker.reply_text(reply.turn, lane.index, lane.text)


async def play(reply: Reply, speaker: Speaker) -> None:
    """Send the lanes' audio in order, a little ahead of the listener's ear."""
    async with aclosing(audio_in_order(reply)) as audio:
        async for lane, pcm in audio:
            frame = await reply.next_frame(lane, pcm)
            await speaker.audio(reply.turn, frame)
    await speaker.audio(reply.turn, reply.last_frame())
    await reply.heard_out()


async def audio_in_order(reply: Reply) -> AsyncGenerator[tuple[Lane, bytes], None]:
    """The reply's audio, sentence after sentence; perhaps a filler before them."""
    if (first := await reply.first_lane()) is not None:
        async with aclosing(first.drain()) as runs:
            async for pcm in runs:
                yield first, pcm
    async for lane in reply.lanes:
        if not reply.options.streaming:
            await lane.filled.wait()
        async with aclosing(lane.drain()) as runs:
            async for pcm in runs:
                yield lane, pcm
        lane.played_at = asyncio.get_running_loop().time()
        reply.error = reply.error or lane.error
