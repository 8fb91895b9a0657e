"""HTTP/JSON doors: an ASGI application in front of the servicers that gRPC serves.

Which request leads to which RPC stands in the protos (google.api.http); beside those
there are the probes /healthz and /readyz, and /metrics for Prometheus.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route, Router

from june_runtime.errors import Forbidden, InvalidInput, NotFound, NotServed
from june_runtime.http_calls import Calls, Handlers
from june_runtime.http_rules import Rule, rules_of
from june_runtime.interceptors import STALL_SECONDS, session_of
from june_runtime.telemetry import session_id

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

    from june_runtime.metrics import Metrics
    from june_runtime.sessions import Sessions

MAX_HEADER_BYTES = 16 << 10
NO_PATH = "nothing is served at this path"
FOREIGN = "a page from elsewhere may change nothing here"
NOT_ALLOWED = "the method is not allowed at this path"
# Gives what Prometheus reads, and its content type.
Text = Callable[[], tuple[bytes, str]]


class Doors:
    """The ASGI application.

    Args:
        handlers: the servicers' methods, by full service name and name.
        sessions: what tells whether the service is ready.
        metrics: what counts `rpcs` and the errors sent, by reason.
        stall_seconds: how long a line may wait for a caller that does not read.
        text: what GET /metrics gives; None: there is no such door.

    Raises:
        ValueError: two RPCs want the same request, or one that cannot be served.
    """

    def __init__(
        self,
        handlers: Handlers,
        sessions: Sessions,
        metrics: Metrics | None = None,
        stall_seconds: float = STALL_SECONDS,
        text: Text | None = None,
    ) -> None:
        self._sessions = sessions
        self._text = text
        self._calls = Calls(handlers, metrics, stall_seconds)
        routes = [
            Route(path, _Door(verbs, self._calls)) for path, verbs in _by_path(handlers).items()
        ]
        routes += [Route("/healthz", self._healthz), Route("/readyz", self._readyz)]
        if text is not None:
            routes.append(Route("/metrics", self._prometheus))
        self._router = Router(routes, redirect_slashes=False, default=self._nothing)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = [
            (key.decode("latin-1"), text.decode("latin-1")) for key, text in scope["headers"]
        ]
        session_id.set(session_of(headers))
        if sum(len(key) + len(text) for key, text in headers) > MAX_HEADER_BYTES:
            fault = InvalidInput("HEADERS_TOO_LARGE", "the headers are too large")
            await self._calls.refuse(send, fault, 431)
        else:
            await self._router(scope, receive, send)

    def leave(self) -> None:
        """Ends the answers that stream; the others come to their end by themselves."""
        self._calls.leaving.set()

    async def _healthz(self, request: Request) -> Response:
        if self._sessions.failed:
            return PlainTextResponse("the engine has failed for good\n", 503)
        return PlainTextResponse("alive\n")

    async def _readyz(self, request: Request) -> Response:
        sessions = self._sessions
        if sessions.ready:
            return PlainTextResponse("ready\n")
        if sessions.failed:
            return PlainTextResponse("failed\n", 503)
        return PlainTextResponse("draining\n" if sessions.draining else "loading\n", 503)

    async def _prometheus(self, request: Request) -> Response:
        assert self._text is not None
        body, content_type = self._text()
        return Response(body, headers={"content-type": content_type})

    async def _nothing(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._calls.refuse(send, NotFound("PATH_UNKNOWN", NO_PATH), 404)


class _Door:
    """One path, with the RPC of each verb."""

    def __init__(self, verbs: Mapping[str, Rule], calls: Calls) -> None:
        self._verbs = verbs
        self._calls = calls
        self._allow = {"allow": allowed(verbs)}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        verb = scope["method"]
        if rule := self._verbs.get("GET" if verb == "HEAD" else verb):
            if verb == "POST" and _is_foreign(Headers(scope=scope)):
                fault = Forbidden("ORIGIN_FOREIGN", FOREIGN)
                await self._calls.refuse(send, fault, 403)
                return
            await self._calls.answer(rule, scope, receive, send)
        elif verb == "OPTIONS":
            await Response(status_code=204, headers=self._allow)(scope, receive, send)
        else:
            unserved = NotServed("METHOD_NOT_ALLOWED", NOT_ALLOWED)
            await self._calls.refuse(send, unserved, 405, self._allow)


def _is_foreign(headers: Headers) -> bool:
    """Whether a browser asks for a page from elsewhere: any page that somebody looks at
    could write to this machine's ports, since bodies are read whatever they are called."""
    origin = headers.get("origin")
    return origin is not None and urlsplit(origin).netloc != headers.get("host")


def allowed(verbs: Iterable[str]) -> str:
    """The header that tells which methods a path takes, `verbs` being those with an RPC."""
    offered = {*verbs, "OPTIONS"}
    return ", ".join(sorted(offered | {"HEAD"} if "GET" in offered else offered))


def _by_path(handlers: Handlers) -> dict[str, dict[str, Rule]]:
    paths: dict[str, dict[str, Rule]] = {}
    for rule in rules_of(handlers):
        verbs = paths.setdefault(rule.path, {})
        if rule.verb in verbs:
            raise ValueError(f"two RPCs want {rule.verb} {rule.path}")
        verbs[rule.verb] = rule
    return paths
