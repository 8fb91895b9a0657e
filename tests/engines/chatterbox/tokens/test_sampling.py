"""Each step from logits to probabilities, beside the processors of transformers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from hypothesis import given
from hypothesis import strategies as st
from transformers.generation.logits_process import (
    MinPLogitsWarper,
    RepetitionPenaltyLogitsProcessor,
    TopKLogitsWarper,
    TopPLogitsWarper,
)

from june_tts.engines.chatterbox.tokens.sampling import (
    guided,
    likeliest,
    nucleus,
    penalised,
    raced,
    without_unlikely,
)

VOCABULARY = 60
ANY: Any = None  # tokens that a processor does not look at
SHARES = st.one_of(st.floats(0, 1, width=32), st.sampled_from([0.0, 0.05, 0.95, 1.0]))


def _logits(rows: int, seed: int) -> torch.Tensor:
    logits = torch.randn(rows, VOCABULARY, generator=torch.Generator().manual_seed(seed)) * 4
    logits[:, 7] = float("-inf")
    return logits


def _each(logits: torch.Tensor, process: Callable[[int, Any], torch.Tensor]) -> torch.Tensor:
    """Every row on its own."""
    return torch.cat([process(row, logits[row : row + 1]) for row in range(len(logits))])


def _column(values: list[float]) -> torch.Tensor:
    return torch.tensor(values)[:, None]


@given(st.lists(SHARES, min_size=1, max_size=5), st.integers(0, 99))
def test_min_p(shares: list[float], seed: int) -> None:
    logits = _logits(len(shares), seed)
    expected = _each(logits, lambda row, own: MinPLogitsWarper(shares[row])(ANY, own))
    assert torch.equal(without_unlikely(logits, _column(shares)), expected)


@given(st.lists(SHARES, min_size=1, max_size=5), st.integers(0, 99))
def test_top_p(shares: list[float], seed: int) -> None:
    logits = _logits(len(shares), seed)
    expected = _each(logits, lambda row, own: TopPLogitsWarper(shares[row])(ANY, own))
    assert torch.equal(nucleus(logits, _column([1 - share for share in shares])), expected)


@given(st.lists(st.integers(1, VOCABULARY), min_size=1, max_size=5), st.integers(0, 99))
def test_top_k(kept: list[int], seed: int) -> None:
    logits = _logits(len(kept), seed)
    expected = _each(logits, lambda row, own: TopKLogitsWarper(kept[row])(ANY, own))
    assert torch.equal(likeliest(logits, torch.tensor(kept)[:, None]), expected)


@given(
    st.lists(
        st.tuples(
            st.floats(0.5, 3),
            st.lists(st.integers(0, VOCABULARY - 1), min_size=1, max_size=9),
        ),
        min_size=1,
        max_size=5,
    ),
    st.integers(0, 99),
)
def test_repetition_penalty(rows: list[tuple[float, list[int]]], seed: int) -> None:
    logits = _logits(len(rows), seed)
    seen = torch.zeros_like(logits, dtype=torch.bool)
    for row, (_, tokens) in enumerate(rows):
        seen[row, tokens] = True
    expected = _each(
        logits,
        lambda row, own: RepetitionPenaltyLogitsProcessor(rows[row][0])(
            torch.tensor([rows[row][1]]), own
        ),
    )
    assert torch.equal(penalised(logits, seen, _column([one for one, _ in rows])), expected)


def test_guidance_of_nothing_is_none() -> None:
    logits = _logits(2, 1)[:, :7]
    assert torch.equal(guided(logits, logits, _column([0.0, 0.7])), logits)
    assert torch.equal(guided(logits, 0 * logits, _column([0.0, 1.0]))[1], 2 * logits[1])


def test_the_first_to_arrive_wins() -> None:
    logits = torch.tensor([[0.0, 0.0, float("-inf")]])
    assert raced(logits, torch.tensor([[2.0, 1.0, 1e-9]])).tolist() == [1]
    assert raced(logits, torch.tensor([[1.0, float("inf"), 1.0]])).tolist() == [0]
