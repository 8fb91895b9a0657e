"""Recordings that come, change and go while the engine runs."""

from pathlib import Path

import numpy as np
import pytest
import soundfile

pytest.importorskip("chatterbox", reason="the extra `chatterbox` is not installed")

from june_runtime.errors import InvalidInput
from june_tts.engine import Reference
from june_tts.engines.chatterbox.engine import ChatterboxEngine
from june_tts.engines.chatterbox.glances import Glances
from june_tts.neural import Neural
from tests.engines.chatterbox import tiny
from tests.engines.chatterbox.saying import TEXT, audio, is_same, linked, say


def read_back(file: Path) -> tuple[np.ndarray, int]:  # type: ignore[type-arg]
    samples, rate = soundfile.read(file, dtype="float32")
    return samples, rate


async def test_voices_come_and_go_while_it_runs(checkpoint: Path, tmp_path: Path) -> None:
    """A new recording is heard, a changed one as it is now, a removed one no more, and a
    broken one does no harm; the model's own voice stays."""
    running = ChatterboxEngine(Neural(str(checkpoint), voices=tmp_path, rows=1))
    running._glances = Glances(running._look, fresh=0, patience=60)
    await running.load()
    assert [voice.name for voice in running.voices] == ["default"]
    heard = []
    for pitch in (1.0, 0.5):
        samples = tiny.reference(2.0)[:: round(1 / pitch)]
        soundfile.write(tmp_path / "buzz.wav", samples, 24_000)
        await running.refresh()
        own, buzz = running.voices
        heard.append(audio(await say(running, TEXT, voice=buzz)))
        expected = await say(running, TEXT, reference=Reference(*read_back(tmp_path / "buzz.wav")))
        assert is_same(heard[-1], audio(expected))
    assert not is_same(*heard)
    (tmp_path / "bad.wav").write_text("no audio at all")
    await running.refresh()
    assert [voice.name for voice in running.voices] == ["default", "buzz"]
    (tmp_path / "buzz.wav").unlink()
    assert is_same(audio(await say(running, TEXT, voice=buzz)), heard[-1])  # it is known
    await running.refresh()
    assert running.voices == (own,)
    with pytest.raises(InvalidInput) as gone:
        await say(running, TEXT, voice=buzz)
    assert gone.value.reason == "VOICE_UNKNOWN"
    await running.close()


async def test_a_recording_that_goes_before_it_was_heard_is_unknown(
    checkpoint: Path, tmp_path: Path
) -> None:
    soundfile.write(tmp_path / "buzz.wav", tiny.reference(2.0), 24_000)
    running = ChatterboxEngine(Neural(str(checkpoint), voices=tmp_path, rows=1))
    await running.load()
    (tmp_path / "buzz.wav").unlink()
    with pytest.raises(InvalidInput) as gone:
        await say(running, TEXT, voice=running.voices[1])
    assert gone.value.reason == "VOICE_UNKNOWN"
    await running.close()


async def test_the_last_voice_is_kept(checkpoint: Path, tmp_path: Path) -> None:
    """Where a model without a voice of its own would have none left."""
    bare, voices = tmp_path / "model", tmp_path / "voices"
    bare.mkdir()
    voices.mkdir()
    linked(checkpoint, bare, "conds.pt")
    soundfile.write(voices / "buzz.wav", tiny.reference(2.0), 24_000)
    running = ChatterboxEngine(Neural(str(bare), voices=voices, rows=1))
    running._glances = Glances(running._look, fresh=0, patience=60)
    await running.load()
    (voices / "buzz.wav").unlink()
    await running.refresh()
    assert running.default_voice == "buzz"
    assert len(audio(await say(running, TEXT)))
    await running.close()
