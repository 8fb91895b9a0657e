"""Real speech through the real service: voice activity, sphinx and all."""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator, Callable
from pathlib import Path

import grpc
import numpy as np
import pytest
import pytest_asyncio
import soundfile
import soxr
from june.common.v1 import audio_pb2
from june.stt.v1 import stt_pb2

from june_runtime.pcm import AudioFormat, Encoding, Samples, encode
from june_runtime.testing import running
from june_stt.service import Stt
from june_stt.settings import SttSettings
from tests.june_stt.caller import audio_format, config, frames, transcribe

pytest.importorskip("pocketsphinx")

Speech = Callable[[str], Path]
ENCODINGS = {
    Encoding.PCM_S16LE: audio_pb2.AUDIO_ENCODING_PCM_S16LE,
    Encoding.PCM_F32LE: audio_pb2.AUDIO_ENCODING_PCM_F32LE,
    Encoding.MULAW: audio_pb2.AUDIO_ENCODING_MULAW,
    Encoding.ALAW: audio_pb2.AUDIO_ENCODING_ALAW,
}


TELEPHONE = AudioFormat(Encoding.MULAW, 8_000)

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def channel() -> AsyncGenerator[grpc.aio.Channel, None]:
    async with running(Stt(SttSettings(engine="sphinx"))) as opened:
        yield opened


def samples(path: Path) -> tuple[Samples, int]:
    """Mono float32 and its rate."""
    if path.suffix == ".raw":
        return np.frombuffer(path.read_bytes(), "<i2").astype(np.float32) / 32_768, 16_000
    audio, rate = soundfile.read(path, dtype="float32", always_2d=True)
    return audio.mean(axis=1), rate


async def words(
    channel: grpc.aio.Channel, path: Path, audio: AudioFormat
) -> tuple[list[str], list[stt_pb2.TranscriptPartial]]:
    """The final text of each turn, without case and punctuation, and all that was told."""
    heard, rate = samples(path)
    if rate != audio.sample_rate:
        heard = soxr.resample(heard, rate, audio.sample_rate)
    silence = np.zeros(audio.sample_rate // 2, np.float32)
    pcm = encode(np.concatenate([heard, silence]).astype(np.float32), audio)
    asked = audio_format(audio.sample_rate, audio.channels, ENCODINGS[audio.encoding])
    size = audio.bytes_for(0.04)
    told = await transcribe(channel, [config(asked), *frames(pcm, size)])
    ends = [each for each in told if each.is_final]
    return [" ".join(re.findall(r"[\w']+", each.final_text.lower())) for each in ends], told


@pytest.mark.parametrize(
    "audio",
    [
        AudioFormat(),
        TELEPHONE,
        AudioFormat(Encoding.ALAW, 8_000),
        AudioFormat(Encoding.PCM_S16LE, 44_100, 2),
        AudioFormat(Encoding.PCM_F32LE, 48_000, 2),
    ],
    ids=["16k", "mulaw-8k", "alaw-8k", "44k-stereo", "float-48k-stereo"],
)
@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("weather-en.wav", "what's the weather like"),
        ("go-forward-ten-meters.raw", "go forward ten meters"),
        ("cards-001.wav", "ten of clubs"),
        ("cards-003.wav", "seven of clubs"),
    ],
)
async def test_people_are_understood(
    channel: grpc.aio.Channel, speech: Speech, name: str, said: str, audio: AudioFormat
) -> None:
    """The words come out right, as one turn, over the telephone as in stereo."""
    assert (await words(channel, speech(name), audio))[0] == [said]


async def test_partials_come_in_order_and_end_in_the_final_words(
    channel: grpc.aio.Channel, speech: Speech
) -> None:
    """Captions grow; the final text is decided at the eager end."""
    _, told = await words(channel, speech("weather-en.wav"), AudioFormat())
    updates = [each for each in told if each.event == stt_pb2.TRANSCRIPT_EVENT_UPDATE]
    assert len(updates) >= 4
    at = [each.audio_processed_ms for each in told]
    assert at == sorted(at)
    eager = next(each for each in told if each.event == stt_pb2.TRANSCRIPT_EVENT_EAGER_END)
    assert eager.final_text == told[-1].final_text or not told[-1].is_final


async def test_a_pause_within_a_turn_loses_nothing(
    channel: grpc.aio.Channel, speech: Speech
) -> None:
    """ "Four, queen of clubs": the words before the pause are still in the final ones."""
    heard, _ = await words(channel, speech("cards-002.wav"), AudioFormat())
    assert len(heard) == 1
    assert heard[0].split()[0] in ("four", "for")
    assert heard[0].endswith("queen of clubs")


async def test_noise_holds_no_words(channel: grpc.aio.Channel, speech: Speech) -> None:
    """Eight seconds of steady noise: no turn, no caption, over the telephone neither."""
    heard, told = await words(channel, speech("noise-no-speech.wav"), AudioFormat())
    heard += (await words(channel, speech("noise-no-speech.wav"), TELEPHONE))[0]
    assert heard == []
    assert not any(each.committed_text or each.unstable_text for each in told)


async def test_long_stereo_speech_is_accepted(channel: grpc.aio.Channel, speech: Speech) -> None:
    """Eleven seconds of dictation at 44.1 kHz: far beyond the embedded model, which
    gets words all the same, in several turns."""
    audio = AudioFormat(sample_rate=44_100, channels=2)
    heard, _ = await words(channel, speech("jfk.flac"), audio)
    assert len(heard) > 1
    assert len(" ".join(heard).split()) > 8
