"""flite, the embedded voice: small, quick and with no model to fetch.

libflite is found by the system's loader and called through ctypes, which lets go
of Python's lock meanwhile. Audio leaves through flite's streaming callback as it is
made, and a sentence stops at the next callback once nobody wants it.

flite is made safe for threads by turns: one thread at a time is inside the
library, and turns change at the callbacks, to whoever has had least audio so far. A
voice's noise comes from C's rand(), which has one state for the whole process, so
that without care no sentence would sound the same twice: each brings a state of
its own for as long as its turn lasts.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from functools import lru_cache

import numpy as np

from june_runtime.condition import Condition
from june_runtime.errors import InvalidInput, SettingsError
from june_runtime.offload import Turns, Worker, produced
from june_tts.engine import Sentence, Speech, SpokenWord, Voice
from june_tts.engines import flite_library
from june_tts.engines.flite_library import STOP, Library, Pcm, Randomness, Token

VOICES = {
    "slt": ("American woman", ("en-US", "en")),
    "rms": ("American man", ("en-US", "en")),
    "awb": ("Scottish man", ("en-GB", "en")),
    "kal16": ("American man, robotic and quick", ("en-US", "en")),
}
SAMPLE_RATE = 16_000
# The first callback comes after 20 ms of audio; later ones after 50, as every one
# of them may change the turn.
FIRST_SAMPLES, NEXT_SAMPLES = 320, 800
# Pieces that may wait for the stream. A stream that is not read stops its own
# sentence, never the engine.
AHEAD = 4
DEFAULT_SEED = 1
# flite analyses an utterance whole before it speaks, at about 0.3 ms a character:
# longer text is cut where a sentence or, beyond this, a clause ends.
LONG = 200
_SENTENCE_END = re.compile(r"(?<=[.!?])[\"')]*\s+")
_CLAUSE_END = re.compile(r"(?<=[,;:])\s+")


def installed() -> bool:
    """Whether libflite and at least one voice can be loaded."""
    library = flite_library.find()
    return library is not None and any(library.has_voice(name) for name in VOICES)


class FliteEngine:
    """English voices at 16 kHz; see the module."""

    name = "flite"
    sample_rate = SAMPLE_RATE
    imitates = False

    def __init__(self) -> None:
        self.default_voice = "slt"
        self.condition = Condition()
        self._library: Library | None = None
        self._handles: dict[str, int] = {}
        self._turns = Turns()

    @property
    def voices(self) -> Sequence[Voice]:
        return [
            Voice(name, languages, description, SAMPLE_RATE)
            for name, (description, languages) in VOICES.items()
            if name in self._handles
        ]

    async def load(self) -> None:
        worker = Worker("flite")
        try:
            await worker.run(self._load)
        finally:
            await worker.close()

    def _load(self) -> None:
        library = flite_library.find()
        names = [name for name in VOICES if library and library.has_voice(name)]
        if library is None or not names:
            raise SettingsError(
                "ENGINE_MISSING",
                "flite or its voices cannot be loaded: install flite "
                "(the package libflite1 on Debian and Ubuntu)",
            )
        self._library = library
        self._handles = {name: library.load_voice(name) for name in names}
        self.default_voice = names[0]
        for voice in self.voices:  # the first sentence of a voice takes longer
            self._say(Sentence("Hello.", voice), "Hello.", lambda speech: True)

    async def synthesize(self, sentence: Sentence) -> AsyncGenerator[Speech, None]:
        text, places = to_ascii(sentence.text)
        if not any(character.isalnum() for character in text):
            raise InvalidInput(
                "NOTHING_TO_SAY", f"voice {sentence.voice.name} can say none of these letters"
            )

        def produce(emit: Callable[[Speech], bool]) -> None:
            self._say(sentence, text, lambda speech: emit(_placed(speech, places)))

        async with aclosing(produced(produce, AHEAD)) as speeches:
            async for speech in speeches:
                yield speech

    async def close(self) -> None:
        """Nothing to free: voices stay for as long as the process lives."""

    def _say(self, sentence: Sentence, text: str, emit: Callable[[Speech], bool]) -> None:
        """Runs on a thread of the sentence's own."""
        library = self._library
        assert library is not None
        voice = self._handles[sentence.voice.name]
        seed = DEFAULT_SEED if sentence.seed is None else sentence.seed
        saying = _Saying(self._turns, seed, emit)
        saying.take_turn()
        try:
            for start, part in parts(text):
                saying.begin(start, part)
                stretch = 1 / sentence.speaking_rate
                library.say(part.encode("ascii"), voice, stretch, FIRST_SAMPLES, saying.hear)
                if saying.stopped:
                    break
        finally:
            saying.give_turn()
        if saying.failure is not None:
            raise saying.failure


class _Saying:
    """One sentence on its thread: its turns, its randomness, what has been heard."""

    def __init__(self, turns: Turns, seed: int, emit: Callable[[Speech], bool]) -> None:
        self.stopped = False
        self.failure: Exception | None = None
        self._turns = turns
        self._emit = emit
        self._samples = 0
        self._part = (0, 0, "")  # samples before it, its place in the text, its text
        self._first = True
        turns.take()
        try:
            self._randomness = Randomness(seed)
        finally:
            turns.give()

    def take_turn(self) -> None:
        self._turns.take(self._samples)
        self._randomness.enter()

    def give_turn(self) -> None:
        self._randomness.leave()
        self._turns.give()

    def begin(self, place: int, text: str) -> None:
        self._part, self._first = (self._samples, place, text), True

    def hear(self, pcm: Pcm, tokens: Callable[[], list[Token]]) -> int:
        """Passes on what flite made, while others have their turn."""
        try:
            words = self._words(tokens()) if self._first else ()
            self._first = False
            self._samples += len(pcm)
            self.give_turn()
            try:
                wanted = self._emit(Speech(pcm.astype(np.float32) / np.float32(32_768), words))
            finally:
                self.take_turn()
        except Exception as error:  # noqa: BLE001  C cannot pass it on; _say raises it
            self.failure, wanted = error, False
        self.stopped = not wanted
        return NEXT_SAMPLES if wanted else STOP

    def _words(self, tokens: list[Token]) -> tuple[SpokenWord, ...]:
        """Tokens found again in the text, in order; what flite read otherwise is
        left out."""
        before, place, text = self._part
        words: list[SpokenWord] = []
        at = 0
        for token in tokens:
            found = text.find(token.name, at)
            if found < 0 or token.end <= token.start:
                continue
            at = found + len(token.name)
            start, end = (before + round(s * SAMPLE_RATE) for s in (token.start, token.end))
            words.append(SpokenWord(place + found, place + at, start, end))
        return tuple(words)


def parts(text: str) -> list[tuple[int, str]]:
    """The text's sentences, long ones cut into clauses; each with its place."""
    found: list[tuple[int, str]] = []
    for start, sentence in _cut(text, _SENTENCE_END):
        begin = end = start
        for at, clause in _cut(sentence, _CLAUSE_END):
            if end > begin and start + at + len(clause) - begin > LONG:
                found += _shortened(begin, text[begin:end])
                begin = start + at
            end = start + at + len(clause)
        found += _shortened(begin, text[begin:end])
    # What says nothing (a lone quotation mark) is no utterance.
    return [(at, part) for at, part in found if any(map(str.isalnum, part))]


def _shortened(start: int, text: str) -> list[tuple[int, str]]:
    """A clause that is too long all the same, cut between words or, if need be, within
    one."""
    pieces: list[tuple[int, str]] = []
    while len(text) > LONG:
        space = text.rfind(" ", 1, LONG + 1)
        # Without spaces it may be spelled, which takes far longer than words.
        end = space if space > 0 else LONG // 4
        pieces.append((start, text[:end]))
        start, text = start + end, text[end:]
    return [*pieces, (start, text)]


def _cut(text: str, gap: re.Pattern[str]) -> list[tuple[int, str]]:
    pieces, start = [], 0
    for found in gap.finditer(text):
        pieces.append((start, text[start : found.start()]))
        start = found.end()
    return [*pieces, (start, text[start:])]


_PLAIN = {
    "’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": ",", "…": "...", "ß": "ss",
    "æ": "ae", "Æ": "Ae", "ø": "o", "Ø": "O", "œ": "oe", "Œ": "Oe", "ł": "l", "đ": "d",
}  # fmt: skip


@lru_cache(maxsize=4096)
def _ascii(character: str) -> str:
    if character in _PLAIN:
        return _PLAIN[character]
    decomposed = unicodedata.normalize("NFKD", character)
    return decomposed.encode("ascii", "ignore").decode() or (" " if character.isspace() else "")


def to_ascii(text: str) -> tuple[str, Sequence[int] | None]:
    """The text in the only letters that flite knows, and for each of them, and the
    end, its place in `text`; None where nothing changed."""
    if text.isascii():
        return text, None
    plain = [_ascii(character) for character in text]
    places = [at for at, letters in enumerate(plain) for _ in letters]
    return "".join(plain), [*places, len(text)]


def _placed(speech: Speech, places: Sequence[int] | None) -> Speech:
    """The speech with its words' places in the text before `to_ascii`."""
    if places is None or not speech.words:
        return speech
    words = tuple(
        SpokenWord(places[word.start], places[word.end - 1] + 1, word.start_sample, word.end_sample)
        for word in speech.words
    )
    return Speech(speech.samples, words)
