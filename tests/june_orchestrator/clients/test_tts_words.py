"""What a TTS stream is told, and what its chunks mean to a lane."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from june.common.v1 import audio_pb2, session_pb2
from june.tts.v1 import tts_pb2

from june_orchestrator.clients.tts import Patience, config_of, speech_of
from june_orchestrator.ports import Voice, WordAt
from june_runtime.pcm import AudioFormat, Encoding

AUDIO = AudioFormat(sample_rate=8_000)
PCM = b"".join(sample.to_bytes(2, "little") for sample in range(1_000))


def chunk(start: int, end: int) -> tts_pb2.AudioChunk:
    return tts_pb2.AudioChunk(start_sample=start, pcm=PCM[2 * start : 2 * end])


def test_a_voice_that_says_nothing_leaves_it_to_the_service() -> None:
    """Only what is asked for is set; the service's own switches hold for the rest."""
    config = config_of(Voice(format=AUDIO))
    assert config.format.sample_rate == 8_000
    for name in ("exaggeration", "cfg_weight", "streaming", "voice", "reference"):
        assert not config.HasField(name)
    assert config.language == ""


def test_a_voice_that_is_asked_for_is_passed_on() -> None:
    voice = Voice(
        format=AudioFormat(Encoding.MULAW, 16_000), name="amy", language="en-GB",
        exaggeration=0.0, cfg_weight=0.3, streaming=False, first_chunk_ms=60, chunk_ms=120,
    )  # fmt: skip
    config = config_of(voice)
    assert config.format == audio_pb2.AudioFormat(
        encoding=audio_pb2.AUDIO_ENCODING_MULAW, sample_rate=16_000, channels=1
    )
    assert (config.voice, config.language) == ("amy", "en-GB")
    assert config.HasField("exaggeration")
    assert (config.exaggeration, round(config.cfg_weight, 3)) == (0.0, 0.3)
    assert config.HasField("streaming")
    assert not config.streaming
    assert (config.first_chunk_ms, config.chunk_ms) == (60, 120)


EDGES = st.lists(st.integers(0, 1_000), max_size=10).map(lambda at: sorted({0, 1_000, *at}))


@given(EDGES, st.integers(0, 10), EDGES)
def test_another_replica_goes_on_where_one_broke_off(
    first: list[int], survived: int, second: list[int]
) -> None:
    """However each cuts its chunks: the samples together are the sentence, once."""
    got = b""
    chunks = [chunk(*edges) for edges in pairwise(first)][:survived]
    for each in [*chunks, *(chunk(*edges) for edges in pairwise(second))]:
        got += speech_of(each, len(got) // 2, AUDIO).pcm
    assert got == PCM


def test_a_chunk_that_is_all_new_passes_as_it_is() -> None:
    each = chunk(100, 200)
    assert speech_of(each, 100, AUDIO).pcm == each.pcm


def test_words_are_placed_in_samples_of_the_session() -> None:
    """At the rate that was asked for, whether or not the chunk repeats it."""
    each = tts_pb2.AudioChunk(
        final=True, words=[session_pb2.Word(text="hi", start_ms=500, end_ms=750)]
    )
    assert speech_of(each, 0, AUDIO).words == [WordAt("hi", 4_000, 6_000)]


def test_a_sentence_in_one_piece_may_take_as_long_as_speaking_it() -> None:
    """A streamed one must begin in time, whatever its length."""
    patience, text = Patience(first_audio=10.0), "word " * 300
    streamed, whole = config_of(Voice()), config_of(Voice(streaming=False))
    assert patience.for_first(text, streamed) == 10.0
    assert patience.for_first(text, whole) == 10.0 + 100.0
