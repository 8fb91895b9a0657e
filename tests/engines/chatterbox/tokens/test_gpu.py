"""The token loop as a GPU runs it: captured graphs, bfloat16, counted noise."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from june_tts.engines.chatterbox.tokens import TokenLoop
from tests.engines.chatterbox.tokens.networks import (
    DEFAULTS,
    KINDS,
    LIBRARY_WARNS,
    drained,
    network,
    prompt,
    tokens,
)

pytestmark = [
    LIBRARY_WARNS,
    pytest.mark.gpu,
    pytest.mark.skipif(not torch.cuda.is_available(), reason="no GPU that CUDA knows"),
]
LIMIT = 40


@pytest.mark.parametrize("kind", KINDS)
def test_a_seed_draws_the_same_alone_and_in_a_full_batch(kind: str) -> None:
    t3 = network(kind)

    def made() -> TokenLoop:
        loop = TokenLoop(t3, max_rows=8, max_context=1024, device="cuda", dtype=torch.bfloat16)
        loop.warm()
        return loop

    samplings = [replace(DEFAULTS[kind], seed=seed) for seed in range(8)]
    alone = [
        tokens(made(), prompt(kind, 10 + 9 * seed, seed), sampling, LIMIT)
        for seed, sampling in enumerate(samplings)
    ]
    together = made()
    rows = [
        together.join(prompt(kind, 10 + 9 * seed, seed), sampling, LIMIT)
        for seed, sampling in enumerate(samplings)
    ]
    sampled = drained(together, *rows)
    assert [[one.token for one in sampled[row]] for row in rows] == alone
