"""The whole life of a service: listen, live, load, ready, drain, stop."""

from __future__ import annotations

import asyncio
import logging
import signal
import sys
from contextlib import contextmanager, suppress
from functools import partial
from typing import TYPE_CHECKING, Any

import grpc
import uvloop
from grpc_reflection.v1alpha import reflection

from june_runtime.errors import JuneError, SettingsError, june_error_in
from june_runtime.health import Health
from june_runtime.hosting import Attending, Hosted, HttpToo, Measured, ServerSettings
from june_runtime.http import Doors
from june_runtime.http_server import HttpServer
from june_runtime.interceptors import Edge
from june_runtime.listening import bind, probe
from june_runtime.options import server_options
from june_runtime.prometheus import exposition
from june_runtime.registered import Registered
from june_runtime.tasks import unless
from june_runtime.telemetry import replica
from june_runtime.tls import server_credentials

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterator

__all__ = ["Hosted", "Server", "ServerSettings", "run", "serve"]

log = logging.getLogger(__name__)

# Seconds for calls that are just being answered when the server stops; only
# watchers, which never end by themselves, use them up.
STOP_GRACE = 0.5
# gRPC's poller and the engines' threads hand their results to the event loop, and a
# thread that wants Python's lock gets it after so long. Python's own 5 ms would be
# waited for at every hop.
SWITCH_SECONDS = 0.0005


class Server:
    """A gRPC server around what it hosts; `serve` says in which order to call it."""

    def __init__(self, settings: ServerSettings, hosted: Hosted) -> None:
        self._settings = settings
        self._hosted = hosted
        self._health = Health(hosted.names)
        self._edge = Edge(
            hosted.metrics if isinstance(hosted, Measured) else None, settings.stall_seconds
        )
        self._grpc: grpc.aio.Server | None = None
        self._http: HttpServer | None = None
        self.address = ""

    @property
    def http_address(self) -> str:
        """Where HTTP is served; "" where it is not."""
        return self._http.address if self._http else ""

    async def listen(self) -> None:
        """Opens the ports; from now on the process lives, but is not ready.

        Raises:
            SettingsError: PORT_IN_USE or LISTEN_IMPOSSIBLE; TLS_UNREADABLE.
        """
        settings, hosted = self._settings, self._hosted
        credentials = server_credentials(settings.tls) if settings.tls else None
        probe(settings.listen)
        server = grpc.aio.server(
            interceptors=[self._edge],
            options=server_options(
                mesh=settings.mesh, max_receive_bytes=settings.max_receive_bytes
            ),
        )
        registered = Registered(server)
        hosted.add_to(registered)  # type: ignore[arg-type]
        self._health.add_to(registered)  # type: ignore[arg-type]
        reflection.enable_server_reflection((*registered.names, reflection.SERVICE_NAME), server)
        port = bind(server, settings.listen, credentials)
        hosted.sessions.on_change(self._tell_health)
        hosted.sessions.load()
        if settings.http_listen:
            await self._open_doors(registered)
        await server.start()
        self._grpc = server
        self.address = f"{settings.listen.rpartition(':')[0]}:{port}"
        log.info(
            "listening",
            extra={
                "address": self.address,
                "http_address": self.http_address,
                "tls": credentials is not None,
            },
        )

    async def _open_doors(self, registered: Registered) -> None:
        settings, hosted = self._settings, self._hosted
        over_http = registered.copy()
        if isinstance(hosted, HttpToo):
            hosted.add_http_to(over_http)  # type: ignore[arg-type]
        metrics = hosted.metrics if isinstance(hosted, Measured) else None
        text = partial(exposition, metrics, replica()) if metrics else None
        doors = Doors(
            over_http.handlers, hosted.sessions, metrics, settings.stall_seconds, text=text
        )
        self._http = HttpServer(doors, settings.http_listen, settings.tls, settings.stall_seconds)
        await self._http.start()

    async def attend(self) -> None:
        """What goes on beside the calls, until cancelled."""
        if isinstance(self._hosted, Attending):
            await self._hosted.attend()
        await asyncio.Event().wait()

    def ready(self) -> None:
        """New sessions are welcome."""
        self._hosted.sessions.loaded()
        log.info("ready", extra={"address": self.address})

    async def drain(self, hurried: asyncio.Event) -> None:
        """Refuses new sessions at once; returns when the running ones have ended, their
        time is up or `hurried` is set."""
        sessions, seconds = self._hosted.sessions, self._settings.drain_seconds
        sessions.drain(seconds)
        log.info("draining", extra={"sessions": sessions.active, "seconds": seconds})
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await unless(hurried, sessions.ended())
        if sessions.active:
            log.warning("stopping with sessions left", extra={"sessions": sessions.active})

    async def close(self, grace: float = STOP_GRACE) -> None:
        """Ends every call and frees what was hosted."""
        try:
            async with asyncio.TaskGroup() as tasks:
                if self._http is not None:
                    tasks.create_task(self._http.close(grace))
                if self._grpc is not None:
                    await self._grpc.stop(grace)
                    await self._edge.ended(STOP_GRACE)
        finally:
            await self._hosted.close()
            log.info("stopped", extra={"address": self.address})

    def _tell_health(self) -> None:
        sessions = self._hosted.sessions
        self._health.tell(ready=sessions.ready, alive=not sessions.failed)


async def serve(settings: ServerSettings, hosted: Hosted) -> None:
    """Serves until SIGTERM, SIGINT or the Drain RPC, and then until sessions ended.

    A second signal stops at once.

    Raises:
        SettingsError: the server cannot be started with these settings.
    """
    server = Server(settings, hosted)
    asked, hurried = hosted.sessions.leave_asked, asyncio.Event()
    with _on_signals(lambda: hurried.set() if asked.is_set() else asked.set()):
        try:
            await server.listen()
            if await unless(asked, hosted.load()):
                async with asyncio.TaskGroup() as tasks:
                    attending = tasks.create_task(server.attend())
                    server.ready()
                    await asked.wait()
                    await server.drain(hurried)
                    attending.cancel()
            else:
                await server.drain(hurried)
        finally:
            await server.close(0 if hurried.is_set() else STOP_GRACE)


def run(main: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Runs a process's `main` on uvloop.

    A JuneError ends the process with its message on stderr: exit status 2 where
    settings are wrong, otherwise 1.
    """
    sys.setswitchinterval(SWITCH_SECONDS)
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(main())
    except (JuneError, ExceptionGroup) as error:
        failure = june_error_in(error)
        if failure is None:
            raise
        sys.stderr.write(f"{failure.message}\n")
        sys.exit(2 if isinstance(failure, SettingsError) else 1)


@contextmanager
def _on_signals(react: Callable[[], None]) -> Iterator[None]:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, react)
    try:
        yield
    finally:
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(number)
