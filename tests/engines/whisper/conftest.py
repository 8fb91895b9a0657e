"""The tiny Whisper, loaded once for all tests of a file."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio

from june_stt.engine import ModelChoice, load_engine
from june_stt.engines.whisper.engine import WhisperEngine
from june_stt.engines.whisper.model import WhisperModel, chosen_device
from tests.engines.spoken import TINY_WHISPER


@pytest.fixture(scope="module")
def model() -> Iterator[WhisperModel]:
    yield WhisperModel(TINY_WHISPER, chosen_device("cpu"))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def engine() -> AsyncIterator[WhisperEngine]:
    loaded = load_engine("whisper", choice=ModelChoice(str(TINY_WHISPER), device="cpu"))
    assert isinstance(loaded, WhisperEngine)
    await loaded.load()
    yield loaded
    await loaded.close()
