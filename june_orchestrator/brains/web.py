"""Calls to other machines over HTTP. The one importer of httpx2."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import httpx2

# It tells of each request at INFO.
logging.getLogger("httpx2").setLevel(logging.WARNING)

# Whatever may happen to a connection, or to what comes over it.
WebFailure = httpx2.HTTPError
# The connection was never made.
NotConnected = (httpx2.ConnectError, httpx2.ConnectTimeout)

# A person may think for minutes between two turns; servers hang up by themselves.
_KEEP_SECONDS = 600.0
_KEPT = 32
# Whoever waits for an answer has a deadline of their own.
_CONNECT_SECONDS = 5.0


_takers: ContextVar[list[httpx2.Response] | None] = ContextVar("takers", default=None)


class WebClient(httpx2.AsyncClient):
    """A client whose answers can be held by someone else than the one who asks."""

    async def send(self, request: httpx2.Request, **how: Any) -> httpx2.Response:
        response = await super().send(request, **how)
        if (taker := _takers.get()) is not None:
            taker.append(response)
        return response


class Held:
    """The answers to what is asked within `taking`, however deep inside a library.

    Libraries that stream through several generators leave it to the garbage collector
    when a connection is closed; an interrupted turn must hang up at once.
    """

    def __init__(self) -> None:
        self._responses: list[httpx2.Response] = []

    @contextmanager
    def taking(self) -> Iterator[None]:
        before = _takers.set(self._responses)
        try:
            yield
        finally:
            _takers.reset(before)

    async def close(self) -> None:
        """Hangs up where an answer is not at its end."""
        for response in self._responses:
            await response.aclose()


def web_client() -> WebClient:
    """A client that keeps its connections open between turns."""
    return WebClient(
        limits=httpx2.Limits(
            max_connections=None, max_keepalive_connections=_KEPT, keepalive_expiry=_KEEP_SECONDS
        ),
        timeout=httpx2.Timeout(None, connect=_CONNECT_SECONDS),
    )


def rehearsing(answer: bytes) -> WebClient:
    """A client that reaches nobody: every call gets this stream of events."""
    return WebClient(
        transport=httpx2.MockTransport(
            lambda _: httpx2.Response(
                200, headers={"content-type": "text/event-stream"}, content=answer
            )
        )
    )
