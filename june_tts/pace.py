"""A sentence's speech at its tempo: the audio, and with it the words in it. Pure."""

from __future__ import annotations

from dataclasses import replace

from june_tts.engine import Speech, SpokenWord
from june_tts.tempo import Tempo


class Pace:
    """For engines whose model knows one tempo only.

    Args:
        rate: see Sentence.speaking_rate.
        sample_rate: in Hz.
    """

    def __init__(self, rate: float, sample_rate: int) -> None:
        self._rate = rate
        self._tempo = Tempo(rate, sample_rate)
        self._truncated = False

    def push(self, speech: Speech) -> Speech | None:
        """What can be said now; None if nothing. At a rate of 1 the speech itself."""
        if self._rate == 1:
            return speech
        self._truncated = self._truncated or speech.truncated
        samples = self._tempo.push(speech.samples)
        words = tuple(map(self._placed, speech.words))
        return Speech(samples, words) if len(samples) or words else None

    def finish(self) -> Speech | None:
        """What is left, and whether the sentence was truncated."""
        samples = self._tempo.finish()
        if not len(samples) and not self._truncated:
            return None
        return Speech(samples, truncated=self._truncated)

    def _placed(self, word: SpokenWord) -> SpokenWord:
        start, end = (round(place / self._rate) for place in (word.start_sample, word.end_sample))
        return replace(word, start_sample=start, end_sample=end)
