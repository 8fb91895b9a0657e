"""What an utterance brings to the token loop, and what it gets out of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from torch import Tensor


@dataclass(frozen=True, slots=True)
class Sampling:
    """How one utterance's tokens are drawn. The caller has checked the ranges.

    What a network has no use for it ignores: Turbo `cfg_weight` and `min_p`, the
    others `top_k`.

    Attributes:
        temperature: above 0.
        cfg_weight: how far guidance pushes away from the network's opinion without
            the text; 0 spares that opinion.
        repetition_penalty: above 0; 1 is none.
        min_p: tokens less likely than this share of the likeliest are out; 0 to 1.
        top_p: the likeliest tokens that together reach it stay; 1 keeps all.
        top_k: so many of the likeliest stay; 0 keeps all.
        seed: 64 bits. The same seed draws the same tokens, whoever else is there.
    """

    temperature: float
    cfg_weight: float
    repetition_penalty: float
    min_p: float
    top_p: float
    top_k: int
    seed: int


@dataclass(frozen=True, slots=True, eq=False)
class Prompt:
    """What precedes the speech tokens.

    Attributes:
        text_tokens: (n,) ids, with the marks of start and stop where the network
            has any.
        conditioning: the library's T3Cond of the voice, with the exaggeration set.
            It is never changed.
    """

    text_tokens: Tensor
    conditioning: Any


@dataclass(frozen=True, slots=True)
class Sampled:
    """One token of one utterance.

    Attributes:
        row: what `join` returned.
        token: may be one that is no sound (6561 and above), the stop mark for one.
        ended: it is the last one: the stop mark, or there may be no more.
        reached_limit: it ended because there may be no more, unfinished.
        text_position: the text token being spoken, counted in `text_tokens`; None
            where the network has no heads known to tell.
    """

    row: int
    token: int
    ended: bool
    reached_limit: bool
    text_position: int | None
