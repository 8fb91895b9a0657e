"""What the sampler knows of each row, as tensors: row i at place i, without gaps."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from june_tts.engines.chatterbox.tokens.utterance import Sampling


@dataclass(frozen=True, slots=True)
class Marks:
    """Tokens that are no sound."""

    start: int
    stop: int


class Rows:
    """Parameters, and what was drawn so far. Shapes: (rows, 1), if not said otherwise.

    There is a spare row at the end, in which nothing ever happens, for lanes that
    belong to no one.

    Attributes:
        rest: 1 - top_p.
        top_k: the whole vocabulary where all tokens stay.
        seen: (rows, vocabulary), tokens that are penalised.
        token: (rows,), the newest.
        drawn: (rows,), how many were.
    """

    def __init__(self, rows: int, vocabulary: int, device: torch.device) -> None:
        def numbers() -> Tensor:
            return torch.ones(rows + 1, 1, device=device)

        def counts(*sizes: int) -> Tensor:
            return torch.zeros(rows + 1, *sizes, dtype=torch.int64, device=device)

        self.temperature, self.cfg_weight, self.penalty = numbers(), numbers(), numbers()
        self.min_p, self.rest = numbers(), numbers()
        self.top_k = counts(1) + vocabulary
        self.seen = torch.zeros(rows + 1, vocabulary, dtype=torch.bool, device=device)
        self.token, self.drawn = counts(), counts()
        self._state = [
            self.temperature, self.cfg_weight, self.penalty, self.min_p, self.rest,
            self.top_k, self.seen, self.token, self.drawn,
        ]  # fmt: skip

    def begin(self, row: int, sampling: Sampling, start: int) -> None:
        """Nothing is drawn yet; the `start` mark counts as seen."""
        vocabulary = self.seen.shape[1]
        self.temperature[row] = sampling.temperature
        self.cfg_weight[row] = sampling.cfg_weight
        self.penalty[row] = sampling.repetition_penalty
        self.min_p[row] = sampling.min_p
        self.rest[row] = 1 - sampling.top_p
        self.top_k[row] = min(sampling.top_k or vocabulary, vocabulary)
        self.seen[row] = False
        self.seen[row, start] = True
        self.drawn[row] = 0

    def move(self, of: int, to: int) -> None:
        for state in self._state:
            state[to] = state[of]

    def take(self, tokens: Tensor) -> None:
        """(n,) what was drawn for the first n rows."""
        rows = len(tokens)
        self.token[:rows] = tokens
        self.drawn[:rows] += 1
        self.seen[:rows].scatter_(1, tokens[:, None], True)
