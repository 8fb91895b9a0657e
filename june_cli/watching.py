"""Following the services while they change, go away and come back."""

from __future__ import annotations

import asyncio
import math
from asyncio import TaskGroup
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any, Protocol

import grpc
from grpc.aio import EOF  # type: ignore[attr-defined]
from june.control.v1.control_pb2 import GetStatusRequest, Status, Streaming, WatchStatusRequest
from june.control.v1.control_service_pb2_grpc import ControlServiceStub
from june.metrics.v1.metrics_pb2 import Metrics, WatchMetricsRequest
from june.metrics.v1.metrics_service_pb2_grpc import MetricsServiceStub

from june_cli.errors import CliError, explained, silent
from june_cli.peers import Peers
from june_cli.services import Service

# Between two attempts to find a service: twice as long each time.
FIRST_RETRY, LAST_RETRY = 0.5, 5.0


class Watcher(Protocol):
    """Whoever is told what becomes of the services."""

    def stands(self, service: Service, status: Status, streaming: Streaming) -> None: ...
    def measured(self, service: Service, metrics: Metrics) -> None: ...
    def lost(self, service: Service, why: CliError, retry_seconds: float) -> None: ...


async def follow(peers: Peers, service: Service, watcher: Watcher) -> None:
    """Tells `watcher` what becomes of `service`, which is looked for again whenever it
    is lost, until cancelled. Raises BadInput where no connection can be tried at all."""
    backoff = Backoff()
    while True:
        why = await _follow_found(peers, service, watcher, backoff)
        seconds = backoff.missed()
        watcher.lost(service, why, seconds)
        await asyncio.sleep(seconds)


class Backoff:
    """How long to wait before the next attempt."""

    def __init__(self) -> None:
        self._next = FIRST_RETRY

    def met(self) -> None:
        """The service is there: the next wait is a short one."""
        self._next = FIRST_RETRY

    def missed(self) -> float:
        """Seconds to wait now."""
        seconds, self._next = self._next, min(2 * self._next, LAST_RETRY)
        return seconds


async def _follow_found(
    peers: Peers, service: Service, watcher: Watcher, backoff: Backoff
) -> CliError:
    """Follows the service until it is lost; returns why.

    Tasks that raised would hide a cancellation that comes at the same moment.
    """
    async with peers.channel(service) as channel, TaskGroup() as tasks:
        link = _Link(channel, service, peers.address(service), peers.patience)
        both = [
            tasks.create_task(link.statuses(watcher, backoff)),
            tasks.create_task(link.figures(watcher)),
        ]
        ended, _ = await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
        for task in both:
            task.cancel()
    return ended.pop().result()


@dataclass(frozen=True, slots=True)
class _Link:
    """A connection to a service that is followed."""

    channel: grpc.aio.Channel
    service: Service
    address: str
    patience: float

    async def statuses(self, watcher: Watcher, backoff: Backoff) -> CliError:
        control = ControlServiceStub(self.channel)
        # Nothing may happen for hours; whether the service is still there, the
        # figures tell, which come every second.
        call = control.WatchStatus(WatchStatusRequest())
        try:
            with explained(self.service, self.address):
                async with aclosing(_answers(call, math.inf)) as answers:
                    async for answer in answers:
                        asked = control.GetStatus(GetStatusRequest(), timeout=self.patience)
                        streaming = (await asked).streaming
                        backoff.met()
                        watcher.stands(self.service, answer.status, streaming)
        except CliError as failed:
            return failed
        return self._ended()

    async def figures(self, watcher: Watcher) -> CliError:
        call = MetricsServiceStub(self.channel).WatchMetrics(WatchMetricsRequest())
        try:
            with explained(self.service, self.address):
                async with aclosing(_answers(call, self.patience)) as answers:
                    async for answer in answers:
                        watcher.measured(self.service, answer.metrics)
        except TimeoutError:
            return silent(self.service, self.address, self.patience)
        except CliError as failed:
            return failed
        return self._ended()

    def _ended(self) -> CliError:
        return CliError(f"{self.service.title} at {self.address} has ended")


async def _answers(call: Any, patience: float) -> AsyncGenerator[Any, None]:
    """What a call gives until its end; it is cancelled when it is left.

    Raises TimeoutError where nothing comes for `patience` seconds.
    """
    limit = None if patience == math.inf else patience
    try:
        while True:
            async with asyncio.timeout(limit):
                message = await call.read()
            if message is EOF:
                return
            yield message
    finally:
        call.cancel()
