"""The replicas of a service: where to go next, and where not to go for a while."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

import grpc

from june_runtime.channel import TlsFiles, connect
from june_runtime.errors import Unavailable
from june_runtime.options import MAX_RECEIVE_BYTES

Stub = TypeVar("Stub")

# A replica that failed is tried again after so many seconds, or when no other is left.
AVOID_SECONDS = 2.0


class Place(Generic[Stub]):
    """One replica: its connection and what it is doing for us."""

    def __init__(self, address: str, channel: grpc.aio.Channel, stub: Stub) -> None:
        self.address = address
        self.channel = channel
        self.stub = stub
        self.streams = 0
        self.avoid_until = 0.0

    def avoid(self, seconds: float = AVOID_SECONDS) -> None:
        """Something is wrong with it: the others come first for a while."""
        until = asyncio.get_running_loop().time() + seconds
        self.avoid_until = max(self.avoid_until, until)


class Places(Generic[Stub]):
    """All replicas of one service, each with a connection of its own."""

    def __init__(
        self,
        addresses: Sequence[str],
        make_stub: Callable[[grpc.aio.Channel], Stub],
        tls: TlsFiles | None = None,
        max_receive_bytes: int = MAX_RECEIVE_BYTES,
    ) -> None:
        self.all: list[Place[Stub]] = []
        for address in addresses:
            channel = connect(address, tls, max_receive_bytes=max_receive_bytes)
            self.all.append(Place(address, channel, make_stub(channel)))

    def choose(self) -> Place[Stub]:
        """The least busy replica that is not to be avoided; any where all are."""
        if not self.all:
            raise Unavailable("NO_REPLICA", "no address is configured")
        now = asyncio.get_running_loop().time()
        return min(self.all, key=lambda place: (max(place.avoid_until - now, 0.0), place.streams))

    async def close(self) -> None:
        for place in self.all:
            await place.channel.close(None)
