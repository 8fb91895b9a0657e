"""Keeps services running: starts them, says when they serve, starts them again.

A service that dies is started again at once, then after ever longer pauses; one
that keeps dying before it served is given up, and everything with it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from june_cli.child import Child, child
from june_cli.errors import CliError
from june_cli.services import Service
from june_cli.tasks import together

# A service that served this long did not die "immediately".
STEADY_SECONDS = 2.0
FIRST_PAUSE, LONGEST_PAUSE = 0.25, 10.0
IMMEDIATE_DEATHS = 4
# The exit status of a service whose settings are wrong: trying again is no use.
WRONG_SETTINGS = 2
POLL_SECONDS = 0.1
# A service may load for long, but answers in the meantime.
SILENT_SECONDS = 60.0
STOP_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Plan:
    """How a service is started, and where it will then answer."""

    service: Service
    address: str
    command: Sequence[str]
    environment: Mapping[str, str]


class Report(Protocol):
    """Who is told what happens to the services."""

    def log(self, service: Service, line: str) -> None: ...
    def happened(self, service: Service, event: str, text: str, pid: int | None) -> None: ...
    def all_ready(self, seconds: float) -> Awaitable[None]: ...


@dataclass
class Orders:
    """`stop`: end the services in order; `hurry`: kill what is left."""

    stop: asyncio.Event = field(default_factory=asyncio.Event)
    hurry: asyncio.Event = field(default_factory=asyncio.Event)

    def give(self) -> None:
        """What a signal does: the first one stops, the second one hurries."""
        (self.hurry if self.stop.is_set() else self.stop).set()


# Whether the service at this address is ready; None where nothing answers yet.
Serves = Callable[[Service, str], Awaitable[bool | None]]


class Restarts:
    """How long to wait before starting a service again. Pure."""

    def __init__(self) -> None:
        self._immediate = 0

    def after(self, served_seconds: float, status: int) -> float | None:
        """Seconds to wait after a death, None to give up.

        Args:
            served_seconds: how long the service had been ready; 0 where it never was.
            status: its exit status.
        """
        if served_seconds >= STEADY_SECONDS:
            self._immediate = 0
            return 0.0
        self._immediate += 1
        hopeless = status == WRONG_SETTINGS and not served_seconds
        if hopeless or self._immediate >= IMMEDIATE_DEATHS:
            return None
        return min(FIRST_PAUSE * 2.0 ** (self._immediate - 1), LONGEST_PAUSE)


class Keeper:
    """Keeps one service running until told to stop.

    `ready` is set while it serves; `gone` once it has been stopped for good.
    """

    def __init__(self, plan: Plan, report: Report, serves: Serves, orders: Orders) -> None:
        self.plan = plan
        self.ready = asyncio.Event()
        self.gone = asyncio.Event()
        self._report, self._serves, self._orders = report, serves, orders
        self._now = asyncio.get_running_loop().time
        self._ready_at: float | None = None

    async def keep(self, after: Keeper | None) -> None:
        """Runs the service; when stopping, it goes once `after` is gone."""
        restarts = Restarts()
        while True:
            status, last_line = await self._run_once(after)
            if status is None:
                self.gone.set()
                return
            pause = restarts.after(self._served_seconds(), status)
            if pause is None:
                raise CliError(f"{self.plan.service.module} does not stay up: {last_line}")
            if status == 0:
                self._say("left", "(drained); starting it again")
            else:
                self._say("died", f"({_how(status)}); starting it again; it last said: {last_line}")
            if await _set_within(self._orders.stop, pause):
                self.gone.set()
                return

    async def _run_once(self, after: Keeper | None) -> tuple[int | None, str]:
        """One life of the service: its exit status, None where it was stopped."""
        plan, self._ready_at = self.plan, None
        log = lambda line: self._report.log(plan.service, line)  # noqa: E731
        async with child(plan.command, plan.environment, log) as process:
            self._say("started", f"as process {process.pid} at {plan.address}", process.pid)
            status = await self._until_end(process)
            self.ready.clear()
            if status is None:
                await self._stop(process, after)
        return status, process.last_line

    async def _until_end(self, process: Child) -> int | None:
        """Its exit status, or None once it is to be stopped."""
        async with together() as tasks:
            readiness = tasks.create_task(self._tell_ready())
            stop = tasks.create_task(self._orders.stop.wait())
            exited = tasks.create_task(process.exited())
            await asyncio.wait((stop, exited), return_when=asyncio.FIRST_COMPLETED)
            for task in (readiness, stop, exited):
                task.cancel()
        return None if exited.cancelled() else exited.result()

    async def _tell_ready(self) -> None:
        started = answered = self._now()
        while (ready := await self._serves(self.plan.service, self.plan.address)) is not True:
            if ready is False:
                answered = self._now()
            if self._now() - answered > SILENT_SECONDS:
                raise CliError(
                    f"{self.plan.service.module} runs but does not answer at {self.plan.address}"
                )
            await asyncio.sleep(POLL_SECONDS)
        self._ready_at = self._now()
        self._say("ready", f"after {self._ready_at - started:.1f} s")
        self.ready.set()

    async def _stop(self, process: Child, after: Keeper | None) -> None:
        if after is not None:
            await _set_within(after.gone, STOP_SECONDS)
        if not await process.end(self._orders.hurry, STOP_SECONDS):
            self._say("killed", "(it did not stop by itself)")
        else:
            self._say("stopped")

    def _served_seconds(self) -> float:
        return 0.0 if self._ready_at is None else self._now() - self._ready_at

    def _say(self, event: str, text: str = "", pid: int | None = None) -> None:
        self._report.happened(self.plan.service, event, text, pid)


async def supervise(plans: Sequence[Plan], report: Report, serves: Serves, orders: Orders) -> None:
    """Runs all services until ordered to stop; the first goes first, the others after it.

    Raises CliError where one of them does not stay up; nothing is left running.
    """
    began = asyncio.get_running_loop().time()
    keepers = [Keeper(plan, report, serves, orders) for plan in plans]
    async with together() as tasks:
        running = [
            tasks.create_task(keeper.keep(keepers[0] if index else None))
            for index, keeper in enumerate(keepers)
        ]
        announcing = tasks.create_task(_announce(keepers, report, began))
        await asyncio.wait(running)
        announcing.cancel()


async def _announce(keepers: Sequence[Keeper], report: Report, began: float) -> None:
    for keeper in keepers:
        await keeper.ready.wait()
    await report.all_ready(asyncio.get_running_loop().time() - began)


async def _set_within(event: asyncio.Event, seconds: float) -> bool:
    """Whether `event` was set before so many seconds had passed."""
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return False
    return True


def _how(status: int) -> str:
    return f"killed by signal {-status}" if status < 0 else f"ended with status {status}"
