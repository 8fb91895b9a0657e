"""The embedded recogniser: pocketsphinx with the US English model in its wheel.

It needs no download and no GPU. It holds Python's lock for 50 to 270 ms a call, so
its decoders live in processes of their own, one a core.
"""

from __future__ import annotations

import itertools
import os
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pocketsphinx

from june_runtime.child_process import ChildProcess
from june_runtime.condition import Condition
from june_runtime.errors import AtCapacity, Unavailable
from june_runtime.pcm import AudioFormat, Samples, encode
from june_stt.engine import RATE, HeardWord, Hypothesis, SttOptions

LANGUAGE = "en"
# A decoder holds 90 MB and hears one stream.
STREAMS_A_PROCESS = 4
MAX_PROCESSES = 4
# With another cepstral mean than the speaker's, "ten of clubs" becomes "i've been up
# close". So the first of an utterance waits until a mean can be taken from it:
# 0.5 to 0.9 s serve equally well at 16 kHz, 0.62 s best at 8 kHz.
HEAD_SECONDS = 0.62
# Frames of 10 ms that the model's own mean counts for beside them.
_TRUST = 30
# Bounds the search, and with it the time a final takes; no loss on clean speech.
MAX_ACTIVE = 2_000
# Frames that pocketsphinx counts the model's own mean for.
_PRIOR_FRAMES = 500
_FRAME = RATE // 100
# The model expects speech up to 6.8 kHz. In place of what speech of less than 12 kHz
# lacks there goes the mirror image of what it has, its own highs made louder.
_WIDE_RATE = 12_000
_IMAGE_GAIN = 2.0
_PCM = AudioFormat(sample_rate=RATE)
_PROBE = "probe"
# Words that are none: "<sil>", "[NOISE]", "++UH++".
_FILLERS = ("<", "[", "+")

Mean = npt.NDArray[np.float64]


@dataclass(slots=True)
class _Ear:
    """One stream's decoder and what it has heard of the utterance.

    `head` is audio that waits for a mean, None once there is one. `settled` are the
    words of the parts before the last pause, which took `settled_samples`.
    """

    decoder: pocketsphinx.Decoder
    widener: Widener | None = None
    head: bytearray | None = field(default_factory=bytearray)
    settled: list[HeardWord] = field(default_factory=list)
    settled_samples: int = 0
    samples: int = 0
    in_utterance: bool = False


class Recogniser:
    """Decoders for several streams; blocking, lives in a child process."""

    def __init__(self) -> None:
        self._ears: dict[int, _Ear] = {}
        self._free = [_decoder()]
        # The model's own mean, from which a speaker's is told apart.
        self._prior = _mean_of(self._free[0])

    def open(self, stream: int, source_rate: int = RATE) -> None:
        decoder = self._free.pop() if self._free else _decoder()
        self._ears[stream] = _Ear(decoder, Widener() if source_rate < _WIDE_RATE else None)

    def push(self, stream: int, samples: Samples) -> str:
        """The words of the utterance so far."""
        ear = self._ear(stream)
        ear.samples += len(samples)
        pcm = encode(ear.widener.push(samples) if ear.widener else samples, _PCM)
        if ear.head is not None:
            ear.head += pcm
            if len(ear.head) < _PCM.bytes_for(HEAD_SECONDS):
                return ""
            pcm = self._begun(ear)
        self._decode(ear, pcm)
        heard = ear.decoder.hyp()
        words = [word.text for word in ear.settled]
        return " ".join([*words, *(heard.hypstr.split() if heard else ())])

    def finish(self, stream: int) -> list[HeardWord]:
        """The final words of everything pushed since the reset."""
        ear = self._ear(stream)
        if ear.head:
            self._decode(ear, self._begun(ear))
        if ear.in_utterance:
            ear.decoder.end_utt()
            ear.in_utterance = False
            ear.settled = [*ear.settled, *_words(ear.decoder, ear.settled_samples)]
            ear.settled_samples = ear.samples
        return ear.settled

    def reset(self, stream: int) -> None:
        ear = self._ear(stream)
        if ear.in_utterance:
            ear.decoder.end_utt()
        self._ears[stream] = _Ear(ear.decoder, ear.widener)

    def close(self, stream: int) -> None:
        if stream in self._ears:
            self.reset(stream)
            self._free.append(self._ears.pop(stream).decoder)

    def _ear(self, stream: int) -> _Ear:
        if stream not in self._ears:
            # Opened in a process that has died since, and that this one replaces.
            lost = "the engine's process has ended; try again"
            raise Unavailable("ENGINE_FAILED", lost, retry_after=1.0)
        return self._ears[stream]

    def _decode(self, ear: _Ear, pcm: bytes) -> None:
        if not ear.in_utterance:
            ear.decoder.start_utt()
            ear.in_utterance = True
        ear.decoder.process_raw(pcm, no_search=False, full_utt=False)

    def _begun(self, ear: _Ear) -> bytes:
        """The head, once the decoder has the mean of it. The search that it takes to
        compute features is one for a single phrase, which costs next to nothing."""
        assert ear.head is not None
        pcm, ear.head = bytes(ear.head), None
        head = pcm[: _PCM.bytes_for(HEAD_SECONDS)]  # however it came in pieces
        decoder, prior = ear.decoder, self._prior
        _set_mean(decoder, prior)
        decoder.activate_search(_PROBE)
        decoder.start_utt()
        decoder.process_raw(head, no_search=True, full_utt=False)
        mixed = _mean_of(decoder, update=True)
        decoder.end_utt()
        decoder.activate_search(None)
        frames = len(head) // _PCM.frame_bytes // _FRAME
        total = mixed * (_PRIOR_FRAMES + frames) - prior * _PRIOR_FRAMES
        _set_mean(decoder, (total + prior * _TRUST) / (frames + _TRUST))
        return pcm


class Widener:
    """Fills the upper half of the spectrum of speech that has only the lower one.

    Every other sample's sign is turned, which mirrors the spectrum, and differences
    are taken before, which lifts the highs: what was at 3.5 kHz is then at 4.5 too.
    """

    def __init__(self) -> None:
        self._last = np.float32(0)
        self._odd = False

    def push(self, samples: Samples) -> Samples:
        if not len(samples):
            return samples
        image = np.diff(samples, prepend=self._last) * _IMAGE_GAIN
        image[not self._odd :: 2] *= -1
        self._last = samples[-1]
        self._odd ^= len(samples) % 2 == 1
        widened: Samples = samples + image
        return widened


def _decoder() -> pocketsphinx.Decoder:
    decoder = pocketsphinx.Decoder(samprate=RATE, loglevel="FATAL", maxhmmpf=MAX_ACTIVE)
    decoder.add_keyphrase(_PROBE, "hello")
    return decoder


def _mean_of(decoder: pocketsphinx.Decoder, *, update: bool = False) -> Mean:
    return np.array([float(value) for value in decoder.get_cmn(update).split(",") if value])


def _set_mean(decoder: pocketsphinx.Decoder, mean: Mean) -> None:
    decoder.set_cmn(",".join(f"{value:g}" for value in mean))


def _words(decoder: pocketsphinx.Decoder, offset: int) -> list[HeardWord]:
    """The words of the utterance that just ended; a frame is 10 ms."""
    return [
        HeardWord(
            text=segment.word.partition("(")[0],
            start=offset + segment.start_frame * _FRAME,
            end=offset + (segment.end_frame + 1) * _FRAME,
        )
        for segment in decoder.seg() or ()
        if not segment.word.startswith(_FILLERS)
    ]


class SphinxEngine:
    """Streams over child processes, one a core and four at most."""

    name = "sphinx"
    languages = (LANGUAGE,)
    feed_ms = 96

    def __init__(self, processes: int | None = None) -> None:
        count = processes or min(os.cpu_count() or 1, MAX_PROCESSES)
        self._children = [ChildProcess(Recogniser) for _ in range(count)]
        self._streams = [0] * count
        self._numbers = itertools.count()
        self.condition = Condition()  # a process that dies is followed by another one
        self.capacity = count * STREAMS_A_PROCESS

    async def load(self) -> None:
        for child in self._children:
            await child.start()

    def check_room(self) -> None:
        """`open` knows."""

    async def open(self, options: SttOptions) -> SphinxSession:
        place = self._streams.index(min(self._streams))
        if self._streams[place] >= STREAMS_A_PROCESS:
            raise AtCapacity("AT_CAPACITY", "every decoder is in use", retry_after=1.0)
        self._streams[place] += 1
        session = SphinxSession(self, place, self._children[place], next(self._numbers))
        try:
            await session.begin(options.source_rate)
        except BaseException:
            # Whoever gave up waiting for it may have it opened all the same.
            await session.close()
            raise
        return session

    def left(self, place: int) -> None:
        self._streams[place] -= 1

    async def close(self) -> None:
        for child in self._children:
            await child.close()


class SphinxSession:
    def __init__(self, engine: SphinxEngine, place: int, child: ChildProcess, number: int) -> None:
        self._engine = engine
        self._place = place
        self._child = child
        self._number = number

    async def begin(self, source_rate: int) -> None:
        try:
            await self._child.call("open", self._number, source_rate)
        except Unavailable:
            # It had died unnoticed. The next call is answered by a new process.
            await self._child.call("open", self._number, source_rate)

    async def push(self, samples: Samples) -> Hypothesis:
        text = ""
        # In pieces, so that a whole utterance does not keep other streams waiting.
        for start in range(0, max(1, len(samples)), RATE):
            piece = samples[start : start + RATE]
            text = await self._child.call("push", self._number, piece)
        return Hypothesis(text, language=LANGUAGE, language_probability=1.0)

    def hurry(self) -> None:
        """What it says so far is known in any case."""

    async def finish(self) -> Hypothesis:
        words: list[HeardWord] = await self._child.call("finish", self._number)
        text = " ".join(word.text for word in words)
        return Hypothesis(text, words, LANGUAGE, 1.0)

    async def reset(self) -> None:
        await self._child.call("reset", self._number)

    async def close(self) -> None:
        try:
            await self._child.call("close", self._number)
        finally:
            self._engine.left(self._place)
