"""Where the services are, and the options that say so on every command."""

from __future__ import annotations

import asyncio
import functools
import re
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import click
import grpc

from june_cli.errors import BadInput, Stopped
from june_cli.output import Output
from june_cli.services import NAMES, ORCHESTRATOR, PORT_BASE, SERVICES, Service
from june_runtime.channel import TlsFiles, connect
from june_runtime.errors import SettingsError

Command = TypeVar("Command", bound=Callable[..., Any])

# What June's audio and text come to in one message is far below this.
_RECEIVE_BYTES = 4 << 20
_ADDRESS = re.compile(r"[\w.-]+:\d{1,5}|\[[\da-fA-F:]+\]:\d{1,5}")
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@dataclass(frozen=True, slots=True)
class Peers:
    """The services' addresses and how to talk to them.

    `patience` is how many seconds one may stay silent where an answer is due.
    """

    addresses: Mapping[str, str] = field(
        default_factory=lambda: {name: address_of(name, PORT_BASE) for name in NAMES}
    )
    tls: TlsFiles | None = None
    patience: float = 10.0

    def address(self, service: Service) -> str:
        return self.addresses[service.name]

    @asynccontextmanager
    async def channel(self, service: Service) -> AsyncIterator[grpc.aio.Channel]:
        """A channel to `service`, closed on leaving."""
        try:
            channel = connect(
                self.address(service), self.tls, mesh=False, max_receive_bytes=_RECEIVE_BYTES
            )
        except SettingsError as failed:
            raise BadInput(failed.message) from failed
        async with channel:
            yield channel


def address_of(name: str, port_base: int) -> str:
    offset = next(service.offset for service in SERVICES if service.name == name)
    return f"localhost:{port_base + offset}"


def peers(*services: Service) -> Callable[[Command], Command]:
    """Gives a command the options that reach `services`, as its argument `peers`.

    Adds --json too, as the argument `output`.
    """

    def decorate(command: Command) -> Command:
        @functools.wraps(command)
        def wrapped(**options: Any) -> Any:
            options["peers"] = _peers(options)
            options["output"] = Output(as_json=options.pop("as_json"))
            return command(**options)

        added = [*map(_address_option, services), *_COMMON]
        for option in reversed(added):
            wrapped = option(wrapped)
        return wrapped  # type: ignore[return-value]

    return decorate


def json_option(command: Command) -> Command:
    """--json alone, for commands that reach nothing over the network."""
    return click.option(
        "--json", "as_json", is_flag=True, help="Print one JSON object a line and nothing else."
    )(command)


_COMMON: tuple[Callable[[Any], Any], ...] = (
    click.option(
        "--port-base",
        type=click.IntRange(1, 65533),
        default=PORT_BASE,
        show_default=True,
        metavar="PORT",
        help="The same as `june up` was given.",
    ),
    click.option(
        "--tls-ca", type=_FILE, metavar="FILE", help="Talk TLS; who signs the server (PEM)."
    ),
    click.option("--tls-cert", type=_FILE, metavar="FILE", help="Your certificate (mutual TLS)."),
    click.option("--tls-key", type=_FILE, metavar="FILE", help="Its private key."),
    json_option,
)


def _address_option(service: Service) -> Callable[[Any], Any]:
    flag = "--server" if service is ORCHESTRATOR else f"--{service.name}"
    return click.option(
        flag,
        f"at_{service.name}",
        callback=_checked_address,
        metavar="HOST:PORT",
        help=f"Where the {service.title} listens.  [default: localhost:"
        f"{PORT_BASE + service.offset}]",
    )


def _checked_address(ctx: click.Context, option: click.Parameter, at: str | None) -> str | None:
    if at is not None and not _ADDRESS.fullmatch(at):
        raise click.BadParameter(f"{at!r} is no HOST:PORT", ctx, option)
    return at


def _peers(options: dict[str, Any]) -> Peers:
    """Takes the options about peers out of `options`."""
    base: int = options.pop("port_base")
    ca, cert, key = (options.pop(f"tls_{part}") for part in ("ca", "cert", "key"))
    addresses = {name: options.pop(f"at_{name}", None) or address_of(name, base) for name in NAMES}
    try:
        tls = TlsFiles(ca, cert, key) if ca or cert or key else None
    except SettingsError as failed:
        raise BadInput(failed.message) from failed
    return Peers(addresses, tls)


def run(work: Coroutine[Any, Any, None]) -> None:
    """Runs a command's work to its end; Ctrl-C ends it in order."""
    try:
        asyncio.run(work)
    except KeyboardInterrupt:
        raise Stopped from None
