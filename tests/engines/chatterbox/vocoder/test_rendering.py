"""HiFT over the end of an utterance: as if it had been rendered at once."""

from typing import Any

import numpy as np
import pytest
import torch

from june_tts.engines.chatterbox.vocoder.rendering import (
    CONTEXT,
    Renderer,
    Rendering,
    Rendition,
    Tail,
)
from june_tts.engines.chatterbox.vocoder.source import FRAME

NONE = Tail.none(torch.device("cpu"))
# Frames at the end of a rendition that differ for want of what follows.
UNSURE = 11


@pytest.fixture
def renderer(s3gen: Any) -> Renderer:
    return Renderer(s3gen.mel2wav, s3gen.trim_fade)


def mel(frames: int, seed: int = 0) -> torch.Tensor:
    """Frames that wander as those of speech do."""
    steps = torch.randn(frames, 80, generator=torch.Generator().manual_seed(seed))
    return steps.cumsum(0) * 0.3 - 4


@torch.inference_mode()
def render(renderer: Renderer, *renderings: Rendering) -> list[Rendition]:
    return renderer.render(renderings)


def close(found: torch.Tensor, wanted: torch.Tensor, within: float) -> bool:
    return bool((found - wanted).abs().max() <= within)


def test_with_its_context_a_rendition_is_part_of_the_whole(renderer: Renderer) -> None:
    """Where the utterance was rendered up to there, what follows comes out as in one go.

    But for the pitch of the last five frames, which was found without those behind and
    stays: so what follows is a little out of phase."""
    frames = mel(120)
    (whole,) = render(renderer, Rendering(frames, 0, NONE, 1))
    (first,) = render(renderer, Rendering(frames[:60], 0, NONE, 1))
    sure = (60 - UNSURE) * FRAME
    assert close(first.samples[:sure], whole.samples[:sure], 1e-5)
    (second,) = render(renderer, Rendering(frames[60:], 0, first.tail.last(CONTEXT + 8), 1))
    assert second.first_frame == 60 - CONTEXT - 8
    skipped = CONTEXT * FRAME
    wanted = whole.samples[second.first_frame * FRAME + skipped :]
    loudness = float(wanted.std())
    before_those = 2 * FRAME
    assert close(
        second.samples[skipped : skipped + before_those], wanted[:before_those], 0.005 * loudness
    )
    assert close(second.samples[skipped:], wanted, 0.06 * loudness)
    (poorer,) = render(renderer, Rendering(frames[60:], 0, first.tail.last(2), 1))
    there = whole.samples[58 * FRAME : 60 * FRAME]
    assert not close(poorer.samples[: 2 * FRAME], there, 0.05 * loudness)


def test_what_was_held_keeps_its_source(renderer: Renderer) -> None:
    """Both renditions of it follow the same excitation, so that they are in phase."""
    frames = mel(60)
    (first,) = render(renderer, Rendering(frames[:40], 0, NONE, 1))
    (second,) = render(renderer, Rendering(frames[32:], 8, first.tail.last(CONTEXT + 8), 1))
    assert torch.equal(second.tail.source[: -20 * FRAME], first.tail.last(CONTEXT + 8).source)
    assert len(second.tail.source) == FRAME * len(second.tail.mel) == len(second.samples)


def test_the_mel_fades_from_the_older_to_the_newer() -> None:
    """Over what both have, and nowhere else."""
    older, newer = torch.zeros(10, 80), torch.ones(7, 80)
    tail = Tail(older, torch.zeros(10 * FRAME), NONE.place)
    frames = Rendering(newer, 4, tail, 1).frames
    assert frames.shape == (13, 80)
    assert frames[:, 0].tolist() == [0] * 6 + [0.125, 0.375, 0.625, 0.875] + [1] * 3


def test_a_batch_changes_nobody(renderer: Renderer) -> None:
    """Of several lengths, behind tails of several lengths."""
    (first,) = render(renderer, Rendering(mel(30), 0, NONE, 1))
    renderings = [
        Rendering(mel(12, 1), 0, NONE, 1),
        Rendering(mel(20, 2), 0, first.tail.last(10), 1),
        Rendering(mel(12, 3), 0, NONE, 2),
        Rendering(mel(34, 4), 4, first.tail, 3),
        Rendering(mel(30, 5), 0, NONE, 4),
    ]
    together = render(renderer, *renderings)
    for each, found in zip(renderings, together, strict=True):
        (alone,) = render(renderer, each)
        assert found.first_frame == alone.first_frame
        assert close(found.samples, alone.samples, 1e-4)


def test_only_the_utterances_beginning_is_faded_in(renderer: Renderer, s3gen: Any) -> None:
    """20 ms of silence, 20 ms of rise; and so again whenever it is rendered anew."""
    bare = Renderer(s3gen.mel2wav, torch.ones(0))
    (faded,) = render(renderer, Rendering(mel(20), 0, NONE, 1))
    (plain,) = render(bare, Rendering(mel(20), 0, NONE, 1))
    assert not faded.samples[:480].any()
    assert torch.equal(faded.samples[960:], plain.samples[960:])
    assert np.all(faded.samples[480:960].abs().numpy() <= plain.samples[480:960].abs().numpy())
    (again,) = render(renderer, Rendering(mel(20, 1), 0, faded.tail.last(20), 1))
    assert not again.samples[:480].any()
    (later,) = render(renderer, Rendering(mel(20, 1), 0, faded.tail.last(19), 1))
    assert later.samples[480:960].abs().mean() > 1e-4
