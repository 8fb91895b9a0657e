"""What surrounds every RPC: its session, its failures, its count.

Only the edges of a call are touched; between them messages pass as they are.
"""

from __future__ import annotations

import asyncio
import inspect
import logging
import re
from contextlib import aclosing
from typing import TYPE_CHECKING, Any, NoReturn

import grpc
from grpc_status import rpc_status

from june_runtime.errors import JuneError, TooSlow, june_error_in, to_status
from june_runtime.sessions import new_session_id
from june_runtime.telemetry import session_id

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Sequence

    from june_runtime.metrics import Metrics

log = logging.getLogger(__name__)

SESSION_KEY = "june-session"
STALL_SECONDS = 10.0
# Seconds that a status may take to leave.
ABORT_SECONDS = 1.0
_SESSION_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")

__all__ = [
    "SESSION_KEY", "Edge", "cancelled_from_outside", "cancelled_within", "failure_of",
    "session_id", "session_of",
]  # fmt: skip


class Edge(grpc.aio.ServerInterceptor):  # type: ignore[type-arg]
    """Names the session, turns exceptions into statuses and counts.

    A caller may name its session in the metadata "june-session"; the name, or the
    one made where there is none, comes back in the initial metadata. Initial
    metadata is sent when a streaming handler first reads or answers: it tells the
    caller that the session was admitted, and a refusal before it is trailers-only,
    which gRPC may retry elsewhere.

    A caller that reads nothing for `stall_seconds` while an answer waits for it is
    cut off (READER_STALLED).

    Args:
        metrics: what counts `rpcs` and the errors sent, by reason.
        stall_seconds: how long one write may take.
    """

    def __init__(
        self, metrics: Metrics | None = None, stall_seconds: float = STALL_SECONDS
    ) -> None:
        self._metrics = metrics
        self._stall_seconds = stall_seconds
        self._calls: set[asyncio.Task[Any]] = set()
        self._wrapped: dict[str, grpc.RpcMethodHandler[Any, Any]] = {}

    async def intercept_service(
        self,
        continuation: Callable[
            [grpc.HandlerCallDetails], Awaitable[grpc.RpcMethodHandler[Any, Any]]
        ],
        handler_call_details: grpc.HandlerCallDetails,
    ) -> grpc.RpcMethodHandler[Any, Any]:
        self._note_call()
        handler = await continuation(handler_call_details)
        method: str = handler_call_details.method
        # Health and reflection are gRPC's own: no session, nothing of ours raised.
        if handler is None or method.startswith("/grpc."):
            return handler
        session_id.set(session_of(handler_call_details.invocation_metadata))
        if self._metrics is not None:
            self._metrics.count("rpcs")
        if method not in self._wrapped:
            self._wrapped[method] = self._wrap(handler, method)
        return self._wrapped[method]

    async def ended(self, seconds: float) -> None:
        """Waits until no handler runs any more, which a stopped server does not."""
        if self._calls:
            await asyncio.wait(self._calls, timeout=seconds)
            await asyncio.sleep(0)  # gRPC's own task around each of them

    def _note_call(self) -> None:
        if (task := asyncio.current_task()) is not None:
            self._calls.add(task)
            task.add_done_callback(self._calls.discard)

    def _wrap(self, handler: Any, method: str) -> grpc.RpcMethodHandler[Any, Any]:
        codecs = (handler.request_deserializer, handler.response_serializer)
        match (handler.request_streaming, handler.response_streaming):
            case (False, False):
                return grpc.unary_unary_rpc_method_handler(
                    self._one_answer(handler.unary_unary, method), *codecs
                )
            case (True, False):
                return grpc.stream_unary_rpc_method_handler(
                    self._one_answer(handler.stream_unary, method), *codecs
                )
            case (False, True):
                return grpc.unary_stream_rpc_method_handler(
                    self._answers(handler.unary_stream, method, reading=False), *codecs
                )
            case _:
                return grpc.stream_stream_rpc_method_handler(
                    self._answers(handler.stream_stream, method, reading=True), *codecs
                )

    def _one_answer(self, handle: Any, method: str) -> Any:
        async def answer(request: Any, context: Any) -> Any:
            try:
                response = await handle(request, context)
                await _Opening(context).done()
            except Exception as error:  # noqa: BLE001  the RPC edge
                await self._fail(error, context, method)
            except asyncio.CancelledError:
                if cancelled_from_outside():
                    raise
                await self._fail(cancelled_within(), context, method)
            return response

        return answer

    def _answers(self, handle: Any, method: str, *, reading: bool) -> Any:
        """A handler that writes: unlike gRPC's own loop over a generator it closes
        the generator when the call is cancelled while a message is written, so that
        the handler's `finally` runs in the call's task and at once."""
        if not inspect.isasyncgenfunction(handle):
            raise TypeError(f"{method} must be an async generator")

        async def answer(request: Any, context: Any) -> None:
            opening, watch = _Opening(context), _WriteWatch(self._stall_seconds)
            try:
                incoming = opening.before(request) if reading else request
                async with aclosing(handle(incoming, context)) as answers:
                    async for message in answers:
                        if not opening.opened:
                            await opening.done()
                        watch.writing_since = watch.now()
                        await context.write(message)
                        watch.writing_since = None
            except Exception as error:  # noqa: BLE001  the RPC edge
                await self._fail(error, context, method)
            except (asyncio.CancelledError, BaseExceptionGroup) as ended:
                _log_failed_end(ended, method)
                if watch.stalled:
                    await self._fail(watch.too_slow(), context, method)
                # A write may learn of a caller who hung up before the task does.
                if not (cancelled_from_outside() or context.cancelled()):
                    await self._fail(cancelled_within(), context, method)
                raise asyncio.CancelledError from None
            finally:
                watch.close()

        return answer

    async def _fail(self, error: Exception, context: Any, method: str) -> NoReturn:
        """Tells the peer, and where the failure was not foreseen also the log."""
        if isinstance(error, grpc.aio.AbortError):
            raise error
        if isinstance(error, grpc.aio.BaseError) and not isinstance(error, grpc.aio.UsageError):
            # A write that failed: the peer has vanished and there is nobody to tell.
            raise asyncio.CancelledError from error
        status = rpc_status.to_status(to_status(failure_of(error, method, self._metrics)))
        try:
            # Behind a write that is stuck this would wait for as long as that.
            async with asyncio.timeout(ABORT_SECONDS):
                await context.abort(status.code, status.details, status.trailing_metadata)
        except (grpc.aio.InternalError, TimeoutError):
            raise asyncio.CancelledError from error
        raise AssertionError("abort returned")  # pragma: no cover


def failure_of(error: BaseException, method: str, metrics: Metrics | None) -> JuneError:
    """What the peer is told of `error`: logged where nobody foresaw it, and counted."""
    failure = june_error_in(error)
    if failure is None:
        log.error("%s failed", method, exc_info=error)
        failure = JuneError("INTERNAL", "internal error")
    elif failure is not error:
        log.debug("%s ended with %s", method, failure.reason, exc_info=error)
    if metrics is not None:
        metrics.error(failure.reason)
    return failure


class _Opening:
    """Sends the initial metadata, once, and before the first message."""

    def __init__(self, context: Any) -> None:
        self.opened = False
        self._context = context
        self._lock = asyncio.Lock()

    async def done(self) -> None:
        async with self._lock:  # reader and writer may be two tasks
            if not self.opened:
                await self._context.send_initial_metadata(((SESSION_KEY, session_id.get()),))
                self.opened = True

    async def before(self, requests: AsyncIterator[Any]) -> AsyncIterator[Any]:
        """The requests; the metadata leaves when the handler asks for the first."""
        await self.done()
        async for request in requests:
            yield request


class _WriteWatch:
    """Cancels the call's task when one write has taken too long.

    A timer a stream and not a timeout a message, which would cost more than the
    rest of this file.
    """

    def __init__(self, seconds: float) -> None:
        loop = asyncio.get_running_loop()
        self.now = loop.time
        self.writing_since: float | None = None
        self.stalled = False
        self._seconds = seconds
        self._task = asyncio.current_task()
        self._timer = loop.call_later(seconds, self._check, loop)

    def _check(self, loop: asyncio.AbstractEventLoop) -> None:
        since = self.now() if self.writing_since is None else self.writing_since
        self.stalled = self.now() - since >= self._seconds
        if not self.stalled:
            self._timer = loop.call_at(since + self._seconds, self._check, loop)
        elif self._task is not None:
            self._task.cancel()

    def too_slow(self) -> TooSlow:
        """The error to end the call with; takes back the cancellation."""
        if self._task is not None:
            self._task.uncancel()
        return TooSlow("READER_STALLED", f"nothing was read for {self._seconds:g} s")

    def close(self) -> None:
        self._timer.cancel()


def cancelled_from_outside() -> bool:
    """Whether somebody cancelled this call, as gRPC does when the peer is gone.

    A handler that awaits something of its own that was cancelled ends in the same
    way, but then the peer is there and would wait for ever: gRPC tells it nothing.
    """
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


def cancelled_within() -> Exception:
    return RuntimeError("the handler awaited something that was cancelled")


def _log_failed_end(ended: BaseException, method: str) -> None:
    """A TaskGroup around a `yield` wraps the GeneratorExit that closed it; whatever
    else it wraps is a failure to end, which no peer is there to hear of."""
    if isinstance(ended, BaseExceptionGroup):
        rest = ended.split((GeneratorExit, asyncio.CancelledError))[1]
        if rest is not None and june_error_in(rest) is None:
            log.error("%s failed to end", method, exc_info=rest)


def session_of(metadata: Sequence[tuple[str, str | bytes]] | None) -> str:
    """The caller's name of its session, or a new one where it gave none that may
    stand in a log line."""
    for key, value in metadata or ():
        if key == SESSION_KEY and isinstance(value, str) and _SESSION_ID.fullmatch(value):
            return value
    return new_session_id()
