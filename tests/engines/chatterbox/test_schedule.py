"""What the batch does next, on a simulated clock."""

from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from june_runtime.errors import AtCapacity
from june_tts.engines.chatterbox.schedule import (
    FAR_SECONDS,
    Action,
    Limits,
    Place,
    Prefill,
    Refuse,
    Schedule,
    Stage,
    Step,
    Vocode,
)

FIRST, LATER = 9, 25  # tokens of a first chunk with its look-ahead, and of a later one
TOKEN = 0.04


@dataclass
class Spoken:
    """An utterance in the simulation: tokens in each clause, and what became of them."""

    clauses: list[int]
    place: Place | None = None
    tokens: int = 0  # of the present clause
    ready: int = 0  # not vocoded
    heard_at: float | None = None
    refused: bool = False
    actions: list[Action] = field(default_factory=list)

    @property
    def over(self) -> bool:
        return not self.clauses and not self.ready

    def refresh(self) -> None:
        assert self.place is not None
        wanted = LATER if self.heard_at is not None else FIRST
        ended = self.place.stage is not Stage.SPEAKING
        self.place.due = self.ready >= wanted or (ended and self.ready > 0)


class Machine:
    """A GPU on which everything takes its time."""

    def __init__(self, rows: int, limits: Limits, costs: tuple[float, float, float]) -> None:
        self.now = 0.0
        self.rows = rows
        self.schedule = Schedule(limits)
        self.prefill, self.step, self.vocode = costs
        self.there: dict[int, Spoken] = {}
        self.done: list[Action] = []

    def add(self, number: int, spoken: Spoken) -> None:
        spoken.place = self.schedule.arrive(number, self.now, self.free)
        self.there[number] = spoken

    @property
    def free(self) -> int:
        return self.rows - sum(self._speaking(one) for one in self.there.values())

    def turn(self) -> Action:
        for spoken in self.there.values():
            spoken.refresh()
        action = self.schedule.next(self.now, self.free)
        self.done.append(action)
        match action:
            case Prefill(number):
                assert self.free > 0
                self.now += self.prefill
                place = self.there[number].place
                assert place is not None
                place.stage, place.begun = Stage.SPEAKING, True
            case Step():
                self.now += self.step
                for spoken in filter(self._speaking, list(self.there.values())):
                    self._token(spoken)
            case Vocode(numbers):
                assert len(set(numbers)) == len(numbers)
                self.now += self.vocode
                for number in numbers:
                    self._audio(self.there[number], number)
            case Refuse(numbers):
                for number in numbers:
                    self.there.pop(number).refused = True
        return action

    def run(self, turns: int) -> None:
        for _ in range(turns):
            if self.turn() is None:
                return

    def _speaking(self, spoken: Spoken) -> bool:
        return spoken.place is not None and spoken.place.stage is Stage.SPEAKING

    def _token(self, spoken: Spoken) -> None:
        assert spoken.place is not None
        spoken.tokens += 1
        spoken.ready += 1
        if spoken.tokens == spoken.clauses[0]:
            spoken.clauses.pop(0)
            spoken.tokens = 0
            spoken.place.stage = Stage.WAITING if spoken.clauses else Stage.SPOKEN

    def _audio(self, spoken: Spoken, number: int) -> None:
        assert spoken.place is not None
        assert spoken.place.due
        count = min(spoken.ready, LATER if spoken.heard_at is not None else FIRST)
        spoken.ready -= count
        spoken.place.made += count * TOKEN
        if spoken.heard_at is None:
            spoken.heard_at = spoken.place.first_at = self.now
        if spoken.over:
            self.schedule.leave(number)
            del self.there[number]


COSTS = st.tuples(*[st.floats(0.001, 0.2)] * 3)
CLAUSES = st.lists(st.integers(1, 120), min_size=1, max_size=4)


@given(st.lists(CLAUSES, min_size=1, max_size=12), st.integers(1, 4), COSTS)
def test_everything_is_said(
    sentences: list[list[int]], rows: int, costs: tuple[float, float, float]
) -> None:
    """Whatever work costs, all of everyone is made, and then there is nothing to do."""
    machine = Machine(rows, Limits(waiting=100, waiting_seconds=1e9), costs)
    spoken = [Spoken(list(clauses)) for clauses in sentences]
    for number, one in enumerate(spoken):
        machine.add(number, one)
    machine.run(20_000)
    assert not machine.there
    for one, clauses in zip(spoken, sentences, strict=True):
        assert one.place is not None
        assert one.place.made == pytest.approx(sum(clauses) * TOKEN)


@given(st.lists(CLAUSES, min_size=2, max_size=12), st.integers(2, 6), COSTS)
def test_all_rows_are_stepped_between_two_prompts(
    sentences: list[list[int]], rows: int, costs: tuple[float, float, float]
) -> None:
    """A crowd that comes in silences nobody."""
    machine = Machine(rows, Limits(waiting=100, waiting_seconds=1e9), costs)
    for number, clauses in enumerate(sentences):
        machine.add(number, Spoken(list(clauses)))
    since_step = 0
    while True:
        speaking = machine.free < machine.rows
        action = machine.turn()
        if action is None:
            break
        if isinstance(action, Step):
            since_step = 0
        if isinstance(action, Prefill):
            since_step += 1
            assert since_step == 1 or not speaking


@given(st.integers(1, 7), COSTS, st.integers(0, 300))
def test_long_texts_never_starve_a_first_audio(
    talkers: int, costs: tuple[float, float, float], before: int
) -> None:
    """Beside any number of endless texts a newcomer is heard after so many pieces of
    work: each of its tokens waits for one prompt and two chunks of others at most."""
    machine = Machine(8, Limits(waiting=100, waiting_seconds=1e9), costs)
    for number in range(talkers):
        machine.add(number, Spoken([120] * 1_000))
    machine.run(before)
    newcomer = Spoken([50])
    machine.add(99, newcomer)
    start = len(machine.done)
    while newcomer.heard_at is None:
        machine.turn()
        assert len(machine.done) - start <= 4 * (FIRST + 2)


@given(COSTS)
def test_full_rows_go_to_whoever_is_not_heard_yet(costs: tuple[float, float, float]) -> None:
    """Between two clauses of a text that is ahead, a newcomer gets its row."""
    machine = Machine(1, Limits(waiting=100, waiting_seconds=1e9), (0.001, 0.001, 0.001))
    machine.add(0, Spoken([120] * 50))
    machine.run(300)
    newcomer = Spoken([20])
    machine.add(1, newcomer)
    while newcomer.heard_at is None:
        machine.turn()
    assert sum(isinstance(action, Prefill) for action in machine.done) < 10


def test_whoever_is_far_ahead_comes_last() -> None:
    """Audio seconds ahead of playback waits while tokens are drawn for others."""
    schedule = Schedule(Limits())
    far = schedule.arrive(0, 0.0, 8)
    far.stage, far.begun, far.due = Stage.SPOKEN, True, True
    far.first_at, far.made = 0.0, FAR_SECONDS + 2
    near = schedule.arrive(1, 0.0, 8)
    near.stage, near.begun, near.due, near.first_at, near.made = Stage.SPEAKING, True, True, 0, 2
    assert schedule.next(1.0, 8) == Vocode((1,))
    near.due = False
    assert schedule.next(1.0, 8) == Step()
    near.stage = Stage.SPOKEN
    assert schedule.next(1.0, 8) == Vocode((0,))  # nothing else to do


def test_nothing_is_made_for_a_caller_who_takes_nothing() -> None:
    schedule = Schedule(Limits())
    place = schedule.arrive(0, 0.0, 8)
    place.stage, place.begun, place.due, place.blocked = Stage.SPOKEN, True, True, True
    assert schedule.next(0.0, 8) is None
    place.blocked = False
    assert schedule.next(0.0, 8) == Vocode((0,))


def test_the_waiting_room_is_bounded() -> None:
    """Beyond the free rows so many wait; the next one is refused at once."""
    schedule = Schedule(Limits(waiting=2))
    for number in range(3):
        schedule.arrive(number, 0.0, free_rows=1)
    with pytest.raises(AtCapacity) as refused:
        schedule.arrive(3, 0.0, free_rows=1)
    assert refused.value.reason == "AT_CAPACITY"
    assert refused.value.retry_after


def test_nobody_waits_for_longer_than_agreed() -> None:
    """Then they are refused; who has begun never is."""
    schedule = Schedule(Limits(waiting_seconds=2.0))
    begun = schedule.arrive(0, 0.0, 1)
    begun.begun = True  # and waits for a second attempt
    schedule.arrive(1, 0.0, 1)
    schedule.arrive(2, 1.0, 1)
    assert schedule.next(2.0, 0) is None
    assert schedule.next(2.1, 0) == Refuse((1,))
    assert schedule.next(2.1, 1) == Prefill(0)


def test_who_came_first_is_let_in_first() -> None:
    schedule = Schedule(Limits(waiting_seconds=9))
    for number in (5, 3, 4):
        schedule.arrive(number, float(number), 8)
    order = []
    while isinstance(action := schedule.next(6.0, 8), Prefill):
        order.append(action.number)
        schedule.places[action.number].stage = Stage.SPOKEN
    assert order == [3, 4, 5]


def test_a_batch_has_its_limit() -> None:
    schedule = Schedule(Limits(batch=3))
    for number in range(5):
        place = schedule.arrive(number, 0.0, 8)
        place.stage, place.begun, place.due = Stage.SPEAKING, True, True
    assert schedule.next(0.0, 8) == Vocode((0, 1, 2))
