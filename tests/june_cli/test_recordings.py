"""Reading and writing audio files."""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st

from june_cli.errors import BadInput
from june_cli.recordings import WavFile, in_one_format, recording
from june_runtime.pcm import AudioFormat


def wav(path: Path, *, rate: int = 16_000, channels: int = 1, samples: int = 800) -> Path:
    tone = np.sin(np.arange(samples) / 10).astype(np.float32) / 2
    soundfile.write(path, np.tile(tone[:, None], (1, channels)), rate)
    return path


@pytest.mark.parametrize(("rate", "channels"), [(8_000, 1), (44_100, 2), (48_000, 1)])
def test_what_june_accepts_is_sent_as_it_is(tmp_path: Path, rate: int, channels: int) -> None:
    """Rate, channels and every sample of a legal file stay as they are."""
    path = wav(tmp_path / "a.wav", rate=rate, channels=channels)
    found = recording(path)
    assert found.format == AudioFormat(sample_rate=rate, channels=channels)
    stored, _ = soundfile.read(path, dtype="int16")
    assert b"".join(found.pieces(0.02)) == stored.astype("<i2").tobytes()


@pytest.mark.parametrize(("rate", "channels"), [(96_000, 1), (4_000, 1), (16_000, 4)])
def test_what_june_does_not_accept_is_converted(tmp_path: Path, rate: int, channels: int) -> None:
    """Rates and channels out of range become 16 kHz mono of the same length."""
    found = recording(wav(tmp_path / "a.wav", rate=rate, channels=channels, samples=rate))
    assert found.format == AudioFormat(sample_rate=16_000)
    samples = len(b"".join(found.pieces(0.02))) // 2
    assert abs(samples - 16_000) <= 16


def test_loud_floats_are_clipped_and_not_wrapped(tmp_path: Path) -> None:
    """A float file beyond full scale becomes full scale."""
    soundfile.write(tmp_path / "a.wav", np.array([2.0, -2.0]), 16_000, subtype="FLOAT")
    pcm = b"".join(recording(tmp_path / "a.wav").pieces(0.02))
    assert np.frombuffer(pcm, "<i2").tolist() == [32767, -32768]


def test_raw_is_16_khz_mono(tmp_path: Path) -> None:
    """A file without a header is taken for what the help text says."""
    (tmp_path / "a.raw").write_bytes(b"\1\0\2\0")
    found = recording(tmp_path / "a.raw")
    assert found.format == AudioFormat(sample_rate=16_000)
    assert b"".join(found.pieces(1)) == b"\1\0\2\0"


@settings(max_examples=20, deadline=None)
@given(samples=st.integers(1, 40_000), seconds=st.floats(0.001, 2))
def test_pieces_are_the_whole_in_order(
    tmp_path_factory: pytest.TempPathFactory, samples: int, seconds: float
) -> None:
    """However a recording is cut, nothing is lost, and only the last piece is short."""
    found = recording(wav(tmp_path_factory.mktemp("cut") / "a.wav", samples=samples))
    pieces = list(found.pieces(seconds))
    size = found.format.bytes_for(seconds)
    assert all(len(piece) == size for piece in pieces[:-1])
    assert 0 < len(pieces[-1]) <= size
    assert b"".join(pieces) == next(found.pieces(10))


@pytest.mark.parametrize(
    ("name", "content", "complaint"),
    [
        ("none.wav", None, "does not exist"),
        ("empty.wav", b"", "is empty"),
        ("text.wav", b"hello, this is no audio", "is not audio that June can read"),
        ("odd.raw", b"123", "odd number of bytes"),
        ("empty.raw", b"", "holds no audio"),
    ],
)
def test_a_file_that_is_no_audio_is_refused_in_one_line(
    tmp_path: Path, name: str, content: bytes | None, complaint: str
) -> None:
    """The line names the file and what is wrong with it."""
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(BadInput, match=complaint) as refused:
        recording(path)
    assert str(path) in refused.value.message
    assert "\n" not in refused.value.message


def test_a_folder_is_refused(tmp_path: Path) -> None:
    """A folder is told from a file that is missing."""
    with pytest.raises(BadInput, match="is a folder"):
        recording(tmp_path)


def test_a_file_with_a_header_only_is_refused(tmp_path: Path) -> None:
    """A WAV without samples holds no audio."""
    with pytest.raises(BadInput, match="holds no audio"):
        recording(wav(tmp_path / "a.wav", samples=0))


def test_recordings_of_one_format_share_it(tmp_path: Path) -> None:
    """Where all files agree, none is converted."""
    files = [recording(wav(tmp_path / f"{n}.wav", rate=44_100)) for n in range(2)]
    assert in_one_format(files) == files


def test_recordings_of_several_formats_are_converted_to_one(tmp_path: Path) -> None:
    """One stream has one format."""
    files = [
        recording(wav(tmp_path / f"{rate}.wav", rate=rate, samples=rate)) for rate in (8000, 48000)
    ]
    for each in in_one_format(files):
        assert each.format == AudioFormat(sample_rate=16_000)
        assert abs(len(b"".join(each.pieces(0.02))) // 2 - 16_000) <= 16


def test_real_recordings_can_be_read(speech: Callable[[str], Path]) -> None:
    """FLAC at 44.1 kHz in stereo and headerless PCM."""
    assert recording(speech("jfk.flac")).format == AudioFormat(sample_rate=44_100, channels=2)
    assert recording(speech("go-forward-ten-meters.raw")).seconds > 1


def test_a_wav_file_holds_what_was_written(tmp_path: Path) -> None:
    """The samples come back, at the rate of the first write."""
    with WavFile(tmp_path / "a.wav") as out:
        out.write(b"\1\0", AudioFormat(sample_rate=22_050))
        out.write(b"\2\0", AudioFormat(sample_rate=22_050))
    samples, rate = soundfile.read(tmp_path / "a.wav", dtype="int16")
    assert (samples.tolist(), rate) == ([1, 2], 22_050)


def test_a_wav_file_survives_a_failure(tmp_path: Path) -> None:
    """What was said before something broke can be listened to."""
    with suppress(RuntimeError), WavFile(tmp_path / "a.wav") as out:
        out.write(b"\1\0", AudioFormat())
        raise RuntimeError
    assert soundfile.info(tmp_path / "a.wav").frames == 1


def test_where_nothing_is_written_nothing_is_left(tmp_path: Path) -> None:
    """An old file stays, and no temporary one remains."""
    (tmp_path / "a.wav").write_bytes(b"old")
    with WavFile(tmp_path / "a.wav"):
        pass
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"a.wav": b"old"}


@pytest.mark.parametrize("path", [Path("/dev/null"), Path("/nowhere/a.wav"), Path()])
def test_a_place_that_cannot_be_written_is_refused_at_once(path: Path) -> None:
    """The user learns of it before anything is synthesised."""
    with pytest.raises(BadInput, match="cannot write"):
        WavFile(path)
