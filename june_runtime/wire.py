"""Audio formats as protobuf tells them and as June's own code does."""

from __future__ import annotations

from june.common.v1 import audio_pb2

from june_runtime.errors import InvalidInput
from june_runtime.pcm import MAX_RATE, MIN_RATE, AudioFormat, Encoding

MAX_CHANNELS = 2

_ENCODINGS: dict[int, Encoding] = {
    audio_pb2.AUDIO_ENCODING_PCM_S16LE: Encoding.PCM_S16LE,
    audio_pb2.AUDIO_ENCODING_PCM_F32LE: Encoding.PCM_F32LE,
    audio_pb2.AUDIO_ENCODING_MULAW: Encoding.MULAW,
    audio_pb2.AUDIO_ENCODING_ALAW: Encoding.ALAW,
}
_PROTO_ENCODINGS = {
    encoding: audio_pb2.AudioEncoding.Name(number) for number, encoding in _ENCODINGS.items()
}
_KNOWN = ", ".join(_PROTO_ENCODINGS.values())


def read_format(proto: audio_pb2.AudioFormat, field: str) -> AudioFormat:
    """A peer's audio format.

    Args:
        proto: what the peer sent; 0 channels mean 1.
        field: where it stood in the request, such as "config.format".

    Raises:
        InvalidInput: naming every part of `field` that is out of range.
    """
    faults: dict[str, str] = {}
    if proto.encoding not in _ENCODINGS:
        faults[f"{field}.encoding"] = f"must be one of {_KNOWN}"
    if not MIN_RATE <= proto.sample_rate <= MAX_RATE:
        faults[f"{field}.sample_rate"] = (
            f"is {proto.sample_rate}; must be from {MIN_RATE} to {MAX_RATE}"
        )
    if proto.channels > MAX_CHANNELS:
        faults[f"{field}.channels"] = f"is {proto.channels}; must be 1 or {MAX_CHANNELS}"
    if faults:
        raise InvalidInput.of(faults)
    return AudioFormat(_ENCODINGS[proto.encoding], proto.sample_rate, proto.channels or 1)


def write_format(audio: AudioFormat) -> audio_pb2.AudioFormat:
    """The reverse of `read_format`."""
    return audio_pb2.AudioFormat(
        encoding=_PROTO_ENCODINGS[audio.encoding],
        sample_rate=audio.sample_rate,
        channels=audio.channels,
    )
