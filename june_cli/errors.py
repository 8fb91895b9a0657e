"""What can go wrong at the command line: one helpful line and an exit status.

CliError            1    what was asked for could not be done
├── BadInput        2    the command line or a file on it
├── Unreachable     3    nothing answers at an address
├── Unanswered      4    something accepts there but stays silent
└── Stopped         130  Ctrl-C
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any

import click
import grpc
from google.rpc.status_pb2 import Status

from june_cli.services import Service
from june_runtime.errors import STATUS_TRAILER, JuneError, from_rpc_error, from_status


class CliError(click.ClickException):
    """A failure that the user is told of in one line on stderr."""

    exit_code = 1

    def show(self, file: IO[Any] | None = None) -> None:
        click.echo(f"june: {self.format_message()}", file=file, err=file is None)


class BadInput(CliError):
    exit_code = 2


class Unreachable(CliError):
    exit_code = 3


class Unanswered(CliError):
    exit_code = 4


class Stopped(CliError):
    exit_code = 130

    def __init__(self) -> None:
        super().__init__("stopped")

    def show(self, file: IO[Any] | None = None) -> None:
        """Nothing: whoever pressed Ctrl-C knows."""


def explain(failed: grpc.aio.AioRpcError, service: Service, address: str) -> CliError:
    """The line that tells the user why a call to `service` at `address` failed."""
    if any(entry[0] == STATUS_TRAILER for entry in failed.trailing_metadata() or ()):  # type: ignore[index]
        return refused(from_rpc_error(failed), service, address)
    match failed.code():
        case grpc.StatusCode.UNAVAILABLE:
            return Unreachable(_unavailable(failed.details() or "", service, address))
        case grpc.StatusCode.UNIMPLEMENTED:
            return CliError(f"{address} answers, but is not June's {service.title} service")
        case grpc.StatusCode.DEADLINE_EXCEEDED:
            return silent(service, address)
        case code:
            return CliError(f"{service.title} at {address}: {failed.details() or code.name}")


def _unavailable(details: str, service: Service, address: str) -> str:
    """What gRPC's words for a connection that failed come down to."""
    said = details.lower()
    if "wrong_version_number" in said:
        return f"what listens at {address} does not talk TLS; try without --tls-ca"
    if "certificate_verify_failed" in said:
        return f"the certificate of {address} is not signed by --tls-ca"
    if "handshake" in said:
        return f"no TLS connection to {address}: {details}"
    if "resolving" in said or "dns" in said:
        return f"no host is known by the name in {address}"
    if "failed to connect" not in said:
        return f"{service.title} at {address} broke off ({details or 'no reason given'})"
    if "socket closed" in said or "parsing http/2" in said:
        return f"what listens at {address} hangs up; does it want TLS (--tls-ca)?"
    return f"nothing answers at {address}; start it with `june up`"


def refused(error: JuneError, service: Service, address: str) -> CliError:
    """The line for an error that the service itself named."""
    again = "" if error.retry_after is None else f"; try again in {error.retry_after:.1f} s"
    return CliError(f"{service.title} at {address}: {error.message} ({error.reason}){again}")


def refused_with(status: Status, service: Service, address: str) -> CliError:
    """The same for an error that came in band."""
    return refused(from_status(status), service, address)


def silent(service: Service, address: str, seconds: float | None = None) -> Unanswered:
    waited = "" if seconds is None else f" for {seconds:.0f} s"
    return Unanswered(
        f"{service.title} at {address} accepts calls but said nothing{waited}; see its log"
    )


@contextmanager
def explained(service: Service, address: str) -> Iterator[None]:
    """Turns the failures of calls made inside into lines for the user."""
    try:
        yield
    except grpc.aio.AioRpcError as failed:
        raise explain(failed, service, address) from failed
