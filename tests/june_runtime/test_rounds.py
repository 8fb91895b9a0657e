"""One thread that works in rounds for many callers."""

import asyncio
import threading
import time
from collections.abc import AsyncGenerator
from contextlib import aclosing

import pytest

from june_runtime.condition import Condition
from june_runtime.errors import InvalidInput, Unavailable
from june_runtime.rounds import Caller, Rounds

LIMIT = 3


class Counting:
    """Gives every caller the numbers from 0 to below what they asked for."""

    def __init__(self) -> None:
        self.callers: dict[Caller[int], tuple[int, int]] = {}
        self.rounds = 0
        self.breaks = False
        self.holds = False
        self.error: BaseException = RuntimeError("out of order")

    def begin(self, caller: Caller[int], request: int) -> None:
        if request > 10_000:
            raise OverflowError("nobody thought of that")
        if request < 0:
            raise InvalidInput("NEGATIVE", "cannot count so far")
        self.callers[caller] = (0, request)

    def round(self) -> bool:
        self.rounds += 1
        if self.breaks:
            raise self.error
        self.callers = {one: state for one, state in self.callers.items() if not one.gone}
        busy = False
        if self.holds:
            return False
        for caller, (at, end) in list(self.callers.items()):
            if at == end:
                caller.end()
                del self.callers[caller]
            elif caller.waiting < LIMIT:
                caller.give(at)
                self.callers[caller] = (at + 1, end)
                busy = True
        return busy


@pytest.fixture
async def work() -> Counting:
    return Counting()


@pytest.fixture
def condition() -> Condition:
    return Condition()


@pytest.fixture
async def rounds(work: Counting, condition: Condition) -> AsyncGenerator[Rounds[int, int], None]:
    rounds = Rounds("counting", work, condition)
    yield rounds
    await rounds.close()


async def listed(rounds: Rounds[int, int], request: int) -> list[int]:
    return [item async for item in rounds.serve(request)]


async def test_each_gets_what_is_its_own(rounds: Rounds[int, int]) -> None:
    """All of it, in order, however many there are."""
    async with asyncio.TaskGroup() as tasks:
        counted = [tasks.create_task(listed(rounds, count)) for count in range(30)]
    assert [task.result() for task in counted] == [list(range(count)) for count in range(30)]
    assert rounds.callers == 0


async def test_no_more_is_made_than_is_taken(rounds: Rounds[int, int], work: Counting) -> None:
    """A slow caller has so many items waiting and no more; the others go on."""
    async with aclosing(rounds.serve(1_000)) as slow:
        assert await anext(slow) == 0
        assert await listed(rounds, 200) == list(range(200))
        (state,) = await rounds.run(lambda: list(work.callers.values()))
        assert state[0] <= LIMIT + 1
        assert [await anext(slow) for _ in range(20)] == list(range(1, 21))


async def test_who_leaves_is_forgotten(rounds: Rounds[int, int], work: Counting) -> None:
    async with aclosing(rounds.serve(1_000)) as left:
        assert await anext(left) == 0
    await rounds.run(work.round)
    assert not work.callers
    assert rounds.callers == 0


async def test_a_refusal_is_that_callers_own(rounds: Rounds[int, int]) -> None:
    with pytest.raises(InvalidInput, match="so far"):
        await listed(rounds, -1)
    assert await listed(rounds, 2) == [0, 1]


async def test_so_is_a_mistake_over_it(rounds: Rounds[int, int], condition: Condition) -> None:
    """However often: what comes in must not end the work of all."""
    for _ in range(5):
        with pytest.raises(Unavailable) as failed:
            await listed(rounds, 10_001)
        assert failed.value.reason == "ENGINE_FAILED"
    assert await listed(rounds, 2) == [0, 1]
    assert not condition.lost


async def test_calls_run_between_rounds(rounds: Rounds[int, int]) -> None:
    """What they return comes back, and what they raise."""
    assert await rounds.run(lambda: 5) == 5
    with pytest.raises(ZeroDivisionError):
        await rounds.run(lambda: 1 // 0)
    assert await listed(rounds, 2) == [0, 1]


async def is_over(rounds: Rounds[int, int], served: AsyncGenerator[int, None]) -> None:
    """Whoever is served is told, and so is whoever comes, and that it is for good."""
    with pytest.raises(Unavailable) as told:
        async for _ in served:
            pass
    assert told.value.reason == "ENGINE_FAILED"
    with pytest.raises(Unavailable, match="restart"):
        await listed(rounds, 1)


@pytest.mark.parametrize("error", [RuntimeError("out of order"), SystemExit(3)])
async def test_work_that_breaks_is_over(
    rounds: Rounds[int, int], work: Counting, condition: Condition, error: BaseException
) -> None:
    work.error = error
    async with aclosing(rounds.serve(1_000)) as served:
        assert await anext(served) == 0
        work.breaks = True
        await is_over(rounds, served)
    assert condition.lost


async def test_a_round_that_does_not_end_is_over(condition: Condition) -> None:
    work, stuck = Counting(), threading.Event()
    rounds = Rounds("counting", work, condition, patience=0.1)
    async with aclosing(rounds.serve(1_000)) as served:
        assert await anext(served) == 0
        posted = asyncio.ensure_future(rounds.run(stuck.wait))
        await is_over(rounds, served)
    assert condition.lost
    stuck.set()
    assert await posted
    await rounds.close()


async def test_who_waits_for_others_is_patient(condition: Condition) -> None:
    """As long as rounds end, however long it takes to get something out of them."""
    work = Counting()
    rounds = Rounds("counting", work, condition, patience=0.1)
    work.holds = True
    waiting = asyncio.ensure_future(listed(rounds, 3))
    until = time.monotonic() + 0.25
    while time.monotonic() < until:
        await rounds.run(lambda: None)
    assert not waiting.done()
    work.holds = False
    await rounds.run(lambda: None)
    assert await waiting == [0, 1, 2]
    assert not condition.lost
    await rounds.close()


async def test_nobody_is_served_once_the_condition_is_lost(
    rounds: Rounds[int, int], condition: Condition
) -> None:
    """Whoever found it out."""
    condition.lose()
    with pytest.raises(Unavailable, match="restart"):
        await listed(rounds, 1)


async def test_closing_tells_whoever_is_served(work: Counting, condition: Condition) -> None:
    """It is no failure."""
    rounds = Rounds("counting", work, condition)
    async with aclosing(rounds.serve(1_000)) as served:
        assert await anext(served) == 0
        await rounds.close()
        with pytest.raises(Unavailable) as told:
            async for _ in served:
                pass
    assert told.value.reason == "ENGINE_CLOSED"
    with pytest.raises(Unavailable):
        await rounds.run(lambda: 1)
    assert not condition.lost


async def test_an_idle_thread_waits(rounds: Rounds[int, int], work: Counting) -> None:
    """It does no rounds while nobody is there."""
    await listed(rounds, 3)
    await rounds.run(lambda: None)
    before = work.rounds
    for _ in range(50):
        await asyncio.sleep(0)
    assert work.rounds - before <= 2
