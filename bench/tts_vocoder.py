"""`python -m bench.tts_vocoder`: what the vocoder's chunks cost beside the library's call.

Weights are random; small networks unless --full. Figures of one run are compared with
one another, never with those of another machine.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

import click
import numpy as np
import torch
from rich.console import Console
from rich.table import Table

from june_tts.engines.chatterbox.vocoder.chunking import GROWING, VOCABULARY, Schedule
from june_tts.engines.chatterbox.vocoder.vocoder import Job, Vocoder

SECONDS_OF_TOKENS = 25


@click.command()
@click.option("--full", is_flag=True, help="Networks of the released size; minutes on a CPU.")
@click.option("--device", default="cpu", show_default=True)
@click.option("--rounds", default=3, show_default=True, help="The best of so many counts.")
@click.option("--seconds", default=4, show_default=True, help="Of speech in an utterance.")
def main(full: bool, device: str, rounds: int, seconds: int) -> None:
    """Measure S3Gen in chunks."""
    torch.set_num_threads(1)
    with networks(full) as s3gen:
        bench = Bench(s3gen.to(device).eval(), device, rounds, seconds)
        table = Table("what", "ms", "beside", "ms", "ratio")
        for row in bench.rows():
            table.add_row(*row)
        Console().print(table)


@contextmanager
def networks(full: bool) -> Iterator[Any]:
    """The library's S3Gen with random weights."""
    from chatterbox.models.s3gen import S3Gen

    if full:
        shrunk: Any = nullcontext
    else:
        from tests.engines.chatterbox.sizes import shrunk
    with shrunk():
        torch.manual_seed(0)
        yield S3Gen()


class Bench:
    """Each row sets one figure beside another; both are the best of the rounds."""

    def __init__(self, s3gen: Any, device: str, rounds: int, seconds: int) -> None:
        self._s3gen, self._device, self._rounds = s3gen, device, rounds
        self._vocoder = Vocoder(s3gen, device=device)
        numbers = np.random.default_rng(0)
        self._tokens = numbers.integers(0, VOCABULARY, seconds * SECONDS_OF_TOKENS).tolist()
        self._reference = {
            "prompt_token": torch.from_numpy(numbers.integers(0, VOCABULARY, (1, 250))),
            "prompt_token_len": torch.tensor([250]),
            "prompt_feat": torch.from_numpy(numbers.normal(-4, 1, (1, 500, 80))).float(),
            "prompt_feat_len": None,
            "embedding": torch.from_numpy(numbers.normal(0, 1, (1, 192))).float(),
        }

    def rows(self) -> Iterator[tuple[str, ...]]:
        offline = "library, all"
        for size in (3, 6, 12, 25):
            yield self._beside(f"first chunk of {size}", self._first(size), offline, self._offline)
        yield self._beside("all, in growing chunks", self._streamed, offline, self._offline)
        brief = Vocoder(self._s3gen, device=self._device, longest_prompt=75)
        yield self._beside(
            "all, prompt of 3 s", lambda: self._stream(brief), "prompt of 10 s", self._streamed
        )
        yield self._beside("4 first chunks in a batch", self._batch, "one by one", self._singles)

    def _beside(
        self, what: str, measured: Callable[[], None], other: str, baseline: Callable[[], None]
    ) -> tuple[str, ...]:
        times = [(self._timed(measured), self._timed(baseline)) for _ in range(self._rounds)]
        ours, theirs = (min(column) for column in zip(*times, strict=True))
        return what, f"{ours:.1f}", other, f"{theirs:.1f}", f"{ours / theirs:.2f}"

    def _timed(self, work: Callable[[], None]) -> float:
        started = time.perf_counter()
        work()
        if self._device != "cpu":
            torch.cuda.synchronize()
        return 1_000 * (time.perf_counter() - started)

    def _first(self, size: int) -> Callable[[], None]:
        schedule = Schedule(sizes=(size, 50))
        return lambda: self._chunks(1, size + schedule.look_ahead, schedule)

    def _chunks(self, count: int, tokens: int, schedule: Schedule = GROWING) -> None:
        """The first chunks of `count` utterances, in one batch."""
        self._vocoder.vocode([
            Job(
                self._vocoder.begin(self._reference, seed, schedule),
                self._tokens[:tokens],
                final=False,
            )
            for seed in range(count)
        ])  # fmt: skip

    def _batch(self) -> None:
        self._chunks(4, 9)

    def _singles(self) -> None:
        for _ in range(4):
            self._chunks(1, 9)

    def _streamed(self) -> None:
        self._stream(self._vocoder)

    def _stream(self, vocoder: Vocoder) -> None:
        utterance = vocoder.begin(self._reference, 0)
        while not utterance.finished:
            vocoder.vocode([Job(utterance, self._tokens, final=True)])

    def _offline(self) -> None:
        tokens = torch.tensor(self._tokens, device=self._device)
        audio, _ = self._s3gen.inference(tokens, ref_dict=dict(self._reference))
        self._vocoder.mark(audio[0].cpu().numpy())


if __name__ == "__main__":
    main()
