"""Joints of a streamed utterance: nothing is heard there that a rendition in one go would
not have.

A step twice as large as the median one is nothing special in sound: of a whole
rendition's own steps a fifth to a third are larger. What a joint must not do is add to
them.
"""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from june_runtime.pcm import Samples
from tests.engines.chatterbox.vocoder.joints import Joint, jointed, steps
from tests.engines.chatterbox.vocoder.parts import (
    loaded,
    made_up_reference,
    made_up_tokens,
    voiced,
)

SENTENCES = 3


@pytest.fixture(scope="module")
def utterances(checkpoint: Path) -> list[tuple[Samples, list[Joint]]]:
    """Four joints each, of chunks of every size."""
    s3gen: Any = voiced(loaded(checkpoint))
    return [
        jointed(s3gen, made_up_reference(seed, 4 + seed, seed % 2), made_up_tokens(100, seed), seed)
        for seed in range(SENTENCES)
    ]


def test_borders_add_nothing(utterances: list[tuple[Samples, list[Joint]]]) -> None:
    """The step from chunk to chunk is the one that the older rendition has there, to a
    thousandth of the median step: what is larger than twice that was so without a joint."""
    for audio, joints in utterances:
        median = float(np.median(steps(audio)))
        assert len(joints) == 4
        for joint in joints:
            assert abs(joint.added_at_border) <= 0.001 * median


def test_fades_add_nothing(utterances: list[tuple[Samples, list[Joint]]]) -> None:
    """From one rendition to the other no step is larger than both have, to a hundredth
    of the median one."""
    for audio, joints in utterances:
        median = float(np.median(steps(audio)))
        assert max(joint.added_by_fade for joint in joints) <= 0.01 * median


def test_what_meets_is_the_same_sound(utterances: list[tuple[Samples, list[Joint]]]) -> None:
    """In phase, to the sample, so that nothing cancels out."""
    for _, joints in utterances:
        for joint in joints:
            assert joint.lag == 0
            assert joint.likeness > 0.85
            assert 0.95 < joint.level < 1.05


def test_the_voice_is_one_that_shows_joints(
    utterances: list[tuple[Samples, list[Joint]]],
) -> None:
    """Its borders lie anywhere in its waves, and both renditions differ: else all the above
    would prove nothing."""
    for audio, joints in utterances:
        by_place = steps(audio)[: len(audio) // 480 * 480 - 480].reshape(-1, 480).mean(0)
        assert by_place.std() < 0.4 * by_place.mean()
        for joint in joints:
            assert np.std(joint.newer - joint.older) > 0.02 * np.std(joint.older)
