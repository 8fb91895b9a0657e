"""The figures of several orchestrators, told by any of them."""

from __future__ import annotations

import asyncio

import pytest

from june_orchestrator.clients.shared_figures import SharedFigures
from june_orchestrator.clients.shared_redis import SharedRedis
from june_orchestrator.service import Orchestrator
from june_orchestrator.settings import OWNER, OrchestratorSettings
from june_runtime.errors import Unavailable
from june_runtime.settings import read
from tests.june_orchestrator.replicas import PATIENCE_SECONDS, Replica, replica, replicas
from tests.redis_server import RedisServer


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
