"""Threads that take turns, and callbacks that are pulled."""

import threading
from collections.abc import Callable

import pytest

from june_runtime.offload import Turns, pulled


def test_one_thread_at_a_time() -> None:
    """Nobody is inside while someone else is."""
    turns, inside, most = Turns(), [0], [0]

    def work() -> None:
        for _ in range(200):
            turns.take()
            inside[0] += 1
            most[0] = max(most[0], inside[0])
            inside[0] -= 1
            turns.give()

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (inside, most) == ([0], [1])


def test_the_lowest_rank_goes_first() -> None:
    """Of those that wait; equals in the order they came."""
    turns, order = Turns(), list[str]()
    turns.take()
    threads = []
    for waiting, (name, rank) in enumerate(
        [("late", 5), ("first", 1), ("second", 1), ("last", 9)], 1
    ):

        def work(name: str = name, rank: int = rank) -> None:
            turns.take(rank)
            order.append(name)
            turns.give()

        threads.append(threading.Thread(target=work))
        threads[-1].start()
        while len(turns._waiting) < waiting:
            pass
    turns.give()
    for thread in threads:
        thread.join()
    assert order == ["first", "second", "late", "last"]


def counting(seen: list[bool], most: int = 5) -> Callable[[Callable[[int], bool]], None]:
    def produce(emit: Callable[[int], bool]) -> None:
        for number in range(most):
            seen.append(emit(number))
            if not seen[-1]:
                return

    return produce


def test_what_is_emitted_is_pulled() -> None:
    """In order and one at a time."""
    seen: list[bool] = []
    items = pulled(counting(seen))
    assert next(items) == 0
    assert seen == []
    assert list(items) == [1, 2, 3, 4]
    assert seen == [True] * 5


def test_closing_stops_the_producer() -> None:
    """It learns at its next emit, or in the one that waits, and has ended then."""
    seen: list[bool] = []
    items = pulled(counting(seen, 1_000))
    next(items)
    next(items)
    items.close()  # type: ignore[attr-defined]
    assert seen == [True, False]


def test_a_failure_comes_out() -> None:
    """After what came before it."""

    def produce(emit: Callable[[int], bool]) -> None:
        emit(1)
        raise ZeroDivisionError

    items = pulled(produce)
    assert next(items) == 1
    with pytest.raises(ZeroDivisionError):
        next(items)
