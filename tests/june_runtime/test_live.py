"""Configuration over a store that decides what came first."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Field

from june_runtime.errors import InvalidInput, Stale
from june_runtime.live import ATTEMPTS, Kept, Live, LiveConfig, MemoryStore
from june_runtime.testing import run_virtual


class Example(LiveConfig):
    least: int = Field(1, ge=0, le=100)
    most: int = Field(50, ge=0, le=100)
    name: str = Field("", max_length=10)

    def contradictions(self) -> Mapping[str, str]:
        return {"least": "is more than most"} if self.least > self.most else {}


class Shared(MemoryStore):
    """One store for several replicas. `rival` is done between a read and a write."""

    kind = "shared"

    def __init__(self, kept: Kept | None = None) -> None:
        super().__init__()
        self._kept = kept or Kept()
        self.rivals: list[dict[str, Any]] = []
        self._changed = asyncio.Event()

    async def replace(self, seen: Kept, new: Kept) -> bool:
        if self.rivals:
            values = {**self._kept.values, **self.rivals.pop()}
            self._kept = Kept(values, self._kept.version + 1)
        done = await super().replace(seen, new)
        self._changed.set()
        return done

    async def changes(self) -> AsyncGenerator[Kept, None]:
        while True:
            await self._changed.wait()
            self._changed.clear()
            yield self._kept


async def test_a_change_is_over_what_was_started_with() -> None:
    live = Live(Example(least=7))
    await live.change({"name": "a"})
    assert live.current == Example(least=7, name="a")
    assert live.version == 1


async def test_somebody_faster_is_respected() -> None:
    """Both changes hold: the second is made on top of the first."""
    store = Shared()
    live = Live(Example(), store)
    store.rivals = [{"most": 80}]
    await live.change({"name": "a"})
    assert live.current == Example(most=80, name="a")


async def test_an_etag_that_was_good_when_asked_is_not_good_after_a_rival() -> None:
    """Nothing is lost unseen."""
    store = Shared()
    live = Live(Example(), store)
    store.rivals = [{"most": 80}]
    with pytest.raises(Stale) as stale:
        await live.change({"most": 60}, live.etag)
    assert stale.value.reason == "ETAG_STALE"
    assert live.current.most == 80


async def test_a_change_that_fits_no_more_after_a_rival_is_refused() -> None:
    """By what the rival made of it."""
    store = Shared()
    live = Live(Example(), store)
    store.rivals = [{"most": 10}]
    with pytest.raises(InvalidInput) as refused:
        await live.change({"least": 40})
    assert refused.value.fields == {"config.least": "is more than most"}


async def test_endless_rivals_end_the_attempt() -> None:
    store = Shared()
    live = Live(Example(), store)
    store.rivals = [{"most": n} for n in range(60, 60 + ATTEMPTS + 1)]
    with pytest.raises(Stale) as stale:
        await live.change({"name": "a"})
    assert stale.value.reason == "CONFIG_CONTENDED"


async def test_many_changes_of_one_replica_do_not_outrun_one_another() -> None:
    """However many come at once, and however long each is checked."""

    async def check(wanted: Example, changed: frozenset[str]) -> None:
        await asyncio.sleep(0)

    live = Live(Example(), check=check)
    async with asyncio.TaskGroup() as tasks:
        for _ in range(3 * ATTEMPTS):
            tasks.create_task(live.change({"name": "a"}))
    assert live.version == 3 * ATTEMPTS


async def test_every_fault_is_named_at_once() -> None:
    """Unknown names and values out of range together."""
    live = Live(Example())
    with pytest.raises(InvalidInput) as refused:
        await live.change({"colour": "red", "most": 101, "name": "x" * 11})
    assert set(refused.value.fields) == {"config.colour", "config.most", "config.name"}
    assert refused.value.reason == "SETTING_UNKNOWN"
    assert live.current == Example()


async def test_a_newer_versions_setting_is_kept_and_left_alone() -> None:
    """As in a rolling upgrade: it must not be lost by a change of ours."""
    store = Shared(Kept({"colour": "red", "most": 70}, 3))
    live = Live(Example(), store)
    await live.change({"name": "a"})
    assert live.current == Example(most=70, name="a")
    assert (await store.read()).values == {"colour": "red", "most": 70, "name": "a"}


async def test_a_kept_value_that_is_not_valid_here_changes_nothing() -> None:
    """The others that are kept beside it count."""
    live = Live(Example(), Shared(Kept({"most": 1_000, "least": 9}, 1)))
    await live.change({"name": "a"})
    assert live.current == Example(least=9, name="a")


async def test_kept_values_that_contradict_what_this_replica_was_started_with() -> None:
    """The start's holds: no replica runs by settings that make no sense."""
    live = Live(Example(most=10), Shared(Kept({"least": 40, "name": "b"}, 1)))
    await live.change({"name": "a"})
    assert live.current == Example(most=10, name="a")


async def test_a_check_may_refuse_and_is_told_what_is_changed() -> None:
    seen: list[frozenset[str]] = []

    async def check(wanted: Example, changed: frozenset[str]) -> None:
        seen.append(changed)
        if wanted.name == "nobody":
            raise InvalidInput.of({"config.name": "is nobody"}, "NAME_UNKNOWN")

    live = Live(Example(), check=check)
    await live.change({"most": 60})
    with pytest.raises(InvalidInput) as refused:
        await live.change({"name": "nobody", "most": 70})
    assert refused.value.reason == "NAME_UNKNOWN"
    assert live.current == Example(most=60)
    assert seen == [{"most"}, {"name", "most"}]


async def test_a_follower_takes_over_what_others_change() -> None:
    """And tells whoever listens."""
    store = Shared()
    one, other = Live(Example(), store), Live(Example(), store)
    told = asyncio.Event()
    async with asyncio.TaskGroup() as tasks, asyncio.timeout(5):
        following = tasks.create_task(other.follow())
        other.on_change(told.set)
        await one.change({"name": "a"})
        await told.wait()
        following.cancel()
    assert other.current == one.current
    assert other.etag == one.etag


CHANGES = st.lists(
    st.tuples(st.booleans(), st.sampled_from(["least", "most"]), st.integers(-5, 120)), max_size=30
)


@given(CHANGES)
def test_replicas_agree_whatever_is_changed_at_which(
    changes: list[tuple[bool, str, int]],
) -> None:
    """What is refused changes nothing; in the end both have the same, and it is valid."""

    async def agree() -> None:
        store = Shared()
        replicas = [Live(Example(), store), Live(Example(), store)]
        for at_first, name, value in changes:
            try:
                await replicas[at_first].change({name: value})
            except InvalidInput:
                continue
        for replica in replicas:
            await replica.change({"name": "end"})
        assert replicas[0].current == replicas[1].current
        assert replicas[0].etag == replicas[1].etag
        Example.model_validate(replicas[0].current.model_dump())

    run_virtual(agree())
