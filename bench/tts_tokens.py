"""`python -m bench.tts_tokens`: June's token loop beside the library's own.

Chatterbox's T3 with random weights, on the CPU: the speed does not depend on them, and
both are run in turn in one process. The library speaks one utterance after another, so
that its speed with many is its speed with one.
"""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import click
import torch
from rich.console import Console
from rich.table import Table

from june_tts.engines.chatterbox.tokens import Sampling, TokenLoop
from june_tts.engines.chatterbox.tokens.extents import Extent
from june_tts.engines.chatterbox.tokens.network import Network
from june_tts.engines.chatterbox.tokens.variants import variant
from tests.engines.chatterbox.tokens.networks import (
    DEFAULTS,
    FULL,
    KINDS,
    SMALL,
    library_tokens,
    network,
    prompt,
)

STREAMS = 8
CONTEXT = 512
# As many layers as the published network has, with hardly anything to compute: what is
# left is the cost of asking for it.
HOLLOW = replace(SMALL, layers=FULL.layers)


@dataclass(frozen=True, slots=True)
class Speed:
    """Tokens a second, of all streams together; the best of the runs."""

    library: float
    alone: float
    together: float


def speed(t3: Any, kind: str, dtype: torch.dtype, count: int, runs: int) -> Speed:
    """Prefill included. In float32 the library goes first, on the same weights."""
    said, sampling = prompt(kind, 40), DEFAULTS[kind]
    exact = dtype == torch.float32
    loop = TokenLoop(t3, max_rows=STREAMS, max_context=CONTEXT, device="cpu", dtype=dtype)

    def ours(streams: int) -> Callable[[], None]:
        return lambda: _speak(loop, kind, sampling, streams, count)

    def library() -> None:
        library_tokens(t3, said, sampling, count)

    timed = [(library, count), (ours(1), count), (ours(STREAMS), STREAMS * count)]
    best = [0.0] * len(timed)
    for _ in range(runs):
        for place, (work, tokens) in enumerate(timed):
            # The library's embeddings are made in float32 alone.
            if exact or work is not library:
                best[place] = max(best[place], tokens / _seconds(work))
    return Speed(*best)


@dataclass(frozen=True, slots=True)
class Agreement:
    """Of bfloat16 with float32, about what follows the same tokens.

    Attributes:
        same: for how many of them the likeliest is the same.
        apart: how far the logits are apart, as a share of their deviation.
    """

    steps: int
    same: int
    finite: bool
    apart: float


@torch.inference_mode()
def agreement(t3: Any, kind: str, count: int) -> Agreement:
    """Converts the network, which stays so."""
    exact = _followed(t3, kind, count, None)
    coarse = _followed(t3.to(torch.bfloat16), kind, count, exact.argmax(-1))
    return Agreement(
        count,
        int((exact.argmax(-1) == coarse.argmax(-1)).sum()),
        bool(coarse.isfinite().all()),
        float((exact - coarse).std() / exact.std()),
    )


def _followed(t3: Any, kind: str, count: int, forced: torch.Tensor | None) -> torch.Tensor:
    """(count, vocabulary) logits with the text, after the likeliest tokens or those forced."""
    reader, network = variant(t3), Network(t3, 1, CONTEXT, ())
    embedded, _ = reader.embedded(prompt(kind, 40), 1)
    last = embedded.shape[1] - 1
    logits = [network.prefill(embedded, 0)]
    for drawn in range(1, count):
        token = logits[-1].argmax(-1) if forced is None else forced[drawn - 1 : drawn]
        x = reader.spoken(token, torch.tensor([drawn]))
        place = torch.tensor([last + drawn])
        logits.append(network.decode(x, place, Extent(1, 1, 1, last + drawn + 1))[0])
    return torch.cat(logits)


def _speak(loop: TokenLoop, kind: str, sampling: Sampling, streams: int, count: int) -> None:
    for stream in range(streams):
        loop.join(prompt(kind, 40, stream), replace(sampling, seed=stream), count)
    while loop.step():
        pass


def _seconds(work: Callable[[], None]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def overhead(kind: str, count: int, full: Speed) -> float:
    """The share of a step, alone, that is not the network's arithmetic."""
    hollow = speed(network(kind, HOLLOW), kind, torch.float32, count, runs=3)
    return full.alone / hollow.alone


@click.command()
@click.option("--full", is_flag=True, help="The published size too: 2 GB, minutes.")
@click.option("--bf16", is_flag=True, help="The published size in bfloat16 too.")
@click.option("--kind", "kinds", multiple=True, default=KINDS, type=click.Choice(KINDS))
@click.option("--tokens", default=60, help="Of an utterance.")
@click.option("--runs", default=3, help="The best of so many counts.")
def main(full: bool, bf16: bool, kinds: Sequence[str], tokens: int, runs: int) -> None:
    """Measure the token loop."""
    warnings.simplefilter("ignore")  # of the library
    console = Console()
    table = Table("network", "library", "June, 1 stream", f"June, {STREAMS} streams")
    for kind in kinds:
        _add(table, f"{kind}, small", speed(network(kind), kind, torch.float32, tokens, runs))
    if full:
        t3 = network("english", FULL)
        same = _same(t3, min(tokens, 12))
        console.print(f"full network: June's tokens are {'' if same else 'NOT '}the library's")
        found = speed(t3, "english", torch.float32, min(tokens, 12), 1)
        _add(table, "english, float32", found)
        if bf16:
            _add(table, "english, bfloat16", _half(t3, min(tokens, 12)))
            console.print(agreement(network("english", FULL), "english", tokens))
        share = overhead("english", tokens, found)
        console.print(f"not arithmetic, of a step of the full network alone: {share:.1%}")
    console.print("tokens a second, all streams together; realtime needs 25 a stream")
    console.print(table)


def _same(t3: Any, count: int) -> bool:
    """Whether June and the library draw the same tokens with the same seed."""
    said, sampling = prompt("english", 40), DEFAULTS["english"]
    wanted = library_tokens(t3, said, sampling, count)
    loop = TokenLoop(t3, max_rows=1, max_context=CONTEXT, device="cpu", dtype=torch.float32)
    loop.join(said, sampling, count)
    drawn: list[int] = []
    while sampled := loop.step():
        drawn += [one.token for one in sampled]
    return drawn == wanted


def _half(t3: Any, tokens: int) -> Speed:
    return speed(t3, "english", torch.bfloat16, tokens, 1)


def _add(table: Table, name: str, found: Speed) -> None:
    table.add_row(
        name,
        f"{found.library:.1f}" if found.library else "-",
        _ratio(found.alone, found.library),
        _ratio(found.together, found.library),
    )


def _ratio(ours: float, library: float) -> str:
    return f"{ours:.1f}" + (f" ({ours / library:.1f}x)" if library else "")


if __name__ == "__main__":
    main()
