"""References as the library makes them, and malformed ones."""

from typing import Any

import numpy as np
import pytest
import torch

from june_runtime.errors import InvalidInput
from june_tts.engines.chatterbox.vocoder.prompt import Prompt
from tests.engines.chatterbox.vocoder.parts import made_up_reference

CPU = torch.device("cpu")


def test_it_is_read_as_it_is() -> None:
    """Without the batch dimension, from tensors or arrays, and the caller's untouched."""
    reference = made_up_reference(1, tokens=10)
    before = {name: value.clone() for name, value in reference.items()}
    arrays = {name: value.numpy() for name, value in reference.items()}
    for given in (reference, arrays):
        prompt = Prompt.of(given, 250, CPU)
        assert prompt.tokens.tolist() == reference["prompt_token"][0].tolist()
        assert torch.equal(prompt.features, reference["prompt_feat"][0])
        assert torch.equal(prompt.speaker, reference["embedding"][0])
        assert (prompt.frames, prompt.surplus) == (20, 0)
    assert all(torch.equal(before[name], value) for name, value in reference.items())


@pytest.mark.parametrize("surplus", [0, 1])
def test_of_a_long_one_the_end_is_taken(surplus: int) -> None:
    """Tokens and their frames alike, the surplus with them."""
    reference = made_up_reference(1, tokens=30, surplus=surplus)
    prompt = Prompt.of(reference, 12, CPU)
    assert torch.equal(prompt.tokens, reference["prompt_token"][0, -12:])
    assert torch.equal(prompt.features, reference["prompt_feat"][0, -(24 + surplus) :])
    assert prompt.surplus == surplus


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("prompt_token", None),
        ("prompt_feat", torch.zeros(1, 20, 79)),
        ("prompt_feat", torch.zeros(1, 19, 80)),
        ("prompt_feat", torch.zeros(1, 22, 80)),
        ("prompt_feat", np.zeros((0, 80), np.float32)),
        ("embedding", torch.zeros(1, 256)),
        ("embedding", None),
    ],
)
def test_what_is_no_reference_is_refused(name: str, value: Any) -> None:
    """By its reason, before anything is computed."""
    reference: dict[str, Any] = made_up_reference(1, tokens=10)
    reference[name] = value
    if value is None:
        del reference[name]
    with pytest.raises(InvalidInput) as refused:
        Prompt.of(reference, 250, CPU)
    assert refused.value.reason == "REFERENCE_MALFORMED"
