"""Answers on their way to a caller."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing

import pytest

from june_runtime.errors import TooSlow
from june_runtime.outbox import Outbox, emitted
from june_runtime.testing import run_virtual


async def put_all(outbox: Outbox[int], count: int) -> None:
    for number in range(count):
        await outbox.put(number)


async def read_on(numbers: AsyncIterator[int], seen: list[int]) -> None:
    async for number in numbers:
        seen.append(number)


def test_everything_put_comes_out_in_order() -> None:
    """However slow the reader, as long as it reads."""

    async def scenario() -> list[int]:
        outbox, seen = Outbox[int](limit=3), list[int]()
        async with aclosing(emitted(outbox, lambda: put_all(outbox, 20))) as numbers:
            async for number in numbers:
                seen.append(number)
                await asyncio.sleep(9)
        return seen

    assert run_virtual(scenario()) == list(range(20))


def test_a_full_outbox_holds_the_work() -> None:
    """No more than its limit waits."""

    async def scenario() -> list[int]:
        outbox, put = Outbox[int](limit=3), list[int]()

        async def work() -> None:
            for number in range(100):
                await outbox.put(number)
                put.append(number)

        async with aclosing(emitted(outbox, work)) as numbers:
            assert await anext(numbers) == 0
            await asyncio.sleep(1)
            return put

    assert run_virtual(scenario()) == [0, 1, 2, 3]


def test_a_reader_that_stalls_is_given_up() -> None:
    """After the time that it has, with the reason."""

    async def scenario() -> float:
        outbox = Outbox[int](limit=1, stall_seconds=7)
        await outbox.put(0)
        with pytest.raises(TooSlow) as slow:
            await outbox.put(1)
        assert slow.value.reason == "READER_STALLED"
        return asyncio.get_running_loop().time()

    assert run_virtual(scenario()) == 7


def test_what_the_work_raises_comes_after_what_it_put() -> None:
    """Nothing of it is lost."""

    async def scenario() -> list[int]:
        outbox, seen = Outbox[int](), list[int]()

        async def work() -> None:
            await put_all(outbox, 3)
            raise KeyError("lost")

        async with aclosing(emitted(outbox, work)) as numbers:
            with pytest.raises(KeyError, match="lost"):
                await read_on(numbers, seen)
        return seen

    assert run_virtual(scenario()) == [0, 1, 2]


def test_closing_cancels_the_work_and_waits_for_its_end() -> None:
    """Its `finally` has run when the generator is closed."""

    async def scenario() -> bool:
        outbox, ended = Outbox[int](), False

        async def work() -> None:
            nonlocal ended
            try:
                await put_all(outbox, 10)
                await asyncio.sleep(1_000)
            finally:
                await asyncio.sleep(1)
                ended = True

        async with aclosing(emitted(outbox, work)) as numbers:
            await anext(numbers)
        return ended

    assert run_virtual(scenario())
