"""Admission, counting and drain."""

import asyncio
import math

import pytest

from june_runtime.condition import Condition
from june_runtime.errors import AtCapacity, Unavailable
from june_runtime.sessions import Sessions
from june_runtime.telemetry import session_id
from june_runtime.testing import run_virtual


def test_no_more_than_the_limit_are_admitted() -> None:
    """The one too many is refused with a time to come back."""
    sessions = Sessions(2)
    with sessions.admit(), sessions.admit(), pytest.raises(AtCapacity) as refused, sessions.admit():
        pass
    assert refused.value.reason == "AT_CAPACITY"
    assert refused.value.retry_after


def test_a_session_that_ended_makes_room() -> None:
    """However it ended."""
    sessions = Sessions(1)
    with pytest.raises(ValueError, match="broken"), sessions.admit():
        raise ValueError("broken")
    with sessions.admit():
        assert sessions.active == 1
    assert sessions.active == 0


def test_a_session_bears_the_name_in_the_context() -> None:
    """The name that the interceptor found is the session's id."""
    session_id.set("the-callers-name")
    with Sessions(1).admit() as session:
        assert session.id == "the-callers-name"


def test_without_a_name_each_session_gets_one() -> None:
    """Two sessions never share an id."""
    session_id.set("")
    sessions = Sessions(2)
    with sessions.admit() as one, sessions.admit() as other:
        assert one.id
        assert one.id != other.id


def test_nobody_is_admitted_while_loading() -> None:
    """The refusal says that waiting helps."""
    sessions = Sessions(1)
    sessions.load()
    with pytest.raises(Unavailable) as refused, sessions.admit():
        pass
    assert (refused.value.reason, refused.value.retry_after) == ("LOADING", 1.0)
    sessions.loaded()
    with sessions.admit():
        assert sessions.ready


def test_nobody_is_admitted_once_the_engine_has_failed_for_good() -> None:
    """Told once; whoever is here stays, and loading again does not help."""

    async def scenario() -> None:
        sessions, condition, told = Sessions(5), Condition(), list[bool]()
        sessions.follow(condition)
        sessions.on_change(lambda: told.append(sessions.ready))
        with sessions.admit():
            condition.lose()
            assert told == [True]  # it may have been another thread's doing
            await asyncio.sleep(0)
            assert told == [True, False]
            with pytest.raises(Unavailable) as refused, sessions.admit():
                pass
            assert refused.value.reason == "ENGINE_FAILED"
            assert refused.value.retry_after
            assert sessions.active == 1
        sessions.loaded()
        assert sessions.failed
        assert not sessions.ready

    run_virtual(scenario())


def test_an_engine_that_fails_after_its_loop_troubles_nobody() -> None:
    condition = Condition()

    async def scenario() -> None:
        Sessions(1).follow(condition)

    run_virtual(scenario())
    condition.lose()


def test_a_drain_tells_everybody_and_admits_nobody() -> None:
    """Sessions see `leaving` and how long they have; new ones are refused."""

    async def scenario() -> None:
        sessions = Sessions(5)
        with sessions.admit() as session:
            assert session.time_left() == math.inf
            assert not session.leaving.is_set()
            sessions.drain(30)
            assert session.leaving.is_set()
            assert session.time_left() == 30
            with pytest.raises(Unavailable, match="leaving"), sessions.admit():
                pass
        assert sessions.draining
        assert not sessions.ready

    run_virtual(scenario())


def test_a_second_drain_does_not_lengthen_the_first() -> None:
    """The promise given to sessions is kept."""

    async def scenario() -> float:
        sessions = Sessions(1)
        sessions.drain(5)
        sessions.drain(50)
        return sessions.time_left()

    assert run_virtual(scenario()) == 5


def test_the_end_is_the_end_of_the_last_session() -> None:
    """Not of the first."""

    async def stay(sessions: Sessions, seconds: float) -> None:
        with sessions.admit():
            await asyncio.sleep(seconds)

    async def scenario() -> float:
        sessions = Sessions(5)
        async with asyncio.TaskGroup() as tasks:
            for seconds in (3, 9, 5):
                tasks.create_task(stay(sessions, seconds))
            await asyncio.sleep(0)
            await sessions.ended()
            return asyncio.get_running_loop().time()

    assert run_virtual(scenario()) == 9


def test_every_change_is_told() -> None:
    """Admission, end, loading and drain each reach the listeners."""

    async def scenario() -> list[tuple[int, bool]]:
        sessions = Sessions(1)
        told: list[tuple[int, bool]] = []
        sessions.on_change(lambda: told.append((sessions.active, sessions.ready)))
        sessions.load()
        sessions.loaded()
        with sessions.admit():
            sessions.drain(1)
        return told

    told = run_virtual(scenario())
    assert told == [(0, False), (0, True), (1, True), (1, False), (0, False)]
