"""The whole life of a service: listen, live, load, ready, drain, stop."""

from __future__ import annotations

import asyncio
import importlib
import logging
import signal
import sys
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

import grpc
import uvloop
from grpc_reflection.v1alpha import reflection
from pydantic import BaseModel, ConfigDict, Field

from june_runtime.errors import JuneError, SettingsError, june_error_in
from june_runtime.health import Health
from june_runtime.interceptors import STALL_SECONDS, Edge
from june_runtime.listening import bind, probe
from june_runtime.options import MAX_RECEIVE_BYTES, server_options
from june_runtime.tls import TlsFiles, server_credentials

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterator, Sequence

    from june_runtime.metrics import Metrics
    from june_runtime.sessions import Sessions

log = logging.getLogger(__name__)

# Seconds for calls that are just being answered when the server stops; only
# watchers, which never end by themselves, use them up.
STOP_GRACE = 0.5
# gRPC's poller and the engines' threads hand their results to the event loop, and a
# thread that wants Python's lock gets it after so long. Python's own 5 ms would be
# waited for at every hop.
SWITCH_SECONDS = 0.0005


class Hosted(Protocol):
    """What a server hosts: one service with its engine.

    One that also has `metrics: Metrics` finds its RPCs and errors counted there; one
    that has `attend()` has it run beside everything else, as long as it serves.

    Attributes:
        names: full gRPC service names, such as "june.stt.v1.SttService", whose
            health is told.
        sessions: who is served; drained when the server leaves.
    """

    @property
    def names(self) -> Sequence[str]: ...
    @property
    def sessions(self) -> Sessions: ...
    def add_to(self, server: grpc.aio.Server) -> None:
        """Registers its servicers."""

    async def load(self) -> None:
        """Loads and warms its models; readiness follows."""

    async def close(self) -> None:
        """Frees what `load` took; called even if that failed or never ran."""


@runtime_checkable
class Measured(Protocol):
    @property
    def metrics(self) -> Metrics: ...


@runtime_checkable
class Attending(Protocol):
    async def attend(self) -> None:
        """What the service does of its own accord, from when it is loaded until it is
        cancelled."""


class ServerSettings(BaseModel):
    """How a service is reached and how it leaves.

    Attributes:
        listen: "host:port"; port 0 takes any free one.
        tls_cert, tls_key: PEM files; None serves in the clear.
        tls_client_ca: who signs the certificates that clients must show.
        drain_seconds: how long sessions have to end once the server leaves.
        stall_seconds: how long an answer may wait for a caller that does not read.
        max_receive_bytes: the largest message that is accepted.
        mesh: small windows, for hops between June's own services.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    listen: str = Field(default="127.0.0.1:50051", pattern=r"^.+:\d{1,5}$")
    tls_cert: Path | None = None
    tls_key: Path | None = None
    tls_client_ca: Path | None = None
    drain_seconds: float = Field(default=30, ge=0, le=86_400)
    stall_seconds: float = Field(default=STALL_SECONDS, gt=0, le=3_600)
    max_receive_bytes: int = Field(default=MAX_RECEIVE_BYTES, ge=1_024, le=256 << 20)
    mesh: bool = True

    @property
    def tls(self) -> TlsFiles | None:
        if self.tls_cert is None and self.tls_key is None and self.tls_client_ca is None:
            return None
        return TlsFiles(ca=self.tls_client_ca, cert=self.tls_cert, key=self.tls_key)


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
        self.address = ""

    async def listen(self) -> None:
        """Opens the port; from now on the process lives, but is not ready.

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
        registered = _Registered(server)
        hosted.add_to(registered)  # type: ignore[arg-type]
        self._health.add_to(registered)  # type: ignore[arg-type]
        reflection.enable_server_reflection((*registered.names, reflection.SERVICE_NAME), server)
        port = bind(server, settings.listen, credentials)
        hosted.sessions.on_change(self._tell_health)
        hosted.sessions.load()
        await server.start()
        self._grpc = server
        self.address = f"{settings.listen.rpartition(':')[0]}:{port}"
        log.info("listening", extra={"address": self.address, "tls": credentials is not None})

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
            if self._grpc is not None:
                await self._grpc.stop(grace)
                await self._edge.ended(STOP_GRACE)
        finally:
            await self._hosted.close()
            log.info("stopped", extra={"address": self.address})

    def _tell_health(self) -> None:
        self._health.set_ready(self._hosted.sessions.ready)


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


async def unless(event: asyncio.Event, work: Coroutine[Any, Any, None]) -> bool:
    """Runs `work` to its end, or cancels it once `event` is set.

    Returns:
        Whether the work was done.
    """
    async with asyncio.TaskGroup() as tasks:
        job = tasks.create_task(work)
        waiting = tasks.create_task(event.wait())
        await asyncio.wait((job, waiting), return_when=asyncio.FIRST_COMPLETED)
        job.cancel()  # whichever is done already does not mind
        waiting.cancel()
    return not job.cancelled()


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


class _Registered:
    """Passes registrations on to the server and notes which services they name."""

    def __init__(self, server: grpc.aio.Server) -> None:
        self.names: list[str] = []
        self._server: Any = server

    def add_generic_rpc_handlers(self, handlers: Any) -> None:
        self._server.add_generic_rpc_handlers(handlers)

    def add_registered_method_handlers(self, service: str, handlers: Any) -> None:
        self.names.append(service)
        _import_descriptor(service)
        self._server.add_registered_method_handlers(service, handlers)


def _import_descriptor(service: str) -> None:
    """Lets reflection describe a service of ours: its stubs import the descriptors of
    its messages only. june.stt.v1.SttService is described in
    june/stt/v1/stt_service.proto."""
    package = service.rpartition(".")[0]
    if package.startswith("june."):
        importlib.import_module(f"{package}.{package.split('.')[1]}_service_pb2")
