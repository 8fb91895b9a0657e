"""Writing to a call that may be ending."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, TypeVar, cast

import grpc

if TYPE_CHECKING:
    from google.protobuf.message import Message

Request = TypeVar("Request")
Response = TypeVar("Response")

# What a write raises once the call is over; whoever reads the call learns why.
ENDED = (grpc.aio.AioRpcError, grpc.aio.BaseError, asyncio.InvalidStateError)


async def write(call: grpc.aio.StreamStreamCall[Request, Response], request: Request) -> None:
    """`call.write` that leaves the peer's reason alone.

    Where a write meets the end of the call, grpc.aio puts "Internal error from
    Core" in the place of the status that is just arriving, for good (in 30 to 40 %
    of fast writers' calls, measured with 1.85). So the write is made below it,
    where it only fails.

    Raises:
        One of ENDED: the call is over.
    """
    core = getattr(call, "_cython_call", None)
    if core is None:
        await call.write(request)
        return
    if call.done():
        raise asyncio.InvalidStateError
    await call.wait_for_connection()
    await core.send_serialized_message(cast("Message", request).SerializeToString())
