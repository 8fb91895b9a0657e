"""Audio formats on the wire."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from june.common.v1 import audio_pb2

from june_runtime.errors import InvalidInput
from june_runtime.pcm import AudioFormat, Encoding
from june_runtime.wire import read_format, write_format

formats = st.builds(
    AudioFormat, st.sampled_from(Encoding), st.integers(8_000, 48_000), st.integers(1, 2)
)


@given(formats)
def test_a_format_survives_the_wire(audio: AudioFormat) -> None:
    """What was written is read back."""
    assert read_format(write_format(audio), "format") == audio


def test_no_channels_mean_one() -> None:
    """An unset number of channels is mono."""
    proto = audio_pb2.AudioFormat(encoding=audio_pb2.AUDIO_ENCODING_PCM_S16LE, sample_rate=16_000)
    assert read_format(proto, "format").channels == 1


@pytest.mark.parametrize(
    ("faulty", "fields"),
    [
        ({"encoding": 0}, {"config.format.encoding"}),
        ({"encoding": 99}, {"config.format.encoding"}),
        ({"sample_rate": 7_999}, {"config.format.sample_rate"}),
        ({"sample_rate": 48_001}, {"config.format.sample_rate"}),
        ({"channels": 3}, {"config.format.channels"}),
        (
            {"encoding": 0, "sample_rate": 0, "channels": 9},
            {"config.format.encoding", "config.format.sample_rate", "config.format.channels"},
        ),
    ],
)
def test_every_part_out_of_range_is_named(faulty: dict[str, int], fields: set[str]) -> None:
    """The error names the fields as the caller knows them."""
    proto = audio_pb2.AudioFormat(
        encoding=audio_pb2.AUDIO_ENCODING_MULAW, sample_rate=8_000, channels=1
    )
    for name, value in faulty.items():
        setattr(proto, name, value)
    with pytest.raises(InvalidInput) as refused:
        read_format(proto, "config.format")
    assert set(refused.value.fields) == fields
