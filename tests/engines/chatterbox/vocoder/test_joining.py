"""Renditions of one signal, joined."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from june_tts.engines.chatterbox.vocoder.joining import joined

TONE = np.sin(2 * np.pi * 170 * np.arange(24_000) / 24_000).astype(np.float32)


@given(st.integers(0, 2_000), st.integers(0, 2_000))
def test_where_both_say_the_same_nothing_changes(held: int, more: int) -> None:
    """To within rounding, and as long as the newer one."""
    fresh = TONE[: held + more]
    assert np.allclose(joined(TONE[:held], fresh), fresh, atol=1e-6)


@given(st.integers(1, 2_000), st.integers(1, 2_000))
def test_it_goes_from_one_to_the_other(held: int, more: int) -> None:
    """Steadily, within what both have; beyond it only the newer one is heard."""
    signal = joined(np.zeros(held, np.float32), np.ones(held + more, np.float32))
    steps = np.diff(np.concatenate(([np.float32(0)], signal)))
    assert np.all(steps >= -1e-6)
    assert np.all(steps <= np.pi / 2 / held + 1 / held)
    assert np.all(signal[held:] == 1)


def test_two_renditions_that_differ_make_no_click() -> None:
    """A tone that comes back louder by half and slightly late has no step above the
    larger one's own."""
    again = 1.5 * np.roll(TONE, 3)
    signal = np.concatenate((TONE[:9_000], joined(TONE[9_000:9_960], again[9_000:])))
    assert np.abs(np.diff(signal)).max() <= 1.02 * np.abs(np.diff(again[10:])).max()
    assert np.abs(np.diff(signal, 2)).max() <= 1.1 * np.abs(np.diff(again[10:], 2)).max()


def test_arguments_stay_as_they_are() -> None:
    """Both are kept by others."""
    held, fresh = np.zeros(4, np.float32), np.ones(8, np.float32)
    joined(held, fresh)
    assert not held.any()
    assert fresh.all()
