"""The excitation: one signal however it is cut, and the library's where nothing is random."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from june_tts.engines.chatterbox.vocoder.source import FRAME, Place, Source


class Module(torch.nn.Module):
    """As much of the library's SourceModuleHnNSF as Source looks at."""

    def __init__(self, overtones: int = 8) -> None:
        super().__init__()
        self.l_sin_gen = SimpleNamespace(
            harmonic_num=overtones, sine_amp=0.1, noise_std=0.003, voiced_threshold=10
        )
        self.l_linear = torch.nn.Linear(overtones + 1, 1)
        self.l_tanh = torch.nn.Tanh()
        torch.nn.init.constant_(self.l_linear.weight, 0.3)


PITCH = torch.tensor(100 + 60 * np.sin(np.arange(40) / 5), dtype=torch.float32)
PITCH[12:17] = 0.0


@torch.inference_mode()
def made(source: Source, pitch: torch.Tensor, cuts: list[int], seed: int = 1) -> torch.Tensor:
    place, stretches = Place(), []
    for start, stop in zip([0, *cuts], [*cuts, len(pitch)], strict=True):
        stretch, place = source.extend(pitch[start:stop], place, seed)
        stretches.append(stretch)
    return torch.cat(stretches)


@given(st.lists(st.integers(0, 40), max_size=6).map(sorted))
def test_it_is_the_same_however_it_is_cut(cuts: list[int]) -> None:
    """Voiced or not, to within rounding."""
    source = Source(Module())
    assert torch.allclose(made(source, PITCH, cuts), made(source, PITCH, []), atol=1e-5)


def test_a_tone_goes_on_through_the_cuts() -> None:
    """No step there is beyond the wave's own, though the pitch changes."""
    module = Module(overtones=0)
    module.l_sin_gen.noise_std = 0.0
    pitch = torch.tensor([90.0, 143.0, 261.0, 127.0, 201.0, 87.0])
    steps = np.abs(np.diff(made(Source(module), pitch, [1, 2, 3, 4, 5]).numpy()))
    borders = np.arange(1, len(pitch)) * FRAME - 1
    assert steps[borders].max() <= 1.001 * np.delete(steps, borders).max()


def test_a_seed_is_a_breath() -> None:
    """Another seed, another noise and other phases; the same one the same."""
    source = Source(Module())
    assert torch.equal(made(source, PITCH, [], 5), made(source, PITCH, [], 5))
    assert not torch.allclose(made(source, PITCH, [], 5), made(source, PITCH, [], 6), atol=1e-3)


def test_it_keeps_its_pitch_over_a_long_utterance() -> None:
    """After ten minutes the phase is still what it must be."""
    source, pitch = Source(Module(overtones=0)), torch.full((1_000,), 187.3)
    place = Place()
    for _ in range(30):
        _, place = source.extend(pitch, place, 1)
    assert place.frames == 30_000
    turns = 30_000 * float(pitch[0]) * FRAME / 24_000
    assert place.turns == pytest.approx(turns % 1, abs=1e-6)


@torch.inference_mode()
def test_without_breath_it_is_the_librarys(s3gen: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The fundamental alone, whose phase the library does not draw either."""
    module = s3gen.mel2wav.m_source
    monkeypatch.setattr(module.l_sin_gen, "noise_std", 0.0)
    pitch = torch.tensor([110.0, 150.0, 190.0, 130.0, 300.0])
    weights = module.l_linear.weight.data.clone()
    module.l_linear.weight.data[:, 1:] = 0.0
    try:
        upsampled = pitch.repeat_interleave(FRAME)[None, :, None]
        theirs, _, _ = module(upsampled)
        ours = made(Source(module), pitch, [2])
    finally:
        module.l_linear.weight.data.copy_(weights)
    assert torch.allclose(ours, theirs.reshape(-1), atol=1e-4)
    assert ours.std() > 1e-3
