"""`python -m bench.hearing`: what it costs to hear many streams with Whisper.

Three figures of one run. Weights are random at the true size of Whisper's `tiny` where
cost is measured, with a fixed number of tokens a window, since what is said by random
weights says nothing; where a turn's end is measured, they are those of the tests' own
little model, which understands the words.

The other way that the first table names is that of servers such as WhisperLive: a
buffer of its own for each caller, padded to 30 s at each look, one caller at a time; once
with 5 beams at each, which is what they leave `transcribe()` to do unasked (WhisperLive
08f67a5, faster_whisper_backend.py), and once with a single one.
"""

from __future__ import annotations

import asyncio
import os
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import click
import ctranslate2
import faster_whisper
import numpy as np
import uvloop
from june.common.v1 import audio_pb2
from june.stt.v1 import stt_pb2, stt_service_pb2_grpc
from rich.console import Console
from rich.table import Table

from bench.whisper_weights import write
from june_runtime.pcm import AudioFormat, Samples, encode
from june_runtime.testing import running
from june_stt.engine import RATE, SttOptions
from june_stt.engines.whisper import model as decoding
from june_stt.engines.whisper.engine import WhisperEngine
from june_stt.engines.whisper.heard import EVERY
from june_stt.engines.whisper.mel import HOP
from june_stt.service import Stt
from june_stt.settings import SttSettings
from tests.engines.spoken import TINY_WHISPER, spoken

# 8 is the mean of 304 captions that tiny.en made of nine recordings of people and ten
# synthetic sentences (bench.hearing_people).
TOKENS = (8, 16)
TURN_SECONDS = 6.0
# So many in each row of the table, at once or one after another.
TURNS = 8
FEED = round(WhisperEngine.feed_ms * RATE / 1_000)
CADENCE = EVERY * HOP
FRAME_SECONDS = 0.04
SAID = "what's the weather like in london tomorrow"


def babble(seconds: float, seed: int) -> Samples:
    random = np.random.default_rng(seed)
    return (random.standard_normal(round(seconds * RATE)) * 0.05).astype(np.float32)


class OneByOne:
    """Each look decodes the whole buffer, padded to 30 s, one caller after another."""

    def __init__(self, folder: Path, threads: int, tokens: int) -> None:
        self._tokens = tokens
        self._model = faster_whisper.WhisperModel(
            str(folder), device="cpu", compute_type="int8", cpu_threads=threads
        )
        self._prompt = [50258, 50259, 50359, 50363]

    def look(self, samples: Samples, beams: int) -> None:
        mel = self._model.feature_extractor(samples)
        window = np.zeros((1, mel.shape[0], 3_000), np.float32)
        window[0, :, : mel.shape[1]] = mel
        encoded = self._model.model.encode(ctranslate2.StorageView.from_array(window))
        self._model.model.generate(
            encoded,
            [self._prompt],
            beam_size=beams,
            max_length=2 * self._tokens,
            suppress_tokens=[],
        )


async def june_cost(engine: WhisperEngine, turns: Sequence[Samples]) -> float:
    """CPU seconds for all of them at once, each fed piece by piece."""
    ears = [await engine.open(SttOptions("en")) for _ in turns]
    began = time.process_time()
    for at in range(0, len(turns[0]), FEED):
        pushes = (ear.push(turn[at : at + FEED]) for ear, turn in zip(ears, turns, strict=True))
        await asyncio.gather(*pushes)
    await asyncio.gather(*(ear.finish() for ear in ears))
    spent = time.process_time() - began
    for ear in ears:
        await ear.close()
    return spent


def one_by_one_cost(baseline: OneByOne, turn: Samples, beams: int) -> float:
    """CPU seconds for each second of the turn."""
    began = time.process_time()
    for end in range(CADENCE, len(turn) + 1, CADENCE):
        baseline.look(turn[:end], beams)
    return (time.process_time() - began) / TURN_SECONDS


async def cadence(engine: WhisperEngine, streams: int, seconds: float) -> list[float]:
    """Milliseconds between a stream's captions, in real time."""
    gaps: list[float] = []

    async def speak(seed: int) -> None:
        ear, turn = await engine.open(SttOptions("en")), babble(TURN_SECONDS, seed)
        began = last = time.perf_counter() + seed * CADENCE / RATE / streams
        pending = 0.0
        while (now := time.perf_counter()) - began < seconds:
            due = began + pending + FEED / RATE
            await asyncio.sleep(max(0.0, due - now))
            behind = max(1, int((time.perf_counter() - began - pending) * RATE / FEED))
            pending += behind * FEED / RATE
            at = round(pending * RATE) % (len(turn) - behind * FEED)
            if await ear.push(turn[at : at + behind * FEED]) is not None:
                gaps.append((time.perf_counter() - last) * 1000)
                last = time.perf_counter()
            if pending % TURN_SECONDS < behind * FEED / RATE:
                await ear.finish()
                await ear.reset()
                last = time.perf_counter()
        await ear.close()

    await asyncio.gather(*(speak(seed) for seed in range(streams)))
    return gaps


async def ends_of_turn(streams: int, turns: int) -> list[float]:
    """Milliseconds from the sending of the silence that confirms a turn to its news."""
    settings = SttSettings(
        engine="whisper", model=str(TINY_WHISPER), device="cpu", language="en", late_ms=0
    )
    waits: list[float] = []
    silence = np.zeros(RATE, np.float32)
    audio = np.concatenate([silence[: RATE // 2], *([spoken(SAID), silence] * turns)])

    async def call(stub: Any, delay: float) -> None:
        sent: list[float] = []

        async def frames() -> AsyncIterator[stt_pb2.AudioIn]:
            wire = audio_pb2.AudioFormat(
                encoding=audio_pb2.AUDIO_ENCODING_PCM_S16LE, sample_rate=RATE, channels=1
            )
            yield stt_pb2.AudioIn(config=stt_pb2.TranscribeConfig(format=wire))
            await asyncio.sleep(delay)
            size, began = round(FRAME_SECONDS * RATE), time.perf_counter()
            for number, at in enumerate(range(0, len(audio), size)):
                await asyncio.sleep(
                    max(0.0, began + (number + 1) * FRAME_SECONDS - time.perf_counter())
                )
                sent.append(time.perf_counter())
                pcm = encode(audio[at : at + size], AudioFormat())
                yield stt_pb2.AudioIn(frame=audio_pb2.AudioFrame(pcm=pcm))

        async for told in stub.Transcribe(frames()):
            if told.event == stt_pb2.TRANSCRIPT_EVENT_END_OF_TURN:
                assert told.final_text == SAID, told.final_text
                confirmed = (told.result_end_ms + 500) / 1000
                frame = min(int(confirmed / FRAME_SECONDS), len(sent) - 1)
                waits.append((time.perf_counter() - sent[frame]) * 1000)

    async with running(Stt(settings)) as channel:
        stub: Any = stt_service_pb2_grpc.SttServiceStub(channel)
        await asyncio.gather(*(call(stub, place * 0.37) for place in range(streams)))
    return waits


def _fixed_tokens(tokens: int) -> None:
    """As many tokens in every window; nothing is tried again."""
    decoding.LEAST_TOKENS = decoding.MOST_TOKENS = tokens
    decoding.TEMPERATURES = ()
    for name in ("is_doubtful", "is_unsure", "is_silence", "stammers", "leaves_out"):
        setattr(decoding, name, lambda *_: False)
    setattr(decoding, "said_once", len)  # noqa: B010  an import of theirs


async def measure(quick: bool) -> None:
    console = Console()
    waits = await ends_of_turn(1 if quick else 4, 2 if quick else 8)
    with tempfile.TemporaryDirectory() as folder:
        weights = Path(folder, "tiny")
        write("tiny", weights)
        for tokens in TOKENS:
            _fixed_tokens(tokens)
            await _cost(console, weights, tokens, quick)
        await _cadence(console, weights, quick)
    p50, p95 = np.percentile(waits, [50, 95])
    console.print(
        f"end of turn after its confirming silence was sent, {len(waits)} turns: "
        f"p50 {p50:.0f}, p95 {p95:.0f} ms (a window is 32, a frame 40 ms)"
    )


async def _cost(console: Console, weights: Path, tokens: int, quick: bool) -> None:
    baseline = OneByOne(weights, 1, tokens)
    engine = WhisperEngine(weights, kind="cpu", threads=1)
    await engine.load()
    ways = [(f"30 s, beams: {beams}", beams) for beams in (decoding.BEAMS, 1)]
    heads = [head for way, _ in ways for head in (way, "ratio")]
    table = Table("streams", "June", *heads, title=f"CPU s / s of speech, {tokens} tokens a window")
    for streams in (1, 4) if quick else (1, 2, 4, 8):
        rounds = 1 if quick else TURNS // streams
        turns = [babble(TURN_SECONDS, seed) for seed in range(streams)]
        spent = sum([await june_cost(engine, turns) for _ in range(rounds)])
        june = spent / (TURN_SECONDS * streams * rounds)
        others = [one_by_one_cost(baseline, turns[0], beams) for _, beams in ways]
        cells = [cell for other in others for cell in (f"{other:.2f}", f"{other / june:.1f}")]
        table.add_row(str(streams), f"{june:.2f}", *cells)
    await engine.close()
    console.print(table)


async def _cadence(console: Console, weights: Path, quick: bool) -> None:
    cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(cores)})
    engine = WhisperEngine(weights, kind="cpu", threads=1)
    await engine.load()
    table = Table(
        "streams", "p50", "p95", title=f"ms between captions, all on one core, {TOKENS[-1]} tokens"
    )
    for streams in (1, 2) if quick else (1, 2, 3, 4, 6):
        gaps = await cadence(engine, streams, 4 if quick else 15)
        table.add_row(str(streams), *(f"{gap:.0f}" for gap in np.percentile(gaps, [50, 95])))
    await engine.close()
    os.sched_setaffinity(0, cores)
    console.print(table)


@click.command()
@click.option("--quick", is_flag=True, help="Few turns: to see that it works.")
def main(quick: bool) -> None:
    """Measure hearing with Whisper."""
    uvloop.run(measure(quick))


if __name__ == "__main__":
    main()
