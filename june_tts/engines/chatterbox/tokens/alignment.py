"""Where in its text each row speaks, read from attention; and, for the multilingual
network, when it must not stop yet or must stop now.

The rules and their numbers are those of Chatterbox 0.1.7's AlignmentStreamAnalyzer,
kept as running sums for all rows at once, but for one: two equal tokens in a row end
nothing here (silence is just that; resemble-ai/chatterbox#549).

Shapes: attention (rows, context); everything of a row at its place in (rows,).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

# (layer, head) of the published networks, and how many of each those have.
_HEADS = [(12, 15), (13, 11), (9, 2)]
_LAYERS, _LAYER_HEADS = 30, 16

# A jump to these positions ahead or behind is not followed.
_BEHIND, _AHEAD = -4, 7
_TAIL, _BEFORE_TAIL, _SHORT = 3, 5, 5
# Frames' worth of attention, after the text is complete, to its end or to what went before.
_TOO_MUCH = 5
_NEVER, _SURELY = -(2.0**15), 2.0**15


def aligned_heads(t3: Any) -> Sequence[tuple[int, int]]:
    """The heads that follow the text; of a network too small to have them, those at the
    same height.

    None are known of Turbo's.
    """
    if t3.is_gpt:
        return ()
    layers, heads = t3.cfg.num_hidden_layers, t3.cfg.num_attention_heads
    if all(layer < layers and head < heads for layer, head in _HEADS):
        return _HEADS
    return [(layer * layers // _LAYERS, head * heads // _LAYER_HEADS) for layer, head in _HEADS]


class Alignment:
    """The alignment of the rows 0, 1, ... of a batch."""

    def __init__(self, rows: int, device: torch.device) -> None:
        def counts() -> Tensor:
            return torch.zeros(rows, dtype=torch.int64, device=device)

        def flags() -> Tensor:
            return torch.zeros(rows, dtype=torch.bool, device=device)

        self._start, self._length = counts(), counts()
        # Which text token the newest speech token attends to.
        self.attended = counts()
        self._followed = counts()
        self._complete, self._barred, self._forced = flags(), flags(), flags()
        self._tail = torch.zeros(rows, _TAIL, device=device)
        self._echo = torch.zeros(rows, device=device)
        self._last = torch.arange(-_TAIL, 0, device=device)
        self._state = [
            self._start, self._length, self.attended, self._followed,
            self._complete, self._barred, self._forced, self._tail, self._echo,
        ]  # fmt: skip

    def begin(self, row: int, start: int, length: int) -> None:
        """The row's text lies at `start` in its context. Its first frame sees but the
        text's first token."""
        for state in self._state:
            state[row] = 0
        self._start[row], self._length[row] = start, length
        self._complete[row] = length <= _TAIL
        self._barred[row] = length > _SHORT

    def move(self, of: int, to: int) -> None:
        for state in self._state:
            state[to] = state[of]

    def observe(self, attention: Tensor, frames: Tensor) -> None:
        """Takes in the newest frame of the first rows.

        Args:
            frames: (rows,) how many frames each row had before.
        """
        rows, context = attention.shape
        start, length = self._start[:rows, None], self._length[:rows, None]
        place = torch.arange(context, device=attention.device) - start
        text = (place >= 0) & (place < length)
        # Nothing is spoken faster than a text token a frame.
        seen = torch.where(text & (place <= frames[:, None]), attention, 0)
        attended = torch.where(text, seen, -1).argmax(-1) - start[:, 0]
        self._sum(seen, place)
        self._follow(attended)

    def steered(self, logits: Tensor, stop: int) -> Tensor:
        """The logits of the first rows, with the stop mark made sure or impossible."""
        rows = len(logits)
        is_stop = torch.arange(logits.shape[1], device=logits.device) == stop
        logits = torch.where(self._barred[:rows, None] & is_stop, _NEVER, logits)
        ending = torch.where(is_stop, _SURELY, _NEVER)
        return torch.where(self._forced[:rows, None], ending, logits)

    def _sum(self, seen: Tensor, place: Tensor) -> None:
        """Adds up what is attended to after the text was complete."""
        rows, length = len(seen), self._length[: len(seen), None]
        over = self._complete[:rows]
        last = self._start[:rows, None] + length + self._last
        tail = seen.gather(1, last.clamp(min=0))
        self._tail[:rows] += torch.where(over[:, None], tail, 0)
        before = torch.where(place < length - _BEFORE_TAIL, seen, 0).amax(-1)
        self._echo[:rows] += torch.where(over, before, 0)

    def _follow(self, attended: Tensor) -> None:
        rows = len(attended)
        length, followed = self._length[:rows], self._followed[:rows]
        jump = attended - followed
        followed = torch.where((jump > _BEHIND) & (jump < _AHEAD), attended, followed)
        self.attended[:rows], self._followed[:rows] = attended, followed
        self._complete[:rows] |= followed >= length - _TAIL
        self._barred[:rows] = (attended < length - _TAIL) & (length > _SHORT)
        too_long = (self._tail[:rows].amax(-1) >= _TOO_MUCH) | (self._echo[:rows] > _TOO_MUCH)
        self._forced[:rows] = self._complete[:rows] & too_long
