"""What happens in a session comes out in order, and a judge comes in time."""

from __future__ import annotations

import asyncio

import pytest

from june_orchestrator.inbox import Inbox
from june_orchestrator.ports import Input, Interrupted, Judge, ReplyEnded, Typed
from june_runtime.testing import run_virtual


def test_inputs_come_out_in_the_order_they_went_in() -> None:
    """Whoever put them; then the end."""

    async def pass_through() -> list[Input | None]:
        inbox = Inbox[Input]()
        await inbox.put(Typed("a"))
        inbox.note(ReplyEnded(1))
        await inbox.put(Interrupted())
        inbox.close()
        return [await inbox.take(None) for _ in range(4)]

    assert run_virtual(pass_through()) == [Typed("a"), ReplyEnded(1), Interrupted(), None]


def test_a_judge_comes_when_it_is_due() -> None:
    async def wait() -> tuple[Input | None, float]:
        return await Inbox[Input]().take(1.5), asyncio.get_running_loop().time()

    assert run_virtual(wait()) == (Judge(), 1.5)


def test_what_came_before_the_judge_goes_before_it() -> None:
    """Even where the judge is overdue."""

    async def wait() -> list[Input | None]:
        inbox = Inbox[Input]()
        await inbox.put(Typed("a"))
        await asyncio.sleep(2.0)
        return [await inbox.take(1.0), await inbox.take(1.0)]

    assert run_virtual(wait()) == [Typed("a"), Judge()]


def test_nothing_is_lost_to_a_judge() -> None:
    """An input that comes in the very moment of the judge is taken after it."""

    async def wait() -> list[Input | None]:
        inbox = Inbox[Input]()
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(later(inbox))
            return [await inbox.take(1.0), await inbox.take(3.0)]

    async def later(inbox: Inbox[Input]) -> None:
        await asyncio.sleep(1.0)
        await inbox.put(Typed("a"))

    assert set(map(type, run_virtual(wait()))) == {Typed, Judge}


def test_a_full_inbox_holds_whoever_puts_until_something_is_taken() -> None:
    """What waits is bounded."""

    async def fill() -> None:
        inbox = Inbox[Input](limit=2)
        await inbox.put(Typed("a"))
        await inbox.put(Typed("b"))
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(1.0):
                await inbox.put(Typed("c"))
        assert await inbox.take(None) == Typed("a")
        await inbox.put(Typed("d"))
        assert [await inbox.take(None), await inbox.take(None)] == [Typed("b"), Typed("d")]

    run_virtual(fill())


def test_the_end_of_a_reply_waits_for_no_room() -> None:
    """Whoever empties the inbox may be waiting for the reply's work to end."""

    async def fill() -> None:
        inbox = Inbox[Input](limit=1)
        await inbox.put(Typed("a"))
        inbox.note(ReplyEnded(1))
        inbox.close()
        assert [await inbox.take(None) for _ in range(3)] == [Typed("a"), ReplyEnded(1), None]

    run_virtual(fill())
