"""june up: the three services on this machine."""

from __future__ import annotations

import asyncio
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import click
import grpc
from rich.table import Table
from rich.text import Text

from june_cli.check import check_settings
from june_cli.errors import BadInput, CliError
from june_cli.output import Output
from june_cli.peers import Peers, json_option, run
from june_cli.services import HTTP_BASE, ORCHESTRATOR, PORT_BASE, SERVICES, STT, TTS, Service
from june_cli.supervise import Orders, Plan, supervise
from june_cli.unary import of_each, serves, status_of
from june_runtime.errors import SettingsError
from june_runtime.settings import OFF, Settings, read
from june_runtime.tls import TlsFiles

HOST = "127.0.0.1"
HTTP_DISTANCE, HIGHEST_BASE = 100, 65533
_COLOURS = {ORCHESTRATOR: "green", STT: "cyan", TTS: "magenta"}
_CHECK_SECONDS = 2.0


@click.command(short_help="Start the three services on this machine.")
@click.option(
    "--port-base",
    type=click.IntRange(1, HIGHEST_BASE),
    default=PORT_BASE,
    show_default=True,
    metavar="PORT",
    help="The orchestrator's port; speech to text and text to speech take the next two.",
)
@click.option(
    "--http-base",
    type=click.IntRange(1, HIGHEST_BASE),
    metavar="PORT",
    help="The same for HTTP/JSON; 8080, or 100 above --port-base where that is given.",
)
@click.option("--no-http", is_flag=True, help="Serve gRPC only.")
@click.option("--stt-engine", metavar="NAME", help="What hears, such as sphinx.")
@click.option("--tts-engine", metavar="NAME", help="What speaks, such as flite.")
@click.option(
    "--log-dir",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Write the services' logs to files there instead of here.",
)
@json_option
def command(**options: Any) -> None:
    """Start the three services on this machine and keep them running.

    One that dies is started again. Ctrl-C lets turns finish and stops everything; a
    second Ctrl-C stops it at once. Settings are environment variables (JUNE_...),
    which the services inherit, or stand in the file that JUNE_SETTINGS_FILE names;
    they are all checked before anything starts.

    \b
    june up
    june up --port-base 6000        then: june talk question.wav --port-base 6000
    june up --log-dir logs &
    """
    run(up(Wish(**options)))


@dataclass(frozen=True, slots=True)
class Wish:
    """What `june up` was asked for."""

    port_base: int
    stt_engine: str | None
    tts_engine: str | None
    log_dir: Path | None
    as_json: bool
    http_base: int | None = None
    no_http: bool = False

    def address(self, service: Service) -> str:
        return f"{HOST}:{self.port_base + service.offset}"

    def http_address(self, service: Service) -> str:
        """Where it serves HTTP; "off" where it does not."""
        if self.no_http:
            return OFF
        return f"{HOST}:{(self.http_base or http_base(self.port_base)) + service.offset}"

    def ports(self, service: Service) -> Iterator[int]:
        """All that it will listen at."""
        for address in (self.address(service), self.http_address(service)):
            if address != OFF:
                yield int(address.rpartition(":")[2])


def http_base(port_base: int) -> int:
    """The first HTTP port where nobody named one: each June on a machine has a port base
    of its own, and so HTTP ports of its own."""
    if port_base == PORT_BASE:
        return HTTP_BASE
    above = port_base + HTTP_DISTANCE
    return above if above <= HIGHEST_BASE else port_base - HTTP_DISTANCE


async def up(wish: Wish) -> None:
    """Runs the services until a signal comes. Raises CliError."""
    await check_settings(plans(wish))
    tls = _tls()
    _check_ports(wish)
    peers = Peers({service.name: wish.address(service) for service in SERVICES}, tls)
    orders = Orders()
    with _log_files(wish.log_dir) as files, _signals(orders):
        told = Told(Output(as_json=wish.as_json), peers, files, wish)

        async def ready(service: Service, address: str) -> bool | None:
            async with peers.channel(service) as channel:
                try:
                    return await serves(channel, service, _CHECK_SECONDS)
                except grpc.aio.AioRpcError:
                    return None

        await supervise(plans(wish), told, ready, orders)


def plans(wish: Wish) -> list[Plan]:
    """How each service is started; the front door first, which is stopped first too."""
    environment = {
        service: {
            f"{service.prefix}LISTEN": wish.address(service),
            f"{service.prefix}HTTP_LISTEN": wish.http_address(service),
        }
        for service in SERVICES
    }
    environment[TTS]["JUNE_TTS_ORCHESTRATOR"] = wish.address(ORCHESTRATOR)
    environment[ORCHESTRATOR] |= {
        "JUNE_ORCH_STT": wish.address(STT),
        "JUNE_ORCH_TTS": wish.address(TTS),
    }
    if wish.stt_engine:
        environment[STT]["JUNE_STT_ENGINE"] = wish.stt_engine
    if wish.tts_engine:
        environment[TTS]["JUNE_TTS_ENGINE"] = wish.tts_engine
    return [
        Plan(
            service,
            wish.address(service),
            [sys.executable, "-m", service.module],
            # Lines are to be seen when they are written.
            environment[service] | {"PYTHONUNBUFFERED": "1"},
        )
        for service in SERVICES
    ]


def _tls() -> TlsFiles | None:
    """What to ask the services with, where their settings make them talk TLS."""
    try:
        settings = read(Settings, owner="JUNE_CLI_")
        if settings.tls_cert is None:
            return None
        return TlsFiles(settings.tls_ca, settings.tls_cert, settings.tls_key)
    except SettingsError as wrong:
        raise BadInput(wrong.message) from wrong


def _check_ports(wish: Wish) -> None:
    """Raises CliError, naming every port that something else listens on."""
    taken = [
        f"{port} ({service.title})"
        for service in SERVICES
        for port in wish.ports(service)
        if _in_use(port)
    ]
    if taken:
        ports = f"port {taken[0]} is" if len(taken) == 1 else f"ports {', '.join(taken)} are"
        raise CliError(
            f"{ports} in use; stop what listens there (june drain?)"
            " or choose --port-base and --http-base"
        )


def _in_use(port: int) -> bool:
    try:
        with socket.create_server((HOST, port)):
            return False
    except PermissionError as failed:
        raise CliError(f"port {port} may not be used: {failed.strerror}") from failed
    except OSError:
        return True


@contextmanager
def _signals(orders: Orders) -> Iterator[None]:
    loop = asyncio.get_running_loop()
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    for number in numbers:
        loop.add_signal_handler(number, orders.give)
    try:
        yield
    finally:
        for number in numbers:
            loop.remove_signal_handler(number)


@contextmanager
def _log_files(folder: Path | None) -> Iterator[dict[Service, IO[str]]]:
    """A file for each service's lines; none where they go to the terminal."""
    with ExitStack() as opened:
        files: dict[Service, IO[str]] = {}
        if folder is not None:
            try:
                folder.mkdir(parents=True, exist_ok=True)
                for service in SERVICES:
                    path = folder / f"{service.module}.log"
                    files[service] = opened.enter_context(path.open("a", buffering=1))
            except OSError as failed:
                raise BadInput(f"cannot write logs to {folder}: {failed.strerror}") from failed
        yield files


class Told:
    """Tells the user what happens to the services."""

    def __init__(
        self, output: Output, peers: Peers, files: dict[Service, IO[str]], wish: Wish
    ) -> None:
        self._output, self._peers, self._files, self._wish = output, peers, files, wish

    def log(self, service: Service, line: str) -> None:
        if file := self._files.get(service):
            file.write(line + "\n")
            return
        self._output.record(event="log", service=service.name, text=line)
        self._output.say(_prefixed(service, Text(line, style="dim")))

    def happened(self, service: Service, event: str, text: str, pid: int | None) -> None:
        self._output.record(event=event, service=service.name, text=text, pid=pid)
        style = "bold red" if event in ("died", "killed") else "bold"
        self._output.say(_prefixed(service, Text.assemble((event, style), f" {text}".rstrip())))

    async def all_ready(self, seconds: float) -> None:
        """The small table, and the line that says what to do now."""
        wish = self._wish
        found = await of_each(SERVICES, lambda service: status_of(self._peers, service))
        table = Table("service", "listens at", "HTTP", "engine", box=None, padding=(0, 3, 0, 0))
        for service, status in found.items():
            engine = "?" if isinstance(status, CliError) else status.engine
            table.add_row(service.title, wish.address(service), wish.http_address(service), engine)
        self._output.record(
            event="all_ready",
            seconds=round(seconds, 3),
            addresses={service.name: wish.address(service) for service in SERVICES},
            http={service.name: wish.http_address(service) for service in SERVICES},
        )
        base = wish.port_base
        where = "" if base == PORT_BASE else f" --port-base {base}"
        self._output.say(
            "",
            table,
            "",
            f"June is ready after {seconds:.1f} s. In another terminal:"
            f" june talk FILE{where}   (Ctrl-C here stops her)",
        )


def _prefixed(service: Service, line: Text) -> Text:
    return Text.assemble((f"{service.name:>12} ", _COLOURS[service]), "│ ", line)
