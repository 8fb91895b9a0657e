"""Connections to June's services."""

from __future__ import annotations

import grpc

from june_runtime.options import MAX_RECEIVE_BYTES, channel_options
from june_runtime.tls import TlsFiles, client_credentials

__all__ = ["TlsFiles", "connect"]


def connect(
    target: str,
    tls: TlsFiles | None = None,
    *,
    mesh: bool = True,
    max_receive_bytes: int = MAX_RECEIVE_BYTES,
) -> grpc.aio.Channel:
    """A channel with a connection of its own; close it when done.

    It connects at the first call and reconnects by itself. Cancel every call in
    `finally`: gRPC neither collects nor cancels one that was dropped.

    Args:
        target: "host:port", or any gRPC target such as "dns:///name:port".
        tls: files to authenticate with; None talks in the clear.
        mesh: small windows, for hops between June's own services.
        max_receive_bytes: the largest message that is accepted.

    Raises:
        SettingsError: TLS_UNREADABLE, a file is missing or does not fit.
    """
    options = channel_options(mesh=mesh, max_receive_bytes=max_receive_bytes)
    if tls is None:
        return grpc.aio.insecure_channel(target, options)
    return grpc.aio.secure_channel(target, client_credentials(tls), options)
