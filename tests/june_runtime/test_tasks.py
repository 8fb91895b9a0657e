"""Work that something else may end first."""

import asyncio

import pytest

from june_runtime.tasks import Owned, unless, until
from june_runtime.testing import run_virtual


def test_unless_runs_the_work_to_its_end() -> None:
    """When nothing interferes."""

    async def scenario() -> bool:
        return await unless(asyncio.Event(), asyncio.sleep(3))

    assert run_virtual(scenario()) is True


def test_unless_gives_up_when_the_event_is_set() -> None:
    """At once, and the work is cancelled."""

    async def scenario() -> tuple[bool, float]:
        event = asyncio.Event()
        loop = asyncio.get_running_loop()
        loop.call_later(2, event.set)
        done = await unless(event, asyncio.sleep(100))
        return done, loop.time()

    assert run_virtual(scenario()) == (False, 2)


def test_until_tells_what_the_work_made() -> None:
    """And cancels what would have ended it."""

    async def scenario() -> str:
        job = await until(asyncio.sleep(1, "made"), asyncio.sleep(100))
        return job.result()

    assert run_virtual(scenario()) == "made"


def test_work_that_cancels_itself_was_not_ended_by_another() -> None:
    """It ends as if it had been awaited."""

    async def work() -> None:
        raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        run_virtual(until(work(), asyncio.sleep(100)))


def test_an_owned_task_ends_with_its_owner() -> None:
    """Once it has cleaned up."""

    async def scenario() -> list[str]:
        happened: list[str] = []

        async def work() -> None:
            try:
                await asyncio.Event().wait()
            finally:
                await asyncio.sleep(1)
                happened.append("cleaned up")

        owned = Owned(work())
        await asyncio.sleep(0)
        await owned.close()
        return happened

    assert run_virtual(scenario()) == ["cleaned up"]


def test_what_an_owned_task_raises_is_not_lost() -> None:
    """It comes out where it is closed."""

    async def fail() -> None:
        raise ValueError("a bug")

    async def scenario() -> None:
        owned = Owned(fail())
        await asyncio.sleep(1)
        await owned.close()

    with pytest.raises(ValueError, match="a bug"):
        run_virtual(scenario())


def test_work_that_swallows_its_cancellation_is_ended_all_the_same() -> None:
    """As libraries do where one meets the end of a wait of theirs."""
    swallowed = 0

    async def stubborn() -> None:
        nonlocal swallowed
        while True:
            try:
                await asyncio.sleep(10_000)
            except asyncio.CancelledError:
                swallowed += 1
                if swallowed == 3:
                    raise

    async def close() -> None:
        owned = Owned(stubborn())
        await asyncio.sleep(0)
        await owned.close()

    run_virtual(close())
    assert swallowed == 3
