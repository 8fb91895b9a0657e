"""S3Gen's token encoder for a padded batch.

The library's own forward lets padding shine through: its look-ahead convolution sees
the embedding of padded places, which is not zero, where a row that stands alone has
zeros. Here they are zeroed, so that a row comes out the same in any company.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor
from torch.nn.utils.rnn import pad_sequence


def encode(flow: Any, rows: Sequence[Tensor]) -> Tensor:
    """What the mel frames are to say: (rows, 2 * longest, 80).

    Args:
        flow: the library's CausalMaskedDiffWithXvec.
        rows: (n,) token ids each; what a row has beyond 2n frames means nothing.
    """
    tokens = pad_sequence(list(rows), batch_first=True)
    lengths = torch.tensor([len(row) for row in rows], device=tokens.device)
    encoder = flow.encoder
    present = _present(lengths, tokens.shape[1])
    hidden = flow.input_embedding(tokens) * present.unsqueeze(-1)
    hidden, positions, _ = encoder.embed(hidden, present.unsqueeze(1))
    hidden = encoder.pre_lookahead_layer(hidden * present.unsqueeze(-1))
    hidden = encoder.forward_layers(hidden, present.unsqueeze(1), positions, present.unsqueeze(1))
    hidden, lengths = encoder.up_layer(hidden.transpose(1, 2).contiguous(), lengths)
    hidden = hidden.transpose(1, 2).contiguous()
    present = _present(lengths, hidden.shape[1]).unsqueeze(1)
    hidden, positions, _ = encoder.up_embed(hidden, present)
    hidden = encoder.forward_up_layers(hidden, present, positions, present)
    if encoder.normalize_before:
        hidden = encoder.after_norm(hidden)
    encoded: Tensor = flow.encoder_proj(hidden)
    return encoded


def _present(lengths: Tensor, longest: int) -> Tensor:
    """(rows, longest): which places a row fills."""
    return torch.arange(longest, device=lengths.device) < lengths.unsqueeze(1)
