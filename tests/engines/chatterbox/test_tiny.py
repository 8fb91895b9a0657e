"""The tests' own checkpoints: the library loads them and they speak like speech."""

from pathlib import Path

import numpy as np
import pytest

from tests.engines.chatterbox.tiny import TOKENS_PER_TEXT


@pytest.mark.parametrize("text", ["Hello my friend.", "Nobody knows why the dog does so, or when."])
def test_the_library_speaks_as_long_as_the_text_wants(checkpoint: Path, text: str) -> None:
    """The stop token comes after so many speech tokens for each of the text."""
    import torch
    from chatterbox.tts import ChatterboxTTS

    loaded = ChatterboxTTS.from_local(checkpoint, "cpu")
    with torch.random.fork_rng():
        torch.manual_seed(1)
        audio = loaded.generate(text)[0].numpy()
    assert len(audio) / 960 == pytest.approx(TOKENS_PER_TEXT * len(text), rel=0.2, abs=3)
    assert 0.02 < np.sqrt(np.mean(audio**2)) < 1
