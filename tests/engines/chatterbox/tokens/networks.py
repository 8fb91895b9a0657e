"""T3 networks of the library's own classes, small and with random weights; and what the
library makes of them."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass
from typing import Any

import pytest
import torch

from june_tts.engines.chatterbox.tokens import Prompt, Sampled, Sampling, TokenLoop
from june_tts.engines.chatterbox.tokens.alignment import aligned_heads

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # the library's imports
    from chatterbox.models.t3 import T3
    from chatterbox.models.t3.inference import alignment_stream_analyzer as analyzer
    from chatterbox.models.t3.inference.alignment_stream_analyzer import AlignmentStreamAnalyzer
    from chatterbox.models.t3.llama_configs import LLAMA_CONFIGS
    from chatterbox.models.t3.modules.cond_enc import T3Cond
    from chatterbox.models.t3.modules.perceiver import Perceiver
    from chatterbox.models.t3.modules.t3_config import T3Config

# Of a function of torch that the library still uses.
LIBRARY_WARNS = pytest.mark.filterwarnings("ignore:.*sdp_kernel:FutureWarning")
ANALYSER: Any = AlignmentStreamAnalyzer
KINDS = ("english", "multilingual", "turbo")


@dataclass(frozen=True, slots=True)
class Size:
    """Of a network; its heads must share its width."""

    width: int
    layers: int
    heads: int


SMALL, FULL = Size(64, 2, 4), Size(1024, 30, 16)
DEFAULTS = {
    "english": Sampling(0.8, 0.5, 1.2, 0.05, 1.0, 0, seed=7),
    "multilingual": Sampling(0.8, 0.5, 2.0, 0.05, 1.0, 0, seed=7),
    "turbo": Sampling(0.8, 0.0, 1.2, 0.0, 0.95, 1000, seed=7),
}


def network(kind: str, size: Size = SMALL) -> Any:
    """The same one every time."""
    with _resized(size), torch.random.fork_rng():
        torch.manual_seed(11)
        return T3(_config(kind)).eval()


def prompt(kind: str, length: int = 12, seed: int = 3) -> Prompt:
    """A voice and a text of `length` tokens, made up from the seed."""
    made = torch.Generator().manual_seed(seed)
    turbo = kind == "turbo"
    voice = torch.randint(0, 6561, (1, 375 if turbo else 150), generator=made)
    text = torch.randint(1, 250, (length,), generator=made)
    if not turbo:
        text[0], text[-1] = 255, 0
    emotion = None if turbo else torch.full((1, 1, 1), 0.5)
    speaker = torch.randn(1, 256, generator=made)
    return Prompt(text, T3Cond(speaker, cond_prompt_speech_tokens=voice, emotion_adv=emotion))


def loop(t3: Any, rows: int = 4, context: int = 512, **more: Any) -> TokenLoop:
    return TokenLoop(
        t3, max_rows=rows, max_context=context, device="cpu", dtype=torch.float32, **more
    )


def library_tokens(t3: Any, prompt: Prompt, sampling: Sampling, limit: int) -> list[int]:
    """What the library's own loop draws, the stop mark included where it comes."""
    with torch.random.fork_rng():
        torch.manual_seed(sampling.seed)
        if t3.is_gpt:
            drawn = t3.inference_turbo(
                copy(prompt.conditioning),
                prompt.text_tokens[None],
                temperature=sampling.temperature,
                top_k=sampling.top_k,
                top_p=sampling.top_p,
                repetition_penalty=sampling.repetition_penalty,
                max_gen_len=limit - 1,
            )
        else:
            with analysed_without_equal_tokens(t3):
                drawn = t3.inference(
                    t3_cond=copy(prompt.conditioning),
                    # Two also without guidance, for which the library crashes with one.
                    text_tokens=prompt.text_tokens.expand(2, -1),
                    max_new_tokens=limit,
                    temperature=sampling.temperature,
                    cfg_weight=sampling.cfg_weight,
                    repetition_penalty=sampling.repetition_penalty,
                    min_p=sampling.min_p,
                    top_p=sampling.top_p,
                )
    tokens: list[int] = drawn[0].tolist()
    return tokens


def drained(loop: TokenLoop, *rows: int) -> dict[int, list[Sampled]]:
    """Steps until these rows have ended."""
    sampled: dict[int, list[Sampled]] = {row: [] for row in rows}
    while any(not own or not own[-1].ended for own in sampled.values()):
        for one in loop.step():
            sampled.setdefault(one.row, []).append(one)
    return sampled


def tokens(loop: TokenLoop, prompt: Prompt, sampling: Sampling, limit: int) -> list[int]:
    """An utterance's tokens, from joining to its end."""
    row = loop.join(prompt, sampling, limit)
    return [one.token for one in drained(loop, row)[row]]


def _config(kind: str) -> Any:
    if kind == "english":
        return T3Config.english_only()
    if kind == "multilingual":
        return T3Config.multilingual()
    # As ChatterboxTurboTTS.from_local has it.
    config = T3Config(text_tokens_dict_size=50276)
    config.llama_config_name = "GPT2_medium"
    config.speech_tokens_dict_size = 6563
    config.input_pos_emb = None
    config.speech_cond_prompt_len = 375
    config.use_perceiver_resampler = config.emotion_adv = False
    return config


@contextmanager
def _resized(size: Size) -> Iterator[None]:
    """Within, the library makes networks of this size."""
    llama = {
        "hidden_size": size.width,
        "intermediate_size": 4 * size.width,
        "num_hidden_layers": size.layers,
        "num_attention_heads": size.heads,
        "num_key_value_heads": size.heads,
        "head_dim": size.width // size.heads,
    }
    gpt = {
        "n_embd": size.width,
        "hidden_size": size.width,
        "n_layer": size.layers,
        "n_head": size.heads,
    }
    with pytest.MonkeyPatch.context() as patch:
        for name, value in llama.items():
            patch.setitem(LLAMA_CONFIGS["Llama_520M"], name, value)
        for name, value in gpt.items():
            patch.setitem(LLAMA_CONFIGS["GPT2_medium"], name, value)
        patch.setattr(Perceiver.__init__, "__defaults__", (32, size.width, size.width, 4))
        yield


@contextmanager
def analysed_without_equal_tokens(t3: Any) -> Iterator[None]:
    """The library's analyser of a small network, without its rule of two equal tokens.

    It leaves its hooks and its kind of attention behind, which is undone here.
    """
    step = AlignmentStreamAnalyzer.step
    attention = t3.tfmr.config._attn_implementation
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(analyzer, "LLAMA_ALIGNED_HEADS", list(aligned_heads(t3)))
        patch.setattr(
            AlignmentStreamAnalyzer,
            "step",
            lambda self, logits, next_token: step(self, logits),
        )
        yield
    for layer in t3.tfmr.layers:
        layer.self_attn._forward_hooks.clear()
    t3.tfmr.config._attn_implementation = attention
    t3.tfmr.config.output_attentions = False
