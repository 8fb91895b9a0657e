"""The tiny Whisper, loaded once for all tests of a file."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from june_stt.engine import ModelChoice, load_engine
from june_stt.engines.whisper import engine as engine_module
from june_stt.engines.whisper.device import chosen_device
from june_stt.engines.whisper.engine import WhisperEngine
from june_stt.engines.whisper.model import WhisperModel
from tests.engines.spoken import TINY_WHISPER


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """No caption is given up because the machine has other things to do."""
    monkeypatch.setattr(engine_module, "STALE_SECONDS", 60.0)


@pytest.fixture(scope="module")
def model() -> WhisperModel:
    return WhisperModel(TINY_WHISPER, chosen_device("cpu", threads=1))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def engine() -> AsyncIterator[WhisperEngine]:
    loaded = load_engine("whisper", choice=ModelChoice(str(TINY_WHISPER), device="cpu", threads=1))
    assert isinstance(loaded, WhisperEngine)
    await loaded.load()
    yield loaded
    await loaded.close()
