"""Following the services while they change, go away and come back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any, Protocol

from grpc.aio import EOF  # type: ignore[attr-defined]
from june.control.v1.control_pb2 import GetStatusRequest, Status, Streaming, WatchStatusRequest
from june.control.v1.control_service_pb2_grpc import ControlServiceStub
from june.metrics.v1.metrics_pb2 import Metrics, WatchMetricsRequest
from june.metrics.v1.metrics_service_pb2_grpc import MetricsServiceStub

from june_cli.errors import BadInput, CliError, explained, silent
from june_cli.peers import Peers
from june_cli.services import Service
from june_cli.tasks import together

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
        try:
            await _follow_found(peers, service, watcher, backoff)
        except BadInput:
            raise
        except CliError as failed:
            seconds = backoff.missed()
            watcher.lost(service, failed, seconds)
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


async def _follow_found(peers: Peers, service: Service, watcher: Watcher, backoff: Backoff) -> None:
    """Follows the service until it is lost. Raises CliError."""
    address = peers.address(service)
    async with peers.channel(service) as channel, together() as tasks:
        control = ControlServiceStub(channel)

        async def statuses() -> None:
            # Nothing may happen for hours; whether the service is still there, the
            # figures tell, which come every second.
            calls = _answers(control.WatchStatus(WatchStatusRequest()), float("inf"))
            with explained(service, address):
                async with aclosing(calls) as answers:
                    async for answer in answers:
                        told = await control.GetStatus(GetStatusRequest(), timeout=peers.patience)
                        backoff.met()
                        watcher.stands(service, answer.status, told.streaming)
            raise CliError(f"{service.title} at {address} has ended")

        async def figures() -> None:
            stub = MetricsServiceStub(channel)
            calls = _answers(stub.WatchMetrics(WatchMetricsRequest()), peers.patience)
            try:
                with explained(service, address):
                    async with aclosing(calls) as answers:
                        async for answer in answers:
                            watcher.measured(service, answer.metrics)
            except TimeoutError:
                raise silent(service, address, peers.patience) from None
            raise CliError(f"{service.title} at {address} has ended")

        tasks.create_task(statuses())
        tasks.create_task(figures())


async def _answers(call: Any, patience: float) -> AsyncGenerator[Any, None]:
    """What a call gives until its end; it is cancelled when it is left.

    Raises TimeoutError where nothing comes for `patience` seconds.
    """
    limit = None if patience == float("inf") else patience
    try:
        while True:
            async with asyncio.timeout(limit):
                message = await call.read()
            if message is EOF:
                return
            yield message
    finally:
        call.cancel()
