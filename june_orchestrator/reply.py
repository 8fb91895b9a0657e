"""A reply in the making: what its stages share."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable

from june_orchestrator.aloud import Aloud
from june_orchestrator.growing import Growing
from june_orchestrator.history import heard_text
from june_orchestrator.lanes import Lane
from june_orchestrator.news import ConcurrentSynthesis, FellBack, FirstAudio, FirstToken, News
from june_orchestrator.playout import Playout
from june_orchestrator.ports import Frame, Outcome, Piece, Prompt, ToolUse, TurnRecord, Usage
from june_orchestrator.record import TurnLog
from june_orchestrator.reply_options import ReplyOptions
from june_orchestrator.stopwatch import Stopwatch
from june_orchestrator.tongue import Tongue
from june_orchestrator.turns import Confirm
from june_runtime.errors import JuneError
from june_runtime.tasks import until

# No sentence is started while more than this lies unplayed: a slow listener never
# holds an engine, and an interruption wastes little.
LOOKAHEAD_SECONDS = 5.0
LOOKAHEAD_CHECK_SECONDS = 0.02


class Reply:
    """One revision's answer. Until `gate` opens nothing of it may leave."""

    def __init__(
        self,
        user_text: str,
        prompt: Prompt,
        options: ReplyOptions,
        log: TurnLog,
        report: Callable[[int, News], None],
        tongue: Tongue | None = None,
    ) -> None:
        self.turn = 0
        self.user_text = user_text
        self.prompt = prompt
        self.options = options
        self.log = log
        self.gate = asyncio.Event()
        self.lanes: Growing[Lane] = Growing()
        # At most one, which sounded while nothing of the answer was there.
        self.filler: Growing[Lane] = Growing()
        self.tools = Stopwatch()
        # Set once there is a word of the answer, or will be none.
        self.answering = asyncio.Event()
        self.playout = Playout(options.voice.format.sample_rate)
        self.error: JuneError | None = None
        self.wasted = 0
        self.over = False
        self.fallback = ""
        self.tokens = 0
        self._filler_samples = 0
        self.voice = options.voice
        self._tongue = tongue if options.follows else None
        self._aloud = Aloud(options.language)
        self._report = report
        # What happened before the turn was confirmed.
        self._unreported: list[News] = []
        self._now: Callable[[], float] = asyncio.get_running_loop().time
        self._floor = asyncio.Event()
        self._floor.set()
        # What was heard of it, once it is cut short.
        self._heard: str | None = None

    def confirm(self, confirmed: Confirm) -> None:
        """The turn is real: everything made so far may leave."""
        self.turn = confirmed.turn
        self.user_text = confirmed.text
        self.log.confirm(confirmed.ended_at, self._now(), adopted=confirmed.adopted)
        self.gate.set()
        for news in self._unreported:
            self._report(self.turn, news)

    @property
    def language(self) -> str:
        """What it is spoken in, as a BCP-47 tag; a guess before its first sentence."""
        if self._tongue is None:
            return self.options.language
        return self.voice.language if self.lanes.items else self._tongue.tag(self.voice)

    @property
    def paused(self) -> bool:
        return not self._floor.is_set()

    @property
    def audible(self) -> bool:
        """Whether it is being spoken, or about to be."""
        return self.options.speak and not self.over

    def pause(self) -> None:
        self.playout.pause(self._now())
        self._floor.clear()

    def resume(self) -> None:
        self.playout.resume(self._now())
        self._floor.set()

    def asks_brain(self) -> None:
        self.log.mark("brain_asked", self._now())

    def begins_anew(self) -> None:
        """Another brain is asked: what the one before it wrote is void, and only from now
        on is anything counted."""
        self.tokens = 0
        self.log.unmark("brain_asked", "first_token")
        self._unreported = [news for news in self._unreported if not isinstance(news, FirstToken)]
        self.asks_brain()

    def takes(self, piece: Piece) -> None:
        """The brain has written one more piece, waits, or tells how many there were."""
        match piece:
            case Usage():
                self.tokens = piece.tokens_out
            case ToolUse(running):
                self.tools.run(running=running)
            case str():
                self._takes_token(piece)

    def _takes_token(self, token: str) -> None:
        self.tokens += 1
        if token.strip():
            self.answering.set()
        self.answers()

    def answers(self) -> None:
        """The brain has begun to answer, if not before."""
        if self.log.at("first_token") is None:
            self.log.mark("first_token", self._now())
            self._happens(FirstToken(self.log.between_ms("brain_asked", "first_token") or 0.0))

    def falls_back(self, reason: str) -> None:
        """The brain cannot answer in the way in which it was asked."""
        self.fallback = reason
        self._happens(FellBack(reason))

    def is_thought(self) -> None:
        """The brain has said everything."""
        self.log.mark("thought", self._now())
        self.answering.set()
        self.lanes.close()

    def begins(self, lane: Lane) -> None:
        """The lane's synthesis is about to start."""
        lane.begin(self._now(), concurrent=not self.lanes.closed.is_set())
        if lane.silent:
            lane.end()
        elif lane.concurrent:
            self._happens(ConcurrentSynthesis(lane.index))

    def _happens(self, news: News) -> None:
        """Nothing of a turn that is not confirmed is told: it may be forgotten yet."""
        if self.gate.is_set():
            self._report(self.turn, news)
        else:
            self._unreported.append(news)

    def open_lanes(self, sentences: Iterable[str]) -> None:
        """The brain has completed these sentences."""
        for text in sentences:
            if not self.lanes.items:
                self._settle_voice(text)
            self._open_lane(text, self._aloud.push(text))

    def open_wordless_lane(self) -> None:
        """For a reply whose words come beside its sound."""
        self._open_lane("")

    def _open_lane(self, text: str, spoken: str | None = None) -> None:
        self.log.mark("first_sentence", self._now())
        at, audio = len(self.lanes.items), self.options.voice.format
        self.lanes.append(Lane(at, text, audio, self._now(), spoken))

    def _settle_voice(self, first_sentence: str) -> None:
        """From its first sentence on a reply keeps its language."""
        if self._tongue is None:
            self._aloud = Aloud(self.options.language)
            return
        self.voice = self._tongue.speaking(self.options.voice, first_sentence)
        self._aloud = Aloud(self.voice.language)

    def new_filler(self, text: str) -> Lane:
        """A lane that is in no line yet."""
        lane = Lane(0, text, self.options.voice.format, self._now())
        lane.begin(self._now())
        return lane

    async def first_lane(self) -> Lane | None:
        """The filler, where one sounds before there is a sentence."""
        while not (self.lanes.items or self.lanes.closed.is_set()):
            if self.filler.items:
                return self.filler.items[0]
            await until(self.lanes.grown(), self.filler.grown())
        return None

    async def room_to_speak(self, lane: Lane) -> None:
        """Wait while LOOKAHEAD_SECONDS or more lie unplayed before `lane`."""
        while True:
            held = sum(earlier.unplayed_seconds() for earlier in self.lanes.items[: lane.index])
            excess = held + self.playout.unplayed(self._now()) - LOOKAHEAD_SECONDS
            if excess < 0:
                return
            await asyncio.sleep(max(excess, LOOKAHEAD_CHECK_SECONDS))

    async def next_frame(self, lane: Lane, pcm: bytes) -> Frame:
        """Wait until this audio may leave: nobody speaks over it, the lead is short."""
        samples = len(pcm) // self.options.voice.format.frame_bytes
        while True:
            await self._floor.wait()
            delay = self.playout.wait(samples, self._now())
            if delay <= 0:
                break
            await asyncio.sleep(delay)
        now, start, filler = self._now(), self.playout.sent_samples, lane in self.filler.items
        if filler:
            self.log.mark("filler", now)
            self._filler_samples += samples
        elif self.log.at("audible") is None:
            arrived = now if lane.first_audio_at is None else lane.first_audio_at
            self.log.mark("first_audio", arrived)
            self.log.mark("audible", now)
            self._happens(FirstAudio(self.log.between_ms("first_sentence", "first_audio") or 0.0))
        self.playout.send(samples, now)
        sent_ms = self.log.since_speech_ms(now)
        return Frame(lane.index, start, pcm, sent_ms, last=False, filler=filler)

    def last_frame(self) -> Frame:
        """Tells that all of the reply's audio has left."""
        sentence, at = max(0, len(self.lanes.items) - 1), self.playout.sent_samples
        return Frame(sentence, at, b"", self.log.since_speech_ms(self._now()), last=True)

    async def heard_out(self) -> None:
        """Wait until the listener has heard everything that was sent."""
        while True:
            await self._floor.wait()
            rest = self.playout.unplayed(self._now())
            if rest <= 0:
                return
            await asyncio.sleep(rest + 0.001)

    def cut(self) -> str:
        """It ends here, before its work is stopped; returns what was heard of it."""
        self._heard = self.heard_text()
        return self._heard

    def heard_text(self) -> str:
        """What the listener has heard of the reply so far."""
        if self._heard is not None:
            return self._heard
        if not self.options.speak:
            return " ".join(lane.text for lane in self.lanes.items)
        # A filler came before everything and is no part of it.
        played = self.playout.played(self._now()) - self._filler_samples
        return heard_text(self.lanes.items, max(0, played))

    def record(self, outcome: Outcome) -> TurnRecord:
        if self.playout.first_report is not None:
            samples, at = self.playout.first_report
            self.log.heard_at(at - samples / self.options.voice.format.sample_rate)
        return self.log.record(
            outcome=outcome,
            user_text=self.user_text,
            reply_text=self.heard_text(),
            lanes=self.lanes.items,
            rate=self.options.voice.format.sample_rate,
            wasted=self.wasted,
            error=self.error,
            sequential=not self.options.streaming,
            fallback=self.fallback,
            tokens=self.tokens,
        )
