"""Noise by place."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from june_tts.engines.chatterbox.vocoder.noise import BLOCK, Noise, Use

SEEDS = st.integers(-(2**63), 2**64)
PLACES = st.integers(0, 5 * BLOCK)


@given(SEEDS, PLACES, PLACES, PLACES)
def test_a_row_is_the_same_whoever_asks(seed: int, start: int, stop: int, first: int) -> None:
    """Together with any others, in any order."""
    noise = Noise(seed, Use.SPEECH, 8)
    start, stop = sorted((start, stop))
    rows = noise.rows(start, stop)
    assert rows.shape == (stop - start, 8)
    assert rows.dtype == np.float32
    wide = Noise(seed, Use.SPEECH, 8).rows(min(first, start), stop)
    assert np.array_equal(wide[start - min(first, start) :], rows)


def test_seeds_and_uses_have_noise_of_their_own() -> None:
    """Nothing of one is found in another; a large seed is another one still."""
    drawn = [
        Noise(seed, use, 80).rows(0, 100) for seed in (0, 1, 1 << 32, 1 << 63) for use in Use
    ]
    values = np.concatenate([rows.ravel() for rows in drawn])
    assert len(np.unique(values)) > 0.98 * len(values)
    for number, rows in enumerate(drawn):
        for other in drawn[:number]:
            assert abs(np.corrcoef(rows.ravel(), other.ravel())[0, 1]) < 0.06


def test_it_is_standard_normal() -> None:
    """Across the borders of blocks too."""
    rows = Noise(3, Use.PROMPT, 80).rows(0, 40 * BLOCK)
    assert abs(rows.mean()) < 0.01
    assert abs(rows.std() - 1) < 0.01
    assert abs(np.mean(rows[:-1] * rows[1:])) < 0.01
