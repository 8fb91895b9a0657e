"""Tasks that fail as one."""

from __future__ import annotations

from asyncio import TaskGroup
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


@asynccontextmanager
async def together() -> AsyncIterator[TaskGroup]:
    """A TaskGroup that raises what went wrong first instead of a group of it.

    The user is told of one failure, in one line.
    """
    try:
        async with TaskGroup() as tasks:
            yield tasks
    except BaseExceptionGroup as group:
        first = first_of(group)
        raise first from first.__cause__


def first_of(group: BaseException) -> BaseException:
    """What failed first in a group of tasks."""
    while isinstance(group, BaseExceptionGroup):
        group = group.exceptions[0]
    return group
