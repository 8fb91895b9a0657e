"""Keeping services running: real processes, scripted services."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import grpc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from june_cli.child import child
from june_cli.errors import CliError
from june_cli.leash import leashed
from june_cli.peers import Peers
from june_cli.services import ORCHESTRATOR, STT, Service
from june_cli.supervise import IMMEDIATE_DEATHS, Orders, Plan, Restarts, supervise
from june_cli.tasks import together
from june_cli.unary import serves


class Told:
    """Remembers what happened, and lets a test wait for it."""

    def __init__(self) -> None:
        self.events: list[tuple[str, str, str]] = []
        self.lines: list[str] = []
        # Of each service the process that was started last.
        self.pids: dict[Service, int] = {}
        self.ready_in: float | None = None
        self._news = asyncio.Event()

    def log(self, service: Service, line: str) -> None:
        self.lines.append(line)
        self._news.set()

    def happened(self, service: Service, event: str, text: str, pid: int | None) -> None:
        if pid is not None:
            self.pids[service] = pid
        self.events.append((service.name, event, text))
        self._news.set()

    async def all_ready(self, seconds: float) -> None:
        self.ready_in = seconds
        self._news.set()

    def count(self, event: str) -> int:
        return sum(each[1] == event for each in self.events)

    async def until(self, happened: Callable[[], bool]) -> None:
        async with asyncio.timeout(20):
            while not happened():
                self._news.clear()
                await self._news.wait()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def plan(service: Service) -> Plan:
    address = f"127.0.0.1:{free_port()}"
    command = [sys.executable, "-m", "tests.june_cli.scripted", service.name, address]
    return Plan(service, address, command, {})


async def ready(service: Service, address: str) -> bool | None:
    async with Peers({service.name: address}).channel(service) as channel:
        try:
            return await serves(channel, service, 1.0)
        except grpc.aio.AioRpcError:
            return None


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@asynccontextmanager
async def supervised(*plans: Plan) -> AsyncIterator[tuple[Told, Orders]]:
    """Runs `supervise` beside a test; stops it at the end."""
    told, orders = Told(), Orders()
    async with together() as tasks:
        tasks.create_task(supervise(plans, told, ready, orders))
        yield told, orders
        orders.give()


async def test_services_are_started_watched_and_stopped_in_order() -> None:
    """Ready is said once all serve; the front door goes first; no process is left."""
    async with supervised(plan(ORCHESTRATOR), plan(STT)) as (told, _):
        await told.until(lambda: told.ready_in is not None)
        pids = [told.pids[service] for service in (ORCHESTRATOR, STT)]
        assert all(map(alive, pids))
    assert not any(map(alive, pids))
    last = [(name, event) for name, event, _ in told.events[-2:]]
    assert last == [("orchestrator", "stopped"), ("stt", "stopped")]
    assert "june_stt listens" in told.lines


async def test_the_front_door_is_closed_before_what_it_needs_goes() -> None:
    """Turns are finished while speech to text still hears and text to speech speaks."""
    slow = (
        "import signal, sys, time\n"
        "signal.signal(15, lambda *_: (time.sleep(0.3), sys.exit(0)))\n"
        "print('on', flush=True); time.sleep(60)"
    )
    quick = "import time; print('on', flush=True); time.sleep(60)"
    plans = [
        Plan(service, "127.0.0.1:1", [sys.executable, "-c", code], {})
        for service, code in ((ORCHESTRATOR, slow), (STT, quick))
    ]
    async with supervised(*plans) as (told, _):
        await told.until(lambda: told.lines == ["on", "on"])
    stopped = [name for name, event, _ in told.events if event == "stopped"]
    assert stopped == ["orchestrator", "stt"]


async def test_a_service_that_is_killed_is_said_and_started_again() -> None:
    """One line tells of its death, and it serves again at the same address."""
    only = plan(STT)
    async with supervised(only) as (told, _):
        await told.until(lambda: told.count("ready") == 1)
        os.kill(told.pids[STT], signal.SIGKILL)
        await told.until(lambda: told.count("ready") == 2)
        assert await ready(STT, only.address)
    died = [text for _, event, text in told.events if event == "died"]
    assert len(died) == 1
    assert died[0].startswith("(killed by signal 9); starting it again")


async def test_a_service_that_cannot_start_is_given_up_with_its_last_words() -> None:
    """And so is everything else: half a mesh serves nobody."""
    told, orders = Told(), Orders()
    dying = [sys.executable, "-c", "import sys; sys.exit('I cannot go on')"]
    plans = [plan(ORCHESTRATOR), Plan(STT, "127.0.0.1:1", dying, {})]
    with pytest.raises(CliError, match="june_stt does not stay up: I cannot go on"):
        await supervise(plans, told, ready, orders)
    assert told.count("died") == IMMEDIATE_DEATHS - 1
    assert not alive(told.pids[ORCHESTRATOR])


async def test_a_hurry_kills_what_does_not_go() -> None:
    """The second Ctrl-C is obeyed by force."""
    code = (
        "import signal, time; signal.signal(15, signal.SIG_IGN)\n"
        "print('on', flush=True); time.sleep(60)"
    )
    stubborn = Plan(STT, "127.0.0.1:1", [sys.executable, "-c", code], {})
    async with supervised(stubborn) as (told, orders):
        await told.until(lambda: "on" in told.lines)
        pid = told.pids[STT]
        orders.give()
    assert orders.hurry.is_set()
    assert told.count("killed") == 1
    assert not alive(pid)


async def test_a_cancelled_supervisor_leaves_nothing_running() -> None:
    """Whatever ends it, the services end too."""
    told = Told()
    async with together() as tasks:
        task = tasks.create_task(supervise([plan(STT)], told, ready, Orders()))
        await told.until(lambda: told.count("started") == 1)
        task.cancel()
    assert not alive(told.pids[STT])


async def test_a_line_that_never_ends_is_handed_on_in_parts() -> None:
    """Memory is bounded whatever a service writes."""
    lines: list[str] = []
    code = "import sys; sys.stdout.write('x' * 100_000 + '\\nend'); sys.stdout.flush()"
    async with child([sys.executable, "-c", code], {}, lines.append) as started:
        assert await started.exited() == 0
    assert max(map(len, lines)) <= 65_536 + 16_384
    assert "".join(lines) == "x" * 100_000 + "end"
    assert lines[-1] == "end"


async def test_a_service_gets_its_settings_beside_the_inherited_ones() -> None:
    """The environment is added to, not replaced."""
    lines: list[str] = []
    code = "import os; print(os.environ['JUNE_STT_LISTEN'], 'PATH' in os.environ)"
    settings = {"JUNE_STT_LISTEN": "127.0.0.1:1"}
    async with child([sys.executable, "-c", code], settings, lines.append) as started:
        await started.exited()
    assert lines == ["127.0.0.1:1 True"]


@pytest.mark.skipif(sys.platform != "linux", reason="the leash is Linux's")
def test_a_supervisor_that_is_killed_takes_its_services_along(tmp_path: Path) -> None:
    """Even kill -9 leaves no orphan behind."""
    code = (
        "import subprocess, sys, time\n"
        "from june_cli.leash import leashed\n"
        "sleeper = [sys.executable, '-c', 'import time; print(1, flush=True); time.sleep(60)']\n"
        "child = subprocess.Popen(leashed(sleeper, {}), stdout=subprocess.PIPE)\n"
        "child.stdout.read(1)\n"
        "print(child.pid, flush=True)\n"
        "time.sleep(60)\n"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        assert alive(pid)
        parent.kill()
        parent.wait()
    for _ in range(200):
        if not alive(pid) or Path(f"/proc/{pid}/stat").read_text().split()[2] == "Z":
            return
        subprocess.run(["sleep", "0.05"], check=True)
    os.kill(pid, signal.SIGKILL)
    pytest.fail("the child lived on")


def test_the_leash_is_put_on_before_the_command() -> None:
    """Settings and command keep their order and their blanks."""
    line = leashed(["run", "a b"], {"X": "1 2"})
    assert line[1:3] == ["-m", "june_cli.leash"]
    assert line[4:] == ["X=1 2", "--", "run", "a b"]


@given(st.lists(st.tuples(st.floats(0, 100), st.integers(-15, 1)), min_size=1, max_size=30))
def test_pauses_grow_while_a_service_keeps_dying(deaths: list[tuple[float, int]]) -> None:
    """One that served for a while is started at once and starts afresh; the pauses of
    the others grow, and after the fourth in a row there are none."""
    restarts, in_a_row, last = Restarts(), 0, 0.0
    for served, status in deaths:
        pause = restarts.after(served, status)
        if served >= 2.0:
            assert pause == 0.0
            in_a_row, last = 0, 0.0
        else:
            in_a_row += 1
            if in_a_row >= IMMEDIATE_DEATHS:
                assert pause is None
                return
            assert pause is not None
            assert pause > last
            last = pause


def test_wrong_settings_are_not_tried_again() -> None:
    """Exit status 2 before it ever served means that nothing will change by itself."""
    assert Restarts().after(0.0, 2) is None
    assert Restarts().after(5.0, 2) == 0.0
