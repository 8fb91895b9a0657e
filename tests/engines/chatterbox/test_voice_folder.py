"""A folder of recordings that others write to."""

import logging
import os
from pathlib import Path

import numpy as np
import pytest
import soundfile

pytest.importorskip("chatterbox", reason="the extra `chatterbox` is not installed")

from june_runtime.errors import SettingsError
from june_tts.engine import Reference
from june_tts.engines.chatterbox import voice_folder, voice_store
from june_tts.engines.chatterbox.likeness import check
from june_tts.engines.chatterbox.variants import ENGLISH
from june_tts.engines.chatterbox.voice_folder import VoiceFolder

LANGUAGES = ("en", "de")


def record(file: Path, pitch: float = 200.0, seconds: float = 1.5) -> None:
    times = np.arange(round(seconds * 16_000)) / 16_000
    soundfile.write(file, 0.3 * np.sin(2 * np.pi * pitch * times), 16_000)


def opened(folder: Path) -> VoiceFolder:
    return VoiceFolder(folder, LANGUAGES, lambda one: check(one, ENGLISH))


def names(folder: VoiceFolder) -> list[str]:
    return [one.voice.name for one in folder.voices]


def digests(folder: VoiceFolder) -> dict[str, str]:
    return {one.voice.name: one.digest for one in folder.voices}


def test_recordings_come_and_go(tmp_path: Path) -> None:
    """By name; and it is told when they are others than before."""
    record(tmp_path / "ben.wav")
    folder = opened(tmp_path)
    assert names(folder) == ["ben"]
    assert not folder.again()
    record(tmp_path / "anna.flac", 300)
    assert folder.again()
    assert names(folder) == ["anna", "ben"]
    assert not folder.again()
    (tmp_path / "ben.wav").unlink()
    assert folder.again()
    assert names(folder) == ["anna"]


def test_a_changed_recording_is_another_one(tmp_path: Path) -> None:
    """One that is only touched, or lies under another name, is the same as before."""
    record(tmp_path / "ben.wav", 200)
    record(tmp_path / "anna.wav", 300)
    folder = opened(tmp_path)
    before = digests(folder)
    os.utime(tmp_path / "ben.wav", ns=(1, 1))
    assert not folder.again()
    (tmp_path / "ben.wav").rename(tmp_path / "carl.wav")
    record(tmp_path / "new.wav", 250)
    (tmp_path / "new.wav").replace(tmp_path / "anna.wav")
    assert folder.again()
    after = digests(folder)
    assert after["carl"] == before["ben"]
    assert after["anna"] != before["anna"]


def test_labels_come_change_and_go(tmp_path: Path) -> None:
    record(tmp_path / "ben.wav")
    folder, label = opened(tmp_path), tmp_path / "ben.toml"
    for text in ('languages = ["de"]', 'languages = ["de", "en"]', None):
        label.write_text(text) if text else label.unlink()
        assert folder.again()
        expected = {None: LANGUAGES, 'languages = ["de"]': ("de",)}.get(text, ("de", "en"))
        assert folder.voices[0].voice.languages == expected


def test_what_is_broken_is_left_out_and_told_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The others stay; and once it is whole it is a voice."""
    record(tmp_path / "ben.wav")
    folder = opened(tmp_path)
    (tmp_path / "half.wav").write_bytes((tmp_path / "ben.wav").read_bytes()[:30])
    (tmp_path / "text.flac").write_text("no audio at all")
    record(tmp_path / "short.wav", seconds=0.2)
    soundfile.write(tmp_path / "silent.wav", np.zeros(32_000), 16_000)
    record(tmp_path / "foreign.wav")
    (tmp_path / "foreign.toml").write_text('languages = ["xx"]')
    record(tmp_path / "label.wav")
    (tmp_path / "label.toml").write_bytes(b"\xff")
    (tmp_path / "folder.wav").mkdir()
    (tmp_path / "nowhere.wav").symlink_to(tmp_path / "none.wav")
    with caplog.at_level(logging.WARNING):
        assert not folder.again()
        assert not folder.again()
    assert names(folder) == ["ben"]
    told = [record.voice for record in caplog.records]  # type: ignore[attr-defined]
    assert sorted(told) == sorted(
        ["half", "text", "short", "silent", "foreign", "label", "folder", "nowhere"]
    )
    record(tmp_path / "half.wav")
    assert folder.again()
    assert names(folder) == ["ben", "half"]


def test_a_voice_that_breaks_is_gone(tmp_path: Path) -> None:
    record(tmp_path / "anna.wav")
    record(tmp_path / "ben.wav")
    folder = opened(tmp_path)
    (tmp_path / "anna.wav").write_text("no audio at all")
    assert folder.again()
    assert names(folder) == ["ben"]


@pytest.mark.parametrize(("first", "second"), [("ben.wav", "ben.flac"), ("ben.flac", "ben.wav")])
def test_of_two_with_one_name_the_first_stays(tmp_path: Path, first: str, second: str) -> None:
    record(tmp_path / first, 200)
    folder = opened(tmp_path)
    before = digests(folder)
    record(tmp_path / second, 300)
    assert not folder.again()
    assert digests(folder) == before
    (tmp_path / first).unlink()
    assert folder.again()
    assert names(folder) == ["ben"]


def test_a_folder_that_goes_takes_no_voice_along(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """A volume may be away for a while; it is told once each time."""
    voices = tmp_path / "voices"
    voices.mkdir()
    record(voices / "ben.wav")
    folder = opened(voices)
    for _ in range(2):
        voices.rename(tmp_path / "away")
        with caplog.at_level(logging.WARNING):
            assert not folder.again()
            assert not folder.again()
        assert names(folder) == ["ben"]
        (tmp_path / "away").rename(voices)
        assert not folder.again()
    assert len(caplog.records) == 2


def test_only_what_changed_is_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("anna", "ben", "carl"):
        record(tmp_path / f"{name}.wav")
    (tmp_path / "bad.wav").touch()
    (tmp_path / "bad.wav").rename(tmp_path / "later")
    folder = opened(tmp_path)
    (tmp_path / "later").rename(tmp_path / "bad.wav")
    read: list[str] = []

    def noted(file: Path) -> Reference:
        read.append(file.stem)
        return original(file)

    original = voice_store.read
    monkeypatch.setattr(voice_folder, "read", noted)
    record(tmp_path / "ben.wav", 300)
    folder.again()
    folder.again()
    assert read == ["bad", "ben"]


@pytest.mark.parametrize(
    "spoil",
    [lambda folder: (folder / "a.wav").write_text("no audio"),
     lambda folder: record(folder / "a.wav", seconds=0.2),
     lambda folder: record(folder / "ben.flac"),
     lambda folder: (folder / "ben.toml").write_text('languages = ["xx"]'),
     lambda folder: (folder / "ben.toml").write_text("speed = 2"),
     lambda folder: (folder / "ben.toml").write_text("languages = ")],
)  # fmt: skip
def test_what_is_wrong_from_the_start_is_refused(tmp_path: Path, spoil) -> None:  # type: ignore[no-untyped-def]
    record(tmp_path / "ben.wav")
    spoil(tmp_path)
    with pytest.raises(SettingsError) as refused:
        opened(tmp_path)
    assert refused.value.reason == "VOICE_INVALID"


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="JUNE_TTS_VOICES_FOLDER") as refused:
        opened(tmp_path / "none")
    assert refused.value.reason == "VOICES_UNREADABLE"
