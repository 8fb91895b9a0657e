"""T3's transformer over a cache that many utterances share.

A lane is one sequence in the cache. Sequences are aligned at their start and know
their own positions, so that lanes of any length are decoded together and none is ever
moved in time or computed anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor
from torch.nn.attention import SDPBackend, sdpa_kernel

from june_tts.engines.chatterbox.tokens.backbones import Backbone, Gpt, Llama
from june_tts.engines.chatterbox.tokens.cache import CacheShape, KvCache
from june_tts.engines.chatterbox.tokens.extents import Extent

Head = tuple[int, int]  # layer, head


class Network:
    """Prefills lanes and decodes a token of each.

    Args:
        t3: the library's T3, in evaluation mode.
        heads: whose attention is read while decoding.
    """

    def __init__(self, t3: Any, lanes: int, context: int, heads: Sequence[Head]) -> None:
        weight = t3.speech_head.weight
        self.backbone: Backbone = Gpt(t3.tfmr) if t3.is_gpt else Llama(t3.tfmr, context)
        self._head = t3.speech_head
        self._read = heads
        shape = CacheShape(
            len(self.backbone.blocks), lanes, self.backbone.heads, context, self.backbone.head_size
        )
        self.cache = KvCache(shape, weight.device, weight.dtype)
        self._places = torch.arange(context, device=weight.device)
        self._scale = self.backbone.head_size**-0.5
        self._on_gpu = weight.is_cuda

    def prefill(self, x: Tensor, lane: int) -> Tensor:
        """Fills the lanes from `lane` on with x (lanes, n, width).

        Returns:
            (lanes, vocabulary) logits of what follows.
        """
        x, rotation = self.backbone.enter(x, self._places[None, : x.shape[1]])
        for number, block in enumerate(self.backbone.blocks):
            queries, keys, values = block.project(x, rotation)
            self.cache.fill(number, lane, keys, values)
            attended = F.scaled_dot_product_attention(queries, keys, values, is_causal=True)
            x = block.merge(x, _by_width(attended))
        return self._logits(x[:, -1])

    def decode(self, x: Tensor, positions: Tensor, extent: Extent) -> tuple[Tensor, Tensor | None]:
        """Appends a token to each of the first lanes.

        Args:
            x: (extent.lanes, width).
            positions: (extent.lanes,) where in its lane each token lies.

        Returns:
            (extent.lanes, vocabulary) logits of what follows; and how each token
            attends to each place, (extent.attending, extent.context), the mean of
            the heads that are read, or None where there are none.
        """
        x, rotation = self.backbone.enter(x[:, None], positions[:, None])
        reach = self._places[: extent.context] <= positions[: extent.attending, None]
        attention = []
        for number, block in enumerate(self.backbone.blocks):
            queries, keys, values = block.project(x, rotation)
            self.cache.append(number, positions, keys[:, :, 0], values[:, :, 0])
            x = block.merge(x, self._attended(number, queries, reach))
            attention += [
                self._attention(layer, head, queries, reach)
                for layer, head in self._read
                if layer == number
            ]
        read = torch.stack(attention).mean(0) if attention else None
        return self._logits(x[:, 0]), read

    def _attended(self, layer: int, queries: Tensor, reach: Tensor) -> Tensor:
        lanes, context = reach.shape
        keys, values = self.cache.layers[layer]
        with self._one_kernel():
            attended = F.scaled_dot_product_attention(
                queries[:lanes],
                keys[:lanes, :, :context],
                values[:lanes, :, :context],
                attn_mask=reach[:, None, None],
            )
        if lanes < len(queries):
            idle = attended.new_zeros(len(queries) - lanes, *attended.shape[1:])
            attended = torch.cat((attended, idle))
        return _by_width(attended)

    def _attention(self, layer: int, head: int, queries: Tensor, reach: Tensor) -> Tensor:
        lanes, context = reach.shape
        keys = self.cache.layers[layer][0][:lanes, head, :context]
        # In float32, in which rounding decides nothing.
        scores = torch.einsum("lcs,ls->lc", keys.float(), queries[:lanes, head, 0].float())
        scores = torch.where(reach, scores * self._scale, float("-inf"))
        return scores.softmax(-1)

    def _logits(self, x: Tensor) -> Tensor:
        logits: Tensor = self._head(self.backbone.normed(x))
        return logits.float()

    def _one_kernel(self) -> AbstractContextManager[object]:
        """On a GPU the kernel that goes through a lane's context in order, block by
        block: a longer context, masked, and other lanes change no bit of the result."""
        if not self._on_gpu:
            return nullcontext()
        manager: AbstractContextManager[object] = sdpa_kernel(SDPBackend.EFFICIENT_ATTENTION)
        return manager


def _by_width(attended: Tensor) -> Tensor:
    """(lanes, heads, n, head size) -> (lanes, n, width)."""
    return attended.transpose(1, 2).flatten(2)
