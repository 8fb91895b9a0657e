"""Blocking work for many callers in one go."""

import asyncio
import threading
from collections.abc import Sequence

import pytest

from june_runtime.batcher import Batcher
from june_runtime.condition import Condition
from june_runtime.errors import Unavailable


class Doubling:
    """Doubles whole batches; waits for `release` in the first."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.begun, self.release = threading.Event(), threading.Event()

    def __call__(self, items: Sequence[int]) -> list[int]:
        self.batches.append(list(items))
        self.begun.set()
        self.release.wait()
        if 13 in items:
            raise KeyError("unlucky")
        return [item * 2 for item in items]


async def test_what_gathers_while_one_runs_is_one_batch() -> None:
    """Everybody gets the result of their own item."""
    double = Doubling()
    batcher = Batcher("b", double)
    async with asyncio.TaskGroup() as tasks:
        first = tasks.create_task(batcher.run(0))
        await asyncio.to_thread(double.begun.wait)
        rest = [tasks.create_task(batcher.run(number)) for number in range(1, 10)]
        await asyncio.sleep(0)
        double.release.set()
    assert first.result() == 0
    assert [each.result() for each in rest] == [number * 2 for number in range(1, 10)]
    assert double.batches == [[0], list(range(1, 10))]
    await batcher.close()


async def test_who_asks_in_one_round_is_in_one_batch() -> None:
    """The first of them too, though nothing runs yet."""
    double = Doubling()
    double.release.set()
    batcher = Batcher("b", double)
    asked = [batcher.submit(number) for number in range(3)]
    assert [await each for each in asked] == [0, 2, 4]
    assert double.batches == [[0, 1, 2]]
    await batcher.close()


async def test_a_batcher_that_closes_at_once_leaves_nobody_waiting() -> None:
    """What was asked in the same round is cancelled, and nothing is begun."""
    double = Doubling()
    batcher = Batcher("b", double)
    asked = batcher.submit(1)
    await batcher.close()
    await asyncio.sleep(0)
    assert asked.cancelled()
    assert double.batches == []
    with pytest.raises(Unavailable) as closed:
        await batcher.run(2)
    assert closed.value.reason == "ENGINE_CLOSED"


async def test_a_failure_reaches_its_batch_only() -> None:
    """The next one is served."""
    double = Doubling()
    double.release.set()
    batcher = Batcher("b", double)
    with pytest.raises(KeyError, match="unlucky"):
        await batcher.run(13)
    assert await batcher.run(4) == 8
    await batcher.close()


async def test_a_batch_that_does_not_end_is_over() -> None:
    """Who is in it is told, who waits, and who comes, and that it is for good."""
    double, condition = Doubling(), Condition()
    batcher = Batcher("b", double, condition=condition, patience=0.02)
    first = batcher.submit(0)
    await asyncio.to_thread(double.begun.wait)
    for asked in (first, batcher.submit(1)):
        with pytest.raises(Unavailable, match="restart") as told:
            await asked
        assert told.value.reason == "ENGINE_FAILED"
    with pytest.raises(Unavailable, match="restart"):
        await batcher.run(2)
    assert condition.lost
    double.release.set()
    await batcher.close()
    assert double.batches == [[0]]


async def test_a_batch_that_ends_in_time_is_not() -> None:
    double, condition = Doubling(), Condition()
    double.release.set()
    batcher = Batcher("b", double, condition=condition, patience=0.25)
    assert await batcher.run(1) == 2
    await asyncio.sleep(0.3)
    assert await batcher.run(2) == 4
    assert not condition.lost
    await batcher.close()


async def test_a_caller_that_left_disturbs_nobody() -> None:
    """Its batch goes on for the others."""
    double = Doubling()
    batcher = Batcher("b", double)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(batcher.run(0))
        await asyncio.to_thread(double.begun.wait)
        leaver, stayer = (tasks.create_task(batcher.run(number)) for number in (1, 2))
        await asyncio.sleep(0)
        leaver.cancel()
        double.release.set()
    assert stayer.result() == 4
    await batcher.close()


async def test_the_next_batch_may_be_chosen() -> None:
    """Here: what is even, while there is any."""

    def choose(waiting: Sequence[int]) -> list[int]:
        even = [place for place, number in enumerate(waiting) if number % 2 == 0]
        return even or list(range(len(waiting)))

    double = Doubling()
    batcher = Batcher("b", double, choose)
    first = batcher.submit(0)
    await asyncio.to_thread(double.begun.wait)
    rest = [batcher.submit(number) for number in range(1, 6)]
    assert batcher.waiting == 5
    double.release.set()
    assert [await each for each in (first, *rest)] == [number * 2 for number in range(6)]
    assert double.batches == [[0], [2, 4], [1, 3, 5]]
    await batcher.close()


async def test_what_nobody_waits_for_any_more_is_left_out() -> None:
    """Given up, or answered by whoever asked; also where nothing else is left."""
    double = Doubling()
    batcher = Batcher("b", double)
    first = batcher.submit(0)
    await asyncio.to_thread(double.begun.wait)
    given_up, answered = batcher.submit(1), batcher.submit(2)
    given_up.cancel()
    answered.set_result(-1)
    double.release.set()
    assert (await first, await answered) == (0, -1)
    assert await batcher.run(3) == 6
    assert double.batches == [[0], [3]]
    await batcher.close()
