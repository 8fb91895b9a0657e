"""Where the listener is, and when more may leave."""

from __future__ import annotations

import math

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
