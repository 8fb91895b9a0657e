"""The library's transformers, taken apart into what happens around attention.

The weights are those of the library's modules; attention over a cache that many
utterances share is network.py's. Shapes: x (lanes, n, width), positions (lanes, n).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor

# Cosine and sine of each position, (lanes, 1, n, head size).
Rotation = tuple[Tensor, Tensor]


class Block(Protocol):
    """One layer."""

    def project(self, x: Tensor, rotation: Rotation | None) -> tuple[Tensor, Tensor, Tensor]:
        """Queries, keys and values: (lanes, heads, n, head size)."""

    def merge(self, x: Tensor, attended: Tensor) -> Tensor:
        """x after the layer, given what its queries attended to."""


class Backbone(Protocol):
    """A transformer without its attention."""

    heads: int
    head_size: int

    @property
    def blocks(self) -> Sequence[Block]: ...

    def enter(self, x: Tensor, positions: Tensor) -> tuple[Tensor, Rotation | None]:
        """x with its positions in it, or the rotation that puts them into queries
        and keys."""

    def normed(self, x: Tensor) -> Tensor:
        """The last layer's output, ready for the head."""


class Llama:
    """The backbone of the English and the multilingual network."""

    def __init__(self, transformer: Any, max_context: int) -> None:
        config = transformer.config
        self.heads, self.head_size = config.num_attention_heads, config.head_dim
        self._norm = _Norm(transformer.norm)
        self.blocks = [_LlamaBlock(layer, self.heads) for layer in transformer.layers]
        weight = transformer.norm.weight
        places = torch.arange(max_context, device=weight.device)[None]
        cosine, sine = transformer.rotary_emb(weight, places)
        self._cosine, self._sine = cosine[0], sine[0]

    def enter(self, x: Tensor, positions: Tensor) -> tuple[Tensor, Rotation | None]:
        return x, (self._cosine[positions][:, None], self._sine[positions][:, None])

    def normed(self, x: Tensor) -> Tensor:
        return self._norm(x)


class _LlamaBlock:
    def __init__(self, layer: Any, heads: int) -> None:
        attention, mlp = layer.self_attn, layer.mlp
        self._heads = heads
        self._before_attention = _Norm(layer.input_layernorm)
        self._before_mlp = _Norm(layer.post_attention_layernorm)
        self._qkv = _joined(attention.q_proj, attention.k_proj, attention.v_proj)
        self._out = attention.o_proj.weight
        self._gate_and_up = _joined(mlp.gate_proj, mlp.up_proj)
        self._down = mlp.down_proj.weight

    def project(self, x: Tensor, rotation: Rotation | None) -> tuple[Tensor, Tensor, Tensor]:
        qkv = _by_heads(F.linear(self._before_attention(x), self._qkv), self._heads)
        assert rotation is not None
        queries, keys = _rotated(qkv[:2], rotation)
        return queries, keys, qkv[2]

    def merge(self, x: Tensor, attended: Tensor) -> Tensor:
        x = x + F.linear(attended, self._out)
        gate, up = F.linear(self._before_mlp(x), self._gate_and_up).chunk(2, -1)
        return x + F.linear(F.silu(gate) * up, self._down)


class Gpt:
    """The backbone of Turbo."""

    def __init__(self, transformer: Any) -> None:
        config = transformer.config
        self.heads, self.head_size = config.n_head, config.n_embd // config.n_head
        self._positions = transformer.wpe
        self._norm = transformer.ln_f
        self.blocks = [_GptBlock(layer, self.heads) for layer in transformer.h]

    def enter(self, x: Tensor, positions: Tensor) -> tuple[Tensor, Rotation | None]:
        return x + self._positions(positions), None

    def normed(self, x: Tensor) -> Tensor:
        normed: Tensor = self._norm(x)
        return normed


class _GptBlock:
    def __init__(self, layer: Any, heads: int) -> None:
        self._layer, self._heads = layer, heads

    def project(self, x: Tensor, rotation: Rotation | None) -> tuple[Tensor, Tensor, Tensor]:
        qkv = _by_heads(self._layer.attn.c_attn(self._layer.ln_1(x)), self._heads)
        return qkv[0], qkv[1], qkv[2]

    def merge(self, x: Tensor, attended: Tensor) -> Tensor:
        x = self._layer.attn.c_proj(attended) + x
        merged: Tensor = x + self._layer.mlp(self._layer.ln_2(x))
        return merged


class _Norm:
    """Root mean square, by the library's weights."""

    def __init__(self, norm: Any) -> None:
        self._weight, self._epsilon = norm.weight, norm.variance_epsilon

    def __call__(self, x: Tensor) -> Tensor:
        return F.rms_norm(x, self._weight.shape, self._weight, self._epsilon)


def _joined(*linears: Any) -> Tensor:
    """The weights of layers with one input as one matrix.

    The layers go on as views of it, so that nothing is held twice.
    """
    with torch.inference_mode(False), torch.no_grad():
        joined = torch.cat([linear.weight for linear in linears])
        parts = torch.split(joined, [len(linear.weight) for linear in linears])
        for linear, part in zip(linears, parts, strict=True):
            linear.weight.data = part
    return joined


def _by_heads(qkv: Tensor, heads: int) -> Tensor:
    """(lanes, n, 3 x width) -> (3, lanes, heads, n, head size)."""
    lanes, length, _ = qkv.shape
    return qkv.view(lanes, length, 3, heads, -1).permute(2, 0, 3, 1, 4)


def _rotated(x: Tensor, rotation: Rotation) -> Tensor:
    """Turns each pair (i, i + half) of a head by its position's angle."""
    cosine, sine = rotation
    first, second = x.chunk(2, -1)
    return x * cosine + torch.cat((-second, first), -1) * sine
