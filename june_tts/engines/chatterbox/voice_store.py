"""The voices that can be asked for, and what is known of those that were."""

from __future__ import annotations

import hashlib
import tomllib
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

import soundfile
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from june_runtime.errors import SettingsError
from june_runtime.pcm import Samples
from june_tts.engine import Reference, Voice

T = TypeVar("T")

OWN = "default"
SAMPLE_RATE = 24_000
_AUDIO = (".wav", ".flac")
# Of a longer recording only the beginning is heard.
_SECONDS = 30


class Cache(Generic[T]):
    """The `limit` things that were asked for last."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._things: OrderedDict[str, T] = OrderedDict()

    def __len__(self) -> int:
        return len(self._things)

    def get(self, key: str, make: Callable[[], T]) -> T:
        """The thing under `key`, made if it is not there."""
        if key not in self._things:
            self._things[key] = make()
            if len(self._things) > self._limit:
                self._things.popitem(last=False)
        self._things.move_to_end(key)
        return self._things[key]

    def find(self, key: str) -> T | None:
        """The thing under `key`, if it is there."""
        if key in self._things:
            self._things.move_to_end(key)
        return self._things.get(key)


class Label(BaseModel):
    """What NAME.toml may say of the voice NAME."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    languages: tuple[str, ...] = Field((), max_length=100)
    description: str = Field("", max_length=200)


@dataclass(frozen=True, slots=True)
class Recorded:
    """A voice in the folder; `digest` is that of its recording."""

    voice: Voice
    file: Path
    digest: str


def listed(folder: Path) -> list[Path]:
    """The folder's recordings, by name.

    Raises:
        SettingsError: VOICES_UNREADABLE.
    """
    try:
        return sorted(file for file in folder.iterdir() if file.suffix.lower() in _AUDIO)
    except OSError as failed:
        raise SettingsError(
            "VOICES_UNREADABLE", f"JUNE_TTS_VOICES_FOLDER: {folder}: {failed.strerror}"
        ) from failed


def labelled(file: Path, recording: Reference, languages: Sequence[str]) -> Recorded:
    """The recording as a voice, with what its label says of it.

    Args:
        languages: what the model speaks; the voice's own must be among them.

    Raises:
        SettingsError: VOICE_INVALID.
    """
    voice = _voice(file, languages)
    return Recorded(voice, file, digest(recording.samples, recording.sample_rate))


def read(file: Path) -> Reference:
    """The beginning of a recording.

    Raises:
        SettingsError: VOICE_INVALID.
    """
    try:
        with soundfile.SoundFile(file) as opened:
            rate: int = opened.samplerate
            both = opened.read(_SECONDS * rate, dtype="float32", always_2d=True)
    except (soundfile.LibsndfileError, OSError) as failed:
        raise SettingsError("VOICE_INVALID", f"{file} cannot be read: {failed}") from failed
    return Reference(both.mean(axis=1), rate)


def digest(samples: Samples, sample_rate: int) -> str:
    """The same for the same recording."""
    hashed = hashlib.sha256(samples.tobytes())
    hashed.update(str(sample_rate).encode())
    return hashed.hexdigest()


def _voice(file: Path, languages: Sequence[str]) -> Voice:
    label = _label(file.with_suffix(".toml"))
    unknown = [
        tag for tag in label.languages if tag.replace("_", "-").partition("-")[0] not in languages
    ]
    if unknown:
        raise SettingsError(
            "VOICE_INVALID", f"{file.stem}: this model does not speak {', '.join(unknown)}"
        )
    return Voice(
        file.stem,
        label.languages or tuple(languages),
        label.description or f"Like the recording {file.name}",
        SAMPLE_RATE,
    )


def _label(file: Path) -> Label:
    if not file.exists():
        return Label()
    try:
        return Label.model_validate(tomllib.loads(file.read_text("utf-8")))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError, ValidationError) as wrong:
        fault = " ".join(str(wrong).split())[:200]
        raise SettingsError("VOICE_INVALID", f"{file}: {fault}") from wrong
