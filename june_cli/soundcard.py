"""This machine's microphone and loudspeaker. The one importer of sounddevice."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

from june_cli.errors import BadInput
from june_runtime.pcm import AudioFormat

if TYPE_CHECKING:
    from june_cli.player import Loudspeaker

MICROPHONE_FORMAT = AudioFormat(sample_rate=16_000)
# What the microphone heard while nobody took it; older sound is given up.
_WAITING_PIECES = 100


def _sounddevice() -> Any:
    """The library. Raises ImportError or OSError where it or PortAudio is absent."""
    import sounddevice

    return sounddevice


def loudspeaker(audio_format: AudioFormat) -> Loudspeaker | None:
    """The default loudspeaker, opened; None where there is none to be had."""
    try:
        library = _sounddevice()
        library.check_output_settings(
            channels=1, dtype="int16", samplerate=audio_format.sample_rate
        )
        return Card(library, audio_format.sample_rate)
    except (ImportError, OSError, ValueError):
        return None
    except Exception as failed:
        if type(failed).__name__ == "PortAudioError":
            return None
        raise


class Card:
    """Plays through the sound card, which asks for samples from a thread of its own."""

    def __init__(self, library: Any, rate: int) -> None:
        self._rate = rate
        self._lock = threading.Lock()
        self._waiting = bytearray()
        self._taken = 0
        self._held = False
        # When the card last took samples; those are audible `latency` later.
        self._empty_since: float | None = None
        self._stream = library.RawOutputStream(
            samplerate=rate, channels=1, dtype="int16", callback=self._fill
        )
        self._stream.start()
        self._latency = float(self._stream.latency)

    def play(self, audio: bytes, now: float) -> None:
        with self._lock:
            self._waiting += audio
            self._empty_since = None

    def hold(self, now: float) -> None:
        with self._lock:
            self._held = True

    def go_on(self, now: float) -> None:
        with self._lock:
            self._held = False

    def drop(self, now: float) -> int:
        with self._lock:
            self._waiting.clear()
            self._held = False
            return self._taken

    def played(self, now: float) -> int:
        """What the card took, less what it has not sounded yet."""
        with self._lock:
            if not self._stream.active:
                # Unplugged: nothing of this will ever be heard, nor waited for.
                return self._taken + len(self._waiting) // 2
            since = 0.0 if self._empty_since is None else time.monotonic() - self._empty_since
            inside = max(0.0, self._latency - since) * self._rate
            return max(0, self._taken - round(inside))

    def close(self) -> None:
        self._stream.abort()
        self._stream.close()

    def _fill(self, out: Any, frames: int, when: Any, status: Any) -> None:
        with self._lock:
            ready = b"" if self._held else bytes(self._waiting[: frames * 2])
            del self._waiting[: len(ready)]
            self._taken += len(ready) // 2
            if not self._waiting and self._empty_since is None:
                self._empty_since = time.monotonic()
        out[: len(ready)] = ready
        out[len(ready) :] = bytes(frames * 2 - len(ready))


async def microphone(piece_seconds: float) -> AsyncIterator[bytes]:
    """What the default microphone hears, in pieces, in MICROPHONE_FORMAT.

    Raises BadInput where there is no microphone.
    """
    loop = asyncio.get_running_loop()
    pieces: asyncio.Queue[bytes] = asyncio.Queue(_WAITING_PIECES)

    def keep(piece: bytes) -> None:
        if pieces.full():
            pieces.get_nowait()
        pieces.put_nowait(piece)

    def heard(data: Any, frames: int, when: Any, status: Any) -> None:
        loop.call_soon_threadsafe(keep, bytes(data))

    stream = _microphone_stream(round(piece_seconds * MICROPHONE_FORMAT.sample_rate), heard)
    with stream:
        while True:
            yield await pieces.get()


def _microphone_stream(samples: int, heard: Any) -> Any:
    try:
        library = _sounddevice()
    except ImportError as failed:
        raise BadInput(
            "no FILE given, and no microphone support: pip install 'june[mic]'"
        ) from failed
    except OSError as failed:
        raise BadInput(f"no FILE given, and no microphone to be had: {failed}") from failed
    try:
        return library.RawInputStream(
            samplerate=MICROPHONE_FORMAT.sample_rate,
            channels=1,
            dtype="int16",
            blocksize=samples,
            callback=heard,
        )
    except (library.PortAudioError, ValueError) as failed:
        raise BadInput(f"no FILE given, and no microphone to be had: {failed}") from failed
