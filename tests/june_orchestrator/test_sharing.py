"""Several orchestrators, one configuration: over a real Redis that dies and comes back."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any

import grpc
import pytest
from june.control.v1 import control_pb2, control_service_pb2_grpc
from june.metrics.v1 import metrics_pb2, metrics_service_pb2_grpc
from june.orchestrator.v1 import orchestrator_pb2 as pb

from june_orchestrator.clients.redis_store import RedisStore
from june_orchestrator.clients.shared_figures import SharedFigures
from june_orchestrator.clients.shared_redis import SharedRedis
from june_orchestrator.service import Orchestrator
from june_orchestrator.settings import OWNER, OrchestratorSettings
from june_runtime.channel import connect
from june_runtime.errors import JuneError, SettingsError, Unavailable, from_rpc_error
from june_runtime.live import Kept
from june_runtime.settings import read
from june_runtime.testing import serving
from june_tts.engines.scripted import Script, ScriptedEngine
from june_tts.service import TtsHost
from tests.mesh.caller import Caller
from tests.redis_server import RedisServer

# What was promised, and what is waited at most before a test fails.
AGREED_SECONDS, PATIENCE_SECONDS = 1.0, 10.0
BRAIN = json.dumps({"first_token_ms": 5, "tokens_per_second": 500})


@dataclass
class Replica:
    """One orchestrator, as its callers see it."""

    hosted: Orchestrator
    channel: grpc.aio.Channel

    async def configure(self, etag: str = "", **fields: Any) -> control_pb2.ConfigureResponse:
        control = control_service_pb2_grpc.ControlServiceStub(self.channel)
        request = control_pb2.ConfigureRequest(config=control_pb2.Config(**fields), etag=etag)
        try:
            answer: control_pb2.ConfigureResponse = await control.Configure(request, timeout=5)
        except grpc.aio.AioRpcError as failed:
            raise from_rpc_error(failed) from None
        return answer

    async def status(self) -> control_pb2.Status:
        control = control_service_pb2_grpc.ControlServiceStub(self.channel)
        return (await control.GetStatus(control_pb2.GetStatusRequest(), timeout=5)).status

    async def figures(self, **asked: bool) -> metrics_pb2.Metrics:
        stub = metrics_service_pb2_grpc.MetricsServiceStub(self.channel)
        try:
            answer = await stub.GetMetrics(metrics_pb2.GetMetricsRequest(**asked), timeout=5)
        except grpc.aio.AioRpcError as failed:
            raise from_rpc_error(failed) from None
        return answer.metrics

    @property
    def etag(self) -> str:
        return self.hosted.live.etag

    @property
    def lost(self) -> bool:
        return not self.hosted.live.store.reachable


@asynccontextmanager
async def replica(url: str, **settings: Any) -> AsyncGenerator[Replica, None]:
    chosen = {"stt": ("127.0.0.1:1",), "brain": "scripted", "brain_script": BRAIN} | settings
    hosted = Orchestrator(OrchestratorSettings(redis=url, **chosen))
    async with serving(hosted, mesh=False) as address, connect(address, mesh=False) as channel:
        yield Replica(hosted, channel)


@asynccontextmanager
async def replicas(
    redis: RedisServer, count: int = 2, **settings: Any
) -> AsyncGenerator[list[Replica], None]:
    async with AsyncExitStack() as running:
        yield [
            await running.enter_async_context(replica(redis.url, **settings)) for _ in range(count)
        ]


async def until(holds: Callable[[], bool], seconds: float = PATIENCE_SECONDS) -> None:
    async with asyncio.timeout(seconds):
        while not holds():  # noqa: ASYNC110
            await asyncio.sleep(0.01)


def agree(*replicas: Replica) -> Callable[[], bool]:
    return lambda: len({each.etag for each in replicas}) == 1


async def test_a_change_at_either_is_live_at_both(redis_server: RedisServer) -> None:
    """Within a second, and told to whoever watches."""
    async with replicas(redis_server) as (one, other):
        for first, second in ((one, other), (other, one)):
            for value in (30, 40):
                answer = await first.configure(min_sentence_chars=value)
                await until(agree(one, other), AGREED_SECONDS)
                assert second.hosted.live.current.min_sentence_chars == value
                assert answer.shared
        assert (await other.status()).config_store.version == 4


async def test_watchers_at_the_other_are_told(redis_server: RedisServer) -> None:
    async with replicas(redis_server) as (one, other):
        stub = control_service_pb2_grpc.ControlServiceStub(other.channel)
        watch: Any = stub.WatchStatus(control_pb2.WatchStatusRequest())
        await watch.read()
        await one.configure(min_sentence_chars=77)
        async with asyncio.timeout(PATIENCE_SECONDS):
            while (await watch.read()).status.config.min_sentence_chars != 77:
                pass
        watch.cancel()


async def test_an_etag_is_good_at_every_replica(redis_server: RedisServer) -> None:
    """Also at one that has not yet heard of the change."""
    async with replicas(redis_server) as (one, other):
        seen = (await one.status()).etag
        changed = (await one.configure(seen, max_output_tokens=100)).etag
        with pytest.raises(JuneError) as stale:
            await other.configure(seen, max_output_tokens=200)
        assert stale.value.reason == "ETAG_STALE"
        await other.configure(changed, max_output_tokens=300)
        await until(agree(one, other))
    assert one.hosted.live.current.max_output_tokens == 300


async def test_changes_at_once_are_all_kept(redis_server: RedisServer) -> None:
    """Different settings at both, over and over: none is lost."""
    async with replicas(redis_server) as (one, other):
        for count in range(1, 15):
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(one.configure(min_sentence_chars=count))
                tasks.create_task(other.configure(max_output_tokens=count))
        await until(agree(one, other))
        live = one.hosted.live
        assert (live.current.min_sentence_chars, live.current.max_output_tokens) == (14, 14)
        assert live.version == 28


async def test_of_two_that_saw_the_same_one_wins(redis_server: RedisServer) -> None:
    async with replicas(redis_server) as (one, other):
        for count in range(1, 8):
            await until(agree(one, other))
            asked = [each.configure(one.etag, min_sentence_chars=10 * count + n)
                     for n, each in enumerate((one, other))]  # fmt: skip
            ended = await asyncio.gather(*asked, return_exceptions=True)
            refused = [each for each in ended if isinstance(each, JuneError)]
            assert [each.reason for each in refused] == ["ETAG_STALE"]


async def test_a_restarted_replica_takes_up_what_was_configured(redis_server: RedisServer) -> None:
    """Over what its own environment says; what was never changed stays its own."""
    async with replica(redis_server.url) as one:
        await one.configure(min_sentence_chars=55)
    async with replica(redis_server.url, min_sentence_chars=20, max_output_tokens=99) as again:
        current = again.hosted.live.current
        assert (current.min_sentence_chars, current.max_output_tokens) == (55, 99)


async def test_a_lost_redis_leaves_replicas_working_and_saying_so(
    redis_server: RedisServer,
) -> None:
    """On what they knew; changes are refused at once, and conversations go on."""
    voice = TtsHost(ScriptedEngine(Script(first_audio_ms=5, word_ms=100)))
    async with serving(voice) as tts, replicas(redis_server, tts=(tts,)) as (one, other):
        await one.configure(min_sentence_chars=44)
        await until(agree(one, other))
        async with Caller(one.channel) as caller:
            await caller.say(config=pb.SessionConfig())
            await caller.say(text="And now?")
            await caller.until("audio")
            redis_server.kill()
            await until(lambda: one.lost and other.lost)
            for each in (one, other):
                status = await each.status()
                assert (status.config_store.kind, status.config_store.reachable) == ("redis", False)
                assert status.config.min_sentence_chars == 44
                with pytest.raises(Unavailable) as refused:
                    await each.configure(min_sentence_chars=1)
                assert refused.value.reason == "STORE_UNREACHABLE"
                assert refused.value.retry_after
            record = (await caller.until("turn_ended")).turn_ended
        assert record.outcome == pb.TURN_OUTCOME_COMPLETE


async def test_watchers_hear_of_the_loss_and_of_the_return(redis_server: RedisServer) -> None:
    async with replica(redis_server.url) as one, asyncio.timeout(PATIENCE_SECONDS):
        stub = control_service_pb2_grpc.ControlServiceStub(one.channel)
        watch: Any = stub.WatchStatus(control_pb2.WatchStatusRequest())
        assert (await watch.read()).status.config_store.reachable
        redis_server.kill()
        assert not (await watch.read()).status.config_store.reachable
        redis_server.start()
        assert (await watch.read()).status.config_store.reachable
        watch.cancel()


async def test_a_redis_that_only_falls_silent_is_lost_as_well(redis_server: RedisServer) -> None:
    """It takes connections and never answers: nothing hangs on it."""
    async with replica(redis_server.url) as one:
        with redis_server.held_up():
            await until(lambda: one.lost)
            async with asyncio.timeout(PATIENCE_SECONDS):
                with pytest.raises(Unavailable):
                    await one.configure(min_sentence_chars=3)
        await until(lambda: not one.lost)
        await one.configure(min_sentence_chars=3)


@pytest.mark.parametrize("empty", [False, True])
async def test_a_redis_that_comes_back_has_what_was_known(
    redis_server: RedisServer, empty: bool
) -> None:
    """With its data, or without: then the replicas put it back."""
    async with replicas(redis_server) as (one, other):
        await one.configure(min_sentence_chars=66)
        await until(agree(one, other))
        redis_server.kill()
        await until(lambda: one.lost and other.lost)
        if empty:
            redis_server.lose_everything()
        redis_server.start()
        await until(lambda: not (one.lost or other.lost))
        async with replica(redis_server.url) as third:
            assert third.hosted.live.current.min_sentence_chars == 66
        await other.configure(max_output_tokens=77)
        await until(agree(one, other))
        assert one.hosted.live.current.min_sentence_chars == 66
        assert one.hosted.live.version == 2


async def test_without_redis_at_the_start_a_replica_starts(redis_server: RedisServer) -> None:
    """By its own settings, until Redis is found."""
    async with replica(redis_server.url) as before:
        await before.configure(min_sentence_chars=21)
    redis_server.kill()
    async with replica(redis_server.url) as one:
        assert one.lost
        assert one.hosted.live.current.min_sentence_chars == 12
        redis_server.start()
        await until(lambda: one.hosted.live.current.min_sentence_chars == 21)


async def test_junes_with_different_prefixes_do_not_meet(redis_server: RedisServer) -> None:
    async with (
        replica(redis_server.url) as one,
        replica(redis_server.url, redis_prefix="june:test") as other,
    ):
        await one.configure(min_sentence_chars=31)
        await other.configure(max_output_tokens=32)
        assert other.hosted.live.current.min_sentence_chars == 12
        assert (await other.status()).config_store.version == 1


async def test_a_password_is_used_and_never_told(
    redis_server: RedisServer, caplog: pytest.LogCaptureFixture
) -> None:
    """Not in the status, the log or an error."""
    redis_server.kill()
    redis_server.start("--requirepass", "open-sesame")
    url = redis_server.url.replace("//", "//:open-sesame@")
    async with replica(url) as one:
        await one.configure(min_sentence_chars=13)
        redis_server.kill()
        await until(lambda: one.lost)
        with pytest.raises(Unavailable) as refused:
            await one.configure(min_sentence_chars=14)
        told = f"{caplog.text}{await one.status()}{refused.value}{one.hosted._settings}"
    assert "sesame" not in told


@pytest.mark.parametrize(
    "url", ["localhost:6379", "http://:secret@localhost", "redis://:secret@", "redis:/secret"]
)
def test_a_url_that_is_none_stops_the_start(url: str) -> None:
    with pytest.raises(SettingsError) as wrong:
        read(OrchestratorSettings, {"JUNE_ORCH_REDIS": url}, OWNER)
    assert set(wrong.value.fields) == {"JUNE_ORCH_REDIS"}
    assert "secret" not in wrong.value.message
    assert "redis://HOST:PORT" in wrong.value.message


async def test_the_figures_of_all_replicas_add_up(
    redis_server: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The answer names them, and either gives it."""
    # As if they were two processes.
    monkeypatch.setattr("june_orchestrator.sharing.replica", iter("ab").__next__)
    async with replicas(redis_server) as (one, other):
        one.hosted.metrics.count("turns", 3)
        other.hosted.metrics.count("turns", 4)
        for ms in (100, 200):
            one.hosted.metrics.time("first_token_ms", ms)
            other.hosted.metrics.time("first_token_ms", 3 * ms)

        await both_told(one)
        together = await one.figures(all_replicas=True)
        alone = await one.figures()
    assert list(together.replicas) == ["a", "b"]
    assert together.avg_first_token_ms == 300
    assert together.timings[0].p99 > 500
    assert not together.timings[0].recent
    assert {each.name for each in together.expectations} >= {"first_token_ms"}
    assert alone.counts["turns"] == 3


async def both_told(one: Replica) -> None:
    """Returns once the other has told its figures, which it does once a second."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while (await one.figures(all_replicas=True)).counts["turns"] < 7:  # noqa: ASYNC110
            await asyncio.sleep(0.05)


async def test_figures_cannot_be_had_together_while_redis_is_lost(
    redis_server: RedisServer,
) -> None:
    """Each replica's own can."""
    async with replica(redis_server.url) as one:
        redis_server.kill()
        with pytest.raises(Unavailable):
            await one.figures(all_replicas=True)
        assert (await one.figures()).service == "june_orchestrator"


async def test_a_replica_that_is_gone_is_forgotten(
    redis_server: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once it has told nothing for a while."""
    monkeypatch.setattr("june_orchestrator.clients.shared_figures.KEEP_SECONDS", 1)
    settings = read(OrchestratorSettings, {"JUNE_ORCH_REDIS": redis_server.url}, OWNER)
    assert settings.redis is not None
    redis = SharedRedis(settings.redis, "june")
    try:
        metrics = Orchestrator(OrchestratorSettings()).metrics
        await SharedFigures(redis, metrics, "dead").together()
        living = SharedFigures(redis, metrics, "alive")
        assert list((await living.together()).replicas) == ["alive", "dead"]
        async with asyncio.timeout(PATIENCE_SECONDS):
            while list((await living.together()).replicas) != ["alive"]:  # noqa: ASYNC110
                await asyncio.sleep(0.05)
    finally:
        await redis.close()


async def test_what_is_not_junes_counts_as_nothing(redis_server: RedisServer) -> None:
    """A key of the same name is not the end."""
    settings = read(OrchestratorSettings, {"JUNE_ORCH_REDIS": redis_server.url}, OWNER)
    assert settings.redis is not None
    redis = SharedRedis(settings.redis, "june")
    try:
        assert await redis.replace("config", None, b"[1, 2")
        store = RedisStore(redis)
        assert await store.read() == Kept()
        assert await store.replace(Kept(), Kept({"voice": "a"}, 1))
        assert await store.read() == Kept({"voice": "a"}, 1)
    finally:
        await redis.close()


async def test_nothing_is_left_running(redis_server: RedisServer) -> None:
    """No task and no connection of a replica that was closed."""
    before = len(asyncio.all_tasks())
    async with replicas(redis_server) as (one, _):
        await one.configure(min_sentence_chars=9)
        await one.figures(all_replicas=True)
    await until(lambda: len(asyncio.all_tasks()) <= before)
