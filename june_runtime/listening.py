"""Opening a port, and saying in one line why it cannot be had."""

from __future__ import annotations

import errno
import socket

import grpc

from june_runtime.errors import SettingsError


def probe(listen: str) -> None:
    """Finds out why a port cannot be had; gRPC would only write to its own log."""
    opened(listen).close()


def opened(listen: str) -> socket.socket:
    """A socket that listens.

    Raises:
        SettingsError: PORT_IN_USE or LISTEN_IMPOSSIBLE.
    """
    host, _, port = listen.rpartition(":")
    host = host.strip("[]")
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    try:
        # SO_REUSEADDR, as gRPC sets it too: a restart need not wait for old
        # connections to be forgotten.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, int(port)))
        listener.listen()
    except (OSError, OverflowError) as error:
        listener.close()
        raise _cannot_listen(listen, error) from error
    return listener


def bind(server: grpc.aio.Server, listen: str, credentials: grpc.ServerCredentials | None) -> int:
    """Returns the port, which differs from the one asked for where that was 0."""
    try:
        if credentials is None:
            return server.add_insecure_port(listen)
        return server.add_secure_port(listen, credentials)
    except RuntimeError as error:
        raise _cannot_listen(listen, error) from error


def _cannot_listen(listen: str, error: Exception) -> SettingsError:
    if isinstance(error, OSError) and error.errno == errno.EADDRINUSE:
        return SettingsError(
            "PORT_IN_USE", f"cannot listen on {listen}: the port is in use by another process"
        )
    told = error.strerror if isinstance(error, OSError) else str(error)
    return SettingsError("LISTEN_IMPOSSIBLE", f"cannot listen on {listen}: {told}")
