"""A list that is read while it grows."""

from __future__ import annotations

import asyncio

from hypothesis import given
from hypothesis import strategies as st

from june_orchestrator.growing import Growing
from june_runtime.testing import run_virtual


@given(
    st.lists(st.tuples(st.integers(), st.sampled_from([0.0, 1.0])), max_size=20),
    st.lists(st.tuples(st.floats(0, 10), st.sampled_from([0.0, 0.7])), min_size=1, max_size=4),
)
def test_every_reader_sees_everything_in_order(
    items: list[tuple[int, float]], readers: list[tuple[float, float]]
) -> None:
    """Whenever it begins and however slow it is; and it ends when the list is closed."""

    async def read(growing: Growing[int], begin: float, slow: float) -> list[int]:
        await asyncio.sleep(begin)
        seen = []
        async for item in growing:
            seen.append(item)
            await asyncio.sleep(slow)
        return seen

    async def grow() -> list[list[int]]:
        growing = Growing[int]()
        async with asyncio.TaskGroup() as tasks:
            reading = [tasks.create_task(read(growing, *reader)) for reader in readers]
            for item, wait in items:
                await asyncio.sleep(wait)
                growing.append(item)
            growing.close()
        return [task.result() for task in reading]

    assert run_virtual(grow()) == [[item for item, _ in items]] * len(readers)


def test_what_changes_before_it_is_waited_for_is_not_missed() -> None:
    """As where a task is made of the wait, and another one closes the list before."""

    async def close_first() -> None:
        growing = Growing[int]()
        waiting = asyncio.create_task(growing.grown())
        growing.close()
        await waiting

    run_virtual(close_first())
