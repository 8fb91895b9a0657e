"""Blocking work for many callers in one go."""

import asyncio
import threading
from collections.abc import Sequence

import pytest

from june_runtime.batcher import Batcher


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
    batcher.close()


async def test_a_failure_reaches_its_batch_only() -> None:
    """The next one is served."""
    double = Doubling()
    double.release.set()
    batcher = Batcher("b", double)
    with pytest.raises(KeyError, match="unlucky"):
        await batcher.run(13)
    assert await batcher.run(4) == 8
    batcher.close()


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
    batcher.close()


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
    batcher.close()


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
    batcher.close()
