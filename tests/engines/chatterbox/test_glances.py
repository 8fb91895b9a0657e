"""Looks that many share. On virtual time."""

import asyncio

from june_runtime.testing import run_virtual
from june_tts.engines.chatterbox.glances import Glances


def test_there_is_a_look_every_few_seconds_at_most() -> None:
    """However often it is asked for, and none while nobody asks."""

    async def scenario() -> list[float]:
        now = asyncio.get_running_loop().time
        looks: list[float] = []

        async def look() -> None:
            looks.append(now())

        glances = Glances(look, fresh=3.0)
        for pause in (0, 1, 1.5, 0.5, 1, 10, 2.75, 0.25):
            await asyncio.sleep(pause)
            await glances.ask()
        return looks

    assert run_virtual(scenario()) == [0, 3, 14, 17]


def test_who_asks_meanwhile_waits_for_the_same_look() -> None:
    async def scenario() -> tuple[int, list[float]]:
        looks = 0

        async def look() -> None:
            nonlocal looks
            looks += 1
            await asyncio.sleep(0.5)

        glances = Glances(look, fresh=3.0, patience=1.0)

        async def asked() -> float:
            await asyncio.sleep(0.2)
            await glances.ask()
            return asyncio.get_running_loop().time()

        _, *times = await asyncio.gather(glances.ask(), asked(), asked())
        return looks, [time for time in times if time]

    assert run_virtual(scenario()) == (1, [0.5, 0.5])


def test_nobody_waits_for_long() -> None:
    """A look that takes longer is given up; the next one is not at once."""

    async def scenario() -> tuple[list[float], int]:
        looks, ends = 0, []

        async def look() -> None:
            nonlocal looks
            looks += 1
            await asyncio.sleep(100)

        glances = Glances(look, fresh=3.0, patience=1.0)
        for _ in range(3):
            await glances.ask()
            ends.append(asyncio.get_running_loop().time())
            await asyncio.sleep(1.5)
        return ends, looks

    assert run_virtual(scenario()) == ([1, 2.5, 5], 2)


def test_a_look_that_fails_is_nobodys_fault() -> None:
    async def scenario() -> int:
        looks = 0

        async def look() -> None:
            nonlocal looks
            looks += 1
            raise OSError("the volume is gone")

        glances = Glances(look, fresh=3.0)
        await glances.ask()
        await asyncio.sleep(3)
        await glances.ask()
        return looks

    assert run_virtual(scenario()) == 2
