"""A call with a deadline on everything that it waits for."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from types import TracebackType
from typing import Generic, TypeVar, cast

import grpc
from grpc.aio import EOF  # type: ignore[attr-defined]

from june_cli.errors import CliError, explain, silent
from june_cli.services import Service
from june_runtime.calls import write

Request = TypeVar("Request")
Response = TypeVar("Response")


class Stream(Generic[Request, Response]):
    """One bidirectional call to `service`, cancelled when it is left.

    Failures come as CliError. `patience` is how many seconds one message may take
    to be accepted, or to come.
    """

    def __init__(
        self,
        call: grpc.aio.StreamStreamCall[Request, Response],
        service: Service,
        address: str,
        patience: float,
    ) -> None:
        self._call = call
        self._service, self._address = service, address
        self.patience = patience

    async def __aenter__(self) -> Stream[Request, Response]:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        failed: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._call.cancel()

    async def send(self, request: Request) -> None:
        async with self._guarded(self.patience):
            await write(self._call, request)

    async def half_close(self) -> None:
        """Say that nothing more will be sent."""
        async with self._guarded(self.patience):
            await self._call.done_writing()

    async def receive(self, patience: float | None = None) -> Response | None:
        """The next message, or None where the peer ended the stream in order.

        One reader at a time. An infinite `patience` leaves the deadline to the
        caller.
        """
        async with self._guarded(self.patience if patience is None else patience):
            message = await self._call.read()
        return None if message is EOF else cast("Response", message)

    async def answers(self, patience: float | None = None) -> AsyncIterator[Response]:
        """Every message until the stream ends."""
        while (message := await self.receive(patience)) is not None:
            yield message

    @asynccontextmanager
    async def _guarded(self, seconds: float) -> AsyncIterator[None]:
        try:
            async with asyncio.timeout(None if seconds == float("inf") else seconds):
                yield
        except TimeoutError:
            raise silent(self._service, self._address, seconds) from None
        except grpc.aio.AioRpcError as failed:
            raise explain(failed, self._service, self._address) from failed
        except (asyncio.InvalidStateError, grpc.aio.InternalError):
            # Writing into a call that has ended meanwhile does not say why it did.
            raise await self._ended() from None

    async def _ended(self) -> CliError:
        """Why the peer ended the call: known once all that it sent has been read."""
        try:
            async with asyncio.timeout(self.patience):
                code = await self._call.code()
        except TimeoutError:
            code = grpc.StatusCode.OK
        if code is grpc.StatusCode.OK:
            return CliError(f"{self._service.title} at {self._address} ended the stream early")
        failed = grpc.aio.AioRpcError(
            code,
            await self._call.initial_metadata(),
            await self._call.trailing_metadata(),
            await self._call.details(),
            None,
        )
        return explain(failed, self._service, self._address)


class Pace:
    """Keeps a loop in step with audio: `speed` times as fast as life.

    Whoever falls behind catches up instead of stretching the audio.
    """

    def __init__(
        self,
        speed: float = 1.0,
        clock: Callable[[], float] | None = None,
    ) -> None:
        self._clock = clock or asyncio.get_running_loop().time
        self._speed = speed
        self._due = self._clock()

    async def step(self, seconds: float) -> None:
        """Wait until `seconds` of audio after the last step."""
        self._due += seconds / self._speed
        await asyncio.sleep(max(0.0, self._due - self._clock()))
