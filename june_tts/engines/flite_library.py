"""libflite through ctypes: the structures and functions that June uses of it.

Layouts and meanings are those of flite 2.2's cst_wave.h, cst_audio.h and
cst_utterance.h.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator
from ctypes import POINTER, c_char_p, c_float, c_int, c_short, c_void_p
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Pcm = npt.NDArray[np.int16]

STOP, CONTINUE = -1, 0
_ALLOWED_PUNCTUATION = " .,!?;:'\"()-"


class _Wave(ctypes.Structure):
    _fields_ = (
        ("type", c_char_p),
        ("sample_rate", c_int),
        ("num_samples", c_int),
        ("num_channels", c_int),
        ("samples", POINTER(c_short)),
    )


class _Streaming(ctypes.Structure):
    """cst_audio_streaming_info; its fields follow below, as one names the callback."""


_Callback = ctypes.CFUNCTYPE(c_int, POINTER(_Wave), c_int, c_int, c_int, POINTER(_Streaming))
_Streaming._fields_ = (
    ("min_buffsize", c_int),
    ("asc", _Callback),
    ("utt", c_void_p),
    ("item", c_void_p),
    ("userdata", c_void_p),
)

# name -> result, arguments
_FUNCTIONS: dict[str, tuple[Any, tuple[Any, ...]]] = {
    "flite_init": (c_int, ()),
    "new_utterance": (c_void_p, ()),
    "delete_utterance": (None, (c_void_p,)),
    "utt_set_input_text": (c_int, (c_void_p, c_char_p)),
    "flite_do_synth": (c_void_p, (c_void_p, c_void_p, c_void_p)),
    "new_audio_streaming_info": (POINTER(_Streaming), ()),
    "audio_streaming_info_val": (c_void_p, (POINTER(_Streaming),)),
    "feat_set": (None, (c_void_p, c_char_p, c_void_p)),
    "feat_set_float": (None, (c_void_p, c_char_p, c_float)),
    "utt_relation": (c_void_p, (c_void_p, c_char_p)),
    "relation_head": (c_void_p, (c_void_p,)),
    "item_next": (c_void_p, (c_void_p,)),
    "flite_ffeature_string": (c_char_p, (c_void_p, c_char_p)),
    "flite_ffeature_float": (c_float, (c_void_p, c_char_p)),
}
# From a token to the segments of its first and its last word.
_START = b"daughter1.R:SylStructure.daughter1.daughter1.R:Segment.p.end"
_END = b"daughtern.R:SylStructure.daughtern.daughtern.R:Segment.end"


@dataclass(frozen=True, slots=True)
class Token:
    """A word as flite read it, and its place in the audio, in seconds."""

    name: str
    start: float
    end: float


Hear = Callable[[Pcm, Callable[[], list[Token]]], int]


def find() -> Library | None:
    """The library, or None where it is not installed."""
    try:
        return Library(ctypes.CDLL("libflite.so.1"))
    except (OSError, AttributeError):
        return None


class Library:
    """The functions of libflite. Not safe for threads."""

    def __init__(self, flite: ctypes.CDLL) -> None:
        for name, (result, arguments) in _FUNCTIONS.items():
            function = getattr(flite, name)
            function.restype, function.argtypes = result, arguments
        self._flite = flite
        self._synthesis = ctypes.cast(flite.utt_synth, c_void_p)
        flite.flite_init()

    def has_voice(self, name: str) -> bool:
        return _voice_library(name) is not None

    def load_voice(self, name: str) -> int:
        """A handle of the voice, which stays loaded."""
        library = _voice_library(name)
        assert library is not None
        register = getattr(library, f"register_cmu_us_{name}")
        register.restype, register.argtypes = c_void_p, (c_char_p,)
        voice: int = register(None)
        return voice

    def say(self, text: bytes, voice: int, stretch: float, first_samples: int, hear: Hear) -> None:
        """Synthesises `text`; blocks until all is heard or `hear` wants no more.

        Args:
            text: ASCII with at least one word.
            stretch: how much longer everything takes than usual.
            first_samples: how much audio the first call of `hear` brings, at least.
            hear: takes new audio and a function that lists the words, to be called
                before it returns; answers how much audio it wants next, or STOP.
        """
        flite = self._flite

        def call_back(wave: Any, start: int, size: int, last: int, info: Any) -> int:
            samples = np.ctypeslib.as_array(wave[0].samples, (start + size,))[start:].copy()
            wanted = hear(samples, lambda: list(self._tokens(info[0].utt)))
            if wanted == STOP:
                return STOP
            info[0].min_buffsize = wanted
            return CONTINUE

        called = _Callback(call_back)  # kept alive until flite is done with it
        info = flite.new_audio_streaming_info()
        info[0].min_buffsize, info[0].asc = first_samples, called
        utterance = flite.new_utterance()
        features = ctypes.cast(utterance, POINTER(c_void_p))[0]  # its first field
        flite.feat_set(features, b"streaming_info", flite.audio_streaming_info_val(info))
        flite.feat_set_float(features, b"duration_stretch", stretch)
        flite.utt_set_input_text(utterance, text)
        # On failure it deletes the utterance itself and returns nothing.
        if done := flite.flite_do_synth(utterance, voice, self._synthesis):
            flite.delete_utterance(done)

    def _tokens(self, utterance: int | None) -> Iterator[Token]:
        flite = self._flite
        if not utterance:
            return
        token = flite.relation_head(flite.utt_relation(utterance, b"Token"))
        while token:
            yield Token(
                flite.flite_ffeature_string(token, b"name").decode("ascii", "replace"),
                flite.flite_ffeature_float(token, _START),
                flite.flite_ffeature_float(token, _END),
            )
            token = flite.item_next(token)


def _voice_library(name: str) -> ctypes.CDLL | None:
    try:
        return ctypes.CDLL(f"libflite_cmu_us_{name}.so.1")
    except OSError:
        return None


class Randomness:
    """A state of C's rand() of one's own.

    Clustergen voices draw their noise from rand(), whose state belongs to the
    process. `enter` puts this one in its place and `leave` the former one back.
    Where libc has no such functions nothing happens and no two takes are the same.
    """

    _STATE_BYTES = 128

    def __init__(self, seed: int) -> None:
        self._state = ctypes.create_string_buffer(self._STATE_BYTES)
        self._former: int | None = None
        libc = ctypes.CDLL(None)
        self._set: Any = getattr(libc, "setstate", None)
        make: Any = getattr(libc, "initstate", None)
        if self._set is None or make is None:
            self._set = None
            return
        self._set.restype, self._set.argtypes = c_void_p, (c_void_p,)
        make.restype, make.argtypes = c_void_p, (ctypes.c_uint, c_void_p, ctypes.c_size_t)
        self._set(make(seed & 0xFFFF_FFFF, self._state, self._STATE_BYTES))

    def enter(self) -> None:
        if self._set is not None:
            self._former = self._set(ctypes.addressof(self._state))

    def leave(self) -> None:
        if self._set is not None:
            self._set(self._former)
