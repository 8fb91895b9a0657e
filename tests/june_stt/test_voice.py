"""Who speaks is told from who does not, for many streams at once."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from june_runtime.errors import SettingsError
from june_runtime.pcm import AudioFormat, decode
from june_stt import voice
from june_stt.intake import WINDOW, Windows
from june_stt.voice import SileroModel, VoiceActivity, VoiceState

pytestmark = pytest.mark.usefixtures("hearing")

Speech = Callable[[str], Path]


@pytest.fixture
def model() -> SileroModel:
    return _shared()


def noise(windows: int, seed: int = 0) -> Windows:
    return np.random.default_rng(seed).normal(0, 0.1, (windows, WINDOW)).astype(np.float32)


def recording(path: Path) -> Windows:
    samples = decode(path.read_bytes()[44:], AudioFormat())
    return samples[: len(samples) // WINDOW * WINDOW].reshape(-1, WINDOW)


def test_speech_is_likely_and_silence_is_not(model: SileroModel, speech: Speech) -> None:
    said = recording(speech("weather-en.wav"))
    heard = model.score([(VoiceState(), np.concatenate([said, np.zeros_like(said)]))])[0]
    assert heard[: len(said)].max() > 0.9
    assert heard[len(said) + 5 :].max() < 0.1


def test_noise_is_never_a_voice(model: SileroModel, speech: Speech) -> None:
    """Eight seconds of it stay below what begins speech."""
    steady = recording(speech("noise-no-speech.wav"))
    assert model.score([(VoiceState(), steady)])[0].max() < 0.35


def test_the_callers_samples_are_left_alone(model: SileroModel) -> None:
    windows = noise(3)
    before = windows.copy()
    model.score([(VoiceState(), windows)])
    assert np.array_equal(windows, before)


@settings(max_examples=20, deadline=None)
@given(st.lists(st.integers(1, 5), min_size=1, max_size=6), st.integers(0, 100))
def test_streams_and_pieces_do_not_matter(lengths: list[int], seed: int) -> None:
    """Together or alone, window by window or at once: the same probabilities."""
    scorer = _shared()
    streams = [noise(length, seed + place) for place, length in enumerate(lengths)]
    together = scorer.score([(VoiceState(), windows) for windows in streams])
    for windows, scores in zip(streams, together, strict=True):
        state = VoiceState()
        pieces = [scorer.score([(state, windows[at : at + 1])])[0] for at in range(len(windows))]
        assert np.allclose(np.concatenate(pieces), scores, atol=1e-6)


@cache
def _shared() -> SileroModel:
    return SileroModel()


async def test_every_stream_gets_its_own_scores() -> None:
    """Many ask at once and in any order."""
    activity = VoiceActivity()
    await activity.load()
    try:
        streams = [noise(1 + place % 3, place) for place in range(40)]
        scores = await asyncio.gather(
            *(activity.score(VoiceState(), windows) for windows in streams)
        )
        for windows, heard in zip(streams, scores, strict=True):
            alone = _shared().score([(VoiceState(), windows)])[0]
            assert np.allclose(heard, alone, atol=1e-6)
    finally:
        await activity.close()


async def test_without_its_model_the_service_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(voice, "find_spec", lambda name: None)
    with pytest.raises(SettingsError) as missing:
        await VoiceActivity().load()
    assert missing.value.reason == "VOICE_MODEL_MISSING"
    assert "june[stt]" in missing.value.message


async def test_another_model_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    other = tmp_path / "silero_vad_v6.onnx"
    other.write_bytes(b"no model")
    monkeypatch.setattr(voice, "_asset", lambda: other)
    with pytest.raises(SettingsError) as unknown:
        await VoiceActivity().load()
    assert unknown.value.reason == "VOICE_MODEL_UNKNOWN"


def test_finding_the_model_imports_nothing_heavy() -> None:
    """Neither faster-whisper nor its engine."""
    code = (
        "import sys; from june_stt.voice import SileroModel; SileroModel(); "
        "print([name for name in sys.modules if name in ('faster_whisper', 'ctranslate2', 'av')])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=50
    )
    assert done.stdout.strip() == "[]"
