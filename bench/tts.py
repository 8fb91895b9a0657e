"""`python -m bench.tts FOLDER`: how soon and how fast Chatterbox speaks to many at once.

Each number of streams is measured in one go: all begin together, as the worst moment
is, and say sentence after sentence. A stream is in real time if no sentence of it ran
dry: audio was always made before it would have been heard.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Sequence
from contextlib import ExitStack, aclosing
from dataclasses import asdict, dataclass
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from bench.measure import Spread
from june_tts.engine import Sentence, TtsEngine, load_engine
from june_tts.neural import Neural

TEXT = "For most of today, the weather in the north is mild and dry, with some wind."


@dataclass(frozen=True, slots=True)
class Said:
    """One sentence, in seconds. `late` is the longest that a listener would have waited
    within it."""

    first: float
    late: float
    audio_seconds: float


@dataclass(frozen=True, slots=True)
class Crowd:
    """So many streams at once."""

    streams: int
    first_ms: Spread
    in_real_time: int
    audio_per_second: float


async def say(engine: TtsEngine, seed: int) -> Said:
    voice = engine.voices[0]
    started = time.perf_counter()
    first, late, audio = 0.0, 0.0, 0.0
    async with aclosing(engine.synthesize(Sentence(TEXT, voice, seed=seed))) as speeches:
        async for speech in speeches:
            now = time.perf_counter() - started
            if audio == 0:
                first = now
            late = max(late, now - first - audio)
            audio += len(speech.samples) / voice.sample_rate
    return Said(first, late, audio)


async def crowd(engine: TtsEngine, streams: int, sentences: int) -> Crowd:
    async def stream(number: int) -> list[Said]:
        return [await say(engine, 1_000 * number + each) for each in range(sentences)]

    started = time.perf_counter()
    async with asyncio.TaskGroup() as tasks:
        running = [tasks.create_task(stream(number)) for number in range(streams)]
    took = time.perf_counter() - started
    said = [task.result() for task in running]
    each = [one for sentences_said in said for one in sentences_said]
    return Crowd(
        streams,
        Spread.of([one.first for one in each]),
        sum(all(one.late <= 0 for one in of_stream) for of_stream in said),
        sum(one.audio_seconds for one in each) / took,
    )


async def measure(neural: Neural, streams: Sequence[int], sentences: int) -> list[Crowd]:
    engine = load_engine("chatterbox", neural=neural)
    await engine.load()
    try:
        await crowd(engine, 1, 1)
        return [await crowd(engine, count, sentences) for count in streams]
    finally:
        await engine.close()


def shown(console: Console, crowds: Sequence[Crowd]) -> None:
    columns = ("streams", "first audio p50 ms", "p95", "in real time", "audio s/s")
    table = Table(*columns, title="Chatterbox, all streams beginning at once")
    for one in crowds:
        table.add_row(
            str(one.streams), f"{one.first_ms.p50:.0f}", f"{one.first_ms.p95:.0f}",
            str(one.in_real_time), f"{one.audio_per_second:.2f}",
        )  # fmt: skip
    console.print(table)


@click.command()
@click.argument("folder")
@click.option("--device", default="auto")
@click.option("--streams", default="1,8,32,64", show_default=True)
@click.option("--sentences", default=3, show_default=True, help="Of each stream.")
@click.option("--tiny", is_flag=True, help="FOLDER holds a checkpoint of the tests.")
@click.option("--out", type=click.Path(path_type=Path), default=None, help="Figures as JSON.")
def main(
    folder: str, device: str, streams: str, sentences: int, tiny: bool, out: Path | None
) -> None:
    """Measure first audio and streams in real time."""
    counts = [int(count) for count in streams.split(",")]
    neural = Neural(folder, device=device, rows=max(counts), waiting=10_000, waiting_seconds=3_600)
    with ExitStack() as stack:
        if tiny:
            from tests.engines.chatterbox.sizes import shrunk

            stack.enter_context(shrunk())
        crowds = asyncio.run(measure(neural, counts, sentences))
    shown(Console(), crowds)
    if out:
        out.write_text(json.dumps([asdict(one) for one in crowds], indent=2))


if __name__ == "__main__":
    main()
