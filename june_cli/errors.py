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


# What grpc says of an address at which it found nobody.
_NOBODY = ("failed to connect", "connection refused", "dns resolution failed", "empty address list")
_TLS = ("ssl", "tls", "certificate", "handshake", "wrong version number")


def explain(failed: grpc.aio.AioRpcError, service: Service, address: str) -> CliError:
    """The line that tells the user why a call to `service` at `address` failed."""
    if any(entry[0] == STATUS_TRAILER for entry in failed.trailing_metadata() or ()):  # type: ignore[index]
        return refused(from_rpc_error(failed), service, address)
    details = (failed.details() or "").lower()
    match failed.code():
        case grpc.StatusCode.UNAVAILABLE if any(word in details for word in _TLS):
            return Unreachable(
                f"no TLS connection to {address}: {failed.details()}; is --tls-ca right?"
            )
        case grpc.StatusCode.UNAVAILABLE if any(word in details for word in _NOBODY):
            return Unreachable(f"nothing answers at {address}; start it with `june up`")
        case grpc.StatusCode.UNAVAILABLE:
            return Unreachable(
                f"{service.title} at {address} broke off ({failed.details() or 'no reason given'})"
                "; is it running, and is TLS (--tls-ca) as it expects?"
            )
        case grpc.StatusCode.UNIMPLEMENTED:
            return CliError(f"{address} answers, but is not June's {service.title} service")
        case grpc.StatusCode.DEADLINE_EXCEEDED:
            return silent(service, address)
        case code:
            return CliError(f"{service.title} at {address}: {failed.details() or code.name}")


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
