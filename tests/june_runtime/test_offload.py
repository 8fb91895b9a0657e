"""Blocking code on threads."""

import asyncio
import threading
from collections.abc import Callable
from contextlib import aclosing

import pytest

from june_runtime.errors import Unavailable
from june_runtime.offload import Worker, produced
from june_runtime.telemetry import session_id


async def test_calls_run_in_the_order_they_came() -> None:
    """On one thread, never two at once."""
    worker, order, threads = Worker("w"), list[int](), set[str]()

    def call(number: int) -> int:
        threads.add(threading.current_thread().name)
        order.append(number)
        return number * 2

    async with asyncio.TaskGroup() as tasks:
        results = [tasks.create_task(worker.run(lambda n=n: call(n))) for n in range(50)]  # type: ignore[misc]
    assert [result.result() for result in results] == [n * 2 for n in range(50)]
    assert order == list(range(50))
    assert threads == {"w"}
    await worker.close()


async def test_the_loop_goes_on_while_a_call_blocks() -> None:
    """That is what it is for."""
    worker, release = Worker("w"), threading.Event()
    async with asyncio.TaskGroup() as tasks:
        blocked = tasks.create_task(worker.run(release.wait))
        await asyncio.sleep(0)
        assert not blocked.done()
        release.set()
    assert blocked.result()
    await worker.close()


async def test_what_a_call_raises_its_caller_gets() -> None:
    """And the worker goes on."""
    worker = Worker("w")

    def fail() -> None:
        raise KeyError("lost")

    with pytest.raises(KeyError, match="lost"):
        await worker.run(fail)
    assert await worker.run(lambda: 7) == 7
    await worker.close()


async def test_a_call_knows_its_session() -> None:
    """Log lines on the thread carry it."""
    worker = Worker("w")
    session_id.set("s1")
    assert await worker.run(session_id.get) == "s1"
    await worker.close()


async def test_a_call_that_nobody_waits_for_is_not_begun() -> None:
    """Cancelled before its turn, it never runs."""
    worker, begun, release, ran = Worker("w"), threading.Event(), threading.Event(), list[int]()

    def block() -> None:
        begun.set()
        release.wait()

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(worker.run(block))
        waiting = tasks.create_task(worker.run(lambda: ran.append(1)))
        await asyncio.to_thread(begun.wait)
        waiting.cancel()
        await asyncio.wait([waiting])
        release.set()
    assert await worker.run(lambda: 1) == 1
    assert ran == []
    await worker.close()


async def test_callers_beyond_the_limit_wait_their_turn() -> None:
    """Nothing is lost and the order is kept."""
    worker, order = Worker("w", limit=2), list[int]()
    async with asyncio.TaskGroup() as tasks:
        for number in range(20):
            tasks.create_task(worker.run(lambda n=number: order.append(n)))  # type: ignore[misc]
    assert order == list(range(20))
    await worker.close()


async def test_a_closed_worker_refuses() -> None:
    """New calls, and those that had not begun."""
    worker, begun, release = Worker("w"), threading.Event(), threading.Event()

    def block() -> None:
        begun.set()
        release.wait()

    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(worker.run(block))
        waiting = tasks.create_task(refused(worker))
        await asyncio.to_thread(begun.wait)
        closing = tasks.create_task(worker.close())
        await asyncio.sleep(0)
        release.set()
    assert running.done()
    assert waiting.done()
    assert closing.done()
    await refused(worker)


async def refused(worker: Worker) -> None:
    with pytest.raises(Unavailable) as closed:
        await worker.run(lambda: None)
    assert closed.value.reason == "ENGINE_CLOSED"


def counting(until: int) -> Callable[[Callable[[int], bool]], None]:
    """Emits 0, 1, 2... until it is told to stop."""

    def produce(emit: Callable[[int], bool]) -> None:
        for number in range(until):
            if not emit(number):
                return

    return produce


async def test_everything_emitted_arrives_in_order() -> None:
    """Nothing lost, nothing repeated."""
    assert [number async for number in produced(counting(1_000), 4)] == list(range(1_000))


async def test_a_producer_runs_ahead_by_the_limit_only() -> None:
    """It blocks until something is taken."""
    emitted, blocked = list[int](), threading.Event()

    def produce(emit: Callable[[int], bool]) -> None:
        for number in range(100):
            if number == 5:  # the sixth has no room: 1 taken, 4 waiting
                blocked.set()
            emit(number)
            emitted.append(number)

    async with aclosing(produced(produce, 4)) as numbers:
        assert await anext(numbers) == 0
        await asyncio.to_thread(blocked.wait)
        assert emitted == [0, 1, 2, 3, 4]


async def test_closing_stops_the_producer() -> None:
    """Also one that waits for room: `emit` returns False and it ends."""
    full, ended = threading.Event(), threading.Event()

    def produce(emit: Callable[[int], bool]) -> None:
        for _ in range(3):
            emit(0)
        full.set()  # one was taken, two wait
        assert not emit(0)
        assert not emit(0)
        ended.set()

    async with aclosing(produced(produce, 2)) as numbers:
        await anext(numbers)
        await asyncio.to_thread(full.wait)
        await asyncio.sleep(0.02)  # time to get stuck in `emit`; without it less is tested
    assert await asyncio.to_thread(ended.wait, 5)


async def test_what_a_producer_raises_comes_out() -> None:
    """After everything that it emitted before."""

    def produce(emit: Callable[[int], bool]) -> None:
        emit(1)
        raise KeyError("lost")

    numbers = produced(produce, 4)
    assert await anext(numbers) == 1
    with pytest.raises(KeyError, match="lost"):
        await anext(numbers)


async def test_no_thread_stays_behind() -> None:
    """Neither after an end nor after a close."""
    before = threading.active_count()
    for _ in range(20):
        async with aclosing(produced(counting(10**9), 2)) as numbers:
            await anext(numbers)
        assert [number async for number in produced(counting(3), 2)] == [0, 1, 2]
    async with asyncio.timeout(5):
        while threading.active_count() > before:  # noqa: ASYNC110  threads tell no event loop
            await asyncio.sleep(0.01)
