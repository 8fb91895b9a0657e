"""A spoken question for the bench, spoken by June's embedded voice."""

from __future__ import annotations

import os

import grpc
import numpy as np
from june.common.v1 import audio_pb2
from june.tts.v1 import tts_pb2, tts_service_pb2_grpc

from bench.mesh import Said, free_ports, started
from june_runtime.pcm import AudioFormat, Encoding, decode

TEXT = "What will the weather be like in the north today"
RATE = 16_000
FORMAT = AudioFormat(Encoding.PCM_S16LE, RATE, 1)
# Below this a sample belongs to no speech.
_SILENT = 0.01


async def spoken_question() -> Said:
    """The question, from its first audible sample to its last."""
    address = f"127.0.0.1:{free_ports(1)[0]}"
    environ = {
        **os.environ,
        "JUNE_TTS_HTTP_LISTEN": "off",
        "JUNE_TTS_LISTEN": address,
        "JUNE_LOG_LEVEL": "WARNING",
    }
    async with (
        started(environ, {"june_tts": address}),
        grpc.aio.insecure_channel(address) as channel,
    ):
        pcm = b""
        call = tts_service_pb2_grpc.TtsServiceStub(channel).Synthesize(iter(_requests()))
        async for chunk in call:
            pcm += chunk.pcm
    audible = np.flatnonzero(np.abs(decode(pcm, FORMAT)) > _SILENT)
    first, last = int(audible[0]), int(audible[-1]) + 1
    return Said(TEXT, pcm[first * FORMAT.frame_bytes : last * FORMAT.frame_bytes])


def _requests() -> list[tts_pb2.Text]:
    audio = audio_pb2.AudioFormat(
        encoding=audio_pb2.AUDIO_ENCODING_PCM_S16LE, sample_rate=RATE, channels=1
    )
    return [
        tts_pb2.Text(config=tts_pb2.SynthesizeConfig(format=audio)),
        tts_pb2.Text(sentence_id=1, text=TEXT + "?"),
        tts_pb2.Text(sentence_id=1, flush=tts_pb2.Flush()),
    ]
