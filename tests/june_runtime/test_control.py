"""Live configuration and status over a real channel."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import grpc
import pytest
from june.control.v1 import control_pb2, control_service_pb2_grpc
from pydantic import Field

from june_runtime.control import About, ControlServicer
from june_runtime.errors import InvalidInput, JuneError, Stale, from_rpc_error
from june_runtime.live import Live, LiveConfig
from june_runtime.metrics import MetricsServicer
from june_runtime.testing import running
from tests.june_runtime.echo import Echo, ask, stub


class Example(LiveConfig):
    """Live settings as a service has them."""

    end_silence_ms: int = Field(500, ge=100, le=5_000)
    eager_end_silence_ms: int = Field(200, ge=60, le=2_000)
    language: str = ""
    exaggeration: float = Field(0.5, ge=0.25, le=2)
    stt_partials: bool = True

    def contradictions(self) -> Mapping[str, str]:
        if self.eager_end_silence_ms > self.end_silence_ms:
            return {"eager_end_silence_ms": "must not exceed end_silence_ms"}
        return {}


class Controlled(Echo):
    def __init__(self) -> None:
        super().__init__(limit=7)
        self.live = Live(Example())

    def add_to(self, server: grpc.aio.Server) -> None:
        about: About[Example] = About("june_stt", engine=lambda: "scripted")
        metrics = MetricsServicer(self.metrics)
        ControlServicer(about, self.live, self.sessions, metrics).add_to(server)


@asynccontextmanager
async def controlled() -> AsyncIterator[tuple[Controlled, Any]]:
    hosted = Controlled()
    async with running(hosted) as channel:
        yield hosted, control_service_pb2_grpc.ControlServiceStub(channel)


async def refusal(awaitable: Any) -> JuneError:
    with pytest.raises(grpc.aio.AioRpcError) as failed:
        await awaitable
    return from_rpc_error(failed.value)


def configure(etag: str = "", **fields: Any) -> control_pb2.ConfigureRequest:
    return control_pb2.ConfigureRequest(config=control_pb2.Config(**fields), etag=etag)


async def test_only_what_is_set_changes() -> None:
    """The answer is the whole effective configuration, and nothing but this service's."""
    async with controlled() as (hosted, control):
        answer = await control.Configure(configure(end_silence_ms=800, stt_partials=False))
    assert hosted.live.current == Example(end_silence_ms=800, stt_partials=False)
    assert {field.name for field, _ in answer.config.ListFields()} == set(Example.model_fields)
    assert answer.config.eager_end_silence_ms == 200


async def test_zero_is_told_from_unset() -> None:
    """A false and an empty text are values."""
    async with controlled() as (hosted, control):
        await control.Configure(configure(language="de"))
        await control.Configure(configure(language="", stt_partials=False))
    assert hosted.live.current == Example(stt_partials=False)


async def test_decimal_fractions_are_kept() -> None:
    """Though protobuf's floats hold only 0.60000002."""
    async with controlled() as (hosted, control):
        await control.Configure(configure(exaggeration=0.6))
    assert hosted.live.current.exaggeration == 0.6


async def test_every_field_out_of_range_is_named() -> None:
    """And nothing changes, not even what was in range."""
    async with controlled() as (hosted, control):
        error = await refusal(
            control.Configure(configure(end_silence_ms=9, exaggeration=5, language="de"))
        )
    assert isinstance(error, InvalidInput)
    assert set(error.fields) == {"config.end_silence_ms", "config.exaggeration"}
    assert hosted.live.current == Example()


async def test_fields_that_contradict_are_refused() -> None:
    """Bounds between fields hold as well."""
    async with controlled() as (_, control):
        error = await refusal(control.Configure(configure(eager_end_silence_ms=900)))
    assert error.fields == {"config.eager_end_silence_ms": "must not exceed end_silence_ms"}


async def test_another_services_setting_is_refused() -> None:
    """By its own reason."""
    async with controlled() as (_, control):
        error = await refusal(control.Configure(configure(brain_model="x", voice="y")))
    assert error.reason == "SETTING_UNKNOWN"
    assert set(error.fields) == {"config.brain_model", "config.voice"}


async def test_an_etag_prevents_lost_updates() -> None:
    """Who saw an older configuration is refused and changes nothing."""
    async with controlled() as (hosted, control):
        seen = (await control.GetStatus(control_pb2.GetStatusRequest())).status.etag
        first = await control.Configure(configure(seen, end_silence_ms=700))
        error = await refusal(control.Configure(configure(seen, end_silence_ms=900)))
        assert isinstance(error, Stale)
        assert error.reason == "ETAG_STALE"
        await control.Configure(configure(first.etag, end_silence_ms=900))
    assert hosted.live.current.end_silence_ms == 900


async def test_the_status_tells_what_the_service_is() -> None:
    """Names, readiness, sessions and configuration."""
    async with controlled() as (hosted, control):
        status = (await control.GetStatus(control_pb2.GetStatusRequest())).status
    assert (status.service, status.engine) == ("june_stt", "scripted")
    assert status.version
    assert status.replica
    assert status.ready
    assert (status.active_sessions, status.max_sessions) == (0, 7)
    assert status.etag == hosted.live.etag
    assert status.started_at.seconds > 1_700_000_000


async def test_a_watch_tells_every_change() -> None:
    """Configuration, sessions and the drain."""
    async with controlled() as (hosted, control), asyncio.timeout(9):
        call = control.WatchStatus(control_pb2.WatchStatusRequest())
        assert (await call.read()).status.ready
        await control.Configure(configure(end_silence_ms=700))
        assert (await call.read()).status.config.end_silence_ms == 700
        with hosted.sessions.admit():
            assert (await call.read()).status.active_sessions == 1
        assert (await call.read()).status.active_sessions == 0
        hosted.sessions.drain(1)
        last = (await call.read()).status
        assert last.draining
        assert not last.ready
        call.cancel()


async def test_configure_tells_how_many_sessions_it_reaches() -> None:
    """Those that are under way."""
    async with controlled() as (hosted, control):
        with hosted.sessions.admit(), hosted.sessions.admit():
            answer = await control.Configure(configure())
    assert answer.sessions_at_next_turn == 2


async def test_drain_only_asks() -> None:
    """The server decides; the answer comes at once."""
    async with running(echo := Echo()) as channel:
        call = stub(channel).Synthesize()
        await ask(call)
        control: Any = control_service_pb2_grpc.ControlServiceStub(channel)
        await control.Drain(control_pb2.DrainRequest())
        assert echo.sessions.leave_asked.is_set()
        assert (await ask(call, sentence_id=1)).sentence_id == 1
        call.cancel()
