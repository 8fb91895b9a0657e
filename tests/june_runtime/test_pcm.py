"""Raw audio: formats, conversion, resampling, cutting to size."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from june_runtime.pcm import AudioFormat, Encoding, Rechunker, Resampler, Samples, decode, encode

formats = st.builds(
    AudioFormat, st.sampled_from(Encoding), st.sampled_from([8_000, 16_000, 44_100]), st.just(1)
)
audio = hnp.arrays(np.float32, st.integers(0, 2_000), elements=st.floats(-1, 1, width=32))
# The largest distance between neighbouring values, near full scale.
STEP = {
    Encoding.PCM_S16LE: 1 / 32_768,
    Encoding.PCM_F32LE: 0,
    Encoding.MULAW: 1_024 / 32_768,
    Encoding.ALAW: 1_024 / 32_768,
}


def cut(draw: st.DrawFn, length: int) -> list[int]:
    """Places to cut something of `length` at, in order."""
    return sorted(draw(st.lists(st.integers(0, length), max_size=12)))


@st.composite
def pieces(draw: st.DrawFn) -> tuple[Samples, list[Samples]]:
    """Audio, whole and in pieces of any sizes, empty ones too."""
    seed, length = draw(st.integers(0, 2**32 - 1)), draw(st.integers(0, 5_000))
    whole = np.random.default_rng(seed).uniform(-1, 1, length).astype(np.float32)
    return whole, np.split(whole, cut(draw, length))


def resampled(source: int, target: int, chunks: list[Samples]) -> Samples:
    resampler = Resampler(source, target)
    return np.concatenate([*(resampler.push(chunk) for chunk in chunks), resampler.finish()])


@given(audio, formats)
def test_what_was_encoded_is_heard_again(samples: Samples, form: AudioFormat) -> None:
    """Within half a step of the encoding, and of the same length."""
    pcm = encode(samples, form)
    assert len(pcm) == len(samples) * form.frame_bytes
    again = decode(pcm, form)
    assert again.dtype == np.float32
    # Full scale itself has no value of its own in 16 bits and G.711.
    tolerance = max(STEP[form.encoding] / 2, 0 if form.encoding is Encoding.PCM_F32LE else 0.02)
    assert np.allclose(again, samples, rtol=0, atol=tolerance)


@given(st.binary(max_size=500), formats)
def test_decoded_bytes_encode_to_themselves(pcm: bytes, form: AudioFormat) -> None:
    """Except where two codes mean the same, such as mu-law's two zeros."""
    if form.encoding is Encoding.PCM_F32LE:
        return
    pcm = pcm[: len(pcm) - len(pcm) % form.frame_bytes]
    samples = decode(pcm, form)
    assert np.array_equal(decode(encode(samples, form), form), samples)
    if form.encoding is not Encoding.MULAW:
        assert encode(samples, form) == pcm


# From ITU-T G.711, tables 1 and 2: the ends of segments and the smallest values.
MULAW = {
    0x00: -32_124, 0x0F: -16_764, 0x10: -15_996, 0x20: -7_932, 0x30: -3_900, 0x40: -1_884,
    0x50: -876, 0x60: -372, 0x70: -120, 0x7F: 0, 0x80: 32_124, 0x8F: 16_764, 0xAA: 5_372,
    0xD5: 716, 0xFF: 0,
}  # fmt: skip
ALAW = {
    0x00: -5_504, 0x0F: -6_784, 0x10: -2_752, 0x20: -22_016, 0x2A: -32_256, 0x30: -11_008,
    0x40: -344, 0x50: -88, 0x55: -8, 0x60: -1_376, 0x70: -688, 0x80: 5_504, 0xAA: 32_256,
    0xD5: 8, 0xFF: 848,
}  # fmt: skip


@pytest.mark.parametrize(
    ("encoding", "known"), [(Encoding.MULAW, MULAW), (Encoding.ALAW, ALAW)], ids=["mulaw", "alaw"]
)
def test_g711_codes_have_their_values(encoding: Encoding, known: dict[int, int]) -> None:
    """As the standard has them, on a scale of 16 bits."""
    decoded = decode(bytes(known), AudioFormat(encoding, 8_000)) * 32_768
    assert decoded.tolist() == list(known.values())


def test_known_samples_in_16_bits() -> None:
    """Full scale, silence and the smallest step, little-endian."""
    form = AudioFormat(Encoding.PCM_S16LE)
    assert decode(b"\x00\x80\x00\x00\x01\x00\xff\x7f", form).tolist() == [
        -1.0,
        0.0,
        1 / 32_768,
        32_767 / 32_768,
    ]
    loud = np.array([2, -2, 1], np.float32)
    assert encode(loud, form) == b"\xff\x7f\x00\x80\xff\x7f"


def test_floats_out_of_range_are_clipped() -> None:
    """Also what is no number at all: nothing of it reaches an engine."""
    wild = np.array([np.nan, np.inf, -np.inf, 3, -0.5], "<f4").tobytes()
    decoded = decode(wild, AudioFormat(Encoding.PCM_F32LE))
    assert decoded.tolist() == [0, 1, -1, 1, -0.5]


@given(audio, audio)
def test_two_channels_are_averaged(left: Samples, right: Samples) -> None:
    """Sample by sample."""
    length = min(len(left), len(right))
    both = np.stack([left[:length], right[:length]], axis=1).astype("<f4").tobytes()
    mono = decode(both, AudioFormat(Encoding.PCM_F32LE, 16_000, 2))
    expected = (left[:length].astype(np.float64) + right[:length]) / 2
    assert np.allclose(mono, expected, atol=1e-6)


@given(audio)
def test_mono_fills_every_channel(samples: Samples) -> None:
    """Encoded for two channels, both carry the same."""
    stereo = AudioFormat(Encoding.PCM_F32LE, 16_000, 2)
    assert np.array_equal(decode(encode(samples, stereo), stereo), samples)


@given(st.integers(0, 480_000), st.sampled_from(Encoding), st.integers(1, 2))
def test_bytes_and_seconds_agree(samples: int, encoding: Encoding, channels: int) -> None:
    """There and back."""
    form = AudioFormat(encoding, 48_000, channels)
    pcm = bytes(samples * form.frame_bytes)
    assert form.bytes_for(form.seconds(pcm)) == len(pcm)


@given(pieces(), st.sampled_from([(8_000, 16_000), (44_100, 16_000), (24_000, 48_000)]))
def test_resampling_does_not_depend_on_the_cuts(
    cut_audio: tuple[Samples, list[Samples]], rates: tuple[int, int]
) -> None:
    """Chunk by chunk or at once: the same samples."""
    whole, chunks = cut_audio
    assert np.array_equal(resampled(*rates, chunks), resampled(*rates, [whole]))


@given(
    st.integers(0, 20_000), st.sampled_from([(8_000, 16_000), (48_000, 16_000), (22_050, 24_000)])
)
def test_resampling_keeps_the_duration(samples: int, rates: tuple[int, int]) -> None:
    """To the sample."""
    out = resampled(*rates, [np.zeros(samples, np.float32)])
    assert abs(len(out) - samples * rates[1] / rates[0]) <= 1


def test_resampling_keeps_a_tone() -> None:
    """440 Hz stay 440 Hz at the same loudness."""
    tone = np.sin(2 * np.pi * 440 * np.arange(44_100) / 44_100).astype(np.float32)
    out = resampled(44_100, 16_000, [tone])
    expected = np.sin(2 * np.pi * 440 * np.arange(16_000) / 16_000)
    assert np.allclose(out[1_000:-1_000], expected[1_000:-1_000], atol=1e-3)


@given(audio)
def test_equal_rates_pass_untouched(samples: Samples) -> None:
    """No filter, no copy."""
    resampler = Resampler(16_000, 16_000)
    assert resampler.push(samples) is samples
    assert len(resampler.finish()) == 0


@given(st.data(), st.binary(max_size=2_000), st.integers(1, 300))
def test_rechunking_does_not_depend_on_the_cuts(data: st.DataObject, pcm: bytes, size: int) -> None:
    """Whole pieces of one size, the rest at the end, nothing lost or repeated."""
    places = sorted(data.draw(st.lists(st.integers(0, len(pcm)), max_size=12)))
    rechunker = Rechunker(size)
    out: list[bytes] = []
    for start, end in zip([0, *places], [*places, len(pcm)], strict=True):
        out += rechunker.push(pcm[start:end])
    assert all(len(piece) == size for piece in out)
    out += rechunker.finish()
    assert b"".join(out) == pcm
    assert all(0 < len(piece) <= size for piece in out)
    assert rechunker.finish() == []
