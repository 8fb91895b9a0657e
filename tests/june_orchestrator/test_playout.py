"""Where the listener is, and when more may leave."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from june_orchestrator.playout import LEAD_SECONDS, Playout

RATE = 1_000


def test_audio_leaves_at_most_the_lead_ahead() -> None:
    """After 400 ms at once, each further run waits for its time."""
    playout = Playout(RATE)
    now, ahead = 0.0, []
    for _ in range(20):
        delay = playout.wait(100, now)
        now += delay
        playout.send(100, now)
        ahead.append(playout.unplayed(now))
    assert max(ahead) <= LEAD_SECONDS + 1e-6
    assert now == 2.0 - LEAD_SECONDS


def test_a_run_longer_than_the_lead_leaves_when_the_listener_waits() -> None:
    playout = Playout(RATE)
    assert playout.wait(5_000, 0.0) == 0.0
    playout.send(5_000, 0.0)
    assert playout.wait(5_000, 1.0) == 4.0


def test_a_pause_stops_the_listener_and_the_sending() -> None:
    """The place stays, nothing may leave, and time goes on from there."""
    playout = Playout(RATE)
    playout.send(400, 0.0)
    playout.pause(0.125)
    assert playout.played(5.0) == 125
    assert math.isinf(playout.wait(1, 5.0))
    playout.resume(9.0)
    assert playout.played(9.125) == 250


def test_an_underrun_is_waited_out() -> None:
    """Where audio runs out the listener goes on with the next, and not later in it."""
    playout = Playout(RATE)
    playout.send(100, 0.0)
    playout.send(100, 5.0)
    assert playout.played(5.0) == 100
    assert playout.played(5.0625) == 162


def test_a_report_is_believed() -> None:
    """The caller's own place counts, and the clock carries it on."""
    playout = Playout(RATE)
    playout.send(400, 0.0)
    playout.report(50, 0.25)
    assert playout.played(0.25) == 50
    assert playout.played(0.375) == 175


@given(st.lists(st.tuples(st.sampled_from(["send", "pause", "resume", "report", "wait"]),
                          st.integers(0, 500), st.floats(0, 1)), max_size=60))  # fmt: skip
def test_what_was_heard_was_sent(steps: list[tuple[str, int, float]]) -> None:
    """Whatever happens, the listener is between the start and what was sent."""
    playout, now, sent = Playout(RATE), 0.0, 0
    for name, samples, passed in steps:
        now += passed
        match name:
            case "send":
                playout.send(samples, now)
                sent += samples
            case "pause":
                playout.pause(now)
            case "resume":
                playout.resume(now)
            case "report":
                playout.report(samples, now)
        assert 0 <= playout.played(now) <= sent == playout.sent_samples
        assert playout.wait(10, now) >= 0


@given(st.lists(st.tuples(st.integers(1, 100), st.floats(0, 0.3), st.booleans()), max_size=80))
def test_whoever_heeds_the_wait_is_never_further_ahead_than_the_lead(
    runs: list[tuple[int, float, bool]],
) -> None:
    """Whatever the sizes of the runs, their delays and the pauses between."""
    playout, now = Playout(RATE), 0.0
    for samples, late, pause in runs:
        if pause:
            playout.pause(now)
            now += late
            playout.resume(now)
        while (delay := playout.wait(samples, now)) > 0:
            now += delay
        playout.send(samples, now)
        assert playout.unplayed(now) <= LEAD_SECONDS + 1e-5
        now += late


def test_a_caller_that_plays_late_holds_the_sending_back() -> None:
    """What the clock thinks was heard was not: no more leaves until it is."""
    playout = Playout(RATE)
    playout.send(400, 0.0)
    playout.report(0, 0.4)
    assert playout.wait(100, 0.4) == pytest.approx(0.1)
    assert playout.wait(100, 0.5) == 0.0


def test_a_report_of_more_than_was_sent_is_taken_for_all_of_it() -> None:
    playout = Playout(RATE)
    playout.send(400, 0.0)
    playout.report(10_000, 0.1)
    assert playout.played(0.2) == 400
    assert playout.unplayed(0.2) == 0.0


def test_a_report_while_paused_corrects_the_place_and_starts_no_clock() -> None:
    playout = Playout(RATE)
    playout.send(400, 0.0)
    playout.pause(0.2)
    playout.report(150, 0.3)
    assert playout.played(5.0) == 150


def test_the_first_report_of_sound_is_kept() -> None:
    """It tells when the caller began to hear; one of nothing does not."""
    playout = Playout(RATE)
    playout.send(400, 0.0)
    playout.report(0, 0.1)
    assert playout.first_report is None
    playout.report(50, 0.2)
    playout.report(90, 0.3)
    assert playout.first_report == (50, 0.2)


def test_a_wait_too_short_for_a_clock_is_none() -> None:
    """Whoever slept it would wake at the same time and wait for ever."""
    playout = Playout(RATE, lead=0.1)
    playout.send(100, 1.0)
    almost = 1.0 + 0.1 - 1e-9
    assert playout.wait(100, almost) == 0.0
