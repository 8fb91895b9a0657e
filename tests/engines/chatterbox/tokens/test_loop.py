"""The token loop beside the library's own, one utterance at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, replace
from typing import Any

import pytest
import torch

from june_runtime.errors import AtCapacity, InvalidInput
from june_tts.engines.chatterbox.tokens import Prompt, Sampling
from june_tts.engines.chatterbox.tokens.alignment import Alignment
from june_tts.engines.chatterbox.tokens.extents import Exact, Extent
from june_tts.engines.chatterbox.tokens.means import reference
from june_tts.engines.chatterbox.tokens.rows import Rows
from june_tts.engines.chatterbox.tokens.variants import variant
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

pytestmark = LIBRARY_WARNS
LIMIT = 24


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


@pytest.mark.parametrize("kind", KINDS)
def test_draws_what_the_library_draws(kind: str, networks: dict[str, Any]) -> None:
    t3, said = networks[kind], prompt(kind)
    wanted = library_tokens(t3, said, DEFAULTS[kind], LIMIT)
    assert tokens(loop(t3), said, DEFAULTS[kind], LIMIT) == wanted
    assert len(set(wanted)) > LIMIT // 2


@pytest.mark.parametrize(
    ("kind", "change"),
    [
        ("english", {"cfg_weight": 0.0}),
        ("english", {"cfg_weight": 1.0, "temperature": 1.0}),
        ("english", {"temperature": 0.2, "min_p": 0.3}),
        ("english", {"top_p": 0.5}),
        ("english", {"repetition_penalty": 3.0, "temperature": 0.1}),
        ("english", {"seed": 2**63 + 5}),
        ("multilingual", {"cfg_weight": 0.0}),
        ("multilingual", {"temperature": 0.3, "top_p": 0.7}),
        ("turbo", {"top_k": 5}),
        ("turbo", {"top_k": 0, "top_p": 1.0, "temperature": 1.0}),
        ("turbo", {"temperature": 0.05, "repetition_penalty": 2.0}),
    ],
)
def test_draws_what_the_library_draws_with_any_parameters(
    kind: str, change: dict[str, Any], networks: dict[str, Any]
) -> None:
    t3, said, sampling = networks[kind], prompt(kind, 9), replace(DEFAULTS[kind], **change)
    assert tokens(loop(t3), said, sampling, LIMIT) == library_tokens(t3, said, sampling, LIMIT)


@pytest.mark.parametrize("kind", KINDS)
def test_the_start_mark_counts_as_seen(kind: str) -> None:
    """By Turbo in the first draw only."""
    t3, cpu = network(kind), torch.device("cpu")
    mark, vocabulary = t3.hp.start_speech_token, t3.hp.speech_tokens_dict_size
    rows = Rows(1, vocabulary, cpu)
    rows.begin(0, Sampling(1.0, 0.0, 2.0, 0.0, 1.0, 0, seed=1), mark)
    logits = torch.zeros(1, vocabulary)
    logits[0, mark] = 4.0

    def score() -> float:
        scores = variant(t3).scored((logits, logits), rows, Alignment(1, cpu), False)
        return float(scores[0, mark])

    assert score() == 2.0
    rows.take(torch.tensor([0]))
    assert score() == (4.0 if kind == "turbo" else 2.0)


@pytest.mark.parametrize("kind", KINDS)
def test_who_moves_takes_all_along(kind: str, networks: dict[str, Any]) -> None:
    """Into the place of one who left: what follows is as likely as without that one."""
    alone, moved = loop(networks[kind]), loop(networks[kind])
    leaving = moved.join(prompt(kind, 7, seed=9), DEFAULTS[kind], LIMIT)
    for each in (alone, moved):
        each.join(prompt(kind), DEFAULTS[kind], LIMIT)
        for _ in range(3):
            each.step()
    moved.leave(leaving)
    for each in (alone, moved):
        each.step()
    lanes = 1 if kind == "turbo" else 2
    assert torch.allclose(moved._logits[:lanes], alone._logits[:lanes], atol=1e-4)


@pytest.mark.parametrize("kind", KINDS)
def test_ends_with_the_stop_mark(kind: str) -> None:
    t3, said = network(kind), prompt(kind)
    drawn = tokens(loop(t3), said, DEFAULTS[kind], LIMIT)
    # Whatever is drawn tenth is the stop mark of a network that differs in nothing else.
    t3.hp.stop_speech_token = drawn[9]
    stopping = loop(t3)
    row = stopping.join(said, DEFAULTS[kind], LIMIT)
    sampled = drained(stopping, row)[row]
    # But for the steering of the multilingual one, which bars the mark early in a text.
    assert kind == "multilingual" or [one.token for one in sampled] == drawn[:10]
    assert [one.ended for one in sampled] == [False] * (len(sampled) - 1) + [True]
    assert kind == "multilingual" or not any(one.reached_limit for one in sampled)
    assert stopping.free_rows == 4
    assert stopping.step() == []


def test_without_guidance_only_one_opinion_is_asked_for(networks: dict[str, Any]) -> None:
    """Whoever has cfg_weight 0 costs one lane, beside others that cost two."""

    class Counted(Exact):
        lanes = 0

        def of(self, rows: int, lanes: int, context: int) -> Extent:
            self.lanes = lanes
            return super().of(rows, lanes, context)

    counted = Counted()
    mixed = loop(
        networks["english"], means=lambda capacity: replace(reference(capacity), extents=counted)
    )
    for cfg_weight, lanes in ((0.0, 1), (0.5, 3), (0.0, 4)):
        sampling = replace(DEFAULTS["english"], cfg_weight=cfg_weight)
        mixed.join(prompt("english"), sampling, LIMIT)
        mixed.step()
        assert counted.lanes == lanes


def test_ends_at_the_limit(networks: dict[str, Any]) -> None:
    limited = loop(networks["english"])
    row = limited.join(prompt("english"), DEFAULTS["english"], 3)
    sampled = drained(limited, row)[row]
    assert [(one.ended, one.reached_limit) for one in sampled] == [(False, False)] * 2 + [
        (True, True)
    ]
    assert limited.free_rows == 4


def test_ends_where_the_context_does(networks: dict[str, Any]) -> None:
    """34 for the voice, 12 of text and two start marks leave 2, and the last token is
    never read."""
    said, sampling = prompt("english", 12), DEFAULTS["english"]
    small = loop(networks["english"], context=50)
    row = small.join(said, sampling, 100)
    sampled = drained(small, row)[row]
    assert [one.token for one in sampled] == library_tokens(networks["english"], said, sampling, 3)
    assert sampled[-1].reached_limit


def test_refuses_a_prompt_that_does_not_fit(networks: dict[str, Any]) -> None:
    small = loop(networks["english"], context=50)
    assert small.join(prompt("english", 14), DEFAULTS["english"], 1) == 0
    with pytest.raises(InvalidInput) as refused:
        small.join(prompt("english", 15), DEFAULTS["english"], 1)
    assert refused.value.reason == "PROMPT_TOO_LONG"
    assert small.free_rows == 3


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (torch.tensor([], dtype=torch.int64), "BAD_TOKENS"),
        (torch.tensor([[255, 0]]), "BAD_TOKENS"),
        (torch.tensor([255, 704, 0]), "BAD_TOKENS"),
        (torch.tensor([255, -1, 0]), "BAD_TOKENS"),
        (torch.ones(2051, dtype=torch.int64), "TEXT_TOO_LONG"),
    ],
)
def test_refuses_text_that_the_network_cannot_read(
    text: torch.Tensor, reason: str, networks: dict[str, Any]
) -> None:
    refusing = loop(networks["english"])
    with pytest.raises(InvalidInput) as refused:
        refusing.join(Prompt(text, prompt("english").conditioning), DEFAULTS["english"], 1)
    assert refused.value.reason == reason


def test_refuses_to_draw_nothing(networks: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput) as refused:
        loop(networks["english"]).join(prompt("english"), DEFAULTS["english"], 0)
    assert refused.value.reason == "BAD_LIMIT"


def test_refuses_more_than_it_has_rows_for(networks: dict[str, Any]) -> None:
    full = loop(networks["english"], rows=2)
    first = full.join(prompt("english"), DEFAULTS["english"], 5)
    full.join(prompt("english"), DEFAULTS["english"], 5)
    with pytest.raises(AtCapacity) as refused:
        full.join(prompt("english"), DEFAULTS["english"], 5)
    assert refused.value.reason == "NO_FREE_ROW"
    full.leave(first)
    assert full.free_rows == 1
    full.join(prompt("english"), DEFAULTS["english"], 5)


def test_leaving_twice_harms_no_one(networks: dict[str, Any]) -> None:
    reused = loop(networks["english"], rows=1)
    first = reused.join(prompt("english"), DEFAULTS["english"], 5)
    reused.leave(first)
    second = reused.join(prompt("english"), DEFAULTS["english"], 5)
    reused.leave(first)
    assert second != first
    assert [one.row for one in reused.step()] == [second]


@pytest.mark.parametrize("kind", KINDS)
def test_changes_nothing_of_the_voice(kind: str, networks: dict[str, Any]) -> None:
    said = prompt(kind)
    before = asdict(said.conditioning)
    tokens(loop(networks[kind]), said, DEFAULTS[kind], 2)
    after = asdict(said.conditioning)
    assert before.keys() == after.keys()
    assert all(
        torch.equal(was, after[name]) if isinstance(was, torch.Tensor) else after[name] is was
        for name, was in before.items()
    )


def test_the_library_draws_as_before_once_the_loop_has_its_weights() -> None:
    t3 = network("english")
    before = library_tokens(t3, prompt("english"), DEFAULTS["english"], 5)
    weights = sum(weight.untyped_storage().nbytes() for weight in {*t3.parameters()})
    loop(t3)
    assert library_tokens(t3, prompt("english"), DEFAULTS["english"], 5) == before
    storages = {weight.untyped_storage().data_ptr(): weight for weight in t3.parameters()}
    assert sum(one.untyped_storage().nbytes() for one in storages.values()) == weights


@pytest.mark.parametrize("kind", KINDS)
def test_tells_which_text_token_is_spoken(kind: str, networks: dict[str, Any]) -> None:
    telling = loop(networks[kind])
    row = telling.join(prompt(kind), DEFAULTS[kind], LIMIT)
    positions = [one.text_position for one in drained(telling, row)[row]]
    if kind == "turbo":
        assert positions == [None] * LIMIT
    else:
        told = [position for position in positions if position is not None]
        assert len(told) == LIMIT
        assert all(0 <= position <= min(step, 11) for step, position in enumerate(told))
        assert len(set(told)) > 3


def test_the_text_is_read_in_the_lane_that_has_it(
    networks: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Wherever that one attends to, far back too; not what guidance hears without it."""
    telling = loop(networks["english"])
    path = [0, 1, 2, 3, 4, 5, 6, 7, 8, 0, 9]
    row = telling.join(prompt("english"), DEFAULTS["english"], len(path))
    start, decode, places = telling._seating.rows[0].text_start, telling._network.decode, [*path]

    def attending(*given: Any) -> tuple[torch.Tensor, torch.Tensor]:
        logits, attention = decode(*given)
        assert attention is not None
        attention = torch.zeros_like(attention)
        attention[0, start + places.pop(0)] = 1
        attention[1, start + 1] = 1
        return logits, attention

    monkeypatch.setattr(telling._network, "decode", attending)
    assert [one.text_position for one in drained(telling, row)[row]] == [0, *path[:-1]]
