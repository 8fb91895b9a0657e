"""espeak-ng: many languages, where flite is absent or English is not enough.

The wheel espeakng-loader carries library and data. The library has one state for
everything and the licence GPL-3.0, so it lives in a process of its own, which
speaks one sentence at a time; at some hundred times real time that is rarely
noticed. Audio leaves through its callback as it is made.
"""

from __future__ import annotations

import ctypes
import importlib.util
from collections.abc import AsyncGenerator, Callable, Iterator, Sequence
from contextlib import aclosing
from ctypes import POINTER, c_char_p, c_int, c_short, c_uint, c_void_p
from functools import partial
from typing import Any

import numpy as np

from june_runtime.condition import Condition
from june_runtime.errors import SettingsError
from june_runtime.offload import ChildProcess, pulled
from june_tts.engine import Sentence, Speech, SpokenWord, Voice

SAMPLE_RATE = 22_050
DEFAULT_SEED = 1
# The process goes from sentence to sentence, so that one whose stream is not read
# would hold up all others: it may run ahead to its end, which MAX_CHARACTERS bounds.
AHEAD = 8_192

_SYNCHRONOUS = 2
_NO_EXIT = 0x8000
_BUFFER_MS = 60
_CHARACTERS, _UTF8 = 1, 1
_RATE, _WORDS_PER_MINUTE, _SLOWEST, _FASTEST = 1, 175, 80, 450
_EVENT_END_OF_LIST, _EVENT_WORD, _EVENT_CLAUSE_END = 0, 1, 5
_STOP, _CONTINUE = 1, 0


def installed() -> bool:
    return importlib.util.find_spec("espeakng_loader") is not None


class EspeakEngine:
    """Some 140 voices, one for each language and variety, at 22.05 kHz."""

    name = "espeak"
    sample_rate = SAMPLE_RATE
    default_voice = "en-us"
    imitates = False

    def __init__(self) -> None:
        self.voices: Sequence[Voice] = ()
        self.condition = Condition()  # a process that dies is followed by another one
        self._process = ChildProcess(Speaker)

    async def load(self) -> None:
        if not installed():
            raise SettingsError(
                "ENGINE_MISSING", "espeak-ng is missing: install June's extra 'espeak'"
            )
        self.voices = await self._process.call("voices")

    async def synthesize(self, sentence: Sentence) -> AsyncGenerator[Speech, None]:
        async with aclosing(self._process.stream("speak", sentence, ahead=AHEAD)) as speeches:
            async for speech in speeches:
                yield speech

    async def close(self) -> None:
        await self._process.close()


class _Event(ctypes.Structure):
    """espeak_EVENT of speak_lib.h."""

    _fields_ = (
        ("type", c_int),
        ("unique_identifier", c_uint),
        ("text_position", c_int),
        ("length", c_int),
        ("audio_position", c_int),
        ("sample", c_int),
        ("user_data", c_void_p),
        ("id", c_void_p),
    )


class _Listed(ctypes.Structure):
    """The beginning of espeak_VOICE; `languages` is a byte of priority and a tag, as
    often as need be, up to a zero byte."""

    _fields_ = (("name", c_char_p), ("languages", c_void_p), ("identifier", c_char_p))


_Callback = ctypes.CFUNCTYPE(c_int, POINTER(c_short), c_int, POINTER(_Event))


class Speaker:
    """The library, as it lives in its process."""

    def __init__(self) -> None:
        self._library: Any = None

    def voices(self) -> list[Voice]:
        library = self._fresh_library()
        library.espeak_ListVoices.restype = POINTER(POINTER(_Listed))
        listed = library.espeak_ListVoices(None)
        voices: dict[str, tuple[int, Voice]] = {}
        number = 0
        while listed[number]:
            voice = listed[number][0]
            number += 1
            tags = _tags(voice.languages)
            name, languages = next(iter(tags)), tuple(map(_bcp47, tags))
            found = Voice(name, languages, voice.name.decode(), SAMPLE_RATE)
            # Of two spellings of one language the first is the usual one.
            voices.setdefault(name, (tags.get(name.partition("-")[0], 99), found))
        # The usual variety of a language comes before the others.
        return [voice for _, voice in sorted(voices.values(), key=lambda ranked: ranked[0])]

    def speak(self, sentence: Sentence) -> Iterator[Speech]:
        return pulled(partial(self._speak, sentence))

    def _speak(self, sentence: Sentence, emit: Callable[[Speech], bool]) -> None:
        library = self._fresh_library()
        speed = round(_WORDS_PER_MINUTE * sentence.speaking_rate)
        seed = DEFAULT_SEED if sentence.seed is None else sentence.seed
        library.espeak_SetVoiceByName(sentence.voice.name.encode())
        library.espeak_SetParameter(_RATE, min(max(speed, _SLOWEST), _FASTEST), 0)
        library.espeak_ng_SetRandSeed(ctypes.c_long(seed & 0x7FFF_FFFF))
        words = _Words(len(sentence.text))

        def call_back(wave: Any, count: int, events: Any) -> int:
            known = words.push(events)
            if not wave or not (count or known):
                return _CONTINUE
            pcm = np.ctypeslib.as_array(wave, (count,)).astype(np.float32) / np.float32(32_768)
            return _CONTINUE if emit(Speech(pcm, known)) else _STOP

        called = _Callback(call_back)  # kept alive until espeak is done with it
        library.espeak_SetSynthCallback(called)
        text = sentence.text.replace("\0", " ").encode() + b"\0"
        library.espeak_Synth(text, len(text), 0, _CHARACTERS, 0, _UTF8, None, None)
        library.espeak_Synchronize()

    def _fresh_library(self) -> Any:
        """The library as new. It keeps counters (of its flutter, its noise) that nothing
        resets, and so would say every sentence a little differently."""
        import espeakng_loader

        if self._library is not None:
            self._library.espeak_Terminate()
            close = ctypes.CDLL(None).dlclose
            close.argtypes = (c_void_p,)
            close(self._library._handle)
        self._library = ctypes.CDLL(espeakng_loader.get_library_path())
        data = espeakng_loader.get_data_path().encode()
        self._library.espeak_Initialize(_SYNCHRONOUS, _BUFFER_MS, data, _NO_EXIT)
        return self._library


class _Words:
    """Where words lie, from events that say where each begins."""

    def __init__(self, characters: int) -> None:
        self._characters = characters  # of the text; emoji make espeak count too many
        self._open: tuple[int, int, int] | None = None  # start, end, start_sample

    def push(self, events: Any) -> tuple[SpokenWord, ...]:
        """The words that are over; `events` is a list that ends with type 0."""
        words: list[SpokenWord] = []
        at = 0
        while (event := events[at]).type != _EVENT_END_OF_LIST:
            at += 1
            if event.type not in (_EVENT_WORD, _EVENT_CLAUSE_END):
                continue
            if self._open and event.sample > self._open[2]:
                words.append(SpokenWord(*self._open, event.sample))
                self._open = None
            if event.type == _EVENT_WORD:
                start = min(event.text_position - 1, self._characters)
                end = min(start + event.length, self._characters)
                self._open = (start, end, event.sample)
        return tuple(words)


def _tags(address: int) -> dict[str, int]:
    """Language tag -> priority, the lower the better."""
    tags: dict[str, int] = {}
    while priority := ctypes.string_at(address, 1)[0]:
        tag = ctypes.string_at(address + 1)
        tags.setdefault(tag.decode(), priority)
        address += 1 + len(tag) + 1
    return tags


def _bcp47(tag: str) -> str:
    """ "en-us" as "en-US"."""
    language, *rest = tag.split("-")
    return "-".join([language, *(part.upper() if len(part) == 2 else part for part in rest)])
