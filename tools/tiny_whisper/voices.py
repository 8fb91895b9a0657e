"""Synthetic speakers: flite and espeak-ng as June's engines call them, warped.

A speaker is a voice at a tempo, brought to another height by resampling, which
moves the formants with the pitch as a longer or shorter throat does.
"""

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import soxr

from june_tts.engine import Sentence, SpokenWord, Voice
from june_tts.engines import espeak, flite_library
from june_tts.engines.flite_library import Randomness, Token

RATE = 16_000
Samples = npt.NDArray[np.int16]

FLITE = {"rms": 16_000, "slt": 16_000, "awb": 16_000, "kal16": 16_000, "kal": 8_000}
ESPEAK = {
    "en": ("en-us", "en-us", "en-gb", "en-gb-x-rp", "en-us-nyc"),
    "de": ("de",),
}
VARIANTS = ("", "+m1", "+m3", "+m4", "+m7", "+f1", "+f2", "+f4", "+Andy", "+Annie")
# Of English, so much is said by espeak-ng; all of it where flite is absent.
ESPEAK_SHARE = 0.35
SLOWEST, FASTEST = 0.8, 1.25
LOWEST, HIGHEST = 0.88, 1.15
_NOISE_FLOOR, _KEPT = 60, 320  # of int16; samples that stay around what is louder
_MOST_SAMPLES = 10 * RATE


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who says something: an engine's voice, its tempo and its height."""

    voice: str
    tempo: float
    height: float
    seed: int


@dataclass(frozen=True, slots=True)
class Spoken:
    """A sentence as audio at 16 kHz.

    Attributes:
        words: where each word of `text` begins and ends, in samples.
    """

    language: str
    text: str
    speaker: str
    samples: Samples
    words: tuple[tuple[int, int], ...]


def speakers(language: str, seed: str) -> Iterator[Speaker]:
    """Endless speakers of the language."""
    draw = random.Random(f"{language} speakers {seed}")
    by_flite = language == "en" and flite() is not None
    while True:
        if by_flite and draw.random() > ESPEAK_SHARE:
            voice = f"flite {draw.choice(tuple(FLITE))}"
        else:
            voice = f"espeak {draw.choice(ESPEAK[language])}{draw.choice(VARIANTS)}"
        tempo, height = draw.uniform(SLOWEST, FASTEST), draw.uniform(LOWEST, HIGHEST)
        yield Speaker(voice, tempo, height, draw.randrange(1 << 31))


def say(language: str, text: str, speaker: Speaker) -> Spoken | None:
    """The sentence by the speaker, silence trimmed off; None where the engine did not
    say where each of its words lies."""
    engine, _, voice = speaker.voice.partition(" ")
    says = _say_with_flite if engine == "flite" else _say_with_espeak
    # What is raised afterwards is slowed down before.
    samples, rate, words = says(text, voice, speaker.tempo / speaker.height, speaker.seed)
    if len(words) != len(text.split()) or not len(samples):
        return None
    scale = RATE / (rate * speaker.height)
    samples = soxr.resample(samples, rate * speaker.height, RATE, quality="MQ")
    loud = np.flatnonzero(np.abs(samples) > _NOISE_FLOOR)
    if not len(loud):
        return None
    first, last = max(int(loud[0]) - _KEPT, 0), int(loud[-1]) + _KEPT
    samples = samples[first:last]
    times = tuple(
        (_within(start * scale - first, samples), _within(end * scale - first, samples))
        for start, end in words
    )
    if len(samples) > _MOST_SAMPLES or any(end <= start for start, end in times):
        return None
    return Spoken(language, text, speaker.voice, samples, times)


def _within(position: float, samples: Samples) -> int:
    return min(max(round(position), 0), len(samples))


@cache
def flite() -> flite_library.Library | None:
    return flite_library.find()


@cache
def _flite_voice(name: str) -> int:
    library = flite()
    assert library is not None
    return library.load_voice(name)


@cache
def _espeak() -> espeak.Speaker:
    return espeak.Speaker()


_Said = tuple[Samples, int, list[tuple[int, int]]]  # with its rate, words in its samples


def _say_with_flite(text: str, voice: str, tempo: float, seed: int) -> _Said:
    library, rate = flite(), FLITE[voice]
    assert library is not None
    pieces: list[Samples] = []
    tokens: list[Token] = []

    def hear(pcm: Samples, listed: object) -> int:
        pieces.append(pcm)
        if not tokens and callable(listed):
            tokens.extend(listed())
        return rate

    randomness = Randomness(seed)
    randomness.enter()
    try:
        library.say(text.encode("ascii"), _flite_voice(voice), 1 / tempo, rate, hear)
    finally:
        randomness.leave()
    words = [(round(token.start * rate), round(token.end * rate)) for token in tokens]
    return np.concatenate(pieces) if pieces else np.zeros(0, np.int16), rate, words


def _say_with_espeak(text: str, voice: str, tempo: float, seed: int) -> _Said:
    rate = espeak.SAMPLE_RATE
    sentence = Sentence(text, Voice(voice, (), "", rate), speaking_rate=tempo, seed=seed)
    speeches = list(_espeak().speak(sentence))
    words = _apart(text, [word for speech in speeches for word in speech.words])
    samples = np.concatenate([speech.samples for speech in speeches])
    return (samples * 32_767).astype(np.int16), rate, words


def _apart(text: str, spoken: list[SpokenWord]) -> list[tuple[int, int]]:
    """The place of every word in the audio. espeak-ng says some words as one ("in the"):
    these share their time letter by letter."""
    begun = {word.start: word for word in spoken}
    groups: list[tuple[SpokenWord, list[int]]] = []
    for found in re.finditer(r"\S+", text):
        if word := begun.get(found.start()):
            groups.append((word, []))
        elif not groups:
            return []
        groups[-1][1].append(len(found[0]))
    words: list[tuple[int, int]] = []
    for word, letters in groups:
        bounds = np.cumsum([0, *letters]) / sum(letters)
        at = word.start_sample + bounds * (word.end_sample - word.start_sample)
        words += [(round(start), round(end)) for start, end in pairwise(at)]
    return words
