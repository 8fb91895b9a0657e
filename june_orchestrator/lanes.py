"""A lane: one sentence's audio on its way out."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing

from june_orchestrator.ports import Speech, WordAt
from june_runtime.errors import JuneError, TooSlow
from june_runtime.pcm import AudioFormat

# A fluent speaker's pace, for placing words of audio that is not complete.
CHARS_PER_SECOND = 15.0
# A synthesis that never ends is cut where it is far longer than its text takes: at
# this many seconds and so many times the usual pace.
SPARE_SECONDS, SPARE_PACE = 30.0, 3.0
# Audio leaves in runs no longer than this, so that it can leave just ahead of the
# listener however a synthesis hands it over.
RUN_SECONDS = 0.1
# What a synthesis says of a sentence without words, such as one of emoji only.
NOTHING_TO_SAY = "NOTHING_TO_SAY"


class Lane:
    """One sentence's audio: filled by a synthesis, drained once by the player.

    Audio is held until it is played, and there is a limit to it. All times are the
    event loop's.

    Args:
        text: the sentence as it was written.
        spoken: what is said of it, which may be nothing; None: all of it.
    """

    def __init__(
        self,
        index: int,
        text: str,
        audio: AudioFormat,
        flushed_at: float,
        spoken: str | None = None,
    ) -> None:
        self.index = index
        self.text = text
        self._spoken = spoken
        self.flushed_at = flushed_at
        self.started_at: float | None = None
        # Begun while the brain was still writing.
        self.concurrent = False
        self.first_audio_at: float | None = None
        self.filled_at: float | None = None
        self.played_at: float | None = None
        self.samples = 0
        self.held_samples = 0
        self.error: JuneError | None = None
        self.filled = asyncio.Event()
        self._audio = audio
        self._words: Sequence[WordAt] = ()
        self._runs: deque[bytes] = deque()
        self._arrived = asyncio.Event()

    def begin(self, now: float, *, concurrent: bool = False) -> None:
        """Its synthesis is about to start: from now on its audio is expected."""
        self.started_at = now
        self.concurrent = concurrent

    @property
    def spoken(self) -> str:
        """What is said of the sentence."""
        return self.text if self._spoken is None else self._spoken

    @property
    def silent(self) -> bool:
        """Whether nothing is said of it: it is made as soon as it is begun."""
        return self._spoken == ""

    async def fill(self, speech: AsyncGenerator[Speech, None]) -> None:
        """Take in the sentence's audio; a failure is kept in `error`."""
        try:
            async with aclosing(speech):
                async for run in speech:
                    self._words = run.words or self._words
                    if run.pcm:
                        self.hold(run.pcm)
        except JuneError as failed:
            if failed.reason != NOTHING_TO_SAY:
                self.error = failed
        finally:
            self.end()

    def end(self) -> None:
        """All of its audio is here."""
        self.filled_at = asyncio.get_running_loop().time()
        self.filled.set()
        self._arrived.set()

    def reopen(self) -> bool:
        """More of its audio comes after all; False where its player is done with it."""
        if self.held_samples:
            self.filled.clear()
        return self.held_samples > 0

    def hold(self, pcm: bytes) -> None:
        """More of its audio. Raises TooSlow (SENTENCE_TOO_LONG)."""
        if self.first_audio_at is None:
            self.first_audio_at = asyncio.get_running_loop().time()
        samples = len(pcm) // self._audio.frame_bytes
        most = SPARE_SECONDS + SPARE_PACE * len(self.spoken) / CHARS_PER_SECOND
        if self.samples + samples > most * self._audio.sample_rate:
            raise TooSlow("SENTENCE_TOO_LONG", f"a sentence's audio exceeds {most:.0f} s")
        self.samples += samples
        self.held_samples += samples
        size = self._audio.bytes_for(RUN_SECONDS)
        self._runs.extend(pcm[at : at + size] for at in range(0, len(pcm), size))
        self._arrived.set()

    async def drain(self) -> AsyncGenerator[bytes, None]:
        """The audio in order, as it comes; each run is held until the next is asked for."""
        while True:
            while self._runs:
                yield self._runs[0]
                self.held_samples -= len(self._runs.popleft()) // self._audio.frame_bytes
            if self.filled.is_set():
                return
            self._arrived.clear()
            await self._arrived.wait()

    async def sounds(self) -> None:
        """Wait until some of its audio is here, or all there will ever be."""
        while not (self._runs or self.filled.is_set()):
            self._arrived.clear()
            await self._arrived.wait()

    def unplayed_seconds(self) -> float:
        """Audio that is held and, of a synthesis under way, what is expected yet."""
        rate = self._audio.sample_rate
        held = self.held_samples / rate
        if self.started_at is None or self.filled.is_set():
            return held
        return max(held, len(self.spoken) / CHARS_PER_SECOND - (self.samples / rate - held))

    @property
    def whole(self) -> bool:
        """Whether its audio is here to the end of the sentence."""
        return self.filled.is_set() and not self.error

    def words(self) -> Sequence[WordAt]:
        """The sentence's words and their places, estimated where none are known."""
        if self._words:
            return self._words
        total = self.samples if self.whole else 0
        return estimated_words(self.text, total, self._audio.sample_rate)


def estimated_words(text: str, samples: int, rate: int) -> list[WordAt]:
    """Words spread over the audio by their length; by usual pace where `samples` is 0."""
    letters = len(text)
    if not letters:
        return []
    each = samples / letters if samples else rate / CHARS_PER_SECOND
    words, at = [], 0
    for word in text.split():
        start = text.index(word, at)
        at = start + len(word)
        words.append(WordAt(word, round(start * each), round(at * each)))
    return words
