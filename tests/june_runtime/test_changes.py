"""Watching something that changes."""

import asyncio
from contextlib import aclosing

import pytest

from june_runtime.changes import Changes
from june_runtime.errors import AtCapacity
from june_runtime.testing import run_virtual


class Value:
    """A number whose changes can be watched."""

    def __init__(self, watchers: int = 10) -> None:
        self.number = 0
        self.changes = Changes(watchers)

    def set(self, number: int) -> None:
        self.number = number
        self.changes.tell()

    async def seen(self, pause: float, until: int) -> list[int]:
        """What somebody sees who takes `pause` seconds for each value."""
        seen = []
        async with aclosing(self.changes.watch(lambda: self.number)) as numbers:
            async for number in numbers:
                seen.append(number)
                if number == until:
                    return seen
                await asyncio.sleep(pause)
        raise AssertionError("a watch does not end")


async def counting(value: Value) -> None:
    for number in range(1, 101):
        await asyncio.sleep(1)
        value.set(number)


def test_a_quick_watcher_sees_every_change() -> None:
    """The present value first, then each one after it."""

    async def scenario() -> list[int]:
        value = Value()
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(counting(value))
            seen = tasks.create_task(value.seen(0.1, until=100))
        return seen.result()

    assert run_virtual(scenario()) == list(range(101))


def test_a_slow_watcher_sees_the_latest() -> None:
    """What it missed is not queued for it, and the last value is never missed."""

    async def scenario() -> list[int]:
        value = Value()
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(counting(value))
            seen = tasks.create_task(value.seen(10, until=100))
        return seen.result()

    seen = run_virtual(scenario())
    assert len(seen) <= 12
    assert seen == sorted(set(seen))


def test_one_watcher_leaving_does_not_deafen_the_others() -> None:
    """Who stays hears of the next change."""

    async def scenario() -> list[int]:
        value = Value()
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(value.seen(0, until=1))
            stays = tasks.create_task(value.seen(0, until=2))
            await asyncio.sleep(1)
            value.set(1)
            await asyncio.sleep(1)
            value.set(2)
        return stays.result()

    assert run_virtual(scenario()) == [0, 1, 2]


def test_equal_values_are_not_repeated() -> None:
    """A change that changes nothing wakes nobody."""

    async def scenario() -> list[int]:
        value = Value()
        async with asyncio.TaskGroup() as tasks:
            seen = tasks.create_task(value.seen(0, until=7))
            for number in (0, 0, 5, 5, 7):
                await asyncio.sleep(1)
                value.set(number)
        return seen.result()

    assert run_virtual(scenario()) == [0, 5, 7]


def test_watchers_are_limited() -> None:
    """One too many is refused; when one leaves there is room again."""

    async def scenario() -> None:
        value = Value(watchers=1)
        async with aclosing(value.changes.watch(lambda: value.number)) as numbers:
            await anext(numbers)
            with pytest.raises(AtCapacity):
                await anext(value.changes.watch(lambda: value.number))
        await anext(value.changes.watch(lambda: value.number))

    run_virtual(scenario())
