"""Clips as a recogniser meets them, drawn at random from the corpus.

Sentences with pauses, beginning at once or late, cut off anywhere at their end as a
partial is, or beginning at a word as after a trim; soft, loud, noisy; or no speech.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from tools.tiny_whisper.features import RATE
from tools.tiny_whisper.noise import Noise
from tools.tiny_whisper.voices import Spoken

Floats = npt.NDArray[np.float32]

NO_SPEECH = 0.07
AT_ONCE, LATEST = 0.4, 1.0  # share of clips that begin with speech; seconds
CUT = 0.28
# Of a word that is cut off, so much must be heard for it to count.
HEARD = 0.7
TRIMMED = 0.15
LONG = 8.0  # seconds of a window in which there should be much to hear
HASTY = 0.5  # share of clips with short pauses between sentences
NOISY, LOUDEST_NOISE, FAINTEST_NOISE = 0.6, 3.0, 45.0  # decibels below the speech
PEAKS = (-30.0, -1.0)  # decibels of full scale


@dataclass(frozen=True, slots=True)
class Word:
    """A word and its place in the clip, in seconds."""

    text: str
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Clip:
    """Audio and what is said in it.

    Attributes:
        language: None where nothing is said.
        sentences: the words of each.
        before: what was said before the clip, where it is known.
        unfinished: the window ended within the last sentence.
    """

    audio: Floats
    language: str | None
    sentences: tuple[tuple[Word, ...], ...] = ()
    before: tuple[str, ...] = ()
    unfinished: bool = False

    @property
    def words(self) -> list[Word]:
        return [word for sentence in self.sentences for word in sentence]


class Clips:
    """Draws clips of at most a window's length."""

    def __init__(self, corpus: Sequence[Spoken], draw: np.random.Generator) -> None:
        self._draw = draw
        self._noise = Noise(draw)
        self._by_language = {
            language: [one for one in corpus if one.language == language]
            for language in ("en", "de")
        }

    def clip(self, window: float, english: float) -> Clip:
        """A clip that is English rather than German, where it is speech, with the chance
        `english`."""
        if self._chance(NO_SPEECH):
            return self._nothing(window)
        language = "en" if self._chance(english) else "de"
        clip = self._spoken(language, window)
        if self._chance(CUT):
            clip = self._cut(clip, self._draw.uniform(0.15, 1.0) * len(clip.audio) / RATE)
        elif self._chance(0.5):
            clip = self._followed(clip, window)
        if not clip.words:
            return self._nothing(window)
        return replace(clip, audio=self._coloured(clip.audio))

    def text(self, language: str) -> list[str]:
        """The words of any sentence."""
        return self._any(language).text.split()

    def _spoken(self, language: str, window: float) -> Clip:
        """Sentences one after another, until the window is as full as is drawn."""
        lead = 0.0 if self._chance(AT_ONCE) else self._draw.uniform(0.0, LATEST)
        pieces = [np.zeros(round(min(lead, window / 2) * RATE), np.float32)]
        least = 0.1 if window < LONG else 0.3
        full = self._draw.uniform(least, 1.0) * window if window > 3 else 0.0
        longest_pause = 0.5 if self._chance(HASTY) else 1.4
        sentences: list[tuple[Word, ...]] = []
        before: tuple[str, ...] = ()
        at = len(pieces[0])
        while True:
            spoken = self._any(language)
            audio, words = spoken.samples.astype(np.float32) / 32_768, list(_words(spoken, 0))
            if not sentences and self._chance(TRIMMED) and len(words) > 1:
                first = int(self._draw.integers(1, len(words)))
                before = tuple(word.text for word in words[:first])
                audio = audio[round(words[first].start * RATE) :]
                words = list(_words(spoken, first))
            sentences.append(tuple(_moved(words, at / RATE)))
            pieces.append(audio * self._draw.uniform(0.7, 1.0))
            at += len(audio)
            pause = round(self._draw.uniform(0.05, longest_pause) * RATE)
            if at + pause >= full * RATE:
                break
            pieces.append(np.zeros(pause, np.float32))
            at += pause
        clip = Clip(np.concatenate(pieces), language, tuple(sentences), before)
        if at <= window * RATE:
            return clip
        return replace(self._cut(clip, window), unfinished=True)

    def _cut(self, clip: Clip, seconds: float) -> Clip:
        """The clip's beginning, with the words that can be heard in it."""
        heard = [
            tuple(
                replace(word, end=min(word.end, seconds))
                for word in sentence
                if seconds - word.start >= HEARD * (word.end - word.start)
            )
            for sentence in clip.sentences
        ]
        sentences = tuple(sentence for sentence in heard if sentence)
        audio = clip.audio[: round(seconds * RATE)]
        whole = len(audio) == len(clip.audio)
        return replace(clip, audio=audio, sentences=sentences, unfinished=clip.unfinished and whole)

    def _followed(self, clip: Clip, window: float) -> Clip:
        """Silence after the last word, now and then up to the window's end."""
        rest = round(window * RATE) - len(clip.audio)
        more = rest if self._chance(0.2) else min(round(self._draw.uniform(0, 1.0) * RATE), rest)
        return replace(clip, audio=np.pad(clip.audio, (0, more))) if more > 0 else clip

    def _nothing(self, window: float) -> Clip:
        samples = round(self._draw.uniform(0.15, 1.0) * window * RATE)
        if self._chance(0.2):
            return Clip(np.zeros(samples, np.float32), None)
        level = 10 ** (self._draw.uniform(-70, -12) / 20)
        return Clip(self._noise.any(samples) * np.float32(level), None)

    def _coloured(self, audio: Floats) -> Floats:
        """As it comes through some microphone in some room."""
        if self._chance(0.25):
            tilt = np.float32(self._draw.uniform(-0.4, 0.7))
            audio = np.append(audio[:1], audio[1:] - tilt * audio[:-1])
        peak = np.float32(10 ** (self._draw.uniform(*PEAKS) / 20))
        audio = audio * (peak / (np.abs(audio).max() + np.float32(1e-6)))
        if self._chance(NOISY):
            loud = audio[np.abs(audio) > 0.02 * peak]
            level = np.sqrt(np.mean(np.square(loud))) if len(loud) else peak
            below = self._draw.uniform(LOUDEST_NOISE, FAINTEST_NOISE)
            audio = audio + self._noise.any(len(audio)) * np.float32(level * 10 ** (-below / 20))
        return audio.astype(np.float32)

    def _any(self, language: str) -> Spoken:
        corpus = self._by_language[language]
        return corpus[int(self._draw.integers(len(corpus)))]

    def _chance(self, share: float) -> bool:
        return bool(self._draw.random() < share)


def _words(spoken: Spoken, first: int) -> list[Word]:
    """The words from the first one on, timed from where that begins."""
    texts, places = spoken.text.split(), spoken.words
    begin = places[first][0] if first else 0
    return [
        Word(text, (start - begin) / RATE, (end - begin) / RATE)
        for text, (start, end) in zip(texts[first:], places[first:], strict=True)
    ]


def _moved(words: Sequence[Word], seconds: float) -> list[Word]:
    return [Word(word.text, word.start + seconds, word.end + seconds) for word in words]
