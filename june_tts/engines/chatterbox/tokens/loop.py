"""The token loop: any number of utterances, one token of each a step.

Utterances join and leave between any two steps. Rows and lanes are kept without gaps,
by moving the last one to where one has left, so that a step computes what is needed and
no more; nothing is ever computed twice.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from june_runtime.errors import AtCapacity, InvalidInput
from june_tts.engines.chatterbox.tokens.alignment import Alignment, aligned_heads
from june_tts.engines.chatterbox.tokens.extents import Extent
from june_tts.engines.chatterbox.tokens.means import Capacity, Means, means_for
from june_tts.engines.chatterbox.tokens.network import Network
from june_tts.engines.chatterbox.tokens.rows import Rows
from june_tts.engines.chatterbox.tokens.sampling import raced
from june_tts.engines.chatterbox.tokens.seating import Seated, Seating
from june_tts.engines.chatterbox.tokens.utterance import Prompt, Sampled, Sampling
from june_tts.engines.chatterbox.tokens.variants import variant


@dataclass(frozen=True, slots=True)
class _Draw:
    """Drawing a token for the first rows; `narrowed` if any wants top_p, which costs a
    sort."""

    rows: int
    narrowed: bool


# An utterance takes two lanes where it is guided.
LANES = 2


class TokenLoop:
    """Steps the T3 network for up to `max_rows` utterances. Blocking; for one thread.

    On the CPU in float32 the tokens are those that the library's own loop draws after
    torch.manual_seed(seed).

    Args:
        t3: the library's T3, of any of its three kinds. It is moved and set for
            evaluation, and is the loop's from then on.
        max_context: prompt and tokens of one utterance.
        means: makes what is to be used in place of what suits the device.
    """

    def __init__(
        self,
        t3: Any,
        *,
        max_rows: int,
        max_context: int,
        device: torch.device | str,
        dtype: torch.dtype,
        means: Callable[[Capacity], Means] | None = None,
    ) -> None:
        device = torch.device(device)
        self._t3 = t3.to(device=device, dtype=dtype).eval()
        lanes, vocabulary = max_rows * LANES, t3.hp.speech_tokens_dict_size
        self._capacity = Capacity(max_rows, lanes, max_context, vocabulary)
        self._means = means(self._capacity) if means else means_for(device, self._capacity)
        self._variant = variant(t3)
        self._heads = aligned_heads(t3)
        with torch.inference_mode():
            self._network = Network(t3, lanes, max_context, self._heads)
        self._seating = Seating()
        self._numbers = itertools.count()
        self._rows = Rows(max_rows, vocabulary, device)
        self._alignment = Alignment(max_rows, device)
        # What follows in each lane; by lane its row and its prompt's end; by row its lanes.
        self._logits = torch.zeros(lanes, vocabulary, device=device)
        self._lane_rows = torch.full((lanes,), max_rows, device=device)
        self._lane_ends = torch.zeros(lanes, dtype=torch.int64, device=device)
        self._row_lanes = torch.zeros(LANES, max_rows, dtype=torch.int64, device=device)
        # What a step tells the host: tokens and text positions.
        self._told = torch.zeros(2, max_rows, dtype=torch.int64, device=device)

    @property
    def free_rows(self) -> int:
        """How many more utterances may join now."""
        return self._capacity.rows - len(self._seating.rows)

    @torch.inference_mode()
    def warm(self) -> None:
        """Makes ready for every size of step. Before anyone joins.

        What is drawn and decoded meanwhile is in rows and lanes that no one has.
        """
        for narrowed in (False, True):
            self._prepare(_Draw(self._means.extents.drawn(1), narrowed))
        for extent in self._means.extents.all():
            self._prepare(extent)

    @torch.inference_mode()
    def join(self, prompt: Prompt, sampling: Sampling, max_tokens: int) -> int:
        """Reads the prompt; the next step draws the first token.

        Args:
            max_tokens: there may be fewer if the context is too short.

        Returns:
            The utterance's row: a number that no other one ever gets.

        Raises:
            AtCapacity: NO_FREE_ROW.
            InvalidInput: PROMPT_TOO_LONG, TEXT_TOO_LONG, BAD_TOKENS, BAD_LIMIT.
        """
        if not self.free_rows:
            raise AtCapacity("NO_FREE_ROW", f"{self._capacity.rows} utterances are being spoken")
        if max_tokens < 1:
            raise InvalidInput("BAD_LIMIT", f"{max_tokens} tokens are none")
        lanes = self._variant.lanes(sampling)
        embedded, text_start = self._variant.embedded(prompt, lanes)
        length = embedded.shape[1]
        if length > self._capacity.context:
            raise InvalidInput(
                "PROMPT_TOO_LONG",
                f"voice and text are {length} tokens long, {self._capacity.context} are possible",
            )
        # The last token is drawn and never read.
        room = min(self._capacity.context - length + 1, self._variant.longest)
        seated = Seated(next(self._numbers), sampling, length, text_start, min(max_tokens, room))
        self._take_in(seated, embedded, len(prompt.text_tokens))
        return seated.number

    @torch.inference_mode()
    def step(self) -> list[Sampled]:
        """One token of every row. A row whose utterance has ended is free again."""
        if not self._seating.rows:
            return []
        count = len(self._seating.rows)
        self._run(_Draw(self._means.extents.drawn(count), self._narrowed()))
        tokens, positions = self._told[:, :count].tolist()
        sampled = [
            self._sampled(seated, token, position)
            for seated, token, position in zip(self._seating.rows, tokens, positions, strict=True)
        ]
        for one in sampled:
            if one.ended:
                self.leave(one.row)
        if self._seating.rows:
            self._run(self._extent())
        return sampled

    @torch.inference_mode()
    def leave(self, row: int) -> None:
        """Frees the row at once. One that has ended or left before is let be."""
        vacated = self._seating.vacate(row)
        if vacated is None:
            return
        for move in vacated.rows:
            for state in (self._rows, self._alignment, self._means.noise):
                state.move(move.of, move.to)
        for move in vacated.lanes:
            length = self._seating.owner(move.to).position + 1
            self._network.cache.move(move.of, move.to, length)
            self._logits[move.to] = self._logits[move.of]
        self._place()

    def _take_in(self, seated: Seated, embedded: Tensor, text_length: int) -> None:
        row, lane = len(self._seating.rows), self._seating.lanes
        lanes = len(embedded)
        self._logits[lane : lane + lanes] = self._network.prefill(embedded, lane)
        self._rows.begin(row, seated.sampling, self._t3.hp.start_speech_token)
        self._means.noise.begin(row, seated.sampling.seed)
        self._alignment.begin(row, seated.text_start, text_length)
        self._seating.seat(seated, lanes)
        self._place()

    def _prepare(self, work: _Draw | Extent) -> None:
        self._means.launcher.prepare(work, self._work(work))

    def _run(self, work: _Draw | Extent) -> None:
        self._means.launcher.run(work, self._work(work))

    def _work(self, work: _Draw | Extent) -> Callable[[], None]:
        if isinstance(work, Extent):
            return lambda: self._decode(work)
        return lambda: self._draw(work)

    def _draw(self, draw: _Draw) -> None:
        """A token for each of the first rows, told to the host."""
        rows = draw.rows
        with_text, without = self._logits[self._row_lanes[:, :rows]]
        scores = self._variant.scored(
            (with_text, without), self._rows, self._alignment, draw.narrowed
        )
        tokens = raced(scores, self._means.noise.draw(rows))
        self._rows.take(tokens)
        self._told[0, :rows], self._told[1, :rows] = tokens, self._alignment.attended[:rows]

    def _decode(self, extent: Extent) -> None:
        """Reads the newest token of each row."""
        of = self._lane_rows[: extent.lanes]
        drawn = self._rows.drawn[of]
        x = self._variant.spoken(self._rows.token[of], drawn)
        positions = self._lane_ends[: extent.lanes] + drawn
        logits, attention = self._network.decode(x, positions, extent)
        self._logits[: extent.lanes] = logits
        if attention is not None:
            rows = extent.rows
            self._alignment.observe(attention[self._row_lanes[0, :rows]], self._rows.drawn[:rows])

    def _sampled(self, seated: Seated, token: int, position: int) -> Sampled:
        seated.drawn += 1
        stopped = token == self._t3.hp.stop_speech_token
        over = seated.drawn >= seated.limit
        return Sampled(
            seated.number,
            token,
            ended=stopped or over,
            reached_limit=over and not stopped,
            text_position=position if self._heads else None,
        )

    def _narrowed(self) -> bool:
        return any(seated.sampling.top_p < 1 for seated in self._seating.rows)

    def _extent(self) -> Extent:
        rows = self._seating.rows
        context = 1 + max(seated.position for seated in rows)
        return self._means.extents.of(len(rows), self._seating.lanes, context)

    def _place(self) -> None:
        """Tells the device who sits where."""
        rows, lanes = self._seating.rows, self._seating.lanes
        lane_rows = self._seating.lane_rows()
        ends = [rows[row].prompt_length - 1 for row in lane_rows]
        self._lane_rows[:lanes] = torch.tensor(lane_rows, dtype=torch.int64)
        self._lane_rows[lanes:] = self._capacity.rows
        self._lane_ends[:lanes] = torch.tensor(ends, dtype=torch.int64)
        self._lane_ends[lanes:] = 0
        both = [[seated.lanes[end] for seated in rows] for end in (0, -1)]
        self._row_lanes[:, : len(rows)] = torch.tensor(both, dtype=torch.int64)
        self._row_lanes[:, len(rows) :] = 0
