"""The model itself: batches of pieces in, words out. Blocking, one call at a time.

Only this package knows faster-whisper and CTranslate2. Of the first it takes loading
and tokens; decoding goes to the second directly, since faster-whisper pads every window
to 30 s and decodes one stream at a time.
"""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import ctranslate2
import numpy as np

from june_runtime.errors import Unavailable
from june_stt.engine import RATE
from june_stt.engines.whisper.coverage import in_segments, leaves_out
from june_stt.engines.whisper.device import Device
from june_stt.engines.whisper.doubts import (
    MIN_LEVEL,
    Evidence,
    is_doubtful,
    is_phantom,
    is_silence,
    is_steady,
    is_unsure,
    said_once,
    stammers,
)
from june_stt.engines.whisper.loading import load
from june_stt.engines.whisper.mel import Frames, Matrix, MelStream, normalised
from june_stt.engines.whisper.queue import BUCKETS, LONGEST, bucket
from june_stt.engines.whisper.tokens import Tokens, tag_of
from june_stt.engines.whisper.work import Aim, Decoded, Piece

log = logging.getLogger(__name__)

BEAMS = 5
# What is tried after the search where its words are doubtful, as openai/whisper does.
TEMPERATURES: Sequence[float] = (0.2, 0.4, 0.6, 0.8, 1.0)
SAMPLES = 5
# Final words are looked for in a window this long at least, in frames; see SURE_LOGPROB.
SEARCHED_LEAST = 1_000
# Somebody waits for these words, and everybody else for the model: no other attempt is
# begun so many seconds after the first one was.
PATIENCE_SECONDS = 0.7
# Nobody says more tokens in a second (SimulStreaming's 22.5, less a tail for the
# shortest); it bounds what a loop can cost.
TOKENS_A_SECOND, LEAST_TOKENS, MOST_TOKENS = 15.0, 24, 224


@dataclass(slots=True)
class _Row:
    """A piece on its way, and what is known of it."""

    piece: Piece
    language: str
    probability: float
    tokens: list[int]
    evidence: Evidence


class WhisperModel:
    """See the module.

    Args:
        folder: a Whisper model in CTranslate2's format.
        now: a clock, in seconds.

    Raises:
        SettingsError: MODEL_BROKEN.
    """

    def __init__(
        self, folder: Path, device: Device, now: Callable[[], float] = time.monotonic
    ) -> None:
        loaded = load(folder, device)
        self._model = loaded.model
        self._now = now
        self.tokens = Tokens(loaded.hf_tokenizer, multilingual=bool(loaded.model.is_multilingual))
        self.filters: Matrix = loaded.feature_extractor.mel_filters

    def warm(self) -> None:
        """One of each kind of batch: the first is slow, and should be nobody's."""
        noise = np.random.default_rng(0).standard_normal(RATE).astype(np.float32) * 0.05
        frames = MelStream(self.filters).push(noise)
        for beams in (1, BEAMS):
            piece = Piece(Aim.FINAL, frames, 0, wants_places=True)
            encoded = self._encode([piece], BUCKETS[0])
            rows = self._languages([piece], encoded)
            self._generate(rows, encoded, {"beam_size": beams})
            self._told(rows, encoded)

    def decode(self, pieces: Sequence[Piece]) -> list[Decoded]:
        """What each piece says. They have one aim and prompts of one length.

        Raises:
            Unavailable: ENGINE_FAILED.
        """
        audible = [at for at, piece in enumerate(pieces) if _audible(piece)]
        answers = [Decoded()] * len(pieces)
        try:
            heard = self._decode([pieces[at] for at in audible]) if audible else []
        except (RuntimeError, ValueError) as error:
            log.exception("CTranslate2 failed")
            failed = "the speech model failed; try again"
            raise Unavailable("ENGINE_FAILED", failed, retry_after=1.0) from error
        for at, answer in zip(audible, heard, strict=True):
            answers[at] = answer
        return answers

    def _decode(self, pieces: Sequence[Piece]) -> list[Decoded]:
        searched, began = pieces[0].aim is not Aim.PARTIAL, self._now()
        window = max(bucket(len(piece.frames)) for piece in pieces)
        window = max(window, SEARCHED_LEAST) if searched else window
        encoded = self._encode(pieces, window)
        rows = self._languages(pieces, encoded)
        self._generate(rows, encoded, {"beam_size": BEAMS if searched else 1})
        if searched:
            self._look_closer(rows, window)
            self._try_again(rows, began + PATIENCE_SECONDS)
        for row in rows:
            self._believe(row)
        told = self._told(rows, encoded)
        return self._completed(rows, told) if searched else told

    def _encode(self, pieces: Sequence[Piece], window: int) -> Any:
        batch = np.stack([normalised(piece.frames.mel, window) for piece in pieces])
        return self._model.encode(ctranslate2.StorageView.from_array(batch))

    def _languages(self, pieces: Sequence[Piece], encoded: Any) -> list[_Row]:
        if len(self.tokens.languages) == 1 or all(piece.language for piece in pieces):
            only = self.tokens.languages[0]
            found = [(piece.language or only, 1.0) for piece in pieces]
        else:
            detected = self._model.detect_language(encoded)
            best = [(tag_of(row[0][0]), float(row[0][1])) for row in detected]
            found = [
                (piece.language, 1.0) if piece.language else most
                for piece, most in zip(pieces, best, strict=True)
            ]
        return [
            _Row(piece, language, probability, [], Evidence(0.0, 0.0))
            for piece, (language, probability) in zip(pieces, found, strict=True)
        ]

    def _generate(self, rows: Sequence[_Row], encoded: Any, search: dict[str, Any]) -> None:
        """Sets the tokens of the rows and the evidence for them."""
        prompts = [self.tokens.prompt(row.language, row.piece.prompt) for row in rows]
        longest = max(row.piece.seconds for row in rows)
        most = min(MOST_TOKENS, max(LEAST_TOKENS, math.ceil(longest * TOKENS_A_SECOND)))
        results = self._model.generate(
            encoded,
            prompts,
            # At most half of it is generated, and the prompt counts too.
            max_length=min(448, max(2 * most, most + len(prompts[0]))),
            return_scores=True,
            return_no_speech_prob=True,
            **search,
        )
        for row, result in zip(rows, results, strict=True):
            ids = result.sequences_ids[0]
            logprob = result.scores[0] * len(ids) / (len(ids) + 1)
            row.tokens = list(ids)
            steady = is_steady(row.piece.frames.level)
            row.evidence = Evidence(logprob, result.no_speech_prob, steady)

    def _look_closer(self, rows: Sequence[_Row], window: int) -> None:
        """What a short window leaves unsure is what the longest one says: that is the
        one which Whisper learnt from."""
        unsure = [row for row in rows if window < LONGEST and self._unsure(row)]
        if unsure:
            encoded = self._encode([row.piece for row in unsure], LONGEST)
            self._generate(unsure, encoded, {"beam_size": BEAMS})

    def _try_again(self, rows: Sequence[_Row], until: float) -> None:
        """Doubtful rows once more, by sampling, hotter and hotter, while there is doubt
        and time; else the likeliest words are kept."""
        doubtful = [row for row in rows if self._doubts(row)]
        for search in map(_sampling, TEMPERATURES):
            if not doubtful or self._now() > until:
                return
            encoded = self._encode([row.piece for row in doubtful], LONGEST)
            tried = [replace(row) for row in doubtful]
            self._generate(tried, encoded, search)
            for row, attempt in zip(doubtful, tried, strict=True):
                likelier = attempt.evidence.logprob > row.evidence.logprob
                if likelier or not self._doubts(attempt):
                    row.tokens, row.evidence = attempt.tokens, attempt.evidence
            doubtful = [row for row in doubtful if self._doubts(row)]

    def _completed(self, rows: Sequence[_Row], told: Sequence[Decoded]) -> list[Decoded]:
        """With what was left out of them."""
        return [
            self._in_segments(row, decoded)
            if leaves_out(decoded.words, row.piece.frames.level)
            else decoded
            for row, decoded in zip(rows, told, strict=True)
        ]

    def _in_segments(self, row: _Row, decoded: Decoded) -> Decoded:
        """As openai/whisper goes through a recording, where that finds more."""

        def heard(frames: Frames) -> tuple[list[int], int | None]:
            encoded = self._encode([replace(row.piece, frames=frames)], LONGEST)
            prompt = self.tokens.timed_prompt(row.language)
            result = self._model.generate(encoded, [prompt], beam_size=BEAMS)[0]
            return self.tokens.segments(result.sequences_ids[0])

        tokens = in_segments(row.piece.frames, heard)
        longer = replace(row, tokens=tokens[: said_once(self.tokens.plain(tokens))])
        if len(longer.tokens) <= len(row.tokens):
            return decoded
        [whole] = self._told([longer], self._encode([row.piece], LONGEST))
        return whole

    def _unsure(self, row: _Row) -> bool:
        if is_silence(row.evidence):
            return False
        text = self.tokens.text(row.tokens)
        return stammers(text, row.piece.seconds) or is_unsure(text, row.evidence)

    def _doubts(self, row: _Row) -> bool:
        text = self.tokens.text(row.tokens)
        return is_doubtful(text, row.evidence) and not is_silence(row.evidence)

    def _believe(self, row: _Row) -> None:
        """Takes back what was not said."""
        row.tokens = row.tokens[: said_once(self.tokens.plain(row.tokens))]
        text = self.tokens.text(row.tokens)
        if is_silence(row.evidence) or is_phantom(text, row.evidence):
            row.tokens = []

    def _told(self, rows: Sequence[_Row], encoded: Any) -> list[Decoded]:
        placed: dict[int, Any] = {}
        wanted = {row.language for row in rows if row.piece.wants_places and row.tokens}
        for language in wanted:
            placed |= self._aligned(rows, encoded, language)
        return [self._decoded(row, placed.get(at)) for at, row in enumerate(rows)]

    def _decoded(self, row: _Row, aligned: Any) -> Decoded:
        text = self.tokens.text(row.tokens)
        return Decoded(
            text,
            self.tokens.words(row.tokens, row.language, aligned) if aligned else (),
            row.language if row.tokens else "",
            row.probability if row.tokens else 0.0,
            stammered=stammers(text, row.piece.seconds),
        )

    def _aligned(self, rows: Sequence[_Row], encoded: Any, language: str) -> dict[int, Any]:
        """CTranslate2 aligns a whole batch after one start: the rows of the other
        languages are asked for nothing."""
        asked = [
            row.tokens if row.language == language and row.piece.wants_places else []
            for row in rows
        ]
        frames = [len(row.piece.frames) for row in rows]
        aligned = self._model.align(encoded, self.tokens.start(language), asked, frames)
        return {at: aligned[at] for at, tokens in enumerate(asked) if tokens}


def _sampling(temperature: float) -> dict[str, Any]:
    return {
        "beam_size": 1,
        "sampling_topk": 0,
        "sampling_temperature": temperature,
        "num_hypotheses": SAMPLES,
    }


def _audible(piece: Piece) -> bool:
    return len(piece.frames) > 0 and float(piece.frames.level.max()) >= MIN_LEVEL
