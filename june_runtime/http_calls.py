"""Runs RPCs for HTTP callers: one answer, or a line for each of many.

The servicer's own method is called, in this process. The next message of a stream is
asked for only when the caller took the one before; a caller that goes away takes its
call with it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from contextlib import aclosing
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from june_runtime.errors import (
    AtCapacity,
    InvalidInput,
    JuneError,
    TimedOut,
    TooSlow,
    to_status,
)
from june_runtime.http_json import read_request, write_message
from june_runtime.interceptors import (
    SESSION_KEY,
    cancelled_from_outside,
    cancelled_within,
    failure_of,
)
from june_runtime.tasks import until
from june_runtime.telemetry import session_id

if TYPE_CHECKING:
    import grpc

    from june_runtime.http_rules import Rule
    from june_runtime.metrics import Metrics

# Full name of a service -> name of an RPC -> what serves it.
Handlers = Mapping[str, Mapping[str, "grpc.RpcMethodHandler[Any, Any]"]]
# As ASGI has them.
Event = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Event]]
Send = Callable[[Event], Awaitable[None]]

MAX_BODY_BYTES = 1 << 20
# Seconds that a body may take to come.
BODY_SECONDS = 10.0
# Calls at once, those that watch included.
MAX_CALLS = 256
JSON, LINES = "application/json", "application/x-ndjson"
# As google/rpc/code.proto maps its codes to HTTP; the others are 500.
_HTTP_STATUS = {
    1: 499, 3: 400, 4: 504, 5: 404, 6: 409, 7: 403, 8: 429, 9: 400, 10: 409, 11: 400, 12: 501,
    14: 503, 16: 401,
}  # fmt: skip


class HttpContext:
    """What a servicer may ask about a call that came over HTTP."""

    def __init__(self, scope: Mapping[str, Any]) -> None:
        self._scope = scope

    def peer(self) -> str:
        host, port = self._scope.get("client") or ("unknown", 0)
        return f"http:{host}:{port}"

    def invocation_metadata(self) -> tuple[tuple[str, str], ...]:
        """The headers."""
        return tuple(
            (key.decode("latin-1"), text.decode("latin-1")) for key, text in self._scope["headers"]
        )


class Calls:
    """Answers HTTP requests out of RPCs.

    Args:
        handlers: the servicers' methods.
        metrics: what counts `rpcs` and the errors sent, by reason.
        stall_seconds: how long one line may take to be read.

    Attributes:
        leaving: once set, answers that stream are ended.
    """

    def __init__(self, handlers: Handlers, metrics: Metrics | None, stall_seconds: float) -> None:
        self.leaving = asyncio.Event()
        self._handlers = handlers
        self._metrics = metrics
        self._stall_seconds = stall_seconds
        self._running = 0

    async def answer(
        self, rule: Rule, scope: Mapping[str, Any], receive: Receive, send: Send
    ) -> None:
        """Answers one request, with an error where it fails."""
        if self._metrics is not None:
            self._metrics.count("rpcs")
        response = _Response(send)
        self._running += 1
        try:
            await self._run(rule, scope, receive, response)
        except Exception as error:  # noqa: BLE001  the HTTP edge
            await self._fail(error, rule, response)
        except asyncio.CancelledError:
            if cancelled_from_outside():
                raise
            await self._fail(cancelled_within(), rule, response)
        finally:
            self._running -= 1

    async def refuse(
        self, send: Send, error: JuneError, status: int, headers: Mapping[str, str] | None = None
    ) -> None:
        """Answers a request that leads to no RPC."""
        if self._metrics is not None:
            self._metrics.error(error.reason)
        await _Response(send).whole(status, write_message(to_status(error)), headers)

    async def _run(
        self, rule: Rule, scope: Mapping[str, Any], receive: Receive, response: _Response
    ) -> None:
        if self._running > MAX_CALLS:
            raise AtCapacity("TOO_MANY_CALLS", "too many calls at once; try again", retry_after=1)
        body = await _body(receive) if rule.body else b""
        query = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
        request = read_request(rule, query, body)
        handler: Any = self._handlers[rule.service][rule.method.name]
        context = HttpContext(scope)
        if not rule.streams:
            call = await until(handler.unary_unary(request, context), _gone(receive))
            if not call.cancelled():
                await response.whole(200, write_message(call.result()))
        elif scope["method"] == "HEAD":
            await response.whole(200, b"", {"content-type": LINES})
        else:
            answers = handler.unary_stream(request, context)
            work = self._write(answers, response)
            await until(work, _gone(receive), self.leaving.wait())
            await response.end()

    async def _write(self, answers: Any, response: _Response) -> None:
        async with aclosing(answers):
            async for message in answers:
                try:
                    async with asyncio.timeout(self._stall_seconds):
                        await response.line(write_message(message))
                except TimeoutError:
                    fault = f"nothing was read for {self._stall_seconds:g} s"
                    raise TooSlow("READER_STALLED", fault) from None

    async def _fail(self, error: Exception, rule: Rule, response: _Response) -> None:
        failure = failure_of(error, rule.method.full_name, self._metrics)
        told = to_status(failure)
        if response.started and isinstance(failure, TooSlow):
            return  # behind lines that nobody reads, this one would wait as well
        if response.started:
            await response.line(b'{"error":' + write_message(told) + b"}")
            await response.end()
        else:
            large = failure.reason == "BODY_TOO_LARGE"
            await response.whole(413 if large else http_status(told.code), write_message(told))


class _Response:
    """One HTTP response: whole, or line by line."""

    def __init__(self, send: Send) -> None:
        self.started = False
        self._ended = False
        self._send = send

    async def whole(
        self, status: int, body: bytes, headers: Mapping[str, str] | None = None
    ) -> None:
        length = {"content-length": str(len(body))}
        await self._start(status, {"content-type": JSON} | length | dict(headers or {}))
        await self.end(body)

    async def line(self, text: bytes) -> None:
        if not self.started:
            await self._start(200, {"content-type": LINES})
        await self._send({"type": "http.response.body", "body": text + b"\n", "more_body": True})

    async def end(self, body: bytes = b"") -> None:
        if not self.started:
            await self._start(200, {"content-type": LINES})
        if not self._ended:
            self._ended = True
            await self._send({"type": "http.response.body", "body": body})

    async def _start(self, status: int, headers: Mapping[str, str]) -> None:
        self.started = True
        named = {**headers, SESSION_KEY: session_id.get()}
        encoded = [(key.encode(), text.encode("latin-1")) for key, text in named.items()]
        await self._send({"type": "http.response.start", "status": status, "headers": encoded})


def http_status(code: int) -> int:
    """The HTTP status of a google.rpc.Code."""
    return _HTTP_STATUS.get(code, 500)


async def _gone(receive: Receive) -> None:
    """Returns when the caller has hung up."""
    while (await receive())["type"] != "http.disconnect":
        pass


async def _body(receive: Receive) -> bytes:
    body = bytearray()
    try:
        async with asyncio.timeout(BODY_SECONDS):
            while True:
                event = await receive()
                body += event.get("body", b"")
                if len(body) > MAX_BODY_BYTES:
                    limit = f"the body has more than {MAX_BODY_BYTES} bytes"
                    raise InvalidInput("BODY_TOO_LARGE", limit)
                if not event.get("more_body"):
                    return bytes(body)
    except TimeoutError:
        raise TimedOut("BODY_LATE", f"the body did not come within {BODY_SECONDS:g} s") from None
