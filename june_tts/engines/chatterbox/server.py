"""All sentences at once on one thread: what the schedule decides, done.

Everything here runs on that thread; june_runtime.rounds has it, and hands audio to
the callers. A failure of the networks ends the sentences that took part in it, and no
other one; where it happens time after time the engine is given up.
"""

from __future__ import annotations

import itertools
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from june_runtime.condition import Condition
from june_runtime.errors import JuneError, Unavailable
from june_runtime.rounds import Caller
from june_tts.engine import Speech
from june_tts.engines.chatterbox.reading import Reader
from june_tts.engines.chatterbox.schedule import (
    Limits,
    Place,
    Prefill,
    Refuse,
    Schedule,
    Stage,
    Step,
    Vocode,
    at_capacity,
)
from june_tts.engines.chatterbox.speaking import Order, Speaking, Take
from june_tts.engines.chatterbox.tokens import Prompt, Sampling, TokenLoop
from june_tts.engines.chatterbox.variants import Variant
from june_tts.engines.chatterbox.vocoder.vocoder import Job, Vocoder

log = logging.getLogger(__name__)

# Pieces of audio that wait for a caller at most; then its sentence is made no further.
PIECES_WAITING = 4


@dataclass(frozen=True, slots=True)
class Parts:
    """What speaks: the token network, what makes audio of its tokens, what reads texts to
    it, and which of the models it is."""

    loop: TokenLoop
    vocoder: Vocoder
    reader: Reader
    variant: Variant


@dataclass(slots=True, eq=False)
class _Served:
    """A caller, its sentence, how fast that is heard, the row that it has at present, and
    what is to be said in the next one it gets."""

    caller: Caller[Speech]
    speaking: Speaking
    place: Place
    rate: float
    row: int | None = None
    read: tuple[Prompt, Sampling, Take] | None = None


class Server:
    """See the module. Given to Rounds.

    Args:
        clock: seconds, for the schedule.
        condition: told what the networks do. Of these audio counts as a success, since
            all that goes before it has worked then.
    """

    def __init__(
        self,
        parts: Parts,
        limits: Limits,
        clock: Callable[[], float],
        condition: Condition,
    ) -> None:
        self._loop, self._vocoder = parts.loop, parts.vocoder
        self._reader, self._variant = parts.reader, parts.variant
        self._schedule = Schedule(limits)
        self._limits, self._clock = limits, clock
        self._numbers = itertools.count()
        self._served: dict[int, _Served] = {}
        self._condition = condition

    @property
    def served(self) -> int:
        """Sentences that are being made or wait to be."""
        return len(self._served)

    @property
    def free_rows(self) -> int:
        return self._loop.free_rows

    def warm(self) -> None:
        """Makes ready for batches of every size. Before anyone comes."""
        self._loop.warm()

    def begin(self, caller: Caller[Speech], order: Order) -> None:
        """A sentence comes.

        Raises:
            AtCapacity: AT_CAPACITY.
            InvalidInput: NOTHING_TO_SAY.
        """
        self._forget_gone()
        speaking = Speaking(order, self._variant, self._reader)
        number = next(self._numbers)
        place = self._schedule.arrive(number, self._clock(), self._loop.free_rows)
        self._served[number] = _Served(caller, speaking, place, order.sentence.speaking_rate)

    def round(self) -> bool:
        self._forget_gone()
        for served in self._served.values():
            served.place.due = served.speaking.due
            served.place.blocked = served.caller.waiting >= PIECES_WAITING
        action = self._schedule.next(self._clock(), self._loop.free_rows)
        match action:
            case Prefill(number):
                self._attempt([number], lambda: self._read(number), self._condition.refused)
                self._attempt([number], lambda: self._join(number), self._condition.failed)
            case Step():
                rows = [number for number, one in self._served.items() if one.row is not None]
                self._attempt(rows, self._step, self._condition.failed)
            case Vocode(numbers):
                self._attempt(numbers, lambda: self._vocode(numbers), self._condition.failed)
            case Refuse(numbers):
                for number in numbers:
                    self._end(number, at_capacity(self._limits))
        return action is not None

    def _attempt(
        self,
        numbers: Sequence[int],
        work: Callable[[], None],
        is_for_good: Callable[[Exception], bool],
    ) -> None:
        """Does it; whoever takes part in it fails with it."""
        try:
            work()
        except JuneError as refused:
            for number in numbers:
                self._end(number, refused)
        except Exception as error:
            if is_for_good(error):
                raise  # and so everyone is told
            log.exception("a step of the engine failed", extra={"sentences": len(numbers)})
            failed = Unavailable("ENGINE_FAILED", "the engine failed; try again", retry_after=1.0)
            for number in numbers:
                self._end(number, failed)

    def _read(self, number: int) -> None:
        served = self._served[number]
        speaking = served.speaking
        sampling = speaking.sampling()
        voice = self._vocoder.begin(speaking.likeness.vocoder, sampling.seed)
        prompt, take = speaking.begin(voice)
        served.read = prompt, sampling, take

    def _join(self, number: int) -> None:
        served = self._served.get(number)
        if served is None or served.read is None:
            return  # it could not be read
        (prompt, sampling, take), served.read = served.read, None
        served.row = self._loop.join(prompt, sampling, take.allowed.most)
        served.place.stage, served.place.begun = Stage.SPEAKING, True

    def _step(self) -> None:
        rows = {served.row: served for served in self._served.values() if served.row is not None}
        for sampled in self._loop.step():
            served = rows[sampled.row]
            if served.speaking.hear(sampled):
                continue
            self._loop.leave(sampled.row)
            served.row = None
            more = served.speaking.next_attempt is not None
            served.place.stage = Stage.WAITING if more else Stage.SPOKEN

    def _vocode(self, numbers: Sequence[int]) -> None:
        served = [self._served[number] for number in numbers]
        jobs = [
            Job(one.speaking.take.voice, one.speaking.take.tokens, one.speaking.take.over)
            for one in served
        ]
        made = self._vocoder.vocode(jobs, lambda: all(one.caller.gone for one in served))
        self._condition.succeeded()
        for number, one, samples in zip(numbers, served, made, strict=True):
            if one.caller.gone:
                continue
            speech = one.speaking.vocoded(samples)
            if len(samples) and one.place.first_at is None:
                one.place.first_at = self._clock()
            one.place.made = one.speaking.made / self._vocoder.sample_rate / one.rate
            if speech is not None:
                one.caller.give(speech)
            if one.speaking.over:
                self._end(number)

    def _forget_gone(self) -> None:
        for number in [number for number, one in self._served.items() if one.caller.gone]:
            self._end(number)

    def _end(self, number: int, error: JuneError | None = None) -> None:
        served = self._served.pop(number, None)
        if served is None:
            return
        self._schedule.leave(number)
        if served.row is not None:
            self._loop.leave(served.row)
        served.caller.end(error)
