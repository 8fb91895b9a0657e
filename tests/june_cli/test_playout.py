"""A loudspeaker that is only a clock."""

from hypothesis import given
from hypothesis import strategies as st

from june_cli.playout import Playout

_steps = st.lists(
    st.tuples(st.sampled_from(["push", "hold", "go_on", "drop", "wait"]), st.integers(0, 2000)),
    max_size=40,
)


@given(_steps)
def test_what_was_played_only_grows_and_never_exceeds_what_arrived(
    steps: list[tuple[str, int]],
) -> None:
    """Whatever happens in whatever order."""
    playout, now, before, arrived = Playout(1000), 0.0, 0, 0
    for what, number in steps:
        match what:
            case "push":
                playout.push(number, now)
                arrived += number
            case "hold":
                playout.hold(now)
            case "go_on":
                playout.go_on(now)
            case "drop":
                assert playout.drop(now) == playout.played(now)
            case "wait":
                now += number / 1000
        played = playout.played(now)
        assert before <= played <= arrived
        before = played


def test_audio_plays_as_time_goes_by() -> None:
    """From its arrival on, at its own rate."""
    playout = Playout(1000)
    playout.push(500, now=10.0)
    assert playout.played(10.25) == 250
    assert playout.played(11.0) == 500


def test_where_audio_runs_out_the_listener_waits() -> None:
    """A late run of audio plays from when it comes, not from when it was due."""
    playout = Playout(1000)
    playout.push(100, now=0.0)
    playout.push(200, now=5.0)
    assert playout.played(5.125) == 225


def test_held_audio_does_not_play() -> None:
    """A pause lasts as long as it lasts."""
    playout = Playout(1000)
    playout.push(1000, now=0.0)
    playout.hold(0.25)
    assert playout.played(5.0) == 250
    playout.go_on(5.0)
    assert playout.played(5.25) == 500


def test_dropped_audio_is_never_heard() -> None:
    """After an interruption what was in hand is gone, and new audio plays at once."""
    playout = Playout(1000)
    playout.push(1000, now=0.0)
    assert playout.drop(0.25) == 250
    assert playout.played(2.0) == 250
    playout.push(100, now=2.0)
    assert playout.played(3.0) == 350


def test_a_faster_clock_plays_faster() -> None:
    """Four times as fast as life takes a quarter of the time."""
    playout = Playout(1000, speed=4)
    playout.push(1000, now=0.0)
    assert playout.played(0.125) == 500
