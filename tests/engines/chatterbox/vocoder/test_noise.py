"""Noise by place."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from june_tts.engines.chatterbox.vocoder.noise import BLOCK, Noise, Use

SEEDS = st.integers(-(2**63), 2**64)
WIDTHS = st.sampled_from([1, 80, BLOCK, 2 * BLOCK])
PLACES = st.integers(0, 300)


@settings(max_examples=50)
@given(SEEDS, WIDTHS, st.tuples(PLACES, PLACES, PLACES).map(sorted))
def test_a_row_is_the_same_whoever_asks(seed: int, width: int, places: list[int]) -> None:
    """Together with any others, in any order."""
    first, start, stop = places
    stop = min(stop, start + 70)
    rows = Noise(seed, Use.SPEECH, width).rows(start, stop)
    assert rows.shape == (stop - start, width)
    assert rows.dtype == np.float32
    first = max(first, start - 70)
    assert np.array_equal(Noise(seed, Use.SPEECH, width).rows(first, stop)[start - first :], rows)


def test_seeds_and_uses_have_noise_of_their_own() -> None:
    """Nothing of one is found in another; a large seed is another one still."""
    drawn = [Noise(seed, use, 80).rows(0, 100) for seed in (0, 1, 1 << 32, 1 << 63) for use in Use]
    values = np.concatenate([rows.ravel() for rows in drawn])
    assert len(np.unique(values)) > 0.98 * len(values)
    for number, rows in enumerate(drawn):
        for other in drawn[:number]:
            assert abs(np.corrcoef(rows.ravel(), other.ravel())[0, 1]) < 0.06


def test_it_is_standard_normal() -> None:
    """Across the borders of blocks too."""
    rows = Noise(3, Use.PROMPT, 80).rows(0, 2_560)
    assert abs(rows.mean()) < 0.01
    assert abs(rows.std() - 1) < 0.01
    assert abs(np.mean(rows[:-1] * rows[1:])) < 0.01
