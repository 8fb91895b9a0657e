"""Which config a session's ear goes by."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from june.stt.v1 import stt_pb2

from june_orchestrator.clients.configs import KEPT, Configs


def config(number: int) -> stt_pb2.AudioIn:
    return stt_pb2.AudioIn(config=stt_pb2.TranscribeConfig(config_number=number))


def numbers(configs: Configs) -> tuple[int, int]:
    return configs.of_turn.config.config_number, configs.newest.config.config_number


def test_the_turn_keeps_its_own_and_the_next_takes_the_newest() -> None:
    configs = Configs(config(1))
    configs.heard_by(1)
    configs.give(config(2))
    configs.give(config(3))
    assert numbers(configs) == (1, 3)
    configs.heard_by(2)
    assert numbers(configs) == (2, 3)


def test_one_that_was_refused_counts_no_more() -> None:
    """What held before it holds again."""
    configs = Configs(config(1))
    configs.give(config(2))
    configs.refused(2)
    assert numbers(configs) == (1, 1)


def test_the_only_one_stays_whatever_is_said_of_it() -> None:
    """Another replica is asked by it, and may be of another mind."""
    configs = Configs(config(1))
    configs.refused(1)
    configs.heard_by(7)
    assert numbers(configs) == (1, 1)


@given(st.lists(st.tuples(st.sampled_from(["give", "heard_by", "refused"]), st.integers(0, 60))))
def test_there_is_always_one_and_never_many(steps: list[tuple[str, int]]) -> None:
    """The newest that was given and not refused counts; one that was heard by never is
    refused."""
    configs, given_numbers, refused, heard = Configs(config(0)), [0], set(), 0
    for kind, draw in steps:
        at = draw % len(given_numbers)
        if kind == "give":
            given_numbers.append(len(given_numbers))
            configs.give(config(given_numbers[-1]))
        elif kind == "refused" and at > heard:
            configs.refused(given_numbers[at])
            refused.add(given_numbers[at])
        elif kind == "heard_by" and at >= heard and given_numbers[at] not in refused:
            configs.heard_by(given_numbers[at])
            heard = at
        assert 1 <= len(configs._given) <= KEPT
        standing = [number for number in given_numbers if number not in refused]
        assert configs.newest.config.config_number == standing[-1]
