"""How small the library's networks are in tests: everything that a size has no bearing on
is their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

HIDDEN, HEADS, LAYERS = 64, 16, 3
SOUND = 64  # of S3Gen's encoder
# Layer and head from which the library reads the alignment: those that it takes in the
# published network are in layers that there are none of.
ALIGNED = [(1, 15), (1, 11), (0, 2)]


@contextmanager
def shrunk() -> Iterator[None]:
    """The library's classes are made small in here; what was made stays usable."""
    import chatterbox.models.s3gen.s3gen as s3gen
    import chatterbox.models.s3gen.transformer.upsample_encoder as encoder
    import chatterbox.models.t3.inference.alignment_stream_analyzer as analyzer
    from chatterbox.models.t3.llama_configs import LLAMA_CONFIGS
    from chatterbox.models.t3.modules.perceiver import Perceiver
    from s3tokenizer.model_v2 import ModelConfig, S3TokenizerV2

    llama = {
        "hidden_size": HIDDEN, "intermediate_size": 128, "num_hidden_layers": LAYERS,
        "num_attention_heads": HEADS, "num_key_value_heads": HEADS, "head_dim": HIDDEN // HEADS,
        "rope_theta": 1e12,  # the last pair of a head is hardly turned
    }  # fmt: skip
    gpt = {"n_embd": HIDDEN, "hidden_size": HIDDEN, "n_head": 4, "n_layer": 2}
    decoder = {
        "channels": [32], "n_blocks": 1, "num_mid_blocks": 1, "num_heads": 2,
        "attention_head_dim": 16,
    }  # fmt: skip
    conformer = {
        "input_size": SOUND, "output_size": SOUND, "attention_heads": 2, "num_blocks": 1,
        "linear_units": 64,
    }  # fmt: skip
    smaller: list[tuple[Any, str, dict[str, Any]]] = [
        (s3gen, "ConditionalDecoder", decoder),
        (s3gen, "CausalMaskedDiffWithXvec", {"input_size": SOUND}),
        (s3gen, "UpsampleConformerEncoder", conformer),
        (encoder, "PreLookaheadLayer", {"channels": SOUND}),
        (encoder, "Upsample1D", {"channels": SOUND, "out_channels": SOUND}),
        (s3gen, "HiFTGenerator", {"base_channels": 32}),
        (s3gen, "ConvRNNF0Predictor", {"cond_channels": 32}),
        (s3gen, "CAMPPlus", {"growth_rate": 8, "init_channels": 32}),
    ]
    one_layer = ModelConfig(n_audio_layer=1, n_audio_state=64, n_audio_head=1)
    with pytest.MonkeyPatch.context() as patch:
        for name, sizes in (("Llama_520M", llama), ("GPT2_medium", gpt)):
            for size, value in sizes.items():
                patch.setitem(LLAMA_CONFIGS[name], size, value)
        patch.setattr(Perceiver.__init__, "__defaults__", (32, HIDDEN, HIDDEN, 4))
        patch.setattr(S3TokenizerV2.__init__, "__defaults__", (one_layer,))
        for module, name, sizes in smaller:
            patch.setattr(module, name, _resized(getattr(module, name), sizes))
        patch.setattr(analyzer, "LLAMA_ALIGNED_HEADS", ALIGNED)
        yield


def _resized(full: Callable[..., Any], sizes: dict[str, Any]) -> Callable[..., Any]:
    return lambda **given: full(**{**given, **sizes})
