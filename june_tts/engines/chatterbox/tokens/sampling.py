"""From logits to tokens, every row by its own parameters.

The arithmetic is that of the processors of transformers which Chatterbox 0.1.7 applies,
operation by operation, so that equal logits leave equal probabilities. Shapes: logits
(rows, vocabulary), parameters (rows, 1), both float32.
"""

from __future__ import annotations

import torch
from torch import Tensor

OUT = float("-inf")


def guided(conditioned: Tensor, unconditioned: Tensor, weight: Tensor) -> Tensor:
    """Classifier-free guidance: away from what would be said without the text."""
    return conditioned + weight * (conditioned - unconditioned)


def penalised(logits: Tensor, seen: Tensor, penalty: Tensor) -> Tensor:
    """Makes tokens that were `seen`, (rows, vocabulary) bool, less likely again."""
    less = torch.where(logits < 0, logits * penalty, logits / penalty)
    return torch.where(seen, less, logits)


def without_unlikely(logits: Tensor, min_p: Tensor) -> Tensor:
    """Drops tokens less likely than `min_p` times the likeliest."""
    probabilities = logits.softmax(-1)
    return logits.masked_fill(probabilities < min_p * probabilities.amax(-1, keepdim=True), OUT)


def nucleus(logits: Tensor, rest: Tensor) -> Tensor:
    """Drops the least likely tokens that together have at most `rest` = 1 - top_p."""
    ordered, places = logits.sort(-1)
    dropped = ordered.softmax(-1).cumsum(-1) <= rest
    dropped[..., -1] = False
    return logits.masked_fill(dropped.scatter(1, places, dropped), OUT)


def likeliest(logits: Tensor, top_k: Tensor) -> Tensor:
    """Keeps the `top_k` likeliest, int64, and what is as likely as the last of them."""
    ordered = logits.sort(-1, descending=True).values
    return logits.masked_fill(logits < ordered.gather(1, top_k - 1), OUT)


def raced(logits: Tensor, noise: Tensor) -> Tensor:
    """(rows,) tokens, each drawn with its probability.

    `noise`, exponentially distributed, is when each token would arrive if all were
    equally likely; the first one wins. So does torch.multinomial.
    """
    return (logits.softmax(-1) / noise).argmax(-1)
