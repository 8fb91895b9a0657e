"""June's replies on their way to an ear and a file."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Protocol

from june_cli.playout import Playout
from june_cli.recordings import WavFile
from june_runtime.pcm import AudioFormat

_POLL_SECONDS = 0.05
# How much later than its length a reply may end.
_GRACE_SECONDS = 5.0


class Loudspeaker(Protocol):
    """Plays PCM_S16LE of one channel. Times are seconds of one monotonic clock."""

    def play(self, audio: bytes, now: float) -> None: ...
    def hold(self, now: float) -> None: ...
    def go_on(self, now: float) -> None: ...
    def drop(self, now: float) -> int:
        """Forget what has not been audible; returns the samples that have."""
        ...

    def played(self, now: float) -> int:
        """Samples audible since the start."""
        ...

    def close(self) -> None: ...


class ClockSpeaker:
    """A loudspeaker that is not there: audio counts as heard as time goes by."""

    def __init__(self, rate: int, speed: float = 1.0) -> None:
        self._playout = Playout(rate, speed)

    def play(self, audio: bytes, now: float) -> None:
        self._playout.push(len(audio) // 2, now)

    def hold(self, now: float) -> None:
        self._playout.hold(now)

    def go_on(self, now: float) -> None:
        self._playout.go_on(now)

    def drop(self, now: float) -> int:
        return self._playout.drop(now)

    def played(self, now: float) -> int:
        return self._playout.played(now)

    def close(self) -> None:
        """Nothing to give back."""


class Player:
    """Plays replies one after another and writes to `wav` what was heard of them."""

    def __init__(
        self,
        audio_format: AudioFormat,
        loudspeaker: Loudspeaker,
        wav: WavFile | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._format = audio_format
        self._loudspeaker = loudspeaker
        self._wav = wav
        self._clock = clock
        self._unheard = bytearray()
        self._heard = 0
        self._turn = self._before = self._reported = 0

    def begin(self, turn: int, now: float) -> None:
        """A new reply follows; what is left of the one before still plays."""
        self._before = self._arrived(now)
        self._turn, self._reported = turn, 0

    def push(self, audio: bytes, now: float) -> None:
        self._loudspeaker.play(audio, now)
        self._unheard += audio
        self._settle(now)

    def hold(self, now: float) -> None:
        self._loudspeaker.hold(now)

    def go_on(self, now: float) -> None:
        self._loudspeaker.go_on(now)

    def drop(self, now: float) -> None:
        """The reply is over: what was not heard is not kept either."""
        self._loudspeaker.drop(now)
        self._settle(now)
        self._unheard.clear()

    def played(self, now: float) -> int:
        """Samples of the present reply that were audible so far."""
        self._settle(now)
        return max(0, self._heard - self._before)

    def report(self, now: float) -> tuple[int, int] | None:
        """The turn and its samples audible so far, where that is news."""
        played = self.played(now)
        if played == self._reported:
            return None
        self._reported = played
        return self._turn, played

    def playing(self, now: float) -> bool:
        self._settle(now)
        return bool(self._unheard)

    async def heard_out(self) -> None:
        """Returns once everything that has arrived was audible, or should have been."""
        left = self._format.seconds(bytes(self._unheard)) + _GRACE_SECONDS
        for _ in range(round(left / _POLL_SECONDS)):
            if not self.playing(self._clock()):
                return
            await asyncio.sleep(_POLL_SECONDS)

    def close(self) -> None:
        self._loudspeaker.close()

    def _arrived(self, now: float) -> int:
        self._settle(now)
        return self._heard + len(self._unheard) // 2

    def _settle(self, now: float) -> None:
        """Move what has become audible from memory to the file."""
        heard = self._loudspeaker.played(now)
        fresh = bytes(self._unheard[: (heard - self._heard) * 2])
        del self._unheard[: len(fresh)]
        self._heard = heard
        if self._wav is not None and fresh:
            self._wav.write(fresh, self._format)
