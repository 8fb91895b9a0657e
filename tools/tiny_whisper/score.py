"""What a model makes of held-out speech, as a table in Markdown."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from tools.tiny_whisper import corpus
from tools.tiny_whisper.features import RATE
from tools.tiny_whisper.hearing import Hearing
from tools.tiny_whisper.noise import KINDS, Noise
from tools.tiny_whisper.voices import Spoken

T = TypeVar("T")
Floats = npt.NDArray[np.float32]

LEAD, BUCKET, LONG = 0.3, 5.0, 30.0
SNR = 15.0
BATCH = 16
NAMES = {"en": "English", "de": "German"}
_LONG_RUN = 40.0  # seconds of one recording for faster-whisper alone
_NOISES = 40


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table."""

    what: str
    cells: tuple[str, ...]


class Score:
    """Measures one model."""

    def __init__(self, model: Path, held_out: Path, most: int | None = None) -> None:
        self._hearing = Hearing(model, threads=2)
        self._draw = np.random.default_rng(7)
        self._noise = Noise(self._draw)
        spoken = corpus.read(held_out)
        self._spoken = {
            language: [
                one for one in spoken
                if one.language == language and len(one.samples) < (BUCKET - LEAD) * RATE
            ][:most]
            for language in NAMES
        }  # fmt: skip

    def rows(self) -> Iterable[Row]:
        for beam in (1, 5):
            for seconds in (BUCKET, LONG):
                name = f"word errors, {'greedy' if beam == 1 else f'beam {beam}'}, {seconds:g} s"
                yield self._row(f"{name}, clean", lambda one: _clean(one), seconds, beam)
                if beam == 1 or seconds == BUCKET:
                    yield self._row(f"{name}, noise at 15 dB", self._noisy, seconds, beam)
        yield self._each("language found, 5 s window", self._language)
        yield self._each("words' starts off by, median / 90th percentile", self._starts)
        yield self._each("words' ends off by, median / 90th percentile", self._ends)
        yield self._each("cut anywhere: words before the last right", self._cut)
        yield self._each("no-speech probability of speech, greatest", self._speech)
        yield self._each("faster-whisper's transcribe() alone, word errors", self._alone)
        lowest = self._least_no_speech()
        yield Row("no-speech probability of noise and silence, least", (f"{lowest:.3f}",) * 2)

    def _each(self, what: str, measure: Callable[[str], str]) -> Row:
        return Row(what, tuple(measure(language) for language in NAMES))

    def _row(
        self, what: str, sound: Callable[[Spoken], Floats], seconds: float, beam: int
    ) -> Row:
        return self._each(
            what, lambda language: f"{self._errors(language, sound, seconds, beam):.2%}"
        )

    def _errors(
        self, language: str, sound: Callable[[Spoken], Floats], seconds: float, beam: int
    ) -> float:
        pairs: list[tuple[list[str], list[str]]] = []
        for some in _batches(self._spoken[language], BATCH):
            clips = [sound(one) for one in some]
            heard = self._hearing.hear(clips, seconds, language, beam)
            pairs += [
                (one.text.split(), it.words) for one, it in zip(some, heard, strict=True)
            ]
        return word_error_rate(pairs)

    def _noisy(self, one: Spoken) -> Floats:
        """White, pink and brown by turns, hum and chords too."""
        clean = _clean(one)
        loud = clean[np.abs(clean) > 0.02 * np.abs(clean).max()]
        level = np.sqrt(np.mean(np.square(loud))) * 10 ** (-SNR / 20)
        return clean + self._noise.any(len(clean)) * np.float32(level)

    def _language(self, language: str) -> str:
        right = 0
        for some in _batches(self._spoken[language], BATCH):
            found = self._hearing.languages([_clean(one) for one in some], BUCKET)
            right += sum(name == language for name, _ in found)
        return f"{right / len(self._spoken[language]):.1%}"

    def word_times_off(self) -> float:
        """Seconds, in the median over starts and ends and both languages."""
        off = [self._off(language, side) for language in NAMES for side in (0, 1)]
        return float(np.median(np.concatenate(off)))

    def _starts(self, language: str) -> str:
        return _told(self._off(language, 0))

    def _ends(self, language: str) -> str:
        return _told(self._off(language, 1))

    def _off(self, language: str, side: int) -> Floats:
        """By how many seconds each word's start (or end) is off."""
        off: list[float] = []
        for one in self._spoken[language]:
            placed = self._hearing.placed(_clean(one), BUCKET, language, one.text)
            true = np.array([word[side] for word in one.words]) / RATE + LEAD
            said = np.array([(word.start, word.end)[side] for word in placed])
            off += list(np.abs(true - said))
        return np.array(off, np.float32)

    def _cut(self, language: str) -> str:
        """Of partials: every word that ended 0.3 s before the cut should stand."""
        right = told = 0
        for some in _batches(self._spoken[language], BATCH):
            ends = [self._draw.uniform(0.4, 1.0) * len(one.samples) / RATE for one in some]
            clips = [
                _clean(one)[: round((LEAD + end) * RATE)]
                for one, end in zip(some, ends, strict=True)
            ]
            for one, end, it in zip(
                some, ends, self._hearing.hear(clips, BUCKET, language), strict=True
            ):
                sure = sum(word[1] / RATE < end - 0.3 for word in one.words)
                told += sure
                right += sum(
                    a == b for a, b in zip(one.text.split()[:sure], it.words, strict=False)
                )
        return f"{right / told:.1%}"

    def _speech(self, language: str) -> str:
        greatest = 0.0
        for some in _batches(self._spoken[language], BATCH):
            heard = self._hearing.hear([_clean(one) for one in some], BUCKET, language)
            greatest = max(greatest, *(it.no_speech for it in heard))
        return f"{greatest:.3f}"

    def _least_no_speech(self) -> float:
        least = 1.0
        for seconds in (1.0, 3.0, BUCKET, LONG):
            clips = [np.zeros(round(seconds * RATE * 0.8), np.float32)]
            for at in range(_NOISES):
                level = np.float32(10 ** (self._draw.uniform(-60, -14) / 20))
                samples = round(seconds * RATE * self._draw.uniform(0.3, 1.0))
                clips.append(self._noise.of(KINDS[at % len(KINDS)], samples) * level)
            for some in _batches(clips, BATCH):
                heard = self._hearing.hear(some, seconds, "en")
                least = min(least, *(it.no_speech for it in heard))
        return least

    def _alone(self, language: str) -> str:
        """Recordings of 40 s with pauses, the language to be found."""
        pairs: list[tuple[list[str], list[str]]] = []
        pieces: list[Floats] = []
        words: list[str] = []
        for one in self._spoken[language]:
            pieces.append(_clean(one))
            words += one.text.split()
            if sum(map(len, pieces)) > _LONG_RUN * RATE:
                pairs.append((words, self._hearing.transcribed(np.concatenate(pieces))))
                pieces, words = [], []
        return f"{word_error_rate(pairs):.2%}"


def table(rows: Iterable[Row]) -> str:
    lines = [f"| | {' | '.join(NAMES.values())} |", "|---|---|---|"]
    lines += [f"| {row.what} | {' | '.join(row.cells)} |" for row in rows]
    return "\n".join(lines)


def word_error_rate(pairs: Iterable[tuple[Sequence[str], Sequence[str]]]) -> float:
    """Errors of all pairs (said, heard) by the words that were said."""
    pairs = list(pairs)
    return sum(_distance(said, heard) for said, heard in pairs) / sum(
        len(said) for said, _ in pairs
    )


def _distance(said: Sequence[str], heard: Sequence[str]) -> int:
    """Levenshtein's, word by word."""
    before = list(range(len(heard) + 1))
    for row, word in enumerate(said, start=1):
        now = [row]
        for column, other in enumerate(heard, start=1):
            now.append(
                min(before[column] + 1, now[-1] + 1, before[column - 1] + (word != other))
            )
        before = now
    return before[-1]


def _told(off: Floats) -> str:
    median, most = np.percentile(off * 1000, [50, 90])
    return f"{median:.0f} / {most:.0f} ms"


def _clean(one: Spoken) -> Floats:
    return np.pad(one.samples.astype(np.float32) / 32_768, round(LEAD * RATE))


def _batches(items: Sequence[T], size: int) -> Iterable[Sequence[T]]:
    return (items[at : at + size] for at in range(0, len(items), size))
