"""`python -m bench.hearing_words`: does hearing in pieces cost words, or time in the end?

Two tables of one run, with the tests' own little Whisper. The first sets what June's
streams say in the end beside faster-whisper's `transcribe()` of the whole recordings,
over sentences that the model never learnt from. The second is an hour of talk on one
stream, as fast as it can be decoded: what captions take and what memory there is.
"""

from __future__ import annotations

import asyncio
import resource
import time
from collections.abc import Sequence
from pathlib import Path

import click
import faster_whisper
import numpy as np
from rich.console import Console
from rich.progress import track
from rich.table import Table

from june_runtime.pcm import Samples
from june_stt.engine import RATE, SttOptions
from june_stt.engines.whisper import engine as engine_module
from june_stt.engines.whisper.engine import WhisperEngine, WhisperSession
from tests.engines.spoken import TINY_WHISPER, spoken
from tools.tiny_whisper.corpus import utter
from tools.tiny_whisper.score import word_error_rate
from tools.tiny_whisper.sentences import is_jumbled

FEED = round(WhisperEngine.feed_ms * RATE / 1_000)
SENTENCES = {"en": 800, "de": 500}
HOUR = 3_600.0
# An utterance is at most so long, as max_turn_ms bounds it; see SttConfig.
TURN_SECONDS = 300.0


def _floats(samples: np.ndarray[tuple[int], np.dtype[np.int16]]) -> Samples:
    quiet = np.zeros(RATE // 5, np.float32)
    return np.concatenate([quiet, samples.astype(np.float32) / 32_768, quiet])


async def _streamed(ear: WhisperSession, samples: Samples) -> str:
    for at in range(0, len(samples), FEED):
        await ear.push(samples[at : at + FEED])
    final = await ear.finish()
    await ear.reset()
    return final.text


async def words(engine: WhisperEngine, console: Console, share: float) -> None:
    offline = faster_whisper.WhisperModel(
        str(TINY_WHISPER), device="cpu", compute_type="int8", cpu_threads=1
    )
    table = Table(
        "language", "sentences", "words", "June %", "transcribe() %", "same text %",
        title="word errors",
    )  # fmt: skip
    for language, count in SENTENCES.items():
        said = utter(language, "bench 0", True, round(count * share))
        sentences = [one for one in said if not is_jumbled(language, one.text)]
        ear = await engine.open(SttOptions(language))
        ours, theirs = [], []
        for one in track(sentences, language, console=console):
            samples, text = _floats(one.samples), one.text.split()
            ours.append((text, (await _streamed(ear, samples)).split()))
            segments, _ = offline.transcribe(
                samples, language=language, beam_size=5, without_timestamps=True
            )
            theirs.append((text, " ".join(each.text for each in segments).split()))
        await ear.close()
        same = sum(one[1] == other[1] for one, other in zip(ours, theirs, strict=True))
        table.add_row(
            language,
            str(len(sentences)),
            str(sum(len(text) for text, _ in ours)),
            f"{100 * word_error_rate(ours):.2f}",
            f"{100 * word_error_rate(theirs):.2f}",
            f"{100 * same / len(sentences):.1f}",
        )
    console.print(table)


def _talk(seconds: float) -> Samples:
    sentences = [
        spoken("set a timer for ten minutes"),
        spoken("what's the weather like in london tomorrow"),
        spoken("thank you very much"),
    ]
    gap = np.zeros(RATE // 5, np.float32)
    once = np.concatenate([part for sentence in sentences for part in (sentence, gap)])
    return np.resize(once, round(seconds * RATE))


def _memory() -> float:
    """MB that the process holds now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 1e6


async def hour(engine: WhisperEngine, console: Console, share: float) -> None:
    ear, talk = await engine.open(SttOptions("en")), _talk(TURN_SECONDS)
    turns = max(2, round(HOUR * share / TURN_SECONDS))
    table = Table(
        "minutes", "caption p50 ms", "p95 ms", "final ms", "memory MB", title="an hour of talk"
    )
    for turn in range(turns):
        took = await _captions(ear, talk)
        began = time.perf_counter()
        await ear.finish()
        final = (time.perf_counter() - began) * 1000
        await ear.reset()
        p50, p95 = np.percentile(took, [50, 95])
        minutes = (turn + 1) * TURN_SECONDS / 60
        row = (f"{minutes:.0f}", f"{p50:.1f}", f"{p95:.1f}", f"{final:.0f}", f"{_memory():.0f}")
        table.add_row(*row)
        console.print("  ".join(row))
    await ear.close()
    console.print(table)


async def _captions(ear: WhisperSession, talk: Samples) -> Sequence[float]:
    took = []
    for at in range(0, len(talk), FEED):
        began = time.perf_counter()
        if await ear.push(talk[at : at + FEED]) is not None:
            took.append((time.perf_counter() - began) * 1000)
    return took


async def measure(share: float) -> None:
    engine_module.STALE_SECONDS = 60.0
    console = Console()
    engine = WhisperEngine(TINY_WHISPER, kind="cpu", threads=1)
    await engine.load()
    await words(engine, console, share)
    await hour(engine, console, share)
    await engine.close()


@click.command()
@click.option("--share", type=click.FloatRange(0.01, 1.0), default=1.0, help="Of it all.")
def main(share: float) -> None:
    """Measure whether hearing in pieces costs words."""
    asyncio.run(measure(share))


if __name__ == "__main__":
    main()
