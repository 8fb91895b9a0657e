"""The life of a server within this process."""

import asyncio
import socket
from collections.abc import AsyncIterator
from typing import Any

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc
from june.tts.v1 import tts_pb2

from june_runtime.channel import connect
from june_runtime.condition import Condition
from june_runtime.errors import SettingsError, Unavailable, from_rpc_error
from june_runtime.health import LIVE
from june_runtime.server import Server, ServerSettings
from june_runtime.testing import running, serving
from tests.june_runtime.echo import NAME, Echo, ask, stub

SERVING, NOT_SERVING, UNKNOWN = 1, 2, 3


async def health_of(channel: grpc.aio.Channel, name: str) -> int:
    health = health_pb2_grpc.HealthStub(channel)
    return int((await health.Check(health_pb2.HealthCheckRequest(service=name))).status)


async def watched(channel: grpc.aio.Channel, name: str) -> AsyncIterator[int]:
    call = health_pb2_grpc.HealthStub(channel).Watch(health_pb2.HealthCheckRequest(service=name))
    try:
        async for answer in call:
            yield int(answer.status)
    finally:
        call.cancel()


async def test_a_server_lives_before_it_is_ready() -> None:
    """While it loads it is alive, not ready, and refuses sessions."""
    echo = Echo()
    server = Server(ServerSettings(listen="127.0.0.1:0"), echo)
    await server.listen()
    async with connect(server.address) as channel:
        assert await health_of(channel, LIVE) == SERVING
        assert await health_of(channel, NAME) == NOT_SERVING
        assert await health_of(channel, "") == NOT_SERVING
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await ask(stub(channel).Synthesize())
        assert from_rpc_error(refused.value).reason == "LOADING"
        server.ready()
        assert await health_of(channel, NAME) == SERVING
        assert await health_of(channel, "") == SERVING
        await ask(call := stub(channel).Synthesize())
        call.cancel()
    await server.close(0)


async def test_health_of_a_stranger_is_not_found() -> None:
    """As grpc.health.v1 asks for."""
    async with running(Echo()) as channel:
        with pytest.raises(grpc.aio.AioRpcError) as failed:
            await health_of(channel, "nobody")
    assert failed.value.code() is grpc.StatusCode.NOT_FOUND


async def test_health_watchers_hear_of_the_drain() -> None:
    """All of them, also after one has left; a stranger's status is told as unknown."""
    echo = Echo()
    async with running(echo) as channel, asyncio.timeout(5):
        leaver, stayer, stranger = (watched(channel, name) for name in (NAME, NAME, "nobody"))
        assert [await anext(w) for w in (leaver, stayer, stranger)] == [SERVING, SERVING, UNKNOWN]
        await leaver.aclose()  # type: ignore[attr-defined]
        echo.sessions.drain(1)
        assert await anext(stayer) == NOT_SERVING
        for watcher in (stayer, stranger):
            await watcher.aclose()  # type: ignore[attr-defined]


async def test_an_engine_that_failed_for_good_is_neither_ready_nor_alive() -> None:
    """Watchers hear of it though its thread does not run in the event loop; drained, it
    does not come to life again."""
    echo, condition = Echo(), Condition()
    async with running(echo) as channel, asyncio.timeout(5):
        echo.sessions.follow(condition)
        watchers = [watched(channel, name) for name in (NAME, "", LIVE)]
        assert [await anext(one) for one in watchers] == [SERVING] * 3
        condition.failed(RuntimeError("out of order"))
        assert await health_of(channel, NAME) == SERVING
        await asyncio.to_thread(condition.failed, RuntimeError("CUDA error: unspecified"))
        assert [await anext(one) for one in watchers] == [NOT_SERVING] * 3
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await ask(stub(channel).Synthesize())
        assert from_rpc_error(refused.value).reason == "ENGINE_FAILED"
        echo.sessions.drain(1)
        assert await health_of(channel, LIVE) == NOT_SERVING
        for one in watchers:
            await one.aclose()  # type: ignore[attr-defined]


async def test_a_health_watcher_that_reads_nothing_holds_nobody_up() -> None:
    """The drain goes on whatever a watcher does."""
    echo = Echo()
    async with running(echo) as channel, asyncio.timeout(5):
        call = health_pb2_grpc.HealthStub(channel).Watch(health_pb2.HealthCheckRequest())
        await call.read()
        for _ in range(2_000):
            echo.sessions.load()
            echo.sessions.loaded()
        assert await health_of(channel, "") == SERVING
        call.cancel()


async def test_reflection_lists_every_service() -> None:
    """So that grpcurl needs no proto files."""
    async with running(Echo()) as channel:
        call = reflection_pb2_grpc.ServerReflectionStub(channel).ServerReflectionInfo()
        await call.write(reflection_pb2.ServerReflectionRequest(list_services=""))
        answer = await call.read()
        call.cancel()
    assert {service.name for service in answer.list_services_response.service} == {
        NAME,
        "june.control.v1.ControlService",
        "june.metrics.v1.MetricsService",
        "grpc.health.v1.Health",
        "grpc.reflection.v1alpha.ServerReflection",
    }


async def test_reflection_describes_messages() -> None:
    """The file of a service comes with what it imports."""
    async with running(Echo()) as channel:
        call = reflection_pb2_grpc.ServerReflectionStub(channel).ServerReflectionInfo()
        await call.write(reflection_pb2.ServerReflectionRequest(file_containing_symbol=NAME))
        answer = await call.read()
        call.cancel()
    assert len(answer.file_descriptor_response.file_descriptor_proto) >= 2


async def test_a_drain_lets_sessions_end() -> None:
    """The running session hears go_away and goes on; a new one is refused, with the
    time after which to try elsewhere; when the last has ended the drain is over."""
    echo = Echo()
    server = Server(ServerSettings(listen="127.0.0.1:0", drain_seconds=60), echo)
    await server.listen()
    server.ready()
    async with connect(server.address) as channel, asyncio.TaskGroup() as tasks, asyncio.timeout(9):
        call = stub(channel).Synthesize()
        await ask(call)
        draining = tasks.create_task(server.drain(asyncio.Event()))
        farewell = await call.read()
        assert 50 < farewell.go_away.time_left.seconds <= 60
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await ask(stub(channel).Synthesize())
        error = from_rpc_error(refused.value)
        assert isinstance(error, Unavailable)
        assert error.reason == "DRAINING"
        assert error.retry_after is not None
        assert (await ask(call, sentence_id=3)).sentence_id == 3
        assert not draining.done()
        await call.done_writing()
        assert not await call.read()
        await draining
        await server.close()
        assert await call.code() is grpc.StatusCode.OK


async def test_a_drain_ends_when_its_time_is_up() -> None:
    """Who has not ended by then is cut off with UNAVAILABLE."""
    echo = Echo()
    server = Server(ServerSettings(listen="127.0.0.1:0", drain_seconds=0.1), echo)
    await server.listen()
    server.ready()
    async with connect(server.address) as channel, asyncio.timeout(9):
        call = stub(channel).Synthesize()
        await ask(call)
        await server.drain(asyncio.Event())
        await server.close(0)
        assert (await call.read()).HasField("go_away")
        with pytest.raises(grpc.aio.AioRpcError) as ended:
            await call.read()
    assert ended.value.code() is grpc.StatusCode.UNAVAILABLE


async def test_a_hurried_drain_ends_at_once() -> None:
    """Whatever sessions there are."""
    echo, hurried = Echo(), asyncio.Event()
    hurried.set()
    async with serving(echo) as target, connect(target) as channel, asyncio.timeout(9):
        call = stub(channel).Synthesize()
        await ask(call)
        server = Server(ServerSettings(drain_seconds=60), echo)
        await server.drain(hurried)
        assert echo.sessions.active == 1
        call.cancel()


async def test_what_is_hosted_is_closed() -> None:
    """Also where it could not be loaded."""
    echo = Echo(fault=ValueError("no model"))
    with pytest.raises(ValueError, match="no model"):
        async with serving(echo):
            pass
    assert echo.shut


async def test_a_port_in_use_is_told_in_one_line() -> None:
    """And not shared with whoever has it."""
    async with serving(Echo()) as target:
        with pytest.raises(SettingsError) as failed:
            async with serving(Echo(), listen=target):
                pass
    assert failed.value.reason == "PORT_IN_USE"
    assert failed.value.message == (
        f"cannot listen on {target}: the port is in use by another process"
    )


@pytest.mark.parametrize("listen", ["192.0.2.1:0", "no.such.host.invalid:0", "127.0.0.1:99999"])
async def test_an_impossible_address_is_told(listen: str) -> None:
    """Another machine's, unknown, or no port at all."""
    with pytest.raises(SettingsError) as failed:
        async with serving(Echo(), listen=listen):
            pass
    assert failed.value.reason == "LISTEN_IMPOSSIBLE"
    assert listen in failed.value.message


@pytest.mark.skipif(not socket.has_ipv6, reason="no IPv6")
async def test_ipv6_is_served() -> None:
    """An address in brackets is understood."""
    async with serving(Echo(), listen="[::1]:0") as target:
        assert target.startswith("[::1]:")
        async with connect(target) as channel:
            await stub(channel).ListVoices(tts_pb2.ListVoicesRequest())


def test_settings_out_of_range_are_refused() -> None:
    """A server is never started with nonsense."""
    bad: list[dict[str, Any]] = [{"listen": "nowhere"}, {"drain_seconds": -1}, {"unknown": 1}]
    for fields in bad:
        with pytest.raises(ValueError, match="validation error"):
            ServerSettings(**fields)
