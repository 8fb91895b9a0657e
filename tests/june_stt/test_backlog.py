"""What waits for an engine stays in order and little."""

from __future__ import annotations

import asyncio

import numpy as np
import pytest

from june_runtime.errors import TooSlow
from june_runtime.testing import run_virtual
from june_stt.backlog import CATCH_UP_SECONDS, MAX_BEHIND_SECONDS, Backlog
from june_stt.engine import RATE
from june_stt.transcript import Feed, Finish, Reset, Work


def feed(utterance: int, seconds: float = 0.1, value: float = 0.0) -> Feed:
    return Feed(utterance, np.full(int(seconds * RATE), value, np.float32))


async def taken(*works: Work) -> list[Work]:
    """What an engine gets that was away while all of this came."""
    backlog = Backlog()
    for work in works:
        backlog.add(work, 0.0)
    return [(await backlog.take()).work for _ in range(_different(works))]


def _different(works: tuple[Work, ...]) -> int:
    kinds = [(type(work), getattr(work, "utterance", 0)) for work in works]
    return sum(kinds[at] != kinds[at - 1] or kinds[at][0] is not Feed for at in range(len(kinds)))


def test_feeds_that_wait_in_a_row_come_as_one() -> None:
    """With all their samples, in order."""
    works = run_virtual(taken(Reset(), feed(1, 0.1, 1), feed(1, 0.2, 2), feed(1, 0.1, 3)))
    assert isinstance(works[1], Feed)
    assert works[1].samples.tolist() == [1.0] * 1_600 + [2.0] * 3_200 + [3.0] * 1_600


def test_utterances_and_questions_are_never_mixed() -> None:
    works = run_virtual(taken(Reset(), feed(1), Finish(1, 1), Reset(), feed(2), feed(3)))
    assert [type(work) for work in works] == [Reset, Feed, Finish, Reset, Feed, Feed]


def test_taking_waits_for_work() -> None:
    async def main() -> Work:
        backlog = Backlog()
        asyncio.get_running_loop().call_later(5, backlog.add, Reset(), 0.0)
        return (await backlog.take()).work

    assert run_virtual(main()) == Reset()


def test_there_is_room_until_the_engine_is_two_seconds_behind() -> None:
    """Then whoever adds waits until something was taken."""

    async def main() -> tuple[float, float]:
        loop, backlog = asyncio.get_running_loop(), Backlog()
        backlog.add(feed(1, MAX_BEHIND_SECONDS), 0.0)
        await backlog.room()
        at_once = loop.time()
        backlog.add(feed(2, 0.1), 0.0)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(backlog.room())
            await asyncio.sleep(7)
            await backlog.take()
        return at_once, loop.time()

    assert run_virtual(main()) == (0.0, 7.0)


def test_an_engine_that_never_catches_up_ends_the_stream() -> None:
    async def main() -> float:
        backlog = Backlog()
        backlog.add(feed(1, MAX_BEHIND_SECONDS + 1), 0.0)
        with pytest.raises(TooSlow) as refused:
            await backlog.room()
        assert refused.value.reason == "AUDIO_OVERRUN"
        return asyncio.get_running_loop().time()

    assert run_virtual(main()) == CATCH_UP_SECONDS
