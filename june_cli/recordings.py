"""Audio files: reading questions, writing answers. The one importer of soundfile."""

from __future__ import annotations

import tempfile
import wave
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import IO

import numpy as np
import numpy.typing as npt
import soundfile

from june_cli.errors import BadInput
from june_runtime import pcm

READABLE = "WAV, FLAC, OGG, MP3, or .raw: 16 kHz mono signed 16-bit little-endian"
RAW_FORMAT = pcm.AudioFormat(sample_rate=16_000)
_BLOCK_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Recording:
    """A readable audio file.

    `format` is what `pieces` gives and a service may be told: the file's own rate
    and channels where June accepts them, else 16 kHz and one channel. Always
    PCM_S16LE.
    """

    path: Path
    format: pcm.AudioFormat
    seconds: float

    def converted(self, target: pcm.AudioFormat) -> Recording:
        """The same recording, given in `target`: PCM_S16LE of one channel."""
        return replace(self, format=target)

    def pieces(self, seconds: float) -> Iterator[bytes]:
        """The file's audio in pieces of `seconds`; the last may be shorter."""
        rechunker = pcm.Rechunker(self.format.bytes_for(seconds))
        for block in self._blocks():
            yield from rechunker.push(block)
        yield from rechunker.finish()

    def _blocks(self) -> Iterator[bytes]:
        with _opened(self.path) as file:
            convert = _Converter(file.samplerate, file.channels, self.format)
            for block in file.blocks(
                int(file.samplerate * _BLOCK_SECONDS), dtype="float32", always_2d=True
            ):
                yield convert.push(block)
            yield convert.finish()


def recording(path: Path) -> Recording:
    """The recording at `path`. Raises BadInput with a line that says what is wrong."""
    if path.is_dir():
        raise BadInput(f"{path} is a folder; name an audio file ({READABLE})")
    if not path.exists():
        raise BadInput(f"{path} does not exist")
    if _is_raw(path) and path.stat().st_size % 2:
        raise BadInput(f"{path} has an odd number of bytes; .raw means 16-bit samples")
    with _opened(path) as file:
        if not file.frames:
            raise BadInput(f"{path} holds no audio")
        return Recording(
            path, _accepted(file.samplerate, file.channels), file.frames / file.samplerate
        )


def in_one_format(recordings: Sequence[Recording]) -> list[Recording]:
    """The recordings as one stream can carry them: as they are where they agree."""
    if len({each.format for each in recordings}) == 1:
        return list(recordings)
    return [each.converted(pcm.AudioFormat(sample_rate=16_000)) for each in recordings]


def _is_raw(path: Path) -> bool:
    return path.suffix.lower() == ".raw"


def _opened(path: Path) -> soundfile.SoundFile:
    try:
        if _is_raw(path):
            return soundfile.SoundFile(
                path,
                samplerate=RAW_FORMAT.sample_rate,
                channels=1,
                format="RAW",
                subtype="PCM_16",
                endian="LITTLE",
            )
        return soundfile.SoundFile(path)
    except soundfile.LibsndfileError as failed:
        if path.stat().st_size == 0:
            raise BadInput(f"{path} is empty") from failed
        raise BadInput(f"{path} is not audio that June can read ({READABLE})") from failed
    except OSError as failed:
        raise BadInput(f"cannot read {path}: {failed.strerror}") from failed


def _accepted(sample_rate: int, channels: int) -> pcm.AudioFormat:
    if pcm.MIN_RATE <= sample_rate <= pcm.MAX_RATE and channels <= 2:
        return pcm.AudioFormat(sample_rate=sample_rate, channels=channels)
    return pcm.AudioFormat(sample_rate=16_000)


class _Converter:
    """Blocks of float32, shape (samples, channels), to bytes in `target`."""

    def __init__(self, sample_rate: int, channels: int, target: pcm.AudioFormat) -> None:
        self._mono = pcm.AudioFormat(sample_rate=target.sample_rate)
        self._keep = (sample_rate, channels) == (target.sample_rate, target.channels)
        self._resampler = pcm.Resampler(sample_rate, target.sample_rate)

    def push(self, block: npt.NDArray[np.float32]) -> bytes:
        if self._keep:
            return pcm.encode(block.reshape(-1), self._mono)
        return pcm.encode(self._resampler.push(block.mean(axis=1)), self._mono)

    def finish(self) -> bytes:
        return b"" if self._keep else pcm.encode(self._resampler.finish(), self._mono)


class WavFile:
    """A WAV file that appears at `path` when it is complete, or not at all.

    Opened before the work that fills it, so that a folder that cannot be written
    to is found out first.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.seconds = 0.0
        self._wave: wave.Wave_write | None = None
        # Replacing a device such as /dev/null by a file would be a nasty surprise.
        if path.exists() and not path.is_file():
            raise BadInput(f"cannot write {path}: it is no ordinary file")
        try:
            self._part: IO[bytes] = tempfile.NamedTemporaryFile(  # noqa: SIM115
                dir=path.parent, prefix=f".{path.name}.", delete=False
            )
        except OSError as failed:
            raise BadInput(f"cannot write {path}: {failed.strerror}") from failed

    def __enter__(self) -> WavFile:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        failed: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Puts the file in its place, also after a failure: what was said was said."""
        part = Path(self._part.name)
        if self._wave is not None:
            self._wave.close()
        self._part.close()
        if self._wave is None:
            part.unlink()
        else:
            part.chmod(0o644)
            part.replace(self.path)

    @property
    def written(self) -> bool:
        return self._wave is not None

    def write(self, audio: bytes, audio_format: pcm.AudioFormat) -> None:
        """Adds PCM_S16LE; the first call's format is the file's."""
        if self._wave is None:
            self._wave = wave.open(self._part, "wb")  # noqa: SIM115
            self._wave.setnchannels(audio_format.channels)
            self._wave.setsampwidth(2)
            self._wave.setframerate(audio_format.sample_rate)
        self._wave.writeframes(audio)
        self.seconds += audio_format.seconds(audio)
