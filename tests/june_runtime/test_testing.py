"""Virtual time, on which the tests of timing stand."""

import asyncio

import pytest

from june_runtime.testing import Deadlock, run_virtual


def test_hours_pass_at_once_and_in_order() -> None:
    """Sleepers wake in the order of their times, at exactly those times."""

    async def scenario() -> list[tuple[float, str]]:
        woken: list[tuple[float, str]] = []

        async def sleeper(name: str, seconds: float) -> None:
            await asyncio.sleep(seconds)
            woken.append((asyncio.get_running_loop().time(), name))

        async with asyncio.TaskGroup() as tasks:
            for name, seconds in (("day", 86_400), ("hour", 3_600), ("now", 0), ("second", 1)):
                tasks.create_task(sleeper(name, seconds))
        return woken

    assert run_virtual(scenario()) == [
        (0, "now"),
        (1, "second"),
        (3_600, "hour"),
        (86_400, "day"),
    ]


def test_weeks_pass_too() -> None:
    """Longer than the event loop ever waits at a stretch."""

    async def scenario() -> float:
        await asyncio.sleep(30 * 86_400)
        return asyncio.get_running_loop().time()

    assert run_virtual(scenario()) == pytest.approx(30 * 86_400)


def test_deadlines_strike() -> None:
    """A timeout ends what would take longer, at its time."""

    async def scenario() -> float:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(10):
                await asyncio.sleep(11)
        return asyncio.get_running_loop().time()

    assert run_virtual(scenario()) == 10


def test_a_deadlock_is_an_error() -> None:
    """Where nothing will ever happen the test fails instead of hanging."""
    with pytest.raises(Deadlock):
        run_virtual(asyncio.Event().wait())


def test_a_deadlock_lets_the_tasks_clean_up() -> None:
    """`finally` blocks run."""
    cleaned = []

    async def scenario() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            cleaned.append(True)

    with pytest.raises(Deadlock):
        run_virtual(scenario())
    assert cleaned == [True]


def test_errors_come_out() -> None:
    """What the work raises, the test sees."""

    async def scenario() -> None:
        await asyncio.sleep(1)
        raise KeyError("lost")

    with pytest.raises(KeyError, match="lost"):
        run_virtual(scenario())
