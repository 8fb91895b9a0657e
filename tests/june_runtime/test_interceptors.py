"""What surrounds every RPC, seen through a real channel."""

import asyncio
import logging
from typing import Any

import grpc
import pytest
from june.metrics.v1 import metrics_pb2, metrics_service_pb2_grpc
from june.tts.v1 import tts_pb2

from june_runtime.errors import AtCapacity, InvalidInput, JuneError, from_rpc_error
from june_runtime.interceptors import SESSION_KEY
from june_runtime.testing import running
from tests.june_runtime.echo import Echo, ask, stub


async def failure(awaitable: object) -> JuneError:
    with pytest.raises(grpc.aio.AioRpcError) as failed:
        await awaitable  # type: ignore[misc]
    return from_rpc_error(failed.value)


async def read_on(call: Any) -> None:
    """Reads until the call fails or ends."""
    while await call.read():
        pass


async def test_a_caller_may_name_its_session() -> None:
    """The name reaches the handler and comes back in the initial metadata."""
    echo = Echo()
    async with running(echo) as channel:
        call = stub(channel).Synthesize(metadata=((SESSION_KEY, "conversation-7"),))
        await ask(call)
        assert dict(await call.initial_metadata())[SESSION_KEY] == "conversation-7"
        call.cancel()
    assert echo.seen == ["conversation-7"]


@pytest.mark.parametrize("name", ["x" * 65, "a b", "{}", ""])
async def test_a_name_unfit_for_logs_is_replaced(name: str) -> None:
    """Nobody writes into our log lines."""
    echo = Echo()
    async with running(echo) as channel:
        call = stub(channel).Synthesize(metadata=((SESSION_KEY, name),))
        await ask(call)
        call.cancel()
    assert echo.seen != [name]
    assert len(echo.seen[0]) == 16


async def test_unary_calls_have_a_session_too() -> None:
    """The one that was made comes back."""
    async with running(Echo()) as channel:
        call = stub(channel).ListVoices(tts_pb2.ListVoicesRequest())
        await call
        assert dict(await call.initial_metadata())[SESSION_KEY]


async def test_initial_metadata_tells_of_the_admission() -> None:
    """It comes before any answer, as soon as the handler reads."""
    async with running(Echo()) as channel:
        call = stub(channel).Synthesize()
        async with asyncio.timeout(5):
            assert SESSION_KEY in dict(await call.initial_metadata())
        call.cancel()


async def test_answers_without_requests_have_a_session_too() -> None:
    """The metadata comes with the first answer."""
    async with running(Echo()) as channel:
        watch: Any = metrics_service_pb2_grpc.MetricsServiceStub(channel).WatchMetrics
        call = watch(metrics_pb2.WatchMetricsRequest(), metadata=((SESSION_KEY, "me"),))
        await call.read()
        assert dict(await call.initial_metadata())[SESSION_KEY] == "me"
        call.cancel()


async def test_a_refused_stream_has_trailers_only() -> None:
    """A refusal comes without initial metadata, so that gRPC may retry elsewhere."""
    async with running(Echo(limit=0)) as channel:
        call = stub(channel).Synthesize()
        error = await failure(call.read())
        assert not dict(await call.initial_metadata())
    assert isinstance(error, AtCapacity)
    assert error.retry_after == 1.0


async def test_the_session_beyond_the_limit_is_refused() -> None:
    """RESOURCE_EXHAUSTED with RetryInfo; when one ends there is room."""
    async with running(Echo(limit=1)) as channel:
        first = stub(channel).Synthesize()
        await ask(first)
        error = await failure(stub(channel).Synthesize().read())
        assert (type(error), error.reason, error.retry_after) == (AtCapacity, "AT_CAPACITY", 1.0)
        await first.done_writing()
        assert await first.code() is grpc.StatusCode.OK
        third = stub(channel).Synthesize()
        await ask(third)
        third.cancel()


async def test_bad_input_reaches_the_caller_whole() -> None:
    """Status, reason and every field, on a stream and on a unary call."""
    async with running(Echo()) as channel:
        for error in (
            await failure(ask(stub(channel).Synthesize(), "refuse")),
            await failure(stub(channel).ListVoices(tts_pb2.ListVoicesRequest(language="refuse"))),
        ):
            assert isinstance(error, InvalidInput)
            assert error.reason == "TEXT_SILLY"
            assert error.fields == {"text": "is silly", "voice": "is unknown"}


async def test_a_group_reaches_the_caller_as_the_june_error_in_it() -> None:
    """What a TaskGroup wraps is unwrapped, however deep."""
    async with running(Echo()) as channel:
        error = await failure(ask(stub(channel).Synthesize(), "group"))
    assert (type(error), error.reason, error.retry_after) == (AtCapacity, "FULL", 2.5)


async def test_a_bug_is_logged_here_and_hidden_there(caplog: pytest.LogCaptureFixture) -> None:
    """The caller learns only that it was internal."""
    async with running(Echo()) as channel:
        error = await failure(ask(stub(channel).Synthesize(), "fail"))
    assert (error.code, error.reason) == (grpc.StatusCode.INTERNAL, "INTERNAL")
    assert error.message == "internal error"
    (record,) = [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert "ValueError: a secret" in caplog.text
    assert record.getMessage() == "/june.tts.v1.TtsService/Synthesize failed"


async def test_a_handler_that_was_cancelled_from_within_still_answers() -> None:
    """Its peer is there and would wait for ever."""
    async with running(Echo()) as channel, asyncio.timeout(5):
        unary = stub(channel).ListVoices(tts_pb2.ListVoicesRequest(language="cancel"))
        stream = stub(channel).Synthesize(metadata=((SESSION_KEY, "cancel"),))
        for error in (await failure(unary), await failure(stream.read())):
            assert error.reason == "INTERNAL"


async def test_rpcs_and_errors_are_counted() -> None:
    """By reason."""
    echo = Echo()
    async with running(echo) as channel:
        await failure(ask(stub(channel).Synthesize(), "refuse"))
        await failure(ask(stub(channel).Synthesize(), "fail"))
        await stub(channel).ListVoices(tts_pb2.ListVoicesRequest())
        snapshot = echo.metrics.snapshot()
    assert snapshot.counts["rpcs"] == 3
    assert dict(snapshot.errors) == {"TEXT_SILLY": 1, "INTERNAL": 1}


async def test_a_cancelled_call_ends_its_handler_at_once(caplog: pytest.LogCaptureFixture) -> None:
    """Its `finally` runs, its session ends, and nothing is logged."""
    echo = Echo()
    async with running(echo) as channel:
        call = stub(channel).Synthesize()
        await ask(call)
        call.cancel()
        async with asyncio.timeout(5):
            await echo.sessions.ended()
    assert echo.closed == 1
    assert not caplog.records


async def test_a_handler_blocked_in_a_write_is_closed_too(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A caller that reads nothing and then vanishes leaves nothing behind."""
    echo = Echo()
    async with running(echo) as channel:
        call = stub(channel).Synthesize()
        await call.write(tts_pb2.Text(text="flood"))
        before = -1
        while before != echo.yielded or not before:
            before = echo.yielded
            await asyncio.sleep(0.1)
        call.cancel()
        async with asyncio.timeout(5):
            await echo.sessions.ended()
    assert echo.closed == 1
    assert not caplog.records


async def test_a_caller_that_never_reads_is_cut_off() -> None:
    """Its session ends; should it read after all it finds the reason."""
    echo = Echo()
    async with running(echo, stall_seconds=0.2) as channel, asyncio.timeout(9):
        call = stub(channel).Synthesize()
        await call.write(tts_pb2.Text(text="flood"))
        await call.read()  # by now the session has been admitted
        await echo.sessions.ended()
        error = await failure(read_on(call))
        assert (type(error), error.reason) == (AtCapacity, "READER_STALLED")
        assert echo.metrics.snapshot().errors["READER_STALLED"] == 1


async def test_a_quiet_stream_is_not_taken_for_a_stalled_one() -> None:
    """Only a write that waits counts, not a pause between writes."""
    async with running(Echo(), stall_seconds=0.05) as channel:
        call = stub(channel).Synthesize()
        await ask(call)
        await asyncio.sleep(0.2)
        assert (await ask(call, sentence_id=2)).sentence_id == 2
        call.cancel()


async def test_a_malformed_message_hurts_nobody_else() -> None:
    """Bytes that are no message fail their own call only."""
    async with running(Echo()) as channel:
        raw = channel.stream_stream("/june.tts.v1.TtsService/Synthesize", None, None)(None)
        good = stub(channel).Synthesize()
        await ask(good)
        await raw.write(b"\xff\xff\xff")
        with pytest.raises(grpc.aio.AioRpcError):
            await raw.read()
        assert (await ask(good, sentence_id=5)).sentence_id == 5
        good.cancel()


async def test_an_unknown_method_is_unimplemented() -> None:
    """As gRPC has it."""
    async with running(Echo()) as channel:
        call = channel.unary_unary("/june.tts.v1.TtsService/Sing", None, None)(b"")
        with pytest.raises(grpc.aio.AioRpcError) as failed:
            await call
    assert failed.value.code() is grpc.StatusCode.UNIMPLEMENTED
