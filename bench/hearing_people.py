"""`python -m bench.hearing_people --model FOLDER`: a real Whisper hears real people.

The tests' own little Whisper knows a few hundred words of synthetic voices; this sets a
model for people, which you bring, before recordings with known words, before noise, and
before synthetic sentences. What June's streams say in the end stands beside what
faster-whisper's `transcribe()` makes of the whole; and of the captions it is counted how
many committed words the final ones contradict. What hearing people costs stands beside
servers such as WhisperLive, which call `transcribe()` for each caption.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import click
import faster_whisper
import numpy as np
import soundfile
import soxr
from rich.console import Console
from rich.progress import track
from rich.table import Table

from june_runtime.pcm import Samples
from june_stt.caption import Caption, normalised, units
from june_stt.engine import RATE, SttOptions
from june_stt.engines.whisper import engine as engine_module
from june_stt.engines.whisper.engine import WhisperEngine
from june_stt.engines.whisper.heard import EVERY
from june_stt.engines.whisper.mel import HOP
from tools.tiny_whisper.corpus import utter
from tools.tiny_whisper.score import word_error_rate
from tools.tiny_whisper.sentences import is_jumbled

FEED = round(WhisperEngine.feed_ms * RATE / 1_000)
# Recordings beside the project: what is said in them, and in which language.
RECORDINGS = {
    "weather-en.wav": ("en", "what's the weather like"),
    "go-forward-ten-meters.raw": ("en", "go forward ten meters"),
    "cards-001.wav": ("en", "ten of clubs"),
    "cards-002.wav": ("en", "four queen of clubs"),
    "cards-003.wav": ("en", "seven of clubs"),
    "austen-0870.wav": (
        "en",
        "and mister john dashwood had then leisure to consider how much there might be "
        "prudently in his power to do for them",
    ),
    "austen-0880.wav": ("en", "he was not an ill disposed young man"),
    "quilter-en.wav": (
        "en",
        "mister quilter is the apostle of the middle classes and we are glad to welcome his gospel",
    ),
    "jfk.flac": (
        "en",
        "and so my fellow americans ask not what your country can do for you ask what you "
        "can do for your country",
    ),
    "portal-de.wav": (
        "de",
        "der hinter diesem portal liegenden raum wurde als leichenhalle genutzt",
    ),
    "arenas-es.wav": (
        "es",
        "las arenas son blanquecinas de grano medio y tiene muy poca asistencia",
    ),
    "consulat-fr.wav": (
        "fr",
        "sous le consulat il devient conservateur des eaux et forêts et conseiller général",
    ),
    "noise-no-speech.wav": ("en", ""),
}
# As Whisper writes what the transcripts spell out.
WRITTEN = {"10": "ten", "4": "four", "7": "seven", "mr": "mister"}


@dataclass(slots=True)
class Tally:
    """Pairs of texts, as lists of words."""

    what: str
    said: list[tuple[list[str], list[str]]] = field(default_factory=list)
    said_offline: list[tuple[list[str], list[str]]] = field(default_factory=list)
    both: list[tuple[list[str], list[str]]] = field(default_factory=list)
    committed: list[tuple[list[str], list[str]]] = field(default_factory=list)
    seconds: float = 0.0
    cpu: float = 0.0

    def row(self) -> Sequence[str]:
        words = sum(len(text) for text, _ in self.both)
        contradicted = sum(_contradicted(*pair) for pair in self.committed)
        captioned = sum(len(caption) for caption, _ in self.committed)
        known = [f"{100 * word_error_rate(pairs):.1f}" for pairs in (self.said, self.said_offline)
                 if pairs]  # fmt: skip
        same = sum(one == other for one, other in self.both)
        return (
            self.what,
            f"{len(self.both)}, {words}",
            *(known or ("", "")),
            f"{100 * word_error_rate(self.both):.1f}",
            f"{same} of {len(self.both)}",
            f"{contradicted} of {captioned}",
        )


def words_of(text: str) -> list[str]:
    """For comparison: without case, marks and figures."""
    plain = (normalised(unit) for unit in units(text.replace("-", " ")))
    return " ".join(WRITTEN.get(word, word) for word in plain).split()


def _contradicted(caption: Sequence[str], final: Sequence[str]) -> int:
    """Committed words that are none of the final ones' beginning, at best."""
    return min(
        round(word_error_rate([(caption, final[:count])]) * len(caption)) if caption else 0
        for count in range(len(final) + 1)
    )


def _recording(path: Path) -> Samples:
    if path.suffix == ".raw":
        return np.fromfile(path, "<i2").astype(np.float32) / 32_768
    audio, rate = soundfile.read(path, dtype="float32", always_2d=True)
    mono: Samples = soxr.resample(audio.mean(axis=1), rate, RATE).astype(np.float32)
    return mono


class Comparison:
    """June's streams beside faster-whisper alone, on one model."""

    def __init__(self, engine: WhisperEngine, model: Path) -> None:
        self._engine = engine
        self.differing: list[tuple[str, str]] = []
        self._offline = faster_whisper.WhisperModel(
            str(model), device="cpu", compute_type="int8", cpu_threads=1
        )

    async def hear(self, tally: Tally, samples: Samples, language: str, said: str | None) -> str:
        """One clip; returns what June made of it."""
        ear, caption = await self._engine.open(SttOptions(language)), Caption()
        began = time.process_time()
        for at in range(0, len(samples), FEED):
            if hypothesis := await ear.push(samples[at : at + FEED]):
                caption.take(hypothesis.text)
        final = (await ear.finish()).text
        tally.cpu += time.process_time() - began
        tally.seconds += len(samples) / RATE
        await ear.close()
        segments, _ = self._offline.transcribe(
            samples, language=language, beam_size=5, without_timestamps=True
        )
        offline = " ".join(each.text.strip() for each in segments)
        ours, theirs = words_of(final), words_of(offline)
        if ours != theirs:
            self.differing.append((final, offline))
        tally.both.append((theirs, ours))
        tally.committed.append((words_of(caption.committed_text), ours))
        if said is not None:
            tally.said.append((words_of(said), ours))
            tally.said_offline.append((words_of(said), theirs))
        return final

    def looks(self, samples: Samples, language: str) -> float:
        """CPU seconds of `transcribe()` by its defaults on all there is, for each caption."""
        began = time.process_time()
        for end in range(EVERY * HOP, len(samples) + 1, EVERY * HOP):
            segments, _ = self._offline.transcribe(samples[:end], language=language)
            list(segments)
        return time.process_time() - began


def sentences(count: int) -> Iterator[Samples]:
    """Synthetic ones, in order, with a little silence around each."""
    quiet = np.zeros(RATE // 5, np.float32)
    for one in utter("en", "bench 0", True, 2 * count):
        if count and not is_jumbled("en", one.text):
            count -= 1
            yield np.concatenate([quiet, one.samples.astype(np.float32) / 32_768, quiet])


async def measure(model: Path, speech: Path, count: int) -> None:
    engine_module.STALE_SECONDS = 60.0
    console = Console()
    engine = WhisperEngine(model, kind="cpu", threads=1)
    await engine.load()
    comparison = Comparison(engine, model)
    people, noise, synthetic = Tally("people"), Tally("noise"), Tally("synthetic voices")
    looks = 0.0
    for name, (language, said) in RECORDINGS.items():
        if language in engine.languages and (speech / name).exists():
            tally = people if said else noise
            heard = await comparison.hear(tally, _recording(speech / name), language, said or None)
            console.print(f"{name}: {heard}", highlight=False)
            looks += comparison.looks(_recording(speech / name), language) if said else 0.0
    for samples in track(list(sentences(count)), "synthetic", console=console):
        await comparison.hear(synthetic, samples, "en", None)
    await engine.close()
    table = Table(
        "", "clips, words", "June % wrong", "transcribe() % wrong", "June against it %",
        "same text", "committed words contradicted", title="a real Whisper",
    )  # fmt: skip
    for tally in (people, synthetic):
        if any(text for text, _ in tally.both):
            table.add_row(*tally.row())
    console.print(table)
    if people.seconds:
        june, others = (cpu / people.seconds for cpu in (people.cpu, looks))
        console.print(
            f"CPU s a second of people's speech: June {june:.2f}, transcribe() for each caption "
            f"{others:.2f}: {others / june:.1f} times as much"
        )
    for final, offline in comparison.differing:
        console.print(f"June: {final}\n   transcribe(): {offline}", highlight=False)
    for theirs, ours in noise.both:
        console.print(f"over noise June says {len(ours)} words, transcribe() {len(theirs)}")


@click.command()
@click.option("--model", type=click.Path(exists=True, path_type=Path), required=True)
@click.option("--speech", type=click.Path(path_type=Path), default=Path("../shared/speech"))
@click.option("--sentences", "count", default=60, help="Synthetic ones.")
def main(model: Path, speech: Path, count: int) -> None:
    """Compare hearing in pieces with hearing the whole, on a model for people."""
    asyncio.run(measure(model, speech, count))


if __name__ == "__main__":
    main()
