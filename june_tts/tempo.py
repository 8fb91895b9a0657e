"""Audio faster or slower at the same pitch, as it comes. Pure.

WSOLA (Verhelst and Roelands, 1993): the output is laid out of frames of the input that
overlap by half. Each is taken from about where its time lies in the input, and exactly
from where it is most like what would have followed the frame before it: waves go on as
waves, and so the pitch stays what it is and nothing clicks.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from june_runtime.pcm import Samples

SLOWEST, FASTEST = 0.5, 2.0
# Of output from one frame to the next; half a frame.
HOP_SECONDS = 0.010
# So far from its time a frame may be taken, both ways: together the period of a voice as
# low as 67 Hz.
SEARCH_SECONDS = 0.0075
# Of two places that are as good the nearer one is taken: so much, of the 1 that is a
# perfect likeness, is half the search worth.
_NEARNESS = 1e-3
_NOTHING = np.zeros(0, np.float32)


class Tempo:
    """One sentence's audio at another tempo: samples in, samples out.

    However the input is cut, the output is the same; at a rate of 1 it is the input, at
    once. Else it is behind by two hops and the search at most, 27.5 ms of input, and
    `round(n / rate)` samples long in the end. No more than 50 ms is held.

    Args:
        rate: 2 is twice as fast; from 0.5 to 2.
        sample_rate: in Hz.
    """

    def __init__(self, rate: float, sample_rate: int) -> None:
        if not SLOWEST <= rate <= FASTEST:
            raise ValueError(f"a tempo of {rate:g}; from {SLOWEST:g} to {FASTEST:g}")
        self._rate = rate
        self._hop = round(HOP_SECONDS * sample_rate)
        self._search = round(SEARCH_SECONDS * sample_rate)
        self._fade = _rising(self._hop)
        self._held: Samples = _NOTHING
        self._begin = 0  # the place in the input of the first sample that is held
        self._frame = 0
        self._last = 0  # where the last frame was taken from

    @property
    def held(self) -> int:
        """Samples of input that are still needed."""
        return len(self._held)

    def push(self, samples: Samples) -> Samples:
        """What can be made now: mono float32, as what comes in."""
        if self._rate == 1:
            return samples
        self._held = np.concatenate([self._held, samples])
        made: list[Samples] = []
        while self._end >= self._needed:
            made.append(self._made(self._hop, self._aim + self._search))
        self._forget()
        return np.concatenate(made) if made else _NOTHING

    def finish(self) -> Samples:
        """The rest. Nothing may be pushed afterwards."""
        wanted = round(self._end / self._rate) - self._frame * self._hop
        if self._rate == 1 or not wanted:
            return _NOTHING
        # Less than one frame: there is nothing that it could be made of.
        missing = max(0, 2 * self._hop - self._end)
        self._held = np.pad(self._held, (0, missing))
        made: list[Samples] = []
        while wanted > 0:
            length = min(wanted, self._hop)
            # What comes of this frame here and, faded out, in the next one is all there.
            latest = self._end - min(wanted, 2 * self._hop)
            made.append(self._made(length, min(self._aim + self._search, latest)))
            wanted -= length
        return np.concatenate(made)

    @property
    def _end(self) -> int:
        return self._begin + len(self._held)

    @property
    def _aim(self) -> int:
        """The time of the next frame in the input."""
        return round(self._frame * self._hop * self._rate)

    @property
    def _needed(self) -> int:
        """So much input makes the next frame what it will be, whatever follows."""
        return self._aim + 2 * self._hop + (self._search if self._frame else 0)

    def _made(self, length: int, latest: int) -> Samples:
        """The next samples: the last frame fades into the next one, which begins at
        `latest` at the latest."""
        if self._frame == 0:
            place, made = 0, self._at(0, length)
        else:
            going = self._at(self._last + self._hop, length)
            place = self._best(going, latest)
            made = going + (self._at(place, length) - going) * self._fade[:length]
        self._frame += 1
        self._last = place
        return made

    def _best(self, going: Samples, latest: int) -> int:
        """Where the input is most like `going`."""
        latest = max(latest, 0)
        earliest = max(0, latest - 2 * self._search)
        around = self._at(earliest, latest - earliest + len(going))
        alike = np.correlate(around, going, "valid")
        sums = np.concatenate([[0.0], np.cumsum(np.square(around, dtype=np.float64))])
        energy = sums[len(going) :] - sums[: -len(going)]
        likeness = alike / np.sqrt(energy * np.square(going, dtype=np.float64).sum() + 1e-12)
        distance = np.abs(np.arange(earliest, latest + 1) - self._aim) / self._search
        return earliest + int(np.argmax(likeness - _NEARNESS * distance))

    def _at(self, place: int, length: int) -> Samples:
        start = place - self._begin
        return self._held[start : start + length]

    def _forget(self) -> None:
        needed = min(self._last + self._hop, self._end - 2 * (self._hop + self._search))
        past = max(0, needed - self._begin)
        if past and self._frame:
            self._held = self._held[past:].copy()
            self._begin += past


def _rising(length: int) -> npt.NDArray[np.float32]:
    """From 0 to 1."""
    angles = np.pi * (np.arange(length) + 0.5) / length
    rising: npt.NDArray[np.float32] = (0.5 - 0.5 * np.cos(angles)).astype(np.float32)
    return rising
