"""Short questions to the services: how they are, and orders without an answer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc
from june.control.v1.control_pb2 import (
    DrainRequest,
    GetStatusRequest,
    GetStatusResponse,
    Status,
)  # fmt: skip
from june.control.v1.control_service_pb2_grpc import ControlServiceStub

from june_cli.errors import CliError, explained
from june_cli.peers import Peers
from june_cli.services import Service
from june_cli.tasks import together

Answer = TypeVar("Answer")

_SERVING = health_pb2.HealthCheckResponse.SERVING


async def serves(channel: grpc.aio.Channel, service: Service, seconds: float) -> bool:
    """Whether the service is there and ready. Raises AioRpcError where it is not there."""
    stub = health_pb2_grpc.HealthStub(channel)
    request = health_pb2.HealthCheckRequest(service=service.grpc_name)
    answer = await stub.Check(request, timeout=seconds)
    return bool(answer.status == _SERVING)


async def serves_at(peers: Peers, service: Service) -> bool:
    """The same by address. Raises CliError where nothing answers there."""
    with explained(service, peers.address(service)):
        async with peers.channel(service) as channel:
            return await serves(channel, service, peers.patience)


async def standing_of(peers: Peers, service: Service) -> GetStatusResponse:
    """Status, streaming mode and figures in one answer. Raises CliError."""
    with explained(service, peers.address(service)):
        async with peers.channel(service) as channel:
            stub = ControlServiceStub(channel)
            return await stub.GetStatus(GetStatusRequest(), timeout=peers.patience)


async def status_of(peers: Peers, service: Service) -> Status:
    """Raises CliError."""
    return (await standing_of(peers, service)).status


async def drain(peers: Peers, service: Service) -> None:
    """Raises CliError."""
    with explained(service, peers.address(service)):
        async with peers.channel(service) as channel:
            await ControlServiceStub(channel).Drain(DrainRequest(), timeout=peers.patience)


async def of_each(
    services: tuple[Service, ...], ask: Callable[[Service], Awaitable[Answer]]
) -> dict[Service, Answer | CliError]:
    """Asks all services at once; a failure stands in its service's place."""

    async def one(service: Service) -> Answer | CliError:
        try:
            return await ask(service)
        except CliError as failed:
            return failed

    async with together() as tasks:
        asked = {service: tasks.create_task(one(service)) for service in services}
    return {service: task.result() for service, task in asked.items()}
