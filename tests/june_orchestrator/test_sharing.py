"""Several orchestrators, one configuration: over a real Redis that dies and comes back."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from june.control.v1 import control_pb2, control_service_pb2_grpc
from june.orchestrator.v1 import orchestrator_pb2 as pb

from june_orchestrator.clients.redis_store import RedisStore
from june_orchestrator.clients.shared_redis import SharedRedis
from june_orchestrator.settings import OWNER, OrchestratorSettings
from june_runtime.errors import JuneError, SettingsError, Unavailable
from june_runtime.live import Kept
from june_runtime.settings import read
from june_runtime.testing import serving
from june_tts.engines.scripted import Script, ScriptedEngine
from june_tts.service import TtsHost
from tests.june_orchestrator.replicas import (
    AGREED_SECONDS,
    PATIENCE_SECONDS,
    agree,
    replica,
    replicas,
    until,
)
from tests.mesh.caller import Caller
from tests.redis_server import RedisServer


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
        # Whoever saw what was there before is too late.
        assert not await store.replace(Kept(), Kept({"voice": "b"}, 1))
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
