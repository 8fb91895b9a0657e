"""Whisper's network, small, in PyTorch: what is trained, layer by layer as exported.

Pre-norm blocks, keys without bias, sinusoidal positions on both sides (Whisper learns
those of the decoder; these also hold for prompts longer than any in training), the
output table tied to the input one.
"""

import math
from dataclasses import dataclass

import torch
from torch import nn
from torch.nn import functional

from tools.tiny_whisper.features import MELS

# Attention over no more than so many places is written out: PyTorch's own is several
# times slower backwards on a CPU with heads as narrow as these. For longer ones it wins.
WRITTEN_OUT = 450
AUDIO_POSITIONS, TEXT_POSITIONS = 1_500, 448


@dataclass(frozen=True, slots=True)
class Shape:
    """The network's size."""

    vocabulary: int
    words: int
    width: int = 128
    heads: int = 4
    encoder_layers: int = 4
    decoder_layers: int = 3


class Attention(nn.Module):
    """From `x` to itself or to `source`."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.query = nn.Linear(width, width)
        self.key = nn.Linear(width, width, bias=False)
        self.value = nn.Linear(width, width)
        self.out = nn.Linear(width, width)

    def forward(
        self, x: torch.Tensor, source: torch.Tensor, causal: bool = False
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """What is taken of `source`, and the scores of its places before softmax:
        [batch, heads, length of x, length of source]; none of a long `x`."""
        query, key = self._split(self.query(x)), self._split(self.key(source))
        value = self._split(self.value(source))
        if x.shape[1] > WRITTEN_OUT:
            mixed = functional.scaled_dot_product_attention(query, key, value, is_causal=causal)
            return self._joined(mixed), torch.empty(0)
        query = query / math.sqrt(query.shape[-1])
        scores = query @ key.transpose(-1, -2)
        if causal:
            later = torch.ones(scores.shape[-2:], dtype=torch.bool).triu(1)
            scores = scores.masked_fill(later, -torch.inf)
        return self._joined(scores.softmax(-1) @ value), scores

    def _split(self, x: torch.Tensor) -> torch.Tensor:
        return x.view(*x.shape[:-1], self.heads, -1).transpose(1, 2)

    def _joined(self, x: torch.Tensor) -> torch.Tensor:
        joined: torch.Tensor = self.out(x.transpose(1, 2).flatten(2))
        return joined


class Block(nn.Module):
    """A layer of the encoder, or of the decoder where `crosses`."""

    def __init__(self, width: int, heads: int, crosses: bool) -> None:
        super().__init__()
        self.attention, self.attention_norm = Attention(width, heads), nn.LayerNorm(width)
        if crosses:
            self.cross, self.cross_norm = Attention(width, heads), nn.LayerNorm(width)
        self.wide, self.narrow = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)
        self.feed_norm = nn.LayerNorm(width)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        normal = self.attention_norm(x)
        return self._fed(x + self.attention(normal, normal)[0])

    def decode(self, x: torch.Tensor, audio: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        normal = self.attention_norm(x)
        x = x + self.attention(normal, normal, causal=True)[0]
        taken, scores = self.cross(self.cross_norm(x), audio)
        return self._fed(x + taken), scores

    def _fed(self, x: torch.Tensor) -> torch.Tensor:
        fed: torch.Tensor = self.narrow(functional.gelu(self.wide(self.feed_norm(x))))
        return x + fed


class Network(nn.Module):
    """Features and tokens in, scores of the next tokens out."""

    audio_positions: torch.Tensor
    text_positions: torch.Tensor

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        width, heads = shape.width, shape.heads
        self.conv1 = nn.Conv1d(MELS, width, 3, padding=1)
        self.conv2 = nn.Conv1d(width, width, 3, stride=2, padding=1)
        self.encoder = nn.ModuleList(
            Block(width, heads, crosses=False) for _ in range(shape.encoder_layers)
        )
        self.encoder_norm = nn.LayerNorm(width)
        self.table = nn.Embedding(shape.vocabulary, width)
        nn.init.normal_(self.table.weight, std=0.05)
        self.decoder = nn.ModuleList(
            Block(width, heads, crosses=True) for _ in range(shape.decoder_layers)
        )
        self.decoder_norm = nn.LayerNorm(width)
        # Only for training: names the word that is being said.
        self.naming = nn.Linear(width, shape.words + 1)
        self.register_buffer("audio_positions", sinusoids(AUDIO_POSITIONS, width), False)
        self.register_buffer("text_positions", 0.3 * sinusoids(TEXT_POSITIONS, width), False)

    def encode(self, features: torch.Tensor) -> torch.Tensor:
        """[batch, MELS, frames] -> [batch, frames / 2, width]."""
        x = functional.gelu(self.conv1(features))
        x = functional.gelu(self.conv2(x)).transpose(1, 2)
        x = x + self.audio_positions[: x.shape[1]]
        for block in self.encoder:
            x = block(x)
        encoded: torch.Tensor = self.encoder_norm(x)
        return encoded

    def decode(
        self, tokens: torch.Tensor, audio: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """[batch, length] -> hidden [batch, length, width] and the last layer's scores
        [batch, heads, length, frames / 2]."""
        x = self.table(tokens) + self.text_positions[: tokens.shape[1]]
        scores = torch.empty(0)
        for block in self.decoder:
            assert isinstance(block, Block)
            x, scores = block.decode(x, audio)
        return self.decoder_norm(x), scores

    def next_tokens(self, hidden: torch.Tensor) -> torch.Tensor:
        return hidden @ self.table.weight.T


def sinusoids(length: int, width: int) -> torch.Tensor:
    """[length, width] positions as in Whisper's encoder."""
    rates = torch.exp(-math.log(10_000) / (width // 2 - 1) * torch.arange(width // 2))
    angles = torch.arange(length)[:, None] * rates[None, :]
    return torch.cat([angles.sin(), angles.cos()], dim=1)
