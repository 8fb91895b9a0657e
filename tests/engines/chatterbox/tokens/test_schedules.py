"""Utterances that come and go among others get the tokens that they get alone."""

from __future__ import annotations

import gc
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from june_tts.engines.chatterbox.tokens import Prompt, Sampling, TokenLoop
from june_tts.engines.chatterbox.tokens.extents import Bucketed
from june_tts.engines.chatterbox.tokens.means import Capacity, Directly, Means, bucketed
from june_tts.engines.chatterbox.tokens.noise import GeneratorNoise
from tests.engines.chatterbox.tokens.networks import (
    DEFAULTS,
    KINDS,
    LIBRARY_WARNS,
    drained,
    library_tokens,
    loop,
    network,
    prompt,
    tokens,
)
from tests.engines.chatterbox.tokens.taped import Taped

pytestmark = LIBRARY_WARNS
ROWS = 4
# Of a default: everything that is a row's own differs.
CHANGES: Sequence[dict[str, Any]] = [
    {},
    {"cfg_weight": 0.0, "seed": 1},
    {"cfg_weight": 0.9, "temperature": 0.4, "seed": 2},
    {"repetition_penalty": 2.5, "min_p": 0.2, "seed": 3},
    {"top_p": 0.6, "top_k": 50, "seed": 2**64 - 1},
    {"temperature": 1.0, "seed": 5},
]


@dataclass(frozen=True, slots=True)
class Script:
    """An utterance, and the tokens that it must get, the last at its limit."""

    prompt: Prompt
    sampling: Sampling
    tokens: list[int]


@pytest.fixture(scope="module", autouse=True)
def one_thread() -> Iterator[None]:
    """Small products are slower on many, and far slower on a busy machine."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module")
def networks() -> dict[str, Any]:
    return {kind: network(kind) for kind in KINDS}


@pytest.fixture(scope="module")
def scripts(networks: dict[str, Any]) -> dict[str, list[Script]]:
    """The tokens are those of the library."""
    return {kind: _scripts(kind, networks[kind], library_tokens) for kind in KINDS}


def _scripts(
    kind: str, t3: Any, drawn: Callable[[Any, Prompt, Sampling, int], list[int]]
) -> list[Script]:
    made = []
    for number, change in enumerate(CHANGES):
        said = prompt(kind, length=6 + 5 * number, seed=number)
        sampling = replace(DEFAULTS[kind], **change)
        made.append(Script(said, sampling, drawn(t3, said, sampling, 4 + 2 * number)))
    return made


class Schedule:
    """Joins and leaves as told, and checks every token that comes."""

    def __init__(self, loop: TokenLoop, scripts: Sequence[Script]) -> None:
        self.loop, self._scripts = loop, scripts
        self.got: dict[int, list[int]] = {}
        self._wanted: dict[int, list[int]] = {}

    def join(self, number: int) -> None:
        """Once there is room."""
        while not self.loop.free_rows:
            self.step()
        script = self._scripts[number % len(self._scripts)]
        row = self.loop.join(script.prompt, script.sampling, len(script.tokens))
        self._wanted[row], self.got[row] = script.tokens, []

    def leave(self, number: int) -> None:
        if self._wanted:
            row = [*self._wanted][number % len(self._wanted)]
            self.loop.leave(row)
            del self._wanted[row]

    def step(self) -> None:
        sampled = self.loop.step()
        assert sorted(one.row for one in sampled) == sorted(self._wanted)
        for one in sampled:
            self.got[one.row].append(one.token)
            wanted = self._wanted[one.row]
            assert self.got[one.row] == wanted[: len(self.got[one.row])]
            assert one.ended == (len(self.got[one.row]) == len(wanted))
            if one.ended:
                del self._wanted[one.row]
        assert self.loop.free_rows == ROWS - len(self._wanted)

    def finish(self) -> None:
        while self._wanted:
            self.step()
        assert self.loop.step() == []


ACTIONS = st.lists(
    st.one_of(
        st.tuples(st.just("join"), st.integers(0, len(CHANGES) - 1)),
        st.tuples(st.just("step"), st.integers(1, 4)),
        st.tuples(st.just("leave"), st.integers(0, ROWS - 1)),
    ),
    min_size=1,
    max_size=14,
)


def _play(schedule: Schedule, actions: Sequence[tuple[str, int]]) -> None:
    for action, number in actions:
        if action == "join":
            schedule.join(number)
        elif action == "leave":
            schedule.leave(number)
        else:
            for _ in range(number):
                schedule.step()
    schedule.finish()


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(actions=ACTIONS)
def test_any_schedule_draws_what_the_library_draws(
    actions: list[tuple[str, int]], networks: dict[str, Any], scripts: dict[str, list[Script]]
) -> None:
    _play(Schedule(loop(networks["english"], rows=ROWS), scripts["english"]), actions)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", range(2))
def test_a_busy_loop_draws_what_the_library_draws(
    kind: str, seed: int, networks: dict[str, Any], scripts: dict[str, list[Script]]
) -> None:
    schedule = Schedule(loop(networks[kind], rows=ROWS), scripts[kind])
    _play(schedule, _busy(random.Random(seed), joins=20))
    assert len(schedule.got) == 20


def _busy(chance: random.Random, joins: int) -> list[tuple[str, int]]:
    actions = []
    for _ in range(joins):
        actions += [("join", chance.randrange(len(CHANGES))), ("step", chance.randint(1, 3))]
        if chance.random() < 0.3:
            actions.append(("leave", chance.randrange(ROWS)))
    return actions


@pytest.mark.parametrize("kind", KINDS)
def test_a_seed_draws_the_same_in_any_batch_as_on_a_gpu(
    kind: str, networks: dict[str, Any]
) -> None:
    """Counted noise and buckets, as a GPU has them; other tokens than the library's."""
    t3 = networks[kind]

    def made() -> TokenLoop:
        return loop(t3, rows=ROWS, means=lambda capacity: bucketed(capacity, torch.device("cpu")))

    scripts = _scripts(
        kind, t3, lambda _, said, sampling, limit: tokens(made(), said, sampling, limit)
    )
    warmed = made()
    warmed.warm()
    _play(Schedule(warmed, scripts), _busy(random.Random(5), joins=12))
    assert scripts[0].tokens != library_tokens(t3, scripts[0].prompt, scripts[0].sampling, 4)


@pytest.mark.parametrize("kind", KINDS)
def test_padded_steps_draw_what_the_library_draws(
    kind: str, networks: dict[str, Any], scripts: dict[str, list[Script]]
) -> None:
    """Steps of a fixed size, as a GPU has them, over lanes and context that no one uses."""

    def padded(capacity: Capacity) -> Means:
        buckets = Bucketed(capacity.rows, capacity.lanes, capacity.context)
        return Means(GeneratorNoise(capacity.rows, capacity.vocabulary), buckets, Directly())

    made = loop(networks[kind], rows=ROWS, means=padded)
    _play(Schedule(made, scripts[kind]), _busy(random.Random(3), joins=12))


@pytest.mark.parametrize("kind", KINDS)
def test_captured_steps_draw_the_same(kind: str, networks: dict[str, Any]) -> None:
    """From tapes of all sizes, made before anyone joined: a step reads and writes fixed
    places, never asks the host, and none comes that was not prepared."""
    t3, taped = networks[kind], Taped()

    def plain(capacity: Capacity) -> Means:
        return bucketed(capacity, torch.device("cpu"))

    def captured(capacity: Capacity) -> Means:
        return replace(plain(capacity), launcher=taped)

    scripts = _scripts(
        kind,
        t3,
        lambda _, said, sampling, limit: tokens(
            loop(t3, rows=ROWS, means=plain), said, sampling, limit
        ),
    )
    made = loop(t3, rows=ROWS, means=captured)
    made.warm()
    _play(Schedule(made, scripts), _busy(random.Random(4), joins=12))
    assert taped.played > 40


def test_a_row_may_stay_free_for_longer_than_a_context(networks: dict[str, Any]) -> None:
    """Where all rows are drawn and all lanes computed, nothing grows in those of no one."""
    t3, sampling = networks["english"], DEFAULTS["english"]
    made = loop(
        t3, rows=2, context=64, means=lambda capacity: bucketed(capacity, torch.device("cpu"))
    )
    staying, leaving = (made.join(prompt("english", seed=seed), sampling, 16) for seed in (3, 4))
    made.step()
    made.leave(leaving)
    first = [one.token for one in drained(made, staying)[staying]]
    for _ in range(5):
        assert tokens(made, prompt("english"), sampling, 16)[1:] == first


@pytest.mark.slow
def test_a_thousand_utterances_leave_nothing_behind(
    networks: dict[str, Any], scripts: dict[str, list[Script]]
) -> None:
    """Of tensors, by number and bytes; random leaves, other parameters all the time."""
    chance = random.Random(1)
    brief = [replace(script, tokens=script.tokens[:5]) for script in scripts["english"]]
    schedule = Schedule(loop(networks["english"], rows=ROWS), brief)
    _play(schedule, _busy(chance, joins=50))
    before = _tensors()
    for _ in range(19):
        _play(schedule, _busy(chance, joins=50))
    assert schedule.loop.free_rows == ROWS
    assert len(schedule.got) == 1_000
    assert _tensors() == before


def _tensors() -> tuple[int, int]:
    gc.collect()
    found = [thing for thing in gc.get_objects() if type(thing) is torch.Tensor]
    return len(found), sum(tensor.untyped_storage().nbytes() for tensor in found)
