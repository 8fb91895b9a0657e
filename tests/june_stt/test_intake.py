"""Frames of any legal format become the same windows."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from june_runtime.errors import InvalidInput
from june_runtime.pcm import AudioFormat, Encoding, Samples, encode
from june_stt.intake import WINDOW, Intake, Windows

PLAIN = AudioFormat(sample_rate=16_000)


def tone(rate: int, seconds: float = 1.0) -> Samples:
    at = np.arange(int(rate * seconds)) / rate
    samples: Samples = (0.5 * np.sin(2 * np.pi * 300 * at)).astype(np.float32)
    return samples


def whole(intake: Intake, pcm: bytes, pieces: list[int], frame: int) -> Windows:
    """The windows of `pcm`, cut at the given places (in frames of `frame` bytes)."""
    edges = sorted({0, len(pcm), *(min(place * frame, len(pcm)) for place in pieces)})
    windows = [intake.push(pcm[a:b]) for a, b in pairwise(edges)]
    return np.concatenate([*windows, intake.finish()])


@pytest.mark.parametrize("encoding", Encoding)
@pytest.mark.parametrize("rate", [8_000, 11_025, 16_000, 44_100, 48_000])
@pytest.mark.parametrize("channels", [1, 2])
def test_every_legal_format_is_heard(encoding: Encoding, rate: int, channels: int) -> None:
    """A tone is the same tone at 16 kHz, as long as it was, within the encoding's noise."""
    audio = AudioFormat(encoding, rate, channels)
    intake = Intake(audio)
    heard = intake.push(encode(tone(rate), audio)).reshape(-1)
    heard = np.concatenate([heard, intake.finish().reshape(-1)])
    assert 16_000 <= len(heard) < 16_000 + 2 * WINDOW
    middle = heard[4_000:12_000]
    spectrum = np.abs(np.fft.rfft(middle * np.hanning(len(middle))))
    assert abs(spectrum.argmax() * 16_000 / len(middle) - 300) < 4
    assert 0.33 < np.sqrt((middle**2).mean()) < 0.37


@settings(max_examples=50, deadline=None)
@given(st.lists(st.integers(0, 8_000), max_size=12), st.sampled_from([8_000, 16_000, 24_000]))
def test_the_windows_do_not_depend_on_the_frames(pieces: list[int], rate: int) -> None:
    audio = AudioFormat(sample_rate=rate)
    pcm = encode(tone(rate, 0.9), audio)
    assert np.allclose(
        whole(Intake(audio), pcm, pieces, 2), whole(Intake(audio), pcm, [], 2), atol=1e-4
    )


def test_a_gap_is_filled_with_silence() -> None:
    intake = Intake(PLAIN)
    intake.push(bytes(2 * WINDOW), 0)
    windows = intake.push(encode(np.full(WINDOW, 0.5, np.float32), PLAIN), 3 * WINDOW)
    assert len(windows) == 3
    assert not windows[:2].any()
    assert windows[2].all()


def test_what_was_sent_before_is_dropped_if_it_is_the_same() -> None:
    """And refused if it differs, or goes back too far."""
    pcm = encode(tone(16_000, 0.5), PLAIN)
    intake = Intake(PLAIN)
    once = intake.push(pcm, 0)
    assert len(intake.push(pcm, 0)) == 0
    again = intake.push(pcm[8_000:] + pcm[:8_000], 4_000)
    assert np.array_equal(
        np.concatenate([once, again]),
        Intake(PLAIN).push(pcm + pcm[:8_000])[: len(once) + len(again)],
    )
    with pytest.raises(InvalidInput) as differs:
        intake.push(bytes(1_000), 4_000)
    assert "frame.pcm" in differs.value.fields
    far = Intake(PLAIN)
    for second in range(5):
        far.push(bytes(32_000), second * 16_000)
    with pytest.raises(InvalidInput) as back:
        far.push(bytes(1_000), 0)
    assert "frame.first_sample" in back.value.fields


@pytest.mark.parametrize(
    ("pcm", "place", "field"),
    [
        (bytes(3), None, "frame.pcm"),
        (bytes(2 * 16_001), None, "frame.pcm"),
        (bytes(2), 160_002, "frame.first_sample"),
    ],
)
def test_what_cannot_be_is_refused_by_name(pcm: bytes, place: int | None, field: str) -> None:
    """Half a sample; more than a second; a gap of more than ten."""
    with pytest.raises(InvalidInput) as refused:
        Intake(PLAIN).push(pcm, place)
    assert field in refused.value.fields
