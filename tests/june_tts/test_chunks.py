"""Laws of cutting audio into chunks."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from june_runtime.pcm import AudioFormat, Encoding, Samples, decode
from june_tts.chunks import KEPT_SECONDS, MAX_BYTES, MAX_CHUNK_MS, SILENCE, Chunker, Sizes, Trimmer

RATE = 16_000
CUTS = st.lists(st.integers(0, 5_000), max_size=12)


def sound(samples: int, silence: int = 0) -> Samples:
    tone = 0.3 * np.cos(np.arange(samples) / 9).astype(np.float32)
    joined: Samples = np.concatenate((np.zeros(silence, np.float32), tone)).astype(np.float32)
    return joined


def pieces(audio: Samples, cuts: list[int]) -> list[Samples]:
    return np.split(audio, np.cumsum(cuts).clip(0, len(audio)).tolist())


def chunked(chunker: Chunker, parts: list[Samples]) -> list[bytes]:
    chunks = [pcm for part in parts for pcm in chunker.push(part)]
    return [*chunks, *chunker.finish()]


@given(CUTS, st.integers(0, 8_000), st.integers(0, 8_000))
def test_trimming_does_not_depend_on_the_pieces(cuts: list[int], silence: int, length: int) -> None:
    """However the audio arrives, the same samples are cut and the rest is untouched."""
    audio = sound(length, silence)
    trimmer = Trimmer(RATE)
    out = [trimmer.push(part) for part in pieces(audio, cuts)]
    kept = np.concatenate((*out, trimmer.finish()))
    assert np.array_equal(kept, audio[trimmer.trimmed :])
    assert trimmer.trimmed == max(0, silence - round(KEPT_SECONDS * RATE))


def test_quiet_noise_before_the_first_sound_is_silence() -> None:
    """Below -48 dBFS nothing is heard."""
    noise = np.full(4_000, SILENCE * 0.9, np.float32)
    trimmer = Trimmer(RATE)
    assert len(trimmer.push(np.concatenate((noise, sound(100))))) == 100 + KEPT_SECONDS * RATE


@settings(max_examples=50, deadline=None)
@given(
    CUTS,
    st.sampled_from([8_000, 16_000, 24_000, 44_100, 48_000]),
    st.sampled_from(Encoding),
)
def test_chunks_do_not_depend_on_the_pieces(cuts: list[int], rate: int, encoding: Encoding) -> None:
    """In any format the chunks together are the same bytes, however the engine cuts."""
    audio, target = sound(12_000, 2_000), AudioFormat(encoding, rate)
    whole = chunked(Chunker(RATE, target, Sizes()), [audio])
    cut = chunked(Chunker(RATE, target, Sizes()), pieces(audio, cuts))
    assert b"".join(cut) == b"".join(whole)


@given(CUTS, st.integers(20, 400), st.integers(20, 400))
def test_no_chunk_is_too_small_or_too_large(cuts: list[int], first: int, later: int) -> None:
    """All but the last hold what was asked for, and none more than flow control bears."""
    target = AudioFormat(sample_rate=RATE)
    chunks = chunked(Chunker(RATE, target, Sizes(first, later)), pieces(sound(30_000), cuts))
    lengths = [target.seconds(pcm) * 1_000 for pcm in chunks]
    assert all(length >= first for length in lengths[:1] if len(lengths) > 1)
    assert all(length >= min(later, MAX_CHUNK_MS) for length in lengths[1:-1])
    assert all(length <= max(MAX_CHUNK_MS, first, later) for length in lengths)


def test_the_first_chunk_leaves_as_soon_as_it_is_full() -> None:
    """40 ms of sound are a chunk, whatever later ones hold."""
    chunker = Chunker(RATE, AudioFormat(sample_rate=RATE), Sizes(40, 500))
    assert chunker.push(sound(639)) == []
    [first] = chunker.push(sound(1))
    assert len(first) == 640 * 2
    assert chunker.push(sound(7_999)) == []


def test_a_sentence_sent_at_once_is_one_chunk() -> None:
    """Without streaming nothing leaves before the end."""
    chunker = Chunker(RATE, AudioFormat(sample_rate=RATE), Sizes.whole())
    assert chunker.push(sound(100_000)) == []
    [only] = chunker.finish()
    assert len(only) == 200_000


def test_a_sentence_too_large_for_one_message_is_several() -> None:
    """A message passes gRPC's default limit."""
    audio = AudioFormat(Encoding.PCM_F32LE, 48_000)
    chunker = Chunker(48_000, audio, Sizes.whole())
    chunker.push(sound(1_000_000))
    chunks = chunker.finish()
    assert sum(map(len, chunks)) == 4_000_000
    assert max(map(len, chunks)) <= MAX_BYTES


def test_no_audio_is_one_empty_chunk() -> None:
    """There is always a last chunk to tell the end with."""
    assert Chunker(RATE, AudioFormat(), Sizes()).finish() == [b""]


@pytest.mark.parametrize(
    ("encoding", "rate"),
    [(Encoding.MULAW, 8_000), (Encoding.PCM_S16LE, 24_000), (Encoding.PCM_F32LE, 48_000)],
)
def test_the_length_is_exact_at_any_rate(encoding: Encoding, rate: int) -> None:
    """A second is a second's samples, and still the same sound."""
    target = AudioFormat(encoding, rate)
    chunks = chunked(Chunker(RATE, target, Sizes()), [sound(RATE)])
    samples = decode(b"".join(chunks), target)
    assert len(samples) == rate
    assert 0.9 < np.sqrt(np.mean(samples**2)) / np.sqrt(np.mean(sound(RATE) ** 2)) < 1.1
