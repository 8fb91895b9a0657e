"""For tests: a real server around a service, and time that passes at once."""

from __future__ import annotations

import asyncio
import selectors
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from june_runtime.channel import connect
from june_runtime.server import Hosted, Server, ServerSettings

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Coroutine

    import grpc

T = TypeVar("T")


@asynccontextmanager
async def running(hosted: Hosted, **server_settings: Any) -> AsyncIterator[grpc.aio.Channel]:
    """A channel to a real server on a free port, loaded, with all interceptors.

    Args:
        hosted: the service; closed at the end.
        server_settings: fields of ServerSettings.
    """
    async with serving(hosted, **server_settings) as target:
        settings = ServerSettings(**server_settings)
        channel = connect(target, mesh=settings.mesh, max_receive_bytes=settings.max_receive_bytes)
        async with channel:
            yield channel


@asynccontextmanager
async def serving(hosted: Hosted, **server_settings: Any) -> AsyncIterator[str]:
    """The same server, by its address "host:port": for clients that connect themselves."""
    async with serving_both(hosted, **{"http_listen": ""} | server_settings) as at:
        yield at.grpc


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where a server is reached: each "host:port"."""

    grpc: str
    http: str


@asynccontextmanager
async def serving_both(hosted: Hosted, **server_settings: Any) -> AsyncIterator[Addresses]:
    """The same server with its HTTP doors open too."""
    free = {"listen": "127.0.0.1:0", "http_listen": "127.0.0.1:0"}
    server = Server(ServerSettings(**free | server_settings), hosted)
    attending: asyncio.Task[None] | None = None
    try:
        await server.listen()
        await hosted.load()
        # Owned and ended here: a TaskGroup would wrap what a test raises.
        attending = asyncio.get_running_loop().create_task(server.attend())
        server.ready()
        yield Addresses(server.address, server.http_address)
    finally:
        if attending:
            attending.cancel()
            await asyncio.wait([attending])
        await server.close(grace=0)


class Deadlock(AssertionError):
    """On virtual time: every task waits and nothing will ever wake one."""


class _VirtualSelector(selectors.SelectSelector):
    """Where the loop would sleep until the next timer, time leaps there instead."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0

    def select(self, timeout: float | None = None) -> list[Any]:
        if timeout is None:
            raise Deadlock("every task waits and nothing will ever wake one")
        self.now += max(0.0, timeout)
        return []


class VirtualLoop(asyncio.SelectorEventLoop):
    """An event loop on virtual time.

    `asyncio.sleep`, timeouts and `loop.time` work as ever, in the same order each
    time, but hours pass at once: nothing waits for a clock. Sockets, child
    processes and threads do not work on it; fakes that only await do. Where all
    tasks wait and no timer runs, `Deadlock` is raised instead of hanging.
    """

    def __init__(self) -> None:
        self._virtual = _VirtualSelector()
        super().__init__(self._virtual)

    def time(self) -> float:
        return self._virtual.now


def virtual_time() -> VirtualLoop:
    """A new loop on virtual time, for `asyncio.Runner(loop_factory=virtual_time)`."""
    return VirtualLoop()


def run_virtual(work: Coroutine[Any, Any, T]) -> T:
    """Runs `work` to its end on virtual time and returns what it returns."""
    with asyncio.Runner(loop_factory=virtual_time) as runner:
        return runner.run(work)
