"""What is known of the audio on its way to be heard. Pure."""

from __future__ import annotations

from bisect import bisect_left
from collections import deque
from dataclasses import dataclass

# More than the longest turn: a turn that is cut by a dead replica is heard again.
REPLAY_SECONDS = 70.0
# Before speech is noticed it has been going on for a moment.
MARGIN_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Run:
    """Consecutive samples; `start` counts them from the session's first. Runs are
    numbered from 1 in the order in which they came."""

    number: int
    start: int
    pcm: bytes


class Arrivals:
    """When each part of the audio reached us: turns audio positions into times."""

    def __init__(self, rate: int, keep_seconds: float = REPLAY_SECONDS) -> None:
        self._rate = rate
        self._keep = keep_seconds
        self._marks: deque[tuple[int, float]] = deque()

    def arrived(self, end: int, now: float) -> None:
        """The samples before `end` are here."""
        self._marks.append((end, now))
        while now - self._marks[0][1] > self._keep:
            self._marks.popleft()

    def time_of(self, position_ms: float) -> float:
        """When the sample at that position arrived, as far as is known: a place that
        lies outside of what is remembered takes the time nearest to it."""
        if not self._marks:
            return 0.0
        sample = position_ms * self._rate / 1000
        at = bisect_left(self._marks, sample, key=lambda mark: mark[0])
        return self._marks[min(at, len(self._marks) - 1)][1]


class Replay:
    """The audio of the turn in progress, kept until it is acknowledged; bounded."""

    def __init__(self, rate: int, frame_bytes: int) -> None:
        self._rate = rate
        self._frame_bytes = frame_bytes
        self._runs: deque[Run] = deque()
        self._most = int(REPLAY_SECONDS * rate)
        self._held = 0
        self.end = 0
        self.last_number = 0

    def add(self, pcm: bytes, first_sample: int | None = None) -> Run:
        """The next audio; it follows on what was there unless a place is given."""
        self.last_number += 1
        run = Run(self.last_number, self.end if first_sample is None else first_sample, pcm)
        self.end = max(self.end, run.start + self._samples(run))
        self._runs.append(run)
        self._held += self._samples(run)
        # By what is held and not by place: a caller may send the same again and again.
        while self._held > self._most:
            self._forget_first()
        return run

    def acknowledge(self, position_ms: int) -> None:
        """What lies before that position, save a margin, is not needed again."""
        self.forget_before(int((position_ms / 1000 - MARGIN_SECONDS) * self._rate))

    def forget_before(self, sample: int) -> None:
        while self._runs and self._runs[0].start + self._samples(self._runs[0]) <= sample:
            self._forget_first()

    def turn_over(self, position_ms: int) -> None:
        """A turn ended there: none of it may be heard again."""
        self.forget_before(int(position_ms / 1000 * self._rate))

    def runs(self) -> list[Run]:
        return list(self._runs)

    def _forget_first(self) -> None:
        self._held -= self._samples(self._runs.popleft())

    def _samples(self, run: Run) -> int:
        return len(run.pcm) // self._frame_bytes


class Coalescer:
    """Joins short frames that follow one another, so that fewer cross the mesh.

    Args:
        least: samples that a joined frame holds at least, except before a gap and
            at the end.
    """

    def __init__(self, least: int, frame_bytes: int) -> None:
        self._least = least
        self._frame_bytes = frame_bytes
        self._held = bytearray()
        self._start: int | None = None

    def push(self, pcm: bytes, first_sample: int | None) -> list[tuple[bytes, int | None]]:
        """(pcm, first_sample) of the frames that are ready, in order."""
        if not pcm and first_sample is not None:
            # It says only where the next frame belongs.
            return [*self.finish(), (pcm, first_sample)]
        if not self._held and len(pcm) >= self._least * self._frame_bytes:
            return [(pcm, first_sample)]
        ready = []
        if first_sample is not None and first_sample != self._next():
            ready = self.finish()
        if not self._held:
            self._start = first_sample
        self._held += pcm
        if len(self._held) >= self._least * self._frame_bytes:
            ready += self.finish()
        return ready

    def finish(self) -> list[tuple[bytes, int | None]]:
        held, self._held = bytes(self._held), bytearray()
        return [(held, self._start)] if held else []

    def _next(self) -> int | None:
        if not self._held or self._start is None:
            return None
        return self._start + len(self._held) // self._frame_bytes
