"""Audio on its way to be heard: joined, kept, and timed; none lost, none repeated."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from june_orchestrator.hearing import MARGIN_SECONDS, REPLAY_SECONDS, Arrivals, Coalescer, Replay

RATE = 1_000
# (samples, samples skipped before them, whether their place is told)
FRAMES = st.lists(st.tuples(st.integers(0, 90), st.sampled_from([0, 0, 0, 7]), st.booleans()))


def placed(frames: list[tuple[int, int, bool]]) -> list[tuple[bytes, int | None]]:
    """Frames whose samples tell their place, two bytes each; a gap is always told."""
    sent, at = [], 0
    for count, gap, told in frames:
        at += gap
        pcm = b"".join(sample.to_bytes(2, "little") for sample in range(at, at + count))
        sent.append((pcm, at if told or gap else None))
        at += count
    return sent


def ledger(pieces: list[tuple[bytes, int | None]]) -> list[tuple[int, bytes]]:
    """Each sample and where it lands, as a receiver counts."""
    landed, at = [], 0
    for pcm, first_sample in pieces:
        at = at if first_sample is None else first_sample
        for start in range(0, len(pcm), 2):
            landed.append((at, pcm[start : start + 2]))
            at += 1
    return landed


@given(FRAMES, st.integers(1, 100))
def test_joined_frames_hold_the_same_samples_in_the_same_places(
    frames: list[tuple[int, int, bool]], least: int
) -> None:
    """However short the frames and wherever the gaps: nothing lost, moved or repeated."""
    coalescer, sent = Coalescer(least, 2), placed(frames)
    joined = [piece for pcm, place in sent for piece in coalescer.push(pcm, place)]
    joined += coalescer.finish()
    assert ledger(joined) == ledger(sent)


@given(st.lists(st.integers(0, 90)), st.integers(1, 100))
def test_joined_frames_are_long_enough(counts: list[int], least: int) -> None:
    """Frames that follow one another leave with `least` samples, but for the last."""
    coalescer = Coalescer(least, 2)
    joined = [piece for count in counts for piece in coalescer.push(bytes(2 * count), None)]
    assert all(len(pcm) >= 2 * least for pcm, _ in joined)


def test_a_long_frame_passes_as_it_is() -> None:
    """It is neither copied nor held."""
    pcm = bytes(200)
    ((passed, place),) = Coalescer(40, 2).push(pcm, 7)
    assert passed is pcm
    assert place == 7


def test_what_is_held_waits_for_no_more_than_the_end() -> None:
    coalescer = Coalescer(40, 2)
    assert coalescer.push(bytes(20), None) == []
    assert coalescer.finish() == [(bytes(20), None)]
    assert coalescer.finish() == []


def ms(count: int) -> bytes:
    return bytes(2 * count)


def test_audio_is_kept_in_place_until_it_is_understood() -> None:
    """What lies before a turn's end goes, the rest is heard again from its place."""
    replay = Replay(RATE, 2)
    for _ in range(10):
        replay.add(ms(100))
    replay.turn_over(400)
    assert [(run.start, run.number) for run in replay.runs()] == [
        (400, 5), (500, 6), (600, 7), (700, 8), (800, 9), (900, 10),
    ]  # fmt: skip
    assert replay.end == 1_000
    assert replay.last_number == 10


def test_a_run_that_is_partly_understood_is_kept_whole() -> None:
    replay = Replay(RATE, 2)
    replay.add(ms(100))
    replay.turn_over(99)
    assert [run.start for run in replay.runs()] == [0]


def test_acknowledged_audio_is_kept_for_a_moment_more() -> None:
    """Speech begins before it is noticed."""
    replay = Replay(RATE, 2)
    for _ in range(30):
        replay.add(ms(100))
    replay.acknowledge(3_000)
    assert replay.runs()[0].start == 3_000 - MARGIN_SECONDS * RATE


def test_a_gap_keeps_its_length() -> None:
    replay = Replay(RATE, 2)
    replay.add(ms(100), 0)
    replay.add(ms(100), 500)
    replay.add(ms(100))
    assert [run.start for run in replay.runs()] == [0, 500, 600]


@given(st.lists(st.tuples(st.integers(0, 1_000), st.integers(0, 100_000)), max_size=300))
def test_what_is_kept_is_bounded(frames: list[tuple[int, int]]) -> None:
    """However a caller places its frames, even the same one again and again."""
    replay = Replay(RATE, 2)
    for count, place in frames:
        replay.add(ms(count), place)
    assert sum(len(run.pcm) // 2 for run in replay.runs()) <= REPLAY_SECONDS * RATE


def test_the_same_frame_for_ever_is_not_kept_for_ever() -> None:
    replay = Replay(RATE, 2)
    for _ in range(1_000):
        replay.add(ms(1_000), 0)
    assert len(replay.runs()) == REPLAY_SECONDS


def test_a_place_in_the_audio_has_a_time() -> None:
    """That of the frame in which it came."""
    arrivals = Arrivals(RATE)
    for count in range(1, 11):
        arrivals.arrived(count * 100, count * 0.1)
    assert arrivals.time_of(450) == pytest.approx(0.5)
    assert arrivals.time_of(500) == pytest.approx(0.5)
    assert arrivals.time_of(501) == pytest.approx(0.6)


def test_a_place_outside_of_what_is_known_takes_the_nearest_time() -> None:
    """Rounding up must not put the end of speech at the beginning of time."""
    arrivals = Arrivals(RATE, keep_seconds=1.0)
    assert arrivals.time_of(1) == 0.0
    for count in range(1, 31):
        arrivals.arrived(count * 100, count * 0.1)
    assert arrivals.time_of(3_001) == pytest.approx(3.0)
    assert arrivals.time_of(5) == pytest.approx(2.0)


def test_times_are_kept_for_a_while_only() -> None:
    arrivals = Arrivals(RATE, keep_seconds=1.0)
    for count in range(10_000):
        arrivals.arrived(count, count * 0.1)
    assert len(arrivals._marks) <= 11
