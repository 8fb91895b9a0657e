"""Calls over HTTP: their sessions, failures, streams and ends."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncGenerator

import httpx
import pytest
from june.metrics.v1 import metrics_pb2 as pb

from june_runtime import http_calls
from june_runtime.errors import AtCapacity, Unavailable
from june_runtime.server import Server, ServerSettings
from tests.june_runtime.doors import Hosted, door, line, reason

CONFIGURE = "/api/streaming/configure"
METRICS, WATCH = "/api/streaming/metrics", "/api/streaming/metrics/watch"


async def forever(
    request: pb.WatchMetricsRequest,
) -> AsyncGenerator[pb.WatchMetricsResponse, None]:
    yield line(0)
    await asyncio.Event().wait()


async def test_a_body_must_come(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever sends half of it does not hold a call for ever."""
    monkeypatch.setattr(http_calls, "BODY_SECONDS", 0.05)

    async with door() as opened, asyncio.timeout(10):
        host, port = opened.address.split(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        head = f"POST {CONFIGURE} HTTP/1.1\r\nhost: june\r\ncontent-length: 9\r\n\r\n"
        writer.write(head.encode() + b"{")
        answer = await reader.readuntil(b"BODY_LATE")
        writer.close()
    assert answer.startswith(b"HTTP/1.1 504 ")


async def test_calls_at_once_have_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    """One more is told when to come again."""
    monkeypatch.setattr(http_calls, "MAX_CALLS", 1)
    async with door(watch=forever) as opened, opened.http.stream("GET", WATCH) as answer:
        await anext(answer.aiter_lines())
        refused = await opened.http.get(METRICS)
    assert (refused.status_code, reason(refused)) == (429, "TOO_MANY_CALLS")


async def test_a_session_is_named_as_over_grpc() -> None:
    """The caller's name for it holds and comes back; without one it gets one."""
    async with door() as opened:
        named = await opened.http.get(METRICS, headers={"june-session": "mine"})
        unnamed = await opened.http.get(METRICS)
        first, second = opened.hosted.told.sessions
        assert opened.hosted.told.peers[0].startswith("http:127.0.0.1:")
    assert named.headers["june-session"] == first == "mine"
    assert unnamed.headers["june-session"] == second != "mine"


async def test_typed_errors_keep_their_details() -> None:
    """The HTTP status of the code, and RetryInfo as JSON."""

    async def full(request: pb.GetMetricsRequest) -> pb.GetMetricsResponse:
        raise AtCapacity("FULL", "come back", retry_after=2.5)

    async with door(get=full) as opened:
        answer = await opened.http.get(METRICS)
        assert opened.hosted.metrics.snapshot().errors == {"FULL": 1}
        assert opened.hosted.metrics.counts()["rpcs"] == 1
    assert answer.status_code == 429
    assert answer.json()["details"][1] == {
        "@type": "type.googleapis.com/google.rpc.RetryInfo",
        "retry_delay": "2.500s",
    }


async def test_what_nobody_foresaw_stays_here(caplog: pytest.LogCaptureFixture) -> None:
    """INTERNAL without its text, which the log has; also where the handler awaits
    something that was cancelled."""

    async def fail(request: pb.GetMetricsRequest) -> pb.GetMetricsResponse:
        if request.all_replicas:
            raise asyncio.CancelledError
        raise ValueError("a secret")

    async with door(get=fail) as opened:
        for path in (METRICS, f"{METRICS}?all_replicas=true"):
            answer = await opened.http.get(path)
            assert (answer.status_code, answer.json()["code"]) == (500, 13)
            assert "secret" not in answer.text
    assert "a secret" in caplog.text


async def test_an_answer_that_streams_is_one_object_a_line() -> None:
    """Each line is there as soon as its message is."""
    async with door() as opened, opened.http.stream("GET", WATCH) as answer:
        lines = [json.loads(text) async for text in answer.aiter_lines()]
    assert answer.headers["content-type"] == "application/x-ndjson"
    assert [each["metrics"]["counts"] for each in lines] == [{"line": n} for n in range(3)]


async def test_a_stream_that_fails_later_says_so_in_its_last_line() -> None:
    """What came before stands."""

    async def break_off(
        request: pb.WatchMetricsRequest,
    ) -> AsyncGenerator[pb.WatchMetricsResponse, None]:
        yield line(0)
        raise Unavailable("GONE", "it is gone")

    async with door(watch=break_off) as opened:
        first, last = (await opened.http.get(WATCH)).text.splitlines()
    assert "metrics" in json.loads(first)
    assert json.loads(last)["error"]["code"] == 14


async def test_a_caller_that_goes_takes_its_call_along() -> None:
    """Streaming or not: the handler is cancelled."""

    async def wait(request: pb.GetMetricsRequest) -> pb.GetMetricsResponse:
        await asyncio.Event().wait()
        raise AssertionError

    async with door(get=wait, watch=forever) as opened, asyncio.timeout(10):
        async with opened.http.stream("GET", WATCH) as answer:
            await anext(answer.aiter_lines())
        await opened.hosted.told.ended.wait()
        opened.hosted.told.ended.clear()
        with pytest.raises(httpx.ReadTimeout):
            await opened.http.get(METRICS, timeout=0.2)
        await opened.hosted.told.ended.wait()


async def test_a_caller_that_does_not_read_is_cut_off() -> None:
    """What waits for it is bounded: the service is asked for no more than it took."""
    yielded = 0

    async def flood(
        request: pb.WatchMetricsRequest,
    ) -> AsyncGenerator[pb.WatchMetricsResponse, None]:
        nonlocal yielded
        while True:
            yielded += 1
            yield pb.WatchMetricsResponse(metrics=pb.Metrics(service="x" * 100_000))

    async with door(watch=flood, stall_seconds=0.3) as opened, asyncio.timeout(20):
        host, port = opened.address.split(":")
        _, writer = await asyncio.open_connection(host, int(port), limit=1_000)
        writer.write(f"GET {WATCH} HTTP/1.1\r\nhost: june\r\n\r\n".encode())
        await opened.hosted.metrics.failed.wait()
        assert opened.hosted.metrics.snapshot().errors == {"READER_STALLED": 1}
        writer.transport.abort()
    assert yielded < 200  # 20 MB: what the kernel takes, and little of ours


async def test_streams_do_not_hold_up_the_stop(caplog: pytest.LogCaptureFixture) -> None:
    """They end whole, at once."""
    hosted = Hosted(watch=forever)
    server = Server(ServerSettings(listen="127.0.0.1:0", http_listen="127.0.0.1:0"), hosted)
    await server.listen()
    server.ready()
    async with (
        httpx.AsyncClient(base_url=f"http://{server.http_address}", trust_env=False) as http,
        http.stream("GET", WATCH) as answer,
        asyncio.TaskGroup() as tasks,
        asyncio.timeout(5),
    ):
        lines = answer.aiter_lines()
        await anext(lines)
        tasks.create_task(server.close(60))
        assert [text async for text in lines] == []
    assert not [record for record in caplog.records if record.levelno > logging.INFO]
