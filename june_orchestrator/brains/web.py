"""Calls to other machines over HTTP. The one importer of httpx2."""

from __future__ import annotations

import logging

import httpx2

# It tells of each request at INFO.
logging.getLogger("httpx2").setLevel(logging.WARNING)

WebClient = httpx2.AsyncClient
# Whatever may happen to a connection, or to what comes over it.
WebFailure = httpx2.HTTPError
# The connection was never made.
NotConnected = (httpx2.ConnectError, httpx2.ConnectTimeout)

# A person may think for minutes between two turns; servers hang up by themselves.
_KEEP_SECONDS = 600.0
_KEPT = 32
# Whoever waits for an answer has a deadline of their own.
_CONNECT_SECONDS = 5.0


def web_client() -> WebClient:
    """A client that keeps its connections open between turns."""
    return httpx2.AsyncClient(
        limits=httpx2.Limits(
            max_connections=None, max_keepalive_connections=_KEPT, keepalive_expiry=_KEEP_SECONDS
        ),
        timeout=httpx2.Timeout(None, connect=_CONNECT_SECONDS),
    )
