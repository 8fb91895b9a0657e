"""`python -m bench.full_chatterbox FOLDER`: an English Chatterbox of full size and random
weights, for measuring where the real one is not at hand. It says noise, as fast.

With `--say TEXT` the library and June then say that with the same seed, one after the
other: June must stream as many samples.
"""

from __future__ import annotations

import asyncio
import resource
import time
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path

import click

from june_tts.engine import Sentence
from june_tts.engines.chatterbox.engine import ChatterboxEngine
from june_tts.neural import Neural

SEED = 5


@dataclass(frozen=True, slots=True)
class Said:
    """By one of both, in seconds.

    Attributes:
        samples: at 24 kHz.
    """

    load: float
    first: float
    all: float
    samples: int


def library_says(folder: Path, text: str) -> Said:
    import torch
    from chatterbox.tts import ChatterboxTTS

    began = time.perf_counter()
    model = ChatterboxTTS.from_local(folder, "cpu")
    loaded = time.perf_counter()
    torch.manual_seed(SEED)
    samples = model.generate(text).shape[1]
    took = time.perf_counter() - loaded
    return Said(loaded - began, took, took, samples)


async def june_says(folder: Path, text: str) -> Said:
    engine = ChatterboxEngine(Neural(str(folder), device="cpu", rows=1))
    began = time.perf_counter()
    await engine.load()
    loaded = time.perf_counter()
    first, samples = 0.0, 0
    sentence = Sentence(text, engine.voices[0], seed=SEED)
    async with aclosing(engine.synthesize(sentence)) as speeches:
        async for speech in speeches:
            first = first or time.perf_counter() - loaded
            samples += len(speech.samples)
    took = time.perf_counter() - loaded
    await engine.close()
    return Said(loaded - began, first, took, samples)


def _shown(name: str, said: Said) -> None:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(
        f"{name}: loaded in {said.load:.0f} s, first audio after {said.first:.1f} s, all after "
        f"{said.all:.1f} s, {said.samples} samples; the process's peak so far {peak:.1f} GB"
    )


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--say", default="", help="Have both say this, on the CPU.")
def main(folder: Path, say: str) -> None:
    """Write a full-size checkpoint of random weights, unless FOLDER is there."""
    if not folder.exists():
        from tests.engines.chatterbox import tiny

        tiny.write("english", folder)
    if say:
        june = asyncio.run(june_says(folder, say))
        _shown("June (its load says a word)", june)
        library = library_says(folder, say)
        _shown("library", library)
        if june.samples != library.samples:
            raise click.ClickException("June's audio is not as long as the library's")


if __name__ == "__main__":
    main()
