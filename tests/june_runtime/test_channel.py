"""What a connection holds and what it leaves behind."""

import asyncio
import gc

import grpc
import pytest
from june.tts.v1 import tts_pb2

from june_runtime.channel import connect
from june_runtime.testing import running, serving
from tests.june_runtime.echo import Echo, ask, stub

# One second of the mesh's audio: 20 ms frames.
FRAMES_A_SECOND = 50


async def settled(count: object) -> int:
    """What `count()` comes to rest at."""
    before = -1
    while before != (now := count()) or now <= 0:  # type: ignore[operator]
        before = now
        await asyncio.sleep(0.15)
    return before


async def test_a_peer_that_does_not_read_holds_a_second_of_audio_at_most() -> None:
    """The server's write blocks; by default it would take 6,443 frames to."""
    echo = Echo()
    async with running(echo) as channel:
        call = stub(channel).Synthesize()
        await call.write(tts_pb2.Text(text="flood"))
        held = await settled(lambda: echo.yielded)
        call.cancel()
    assert held <= FRAMES_A_SECOND


async def test_a_server_that_does_not_read_holds_a_second_of_audio_at_most() -> None:
    """The client's write blocks as well."""
    async with running(Echo()) as channel:
        call = stub(channel).Synthesize()
        await call.write(tts_pb2.Text(text="wait"))
        written = 0

        async def write() -> None:
            nonlocal written
            while True:
                await call.write(tts_pb2.Text(text="x" * 640))
                written += 1

        async with asyncio.TaskGroup() as tasks:
            writing = tasks.create_task(write())
            held = await settled(lambda: written)
            writing.cancel()
        call.cancel()
    assert held <= FRAMES_A_SECOND


async def test_a_thousand_cancelled_streams_leave_nothing() -> None:
    """No task, no session and no handler stays behind."""
    echo = Echo()
    async with running(echo) as channel:
        await stub(channel).ListVoices(tts_pb2.ListVoicesRequest())
        before = len(asyncio.all_tasks())
        for _ in range(10):
            calls = [stub(channel).Synthesize() for _ in range(100)]
            for call in calls:
                await call.write(tts_pb2.Text())
            await calls[-1].read()
            for call in calls:
                call.cancel()
            del calls, call
        async with asyncio.timeout(10):
            await echo.sessions.ended()
            while len(asyncio.all_tasks()) > before:
                gc.collect()
                await asyncio.sleep(0.02)
    # A call cancelled before its handler began never was a session.
    assert len(echo.seen) == echo.closed
    assert len(echo.seen) >= 900


async def test_a_message_over_the_limit_is_refused() -> None:
    """The limit is the server's; the next call is served."""
    async with running(Echo(), max_receive_bytes=10_000) as channel:
        call = stub(channel).Synthesize()
        with pytest.raises(grpc.aio.AioRpcError) as failed:
            await ask(call, "x" * 20_000)
        assert failed.value.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
        await stub(channel).ListVoices(tts_pb2.ListVoicesRequest())


async def test_channels_to_one_server_have_connections_of_their_own() -> None:
    """So that they may end up at different replicas of it."""
    echo = Echo()
    async with serving(echo) as target, connect(target) as one, connect(target) as other:
        for channel in (one, other, one):
            await stub(channel).ListVoices(tts_pb2.ListVoicesRequest())
    assert echo.peers[0] == echo.peers[2] != echo.peers[1]


async def test_a_server_that_came_back_is_found_again() -> None:
    """A channel outlives the server at its other end."""
    async with serving(Echo()) as target:
        channel = connect(target)
        await stub(channel).ListVoices(tts_pb2.ListVoicesRequest())
    with pytest.raises(grpc.aio.AioRpcError) as failed:
        await stub(channel).ListVoices(tts_pb2.ListVoicesRequest())
    assert failed.value.code() is grpc.StatusCode.UNAVAILABLE
    async with serving(Echo(), listen=target), asyncio.timeout(5):
        await stub(channel).ListVoices(tts_pb2.ListVoicesRequest(), wait_for_ready=True)
    await channel.close(None)
