"""How the three published networks differ: what a prompt looks like to each, and in
which order it is sampled."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any, Protocol

import torch
from torch import Tensor

from june_runtime.errors import InvalidInput
from june_tts.engines.chatterbox.tokens.alignment import Alignment
from june_tts.engines.chatterbox.tokens.rows import Rows
from june_tts.engines.chatterbox.tokens.sampling import (
    guided,
    likeliest,
    nucleus,
    penalised,
    without_unlikely,
)
from june_tts.engines.chatterbox.tokens.utterance import Prompt, Sampling


class Variant(Protocol):
    """One of the networks.

    Attributes:
        longest: speech tokens that it has positions for.
    """

    longest: int

    def lanes(self, sampling: Sampling) -> int:
        """How many lanes an utterance takes."""

    def embedded(self, prompt: Prompt, lanes: int) -> tuple[Tensor, int]:
        """The prompt as the network reads it, (lanes, n, width), and where in it the
        text starts.

        Raises:
            InvalidInput: BAD_TOKENS, TEXT_TOO_LONG.
        """

    def spoken(self, tokens: Tensor, drawn: Tensor) -> Tensor:
        """(n, width) for speech tokens, each the `drawn`-th of its row."""

    def scored(
        self, logits: tuple[Tensor, Tensor], rows: Rows, alignment: Alignment, narrowed: bool
    ) -> Tensor:
        """From the logits with and without the text, (rows, vocabulary) each, to those
        that tokens are drawn by.

        Args:
            narrowed: whether any row's top_p is below 1.
        """


class Guided:
    """English and multilingual: guidance, min_p and top_p; learned positions."""

    def __init__(self, t3: Any) -> None:
        self._t3 = t3
        self.longest: int = t3.hp.max_speech_tokens

    def lanes(self, sampling: Sampling) -> int:
        return 1 if sampling.cfg_weight == 0 else 2

    def embedded(self, prompt: Prompt, lanes: int) -> tuple[Tensor, int]:
        embeds, start = _embedded(self._t3, prompt, lanes)
        # The library begins with the start mark twice, both at position 0.
        return torch.cat((embeds, embeds[:, -1:]), 1), start

    def spoken(self, tokens: Tensor, drawn: Tensor) -> Tensor:
        spoken: Tensor = self._t3.speech_emb(tokens) + self._t3.speech_pos_emb.emb(drawn)
        return spoken

    def scored(
        self, logits: tuple[Tensor, Tensor], rows: Rows, alignment: Alignment, narrowed: bool
    ) -> Tensor:
        count = len(logits[0])
        scores = guided(*logits, rows.cfg_weight[:count])
        if self._t3.hp.is_multilingual:
            scores = alignment.steered(scores, self._t3.hp.stop_speech_token)
        scores = penalised(scores, rows.seen[:count], rows.penalty[:count])
        scores = without_unlikely(scores / rows.temperature[:count], rows.min_p[:count])
        return nucleus(scores, rows.rest[:count]) if narrowed else scores


class Turbo:
    """Neither guidance nor min_p, but top_k; no positions but the transformer's own."""

    def __init__(self, t3: Any) -> None:
        self._t3 = t3
        self.longest: int = t3.cfg.n_positions

    def lanes(self, sampling: Sampling) -> int:
        return 1

    def embedded(self, prompt: Prompt, lanes: int) -> tuple[Tensor, int]:
        return _embedded(self._t3, prompt, lanes)

    def spoken(self, tokens: Tensor, drawn: Tensor) -> Tensor:
        spoken: Tensor = self._t3.speech_emb(tokens)
        return spoken

    def scored(
        self, logits: tuple[Tensor, Tensor], rows: Rows, alignment: Alignment, narrowed: bool
    ) -> Tensor:
        count = len(logits[0])
        scores = likeliest(logits[0] / rows.temperature[:count], rows.top_k[:count])
        if narrowed:
            scores = nucleus(scores, rows.rest[:count])
        # The start mark is penalised in the first draw only.
        start = self._t3.hp.start_speech_token
        rows.seen[:count, start] &= rows.drawn[:count] == 0
        return penalised(scores, rows.seen[:count], rows.penalty[:count])


def variant(t3: Any) -> Variant:
    return Turbo(t3) if t3.is_gpt else Guided(t3)


def _embedded(t3: Any, prompt: Prompt, lanes: int) -> tuple[Tensor, int]:
    """By the library's own embedding; of two lanes the second has no text."""
    text = _checked(t3, prompt.text_tokens).to(t3.device).expand(lanes, -1)
    start = torch.full_like(text[:, :1], t3.hp.start_speech_token)
    embeds, before_text = t3.prepare_input_embeds(
        t3_cond=_copied(prompt.conditioning, t3.speech_head.weight),
        text_tokens=text,
        speech_tokens=start,
        cfg_weight=float(lanes == 2),
    )
    return embeds, before_text


def _copied(conditioning: Any, like: Tensor) -> Any:
    """The library writes into the conditioning that it reads."""
    values = {field.name: getattr(conditioning, field.name) for field in fields(conditioning)}
    return replace(
        conditioning,
        **{
            name: value.to(like.device, like.dtype if value.is_floating_point() else None)
            for name, value in values.items()
            if isinstance(value, Tensor)
        },
    )


def _checked(t3: Any, text: Tensor) -> Tensor:
    """Bad ids stop a GPU for good: they are found before."""
    known = t3.hp.text_tokens_dict_size
    if text.ndim != 1 or not len(text) or not 0 <= int(text.min()) <= int(text.max()) < known:
        raise InvalidInput("BAD_TOKENS", f"text tokens are a row of numbers from 0 to {known - 1}")
    longest = t3.hp.max_text_tokens + 2
    if len(text) > longest:
        raise InvalidInput(
            "TEXT_TOO_LONG", f"the text is {len(text)} tokens long, {longest} are possible"
        )
    return text.long()
