"""Audio at another tempo: as long as it should be, and otherwise what it was."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from june_runtime.pcm import Samples
from june_tts.tempo import FASTEST, HOP_SECONDS, SEARCH_SECONDS, SLOWEST, Tempo

RATE = 24_000
RATES = (0.5, 0.8, 0.97, 1.03, 1.25, 1.5, 2.0)
LATENCY_SECONDS = 0.030
tempi = st.floats(SLOWEST, FASTEST)


def voice(pitch: float, seconds: float, sample_rate: int = RATE) -> Samples:
    """A tone with the overtones of one that is sung."""
    times = np.arange(round(seconds * sample_rate)) / sample_rate
    tones = [np.sin(2 * np.pi * pitch * n * times + n) / n for n in range(1, 8)]
    sung: Samples = (0.2 * np.sum(tones, axis=0)).astype(np.float32)
    return sung


def babble(length: int, seed: int) -> Samples:
    """Tones, noise and silence, some of which begin and end hard."""
    chance = np.random.default_rng(seed)
    parts, made = [np.zeros(0, np.float32)], 0
    while made < length:
        seconds = float(chance.uniform(0.005, 0.2))
        kinds = [
            voice(float(chance.uniform(70, 400)), seconds),
            chance.normal(0, 0.1, round(seconds * RATE)).astype(np.float32),
            np.zeros(round(seconds * RATE), np.float32),
        ]
        parts.append(kinds[chance.integers(3)])
        made += len(parts[-1])
    return np.concatenate(parts)[:length]


def at(
    rate: float, samples: Samples, cuts: list[int] | None = None, sample_rate: int = RATE
) -> Samples:
    tempo = Tempo(rate, sample_rate)
    edges = [0, *sorted(cut % (len(samples) + 1) for cut in cuts or []), len(samples)]
    pieces = [tempo.push(samples[one:other]) for one, other in itertools.pairwise(edges)]
    return np.concatenate([*pieces, tempo.finish()])


def steepest(samples: Samples) -> float:
    return float(np.abs(np.diff(samples)).max())


@settings(deadline=None, max_examples=60)
@given(tempi, st.integers(0, 12_000), st.integers(0, 99), st.lists(st.integers(0, 1 << 30)))
def test_however_it_is_cut_it_is_the_same(
    rate: float, length: int, seed: int, cuts: list[int]
) -> None:
    """And as long as the tempo says, to the sample."""
    samples = babble(length, seed)
    whole = at(rate, samples)
    assert np.array_equal(at(rate, samples, cuts), whole)
    assert len(whole) == round(length / rate)
    assert whole.dtype == np.float32


@given(st.integers(0, 4_000), st.lists(st.integers(0, 1 << 30)))
def test_its_own_tempo_is_the_audio_itself(length: int, cuts: list[int]) -> None:
    """At once: nothing is held back."""
    tempo, samples = Tempo(1.0, RATE), babble(length, 1)
    assert tempo.push(samples) is samples
    assert tempo.held == 0
    assert len(tempo.finish()) == 0
    assert np.array_equal(at(1.0, samples, cuts), samples)


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("pitch", [70.0, 110.0, 220.0, 350.0])
def test_the_pitch_stays(rate: float, pitch: float) -> None:
    """And loudness with it; and there are no clicks."""
    tone = voice(pitch, 1.5)
    paced = at(rate, tone)
    spectrum = np.abs(np.fft.rfft(paced * np.hanning(len(paced)), 1 << 18))
    loudest = np.fft.rfftfreq(1 << 18, 1 / RATE)[spectrum.argmax()]
    assert abs(loudest / pitch - 1) < 0.01
    assert steepest(paced) < 1.3 * steepest(tone)
    period = round(RATE / pitch)
    levels = np.convolve(paced**2, np.ones(2 * period) / (2 * period), "valid")
    assert levels.min() > 0.8 * np.mean(tone**2)
    assert levels.max() < 1.2 * np.mean(tone**2)


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("sample_rate", [16_000, 24_000])
def test_everything_is_heard_in_its_time(rate: float, sample_rate: int) -> None:
    """A pitch that changes every 0.2 s does so in the output, where the tempo says."""
    pitches = [100.0, 300.0, 150.0, 250.0, 120.0]
    parts = [voice(pitch, 0.2, sample_rate) for pitch in pitches]
    paced = at(rate, np.concatenate(parts), sample_rate=sample_rate)
    slack = round((HOP_SECONDS * 2 + SEARCH_SECONDS) * sample_rate / min(rate, 1))
    for number, pitch in enumerate(pitches):
        start, end = (round(0.2 * edge * sample_rate / rate) for edge in (number, number + 1))
        heard = paced[start + slack : end - slack]
        assert len(heard) > 500
        spectrum = np.abs(np.fft.rfft(heard * np.hanning(len(heard)), 1 << 18))
        loudest = np.fft.rfftfreq(1 << 18, 1 / sample_rate)[spectrum.argmax()]
        assert abs(loudest / pitch - 1) < 0.05


@settings(deadline=None, max_examples=30)
@given(tempi, st.lists(st.integers(0, 3_000), min_size=1, max_size=30))
def test_it_is_never_far_behind(rate: float, sizes: list[int]) -> None:
    """30 ms of what came in, at most, and no more than 50 ms are held."""
    tempo, taken, made = Tempo(rate, RATE), 0, 0
    for number, size in enumerate(sizes):
        made += len(tempo.push(babble(size, number)))
        taken += size
        assert taken - made * rate < LATENCY_SECONDS * RATE + 1
        assert tempo.held < 0.05 * RATE or rate == 1


@pytest.mark.parametrize("rate", RATES)
def test_silence_stays_silent(rate: float) -> None:
    paced = at(rate, np.zeros(RATE, np.float32))
    assert not paced.any()


@pytest.mark.parametrize("rate", [0.49, 2.01, float("nan"), 0.0, -1.0])
def test_a_tempo_out_of_bounds_is_refused(rate: float) -> None:
    with pytest.raises(ValueError, match=r"from 0\.5 to 2"):
        Tempo(rate, RATE)


@pytest.mark.parametrize("rate", [0.8, 0.9, 1.1, 1.25])
def test_what_comes_after_silence_comes_in_time(rate: float) -> None:
    """Within 6 ms: where all places are alike the right one is taken."""
    for begins in range(4_000, 4_800, 100):
        samples = np.zeros(RATE // 2, np.float32)
        samples[begins : begins + 480] = babble(480, 1) + 0.3
        onset = int(np.argmax(np.abs(at(rate, samples)) > 0.05))
        assert abs(onset - begins / rate) < 0.006 * RATE


@settings(deadline=None, max_examples=40)
@given(tempi, st.lists(st.floats(60, 200), min_size=2, max_size=4), st.integers(0, 240))
def test_nothing_clicks_where_waves_do_not_fit(
    rate: float, pitches: list[float], more: int
) -> None:
    """Low tones that never come back to where they were together: no step is much larger
    than theirs, up to the last sample."""
    times = np.arange(9_600 + more) / RATE
    tones = [np.sin(2 * np.pi * pitch * times + pitch) for pitch in pitches]
    samples = np.sum(tones, axis=0).astype(np.float32)
    slope = sum(2 * np.pi * pitch / RATE for pitch in pitches)
    assert steepest(at(rate, samples)) < 1.5 * slope
