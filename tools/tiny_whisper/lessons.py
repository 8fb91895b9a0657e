"""Batches to learn from: features of clips, the prompts of faster-whisper, targets."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch

from tools.tiny_whisper.clips import Clip, Clips, Word
from tools.tiny_whisper.features import FRAMES_A_SECOND, LogMel
from tools.tiny_whisper.tokens import Tokens

# The encoder makes a place of two frames; naming looks at every other place.
PLACES_A_SECOND = FRAMES_A_SECOND // 2
NAMED_EVERY = 2
NOT_SCORED = -100

TIMED = 0.35  # share of prompts that ask for timestamps, as faster-whisper does unasked
TIME_GRID = 0.2  # seconds; fewer timestamps are learnt sooner
LATEST_START = 1.0  # of the first timestamp; CTranslate2 forbids later ones
PRECEDED = 0.22  # share of prompts that begin with earlier text or hotwords
KNOWN_BEFORE = 0.6  # the same, where that text is what was really said before
# Of clips without speech, so many have any word as their text: a word that is forced
# out of the network is then an unlikely one.
BABBLE = 0.15


@dataclass(frozen=True, slots=True)
class Lesson:
    """A batch.

    Attributes:
        features: [clips, MELS, frames].
        tokens, targets: [clips, length]; targets are NOT_SCORED where anything goes.
        looked_at: [clips, length, places], where each word's audio lies; all False where
            there is no word.
        named: [clips, places / NAMED_EVERY], id of the word that is being said, or 0.
    """

    features: torch.Tensor
    tokens: torch.Tensor
    targets: torch.Tensor
    looked_at: torch.Tensor
    named: torch.Tensor


class Lessons:
    """Draws batches."""

    def __init__(self, clips: Clips, tokens: Tokens, draw: np.random.Generator) -> None:
        self._clips, self._tokens, self._draw = clips, tokens, draw
        self._features = LogMel()

    def lesson(self, window: float, count: int) -> Lesson:
        frames = round(window * FRAMES_A_SECOND)
        clips = [self._clips.clip(window) for _ in range(count)]
        scripts = [self._script(clip) for clip in clips]
        length = max(len(script.tokens) for script in scripts)
        places = frames // 2
        tokens = np.full((count, length), self._tokens.end)
        targets = np.full((count, length), NOT_SCORED)
        looked_at = np.zeros((count, length, places), np.bool_)
        named = np.zeros((count, places // NAMED_EVERY), np.int64)
        for row, script in enumerate(scripts):
            tokens[row, : len(script.tokens)] = script.tokens
            targets[row, : len(script.targets)] = script.targets
            for at, word in script.words:
                start = min(int(word.start * PLACES_A_SECOND), places - 1)
                end = max(round(word.end * PLACES_A_SECOND), start + 1)
                looked_at[row, at, start:end] = True
                named[row, start // NAMED_EVERY : end // NAMED_EVERY] = self._tokens.of(
                    [word.text]
                )
        return Lesson(
            self._features([clip.audio for clip in clips], frames),
            torch.from_numpy(tokens),
            torch.from_numpy(targets),
            torch.from_numpy(looked_at),
            torch.from_numpy(named),
        )

    def _script(self, clip: Clip) -> "_Script":
        tokens, draw = self._tokens, self._draw
        timed = draw.random() < TIMED
        language = clip.language or ("en" if draw.random() < 0.5 else "de")
        script = _Script([], [], [])
        before = self._before(clip, language, timed)
        if before:
            script.given([tokens.previous, *before])
        script.given([tokens.start], tokens.language(clip.language) if clip.language else tokens.no_speech)
        script.given([tokens.language(language)])
        script.given([tokens.transcribe, *([] if timed else [tokens.no_timestamps])])
        if not clip.language:
            if timed:
                script.said(tokens.timestamp(0.0))
            elif draw.random() < BABBLE:
                script.said(*tokens.of([str(draw.choice(tokens.words))]))
        for number, sentence in enumerate(clip.sentences):
            last = number == len(clip.sentences) - 1
            self._say(script, sentence, timed, number == 0, last and clip.unfinished)
        script.ended(tokens.end)
        return script

    def _say(
        self, script: "_Script", sentence: Sequence[Word], timed: bool, first: bool, unfinished: bool
    ) -> None:
        if timed:
            start = np.floor(sentence[0].start / TIME_GRID) * TIME_GRID
            script.said(self._tokens.timestamp(min(start, LATEST_START) if first else start))
        for word in sentence:
            script.words.append((len(script.targets) - 1, word))
            script.said(*self._tokens.of([word.text]))
        if timed and not unfinished:
            end = np.ceil(sentence[-1].end / TIME_GRID) * TIME_GRID
            script.said(self._tokens.timestamp(end))

    def _before(self, clip: Clip, language: str, timed: bool) -> list[int]:
        """Earlier text: what was really said, or other sentences, or hotwords."""
        draw = self._draw
        if clip.before:
            return self._tokens.of(clip.before) if draw.random() < KNOWN_BEFORE else []
        if draw.random() >= PRECEDED:
            return []
        ids: list[int] = []
        for number in range(int(draw.integers(1, 5))):
            words = self._clips.text(language)
            if number == 0 and clip.sentences and draw.random() < 0.4:
                said = [word.text for word in clip.words]
                words = [str(word) for word in draw.permutation(said)[:3]] + words[:2]
            some = [0 if draw.random() < 0.04 else one for one in self._tokens.of(words)]
            if timed and draw.random() < 0.5:
                times = sorted(draw.uniform(0, 8, 2).round(1))
                some = [self._tokens.timestamp(times[0]), *some, self._tokens.timestamp(times[1])]
            ids += some
        return ids


@dataclass(frozen=True, slots=True)
class _Script:
    """Tokens in, next tokens out, and at which place which word comes out."""

    tokens: list[int]
    targets: list[int]
    words: list[tuple[int, Word]]

    def given(self, ids: Sequence[int], target: int = NOT_SCORED) -> None:
        """Tokens of the prompt; `target` is what may be told from the last of them."""
        self.tokens.extend(ids)
        self.targets.extend([*[NOT_SCORED] * (len(ids) - 1), target])

    def said(self, *ids: int) -> None:
        """Tokens that are to come out, each told from the one before it."""
        for token in ids:
            self.targets[-1] = token
            self.targets.append(NOT_SCORED)
            self.tokens.append(token)

    def ended(self, token: int) -> None:
        self.targets[-1] = token
