"""A lane: one sentence's audio on its way out, chunk by chunk. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from june_runtime.errors import JuneError
from june_runtime.pcm import AudioFormat
from june_tts.chunks import Chunker
from june_tts.config import Delivery
from june_tts.engine import Speech, SpokenWord
from june_tts.stream import EndReason
from june_tts.text import Spoken
from june_tts.words import PlacedWord, placed


@dataclass(frozen=True, slots=True)
class Timing:
    """Milliseconds from a sentence's flush: to the engine's start on it, to its first
    audio, to now."""

    queue_ms: float
    first_audio_ms: float
    total_ms: float


@dataclass(frozen=True, slots=True)
class Chunk:
    """What goes back to the caller; `go_away`, seconds, comes alone."""

    sentence_id: int = 0
    seq: int = 0
    start_sample: int = 0
    pcm: bytes = b""
    format: AudioFormat | None = None
    end_reason: EndReason | None = None  # set in the final chunk, and only there
    words: Sequence[PlacedWord] = ()
    timing: Timing | None = None
    error: JuneError | None = None
    go_away: float | None = None


class Lane:
    """Numbers a sentence's chunks and knows what to tell at its end.

    A chunk counts once it `went`: one that is dropped while it waits for the caller
    leaves no gap in the numbers.

    Args:
        flushed_at: when the caller completed the sentence, in seconds.

    Attributes:
        sent: samples that went, at the caller's rate.
        first_at: when the first audio was ready; None before.
    """

    def __init__(self, sentence_id: int, flushed_at: float) -> None:
        self.sentence_id = sentence_id
        self.sent = 0
        self.first_at: float | None = None
        self._flushed_at = flushed_at
        self._started_at: float | None = None
        self._seq = 0
        self._made = 0
        self._known: list[SpokenWord] = []
        self._delivery: Delivery | None = None
        self._spoken: Spoken | None = None
        self._chunker: Chunker | None = None

    def begin(self, delivery: Delivery, spoken: Spoken, now: float) -> None:
        """The engine starts on the sentence."""
        self._started_at = now
        self._delivery, self._spoken = delivery, spoken
        self._chunker = Chunker(delivery.voice.sample_rate, delivery.format, delivery.sizes)

    def push(self, speech: Speech) -> list[bytes]:
        """The audio of the chunks that are full now; `chunk` makes each one."""
        assert self._chunker is not None
        self._made += len(speech.samples)
        self._known.extend(speech.words)
        return self._chunker.push(speech.samples)

    def finish(self) -> list[bytes]:
        """The audio that is left; the last piece, maybe empty, is the final chunk's."""
        assert self._chunker is not None
        return self._chunker.finish()

    def chunk(self, pcm: bytes, now: float) -> Chunk:
        if self.first_at is None:
            self.first_at = now
        return self._chunk(pcm, now, timed=self._seq == 0)

    def final(
        self,
        reason: EndReason,
        now: float,
        pcm: bytes = b"",
        error: JuneError | None = None,
    ) -> Chunk:
        """The sentence's last chunk, with the words that lie in what was sent."""
        if pcm and self.first_at is None:
            self.first_at = now
        return self._chunk(pcm, now, timed=True, reason=reason, error=error)

    def _chunk(
        self,
        pcm: bytes,
        now: float,
        *,
        timed: bool,
        reason: EndReason | None = None,
        error: JuneError | None = None,
    ) -> Chunk:
        return Chunk(
            sentence_id=self.sentence_id,
            seq=self._seq,
            start_sample=self.sent,
            pcm=pcm,
            format=self._delivery.format if self._delivery else None,
            end_reason=reason,
            words=self._words(reason, pcm) if reason else (),
            timing=self._timing(now) if timed else None,
            error=error,
        )

    def went(self, chunk: Chunk) -> None:
        """The chunk is on its way to the caller."""
        self._seq += 1
        if chunk.format is not None:
            self.sent += len(chunk.pcm) // chunk.format.frame_bytes

    @property
    def sent_seconds(self) -> float:
        return self.sent / self._delivery.format.sample_rate if self._delivery else 0.0

    def ms_since_flush(self, then: float | None) -> float:
        return 0.0 if then is None else max(0.0, then - self._flushed_at) * 1_000

    def _timing(self, now: float) -> Timing:
        return Timing(*map(self.ms_since_flush, (self._started_at, self.first_at, now)))

    def _words(self, reason: EndReason, pcm: bytes) -> list[PlacedWord]:
        delivery, spoken, chunker = self._delivery, self._spoken, self._chunker
        if delivery is None or spoken is None or chunker is None:
            return []
        complete = reason is EndReason.COMPLETE
        if not complete and not self._known:
            return []  # how far the text was spoken is anybody's guess
        words = placed(spoken, self._known, delivery.voice.sample_rate, self._made, chunker.trimmed)
        if complete:
            return words
        audio = delivery.format
        sent = self.sent + len(pcm) // audio.frame_bytes
        return [word for word in words if word.start_ms * audio.sample_rate < sent * 1_000]
