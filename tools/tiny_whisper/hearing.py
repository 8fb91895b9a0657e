"""An exported model at work: as June's engine calls it, and as faster-whisper does."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import ctranslate2
import numpy as np
import numpy.typing as npt
from faster_whisper import WhisperModel

from tools.tiny_whisper.features import FRAMES_A_SECOND, RATE
from tools.tiny_whisper.tokens import Tokens

Floats = npt.NDArray[np.float32]

# faster-whisper counts places of the encoder; CTranslate2 wants frames.
SECONDS_A_PLACE = 2 / FRAMES_A_SECOND
_MOST_TOKENS = 224


@dataclass(frozen=True, slots=True)
class Heard:
    """What a window holds, by the model's account."""

    words: list[str]
    no_speech: float


@dataclass(frozen=True, slots=True)
class Placed:
    """A word's place in the window, in seconds."""

    start: float
    end: float


class Hearing:
    """Windows in, words out."""

    def __init__(self, folder: Path, threads: int = 1) -> None:
        self.whisper = WhisperModel(
            str(folder), device="cpu", compute_type="int8", cpu_threads=threads
        )
        self.tokens = Tokens()

    def windows(self, clips: Sequence[Floats], seconds: float) -> ctranslate2.StorageView:
        """Features of the clips, each padded with zeros to the window."""
        frames = round(seconds * FRAMES_A_SECOND)
        features = np.zeros((len(clips), 80, frames), np.float32)
        for row, clip in zip(features, clips, strict=True):
            found = self.whisper.feature_extractor(clip)[:, :frames]
            row[:, : found.shape[1]] = found
        return ctranslate2.StorageView.from_array(features)

    def hear(
        self, clips: Sequence[Floats], seconds: float, language: str, beam: int = 1
    ) -> list[Heard]:
        """With June's prompt: the language, no timestamps."""
        prompt = [*self.prompt(language), self.tokens.no_timestamps]
        results = self.whisper.model.generate(
            self.windows(clips, seconds),
            [prompt] * len(clips),
            beam_size=beam,
            max_length=_MOST_TOKENS,
            return_no_speech_prob=True,
        )
        return [
            Heard(self.decoded(result.sequences_ids[0]), result.no_speech_prob)
            for result in results
        ]

    def languages(self, clips: Sequence[Floats], seconds: float) -> list[tuple[str, float]]:
        """The likeliest language of each clip, and how likely it is."""
        found = self.whisper.model.detect_language(self.windows(clips, seconds))
        return [(ranked[0][0].strip("<|>"), ranked[0][1]) for ranked in found]

    def placed(self, clip: Floats, seconds: float, language: str, text: str) -> list[Placed]:
        """Where each word of `text` lies in the clip, as faster-whisper finds it."""
        ids = self.tokens.of(text.split())
        frames = min(len(clip) // (RATE // FRAMES_A_SECOND), round(seconds * FRAMES_A_SECOND))
        (found,) = self.whisper.model.align(
            self.windows([clip], seconds), self.prompt(language), [ids], [frames]
        )
        rows = np.array([row for row, _ in found.alignments])
        places = np.array([place for _, place in found.alignments])
        begins = places[np.flatnonzero(np.diff(rows, prepend=-1))] * SECONDS_A_PLACE
        return [
            Placed(float(start), float(end))
            for start, end in zip(begins[:-1], begins[1:], strict=True)
        ]

    def transcribed(self, clip: Floats, language: str | None = None, beam: int = 5) -> list[str]:
        """By faster-whisper alone, with all that it does unasked."""
        segments, _ = self.whisper.transcribe(clip, language=language, beam_size=beam)
        return " ".join(segment.text for segment in segments).split()

    def prompt(self, language: str) -> list[int]:
        return [self.tokens.start, self.tokens.language(language), self.tokens.transcribe]

    def decoded(self, ids: Sequence[int]) -> list[str]:
        return self.whisper.hf_tokenizer.decode(list(ids)).split()
