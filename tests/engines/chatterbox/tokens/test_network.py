"""The transformer over its cache: token by token as all at once."""

from __future__ import annotations

import pytest
import torch

from june_tts.engines.chatterbox.tokens.extents import Extent
from june_tts.engines.chatterbox.tokens.network import Network
from tests.engines.chatterbox.tokens.networks import KINDS, network


@torch.inference_mode()
@pytest.mark.parametrize("kind", KINDS)
def test_a_decoded_token_is_as_one_of_the_prompt(kind: str) -> None:
    """It sees itself and all before it, to within rounding."""
    t3 = network(kind)
    x = 3 * torch.randn(1, 10, t3.dim, generator=torch.Generator().manual_seed(0))
    whole = Network(t3, 1, 16, ()).prefill(x, 0)
    piecewise = Network(t3, 1, 16, ())
    piecewise.prefill(x[:, :9], 0)
    logits, _ = piecewise.decode(x[:, 9], torch.tensor([9]), Extent(1, 1, 1, 10))
    assert torch.allclose(logits, whole, atol=1e-5)
