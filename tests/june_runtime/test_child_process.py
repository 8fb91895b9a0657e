"""Blocking code in a process of its own."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import aclosing
from pathlib import Path

import numpy as np
import pytest
import uvloop

from june_runtime.errors import InvalidInput, Unavailable
from june_runtime.offload import ChildProcess
from tests.june_runtime.child_objects import Engine, broken

ROOT = Path(__file__).parents[2]


@pytest.fixture
async def child() -> AsyncIterator[ChildProcess]:
    child = ChildProcess(Engine)
    try:
        yield child
    finally:
        await child.close()


def open_files() -> int:
    return len(os.listdir("/proc/self/fd"))  # noqa: PTH208


async def failed(awaitable: object) -> None:
    with pytest.raises(Unavailable) as gone:
        await awaitable  # type: ignore[misc]
    assert gone.value.reason == "ENGINE_FAILED"
    assert gone.value.retry_after


async def test_calls_reach_the_object(child: ChildProcess) -> None:
    """One object for all calls, in another process; arrays go there and back."""
    samples = np.linspace(-1, 1, 100_000, dtype=np.float32)
    doubled = await child.call("double", samples)
    assert doubled.dtype == np.float32
    assert np.array_equal(doubled, samples * 2)
    assert [await child.call("counted") for _ in range(3)] == [1, 2, 3]
    assert child.pid not in (None, os.getpid())


async def test_calls_run_in_the_order_they_came(child: ChildProcess) -> None:
    """However many wait."""
    await child.start()
    async with asyncio.TaskGroup() as tasks:
        results = [tasks.create_task(child.call("counted")) for _ in range(50)]
    assert [result.result() for result in results] == list(range(1, 51))


async def test_june_errors_cross_whole(child: ChildProcess) -> None:
    """With reason and fields."""
    with pytest.raises(InvalidInput) as refused:
        await child.call("refuse")
    assert refused.value.reason == "TEXT_SILLY"
    assert refused.value.fields == {"text": "is silly"}


async def test_other_errors_bring_their_traceback(child: ChildProcess) -> None:
    """Into our log; the object lives on."""
    with pytest.raises(RuntimeError, match=r"child_objects\.py(.|\n)*ValueError: a bug"):
        await child.call("fail")
    with pytest.raises(RuntimeError, match="pickle"):
        await child.call("unpicklable")
    assert await child.call("counted") == 1


async def test_what_the_object_prints_does_no_harm(child: ChildProcess) -> None:
    """It ends up on stderr."""
    assert await child.call("chatter") == "answer"


async def test_a_stream_brings_its_items_in_order(child: ChildProcess) -> None:
    """Also more of them than may wait."""
    assert [n async for n in child.stream("numbers", 500, ahead=3)] == list(range(500))


async def test_large_items_arrive_whole(child: ChildProcess) -> None:
    """Ten chunks of ten seconds, larger than any pipe's buffer."""
    assert sum([len(chunk) async for chunk in child.stream("big", 10)]) == 4_800_000


async def test_a_closed_stream_stops_at_its_next_item(child: ChildProcess, tmp_path: Path) -> None:
    """The child closes its iterator and turns to the next call."""
    stopped = tmp_path / "stopped"
    async with aclosing(child.stream("numbers", 10**9, str(stopped), ahead=4)) as numbers:
        async for number in numbers:
            if number == 20:
                break
    assert await child.call("counted") == 1
    assert 20 <= int(stopped.read_text()) <= 26


async def test_a_stream_runs_ahead_by_its_room_only(child: ChildProcess, tmp_path: Path) -> None:
    """A consumer that takes nothing stops the child; nothing piles up."""
    stopped = tmp_path / "stopped"
    async with aclosing(child.stream("numbers", 10**9, str(stopped), ahead=4)) as numbers:
        await anext(numbers)
    await child.call("counted")
    assert int(stopped.read_text()) <= 6


async def test_a_stream_closed_before_its_turn_never_runs(
    child: ChildProcess, tmp_path: Path
) -> None:
    """One that waits behind another is forgotten."""
    stopped = tmp_path / "stopped"
    async with aclosing(child.stream("numbers", 10**9, ahead=1)) as first:
        await anext(first)
        async with aclosing(child.stream("numbers", 10**9, str(stopped))) as second:
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.1):
                    await anext(second)
    await child.call("counted")
    assert not stopped.exists()


async def test_what_a_stream_raises_comes_out_after_its_items(child: ChildProcess) -> None:
    """And the child is free for the next call."""
    items = child.stream("half")
    assert await anext(items) == 1
    with pytest.raises(RuntimeError, match="half way"):
        await anext(items)
    assert await child.call("counted") == 1


async def test_a_killed_child_fails_everyone_at_once(child: ChildProcess) -> None:
    """The call that ran, the one that waited and the stream behind them."""
    await child.start()
    assert child.pid is not None
    async with asyncio.TaskGroup() as tasks, asyncio.timeout(5):
        for work in (
            child.call("hang"),
            child.call("counted"),
            anext(child.stream("numbers", 3)),
        ):
            tasks.create_task(failed(work))
        await asyncio.sleep(0)
        os.kill(child.pid, signal.SIGKILL)
    assert child.pid is None


async def test_after_a_death_there_is_a_new_child(child: ChildProcess) -> None:
    """With a new object."""
    assert await child.call("counted") == 1
    await failed(child.call("die"))
    assert await child.call("counted") == 1


async def test_an_object_that_cannot_be_made_says_why() -> None:
    """The factory's own error reaches the caller, and no process stays."""
    child = ChildProcess(broken)
    with pytest.raises(InvalidInput, match="no model"):
        await child.call("anything")
    assert child.pid is None
    await child.close()


async def test_a_busy_child_is_closed_too() -> None:
    """Without waiting for what it does; callers are told."""
    child = ChildProcess(Engine)
    await child.start()
    async with asyncio.TaskGroup() as tasks, asyncio.timeout(5):
        tasks.create_task(failed(child.call("hang")))
        await asyncio.sleep(0)
        await child.close()
    with pytest.raises(Unavailable, match="closed"):
        await child.call("counted")


async def test_signals_to_all_processes_leave_the_child_to_its_parent(
    child: ChildProcess,
) -> None:
    """While the parent drains, its engine goes on."""
    await child.start()
    assert child.pid is not None
    os.kill(child.pid, signal.SIGINT)
    os.kill(child.pid, signal.SIGTERM)
    assert await child.call("counted") == 1


async def test_a_child_that_heeds_nothing_is_killed() -> None:
    """Stopped dead, it cannot see its input end."""
    child = ChildProcess(Engine)
    await child.start()
    pid = child.pid
    assert pid is not None
    os.kill(pid, signal.SIGSTOP)
    async with asyncio.timeout(5):
        await child.close()
    assert not lives(pid)


def test_a_child_serves_on_uvloop_too() -> None:
    """The loop that services run on."""

    async def scenario() -> list[int]:
        child = ChildProcess(Engine)
        try:
            async with asyncio.timeout(30):
                await failed(child.call("die"))
                await child.call("double", np.zeros(300_000, np.float32))
                return [n async for n in child.stream("numbers", 100, ahead=2)]
        finally:
            await child.close()

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        assert runner.run(scenario()) == list(range(100))


async def test_nothing_is_left_of_a_child() -> None:
    """No zombie and no open file, however it ended."""
    before = open_files()
    for last in ("counted", "die"):
        child = ChildProcess(Engine)
        await child.start()
        pid = child.pid
        assert pid is not None
        if last == "die":
            await failed(child.call(last))
        else:
            await child.call(last)
        await child.close()
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)
    await asyncio.sleep(0)
    assert open_files() <= before


async def test_a_child_does_not_outlive_its_parent() -> None:
    """Killed without a word, the parent takes the child along, busy or not."""
    code = (
        f"import sys, asyncio; sys.path[:0] = [{str(ROOT)!r}, {str(ROOT / 'gen/python')!r}]\n"
        "from june_runtime.offload import ChildProcess\n"
        "from tests.june_runtime.child_objects import Engine\n"
        "async def main():\n"
        "    child = ChildProcess(Engine)\n"
        "    await child.start()\n"
        "    print(child.pid, flush=True)\n"
        "    await child.call('hang')\n"
        "asyncio.run(main())\n"
    )
    parent = await asyncio.create_subprocess_exec(
        sys.executable, "-c", code, stdout=subprocess.PIPE
    )
    assert parent.stdout is not None
    pid = int(await parent.stdout.readline())
    parent.kill()
    await parent.communicate()
    async with asyncio.timeout(5):
        while lives(pid):  # noqa: ASYNC110  a stranger's child tells no event loop
            await asyncio.sleep(0.01)


def lives(pid: int) -> bool:
    """Whether the process runs; it does not where whoever adopted it has yet to notice."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False
