"""The library's S3Gen, small."""

from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

if find_spec("torch") is None:
    pytest.skip("no torch: the extra `chatterbox` is not installed", allow_module_level=True)

from june_tts.engines.chatterbox.vocoder.vocoder import Vocoder
from tests.engines.chatterbox.vocoder.parts import as_it_is, loaded


@pytest.fixture(scope="session")
def s3gen(checkpoint: Path) -> Any:
    """With guidance, ten steps."""
    return loaded(checkpoint)


@pytest.fixture(scope="session")
def distilled(turbo_checkpoint: Path) -> Any:
    """Turbo's: two steps, no guidance."""
    return loaded(turbo_checkpoint)


@pytest.fixture(scope="session")
def vocoder(s3gen: Any) -> Vocoder:
    """Without a watermark, so that its audio can be compared."""
    return Vocoder(s3gen, device="cpu", mark=as_it_is)
