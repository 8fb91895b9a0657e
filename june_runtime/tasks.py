"""Work that something else may end first."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Coroutine

T = TypeVar("T")


async def until(
    work: Coroutine[Any, Any, T], *others: Coroutine[Any, Any, object]
) -> asyncio.Task[T]:
    """Runs `work` to its end, or cancels it once one of `others` is done.

    Returns:
        The work's task, which is done; `cancelled()` where another came first.

    Raises:
        CancelledError: the work awaited something that was cancelled.
    """
    async with asyncio.TaskGroup() as tasks:
        job = tasks.create_task(work)
        waiting = [tasks.create_task(other) for other in others]
        done, _ = await asyncio.wait((job, *waiting), return_when=asyncio.FIRST_COMPLETED)
        for task in (job, *waiting):
            task.cancel()  # whichever is done already does not mind
    if job in done and job.cancelled():
        raise asyncio.CancelledError
    return job


async def unless(event: asyncio.Event, work: Coroutine[Any, Any, None]) -> bool:
    """Runs `work` to its end, or cancels it once `event` is set.

    Returns:
        Whether the work was done.
    """
    return not (await until(work, event.wait())).cancelled()
