"""Utterances on disk: made once, by all cores, the same for the same seed."""

import json
import multiprocessing
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from itertools import islice
from pathlib import Path

import numpy as np
from rich.progress import track

from tools.tiny_whisper.sentences import sentences
from tools.tiny_whisper.voices import Spoken, say, speakers

# How many utterances to train on, and to be scored on.
TRAINED = {"en": 15_000, "de": 8_000}
HELD_OUT = {"en": 400, "de": 250}
SAMPLES, UTTERANCES = "samples.i16", "utterances.jsonl"
_PORTION = 250  # utterances that one process makes in a row


def make(folder: Path, seed: int, held_out: bool) -> None:
    """Writes the corpus, or leaves the one that is there."""
    if (folder / UTTERANCES).exists():
        return
    folder.mkdir(parents=True, exist_ok=True)
    counts = HELD_OUT if held_out else TRAINED
    portions = [
        (language, f"{seed} {at}", held_out, min(_PORTION, count - at))
        for language, count in counts.items()
        for at in range(0, count, _PORTION)
    ]
    unfinished = folder / (UTTERANCES + ".unfinished")
    # The engines' libraries are not to be inherited: fresh processes.
    fresh = multiprocessing.get_context("spawn")
    with (
        ProcessPoolExecutor(mp_context=fresh) as pool,
        (folder / SAMPLES).open("wb") as samples,
        unfinished.open("w") as utterances,
    ):
        made = pool.map(utter, *zip(*portions, strict=True))
        what = "held-out speech" if held_out else "speech"
        for spoken in track(made, f"{what:16}", total=len(portions)):
            for one in spoken:
                samples.write(one.samples.tobytes())
                row = (one.language, one.text, one.speaker, len(one.samples), one.words)
                utterances.write(json.dumps(row, ensure_ascii=False) + "\n")
    unfinished.rename(folder / UTTERANCES)


def utter(language: str, seed: str, held_out: bool, count: int) -> list[Spoken]:
    """So many utterances of the language, in one process."""
    pairs = zip(sentences(language, seed, held_out), speakers(language, seed), strict=True)
    spoken = (say(language, text, speaker) for text, speaker in pairs)
    return list(islice((one for one in spoken if one), count))


def read(folder: Path) -> list[Spoken]:
    """The corpus; audio stays on disk until it is needed."""
    samples = np.memmap(folder / SAMPLES, np.int16, "r")
    return list(_read(folder, samples))


def _read(folder: Path, samples: "np.memmap[tuple[int], np.dtype[np.int16]]") -> Iterator[Spoken]:
    at = 0
    for line in (folder / UTTERANCES).read_text().splitlines():
        language, text, speaker, length, words = json.loads(line)
        yield Spoken(
            language, text, speaker, samples[at : at + length], tuple(map(tuple, words))
        )
        at += length
