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


# A task that was cancelled and still lives is cancelled again after this.
ASKED_AGAIN_SECONDS = 5.0


class Owned:
    """A task that lives until `close`, for an owner with no block of code around its life.

    What it raises comes out of `close`, and is logged where nobody closes it.
    """

    def __init__(self, work: Coroutine[Any, Any, None]) -> None:
        self._task = asyncio.get_running_loop().create_task(work)

    def cancel(self) -> None:
        """It is to end; `close` follows."""
        self._task.cancel()

    async def close(self) -> None:
        """Ends it and waits until it has ended.

        It is asked again and again: a library may swallow a cancellation that meets its
        own time-out or its connection's end, and the work then goes on.
        """
        while not self._task.done():
            self._task.cancel()
            await asyncio.wait([self._task], timeout=ASKED_AGAIN_SECONDS)
        if not self._task.cancelled():
            self._task.result()
