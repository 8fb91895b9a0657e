"""Opens the HTTP port beside the gRPC one, in the same process and event loop."""

from __future__ import annotations

import socket
import ssl

import uvicorn

from june_runtime.http import MAX_HEADER_BYTES, Doors
from june_runtime.listening import opened
from june_runtime.tls import TlsFiles, server_context

# Connections at once; whoever comes beyond them gets 503.
MAX_CONNECTIONS = 1_024
KEEP_ALIVE_SECONDS = 30
# What even a hurried stop takes, so that connections at rest end in order.
LEAST_GRACE = 0.1


class HttpServer:
    """Serves an application over HTTP/1.1 from `start` to `close`.

    uvicorn without its own main loop: that one installs signal handlers, and all it
    does besides is write the time into headers.
    """

    def __init__(
        self, doors: Doors, listen: str, tls: TlsFiles | None, stall_seconds: float
    ) -> None:
        self._doors = doors
        self._listen = listen
        self._stall_seconds = stall_seconds
        self._tls = tls
        self._server: uvicorn.Server | None = None
        self.address = ""

    async def start(self) -> None:
        """Opens the port and answers.

        Raises:
            SettingsError: PORT_IN_USE or LISTEN_IMPOSSIBLE; TLS_UNREADABLE.
        """
        context = server_context(self._tls) if self._tls else None
        listener = opened(self._listen)
        _give_up_stalled(listener, self._stall_seconds)
        self._server = _uvicorn(self._doors, context)
        await self._server.startup(sockets=[listener])
        port = listener.getsockname()[1]
        self.address = f"{self._listen.rpartition(':')[0]}:{port}"

    async def close(self, grace: float) -> None:
        """Ends streams at once; other answers have `grace` seconds to finish."""
        if self._server is None:
            return
        self._doors.leave()
        wait = max(grace, LEAST_GRACE)
        self._server.config.timeout_graceful_shutdown = wait  # type: ignore[assignment]
        await self._server.shutdown()
        for connection in list(self._server.server_state.connections):
            connection.transport.abort()


def _uvicorn(doors: Doors, context: ssl.SSLContext | None) -> uvicorn.Server:
    config = uvicorn.Config(
        doors,
        http="h11",
        ws="none",
        lifespan="off",
        log_config=None,
        log_level="warning",
        access_log=False,
        proxy_headers=False,
        server_header=False,
        date_header=False,
        limit_concurrency=MAX_CONNECTIONS,
        h11_max_incomplete_event_size=MAX_HEADER_BYTES,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
    )
    config.load()
    config.ssl = context
    server = uvicorn.Server(config)
    server.lifespan = config.lifespan_class(config)
    return server


def _give_up_stalled(listener: socket.socket, seconds: float) -> None:
    """A connection that is closed while its peer reads nothing would stay for as long as
    the peer does; connections inherit this from the listener."""
    if hasattr(socket, "TCP_USER_TIMEOUT"):
        milliseconds = round(2_000 * seconds)
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, milliseconds)
