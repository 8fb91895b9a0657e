"""Whisper behind the whole service: real voice activity, real gRPC, real words."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from typing import Any

import grpc
import numpy as np
import pytest
import pytest_asyncio
from june.stt.v1 import stt_pb2

pytest.importorskip("espeakng_loader", reason="the extra `espeak` is not installed")

from june_runtime.errors import JuneError
from june_runtime.pcm import AudioFormat, Samples, encode
from june_runtime.testing import running
from june_stt.engine import RATE
from june_stt.service import Stt
from june_stt.settings import SttSettings
from tests.engines.spoken import TINY_WHISPER, spoken
from tests.june_stt.caller import config, frames, transcribe

pytestmark = [
    pytest.mark.usefixtures("hearing"),
    pytest.mark.asyncio(loop_scope="module"),
]

WEATHER, TIMER = "what's the weather like in london tomorrow", "set a timer for ten minutes"
GERMAN = "wie wird das wetter morgen in berlin"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def channel() -> AsyncGenerator[grpc.aio.Channel, None]:
    async with running(
        Stt(SttSettings(model=str(TINY_WHISPER), device="cpu", threads=1, late_ms=0))
    ) as opened:
        yield opened


def pcm(*parts: Samples) -> bytes:
    return encode(np.concatenate(parts).astype(np.float32), AudioFormat())


def silence(seconds: float) -> Samples:
    return np.zeros(round(seconds * RATE), np.float32)


async def turns(
    channel: grpc.aio.Channel, *parts: Samples, **asked: Any
) -> list[stt_pb2.TranscriptPartial]:
    told = await transcribe(channel, [config(**asked), *frames(pcm(*parts))])
    _check_captions(told)
    return [each for each in told if each.event == stt_pb2.TRANSCRIPT_EVENT_END_OF_TURN]


def _check_captions(told: list[stt_pb2.TranscriptPartial]) -> None:
    """Within a turn, committed text only grows."""
    before, turn = "", 0
    for each in told:
        if each.turn_index != turn or each.event == stt_pb2.TRANSCRIPT_EVENT_SPEECH_STARTED:
            before, turn = "", each.turn_index
        if each.event == stt_pb2.TRANSCRIPT_EVENT_UPDATE:
            assert each.committed_text.startswith(before)
            before = each.committed_text


async def test_turns_are_understood_one_after_another(channel: grpc.aio.Channel) -> None:
    """With the places of their words and without the language's being told."""
    audio = [silence(0.5), spoken(WEATHER), silence(0.8), spoken(TIMER), silence(0.8)]
    first, second = await turns(channel, *audio)
    assert (first.final_text, second.final_text) == (WEATHER, TIMER)
    assert (first.language, first.is_final) == ("en", True)
    assert [word.text for word in second.words] == TIMER.split()
    begins = 500 + 1000 * (len(spoken(WEATHER)) / RATE) + 800
    assert begins - 300 < second.words[0].start_ms < second.words[-1].end_ms
    assert second.words[-1].end_ms < begins + 1000 * len(spoken(TIMER)) / RATE + 300


async def test_each_turn_is_heard_in_its_own_language(channel: grpc.aio.Channel) -> None:
    audio = [silence(0.3), spoken(GERMAN, "de"), silence(0.8), spoken(WEATHER), silence(0.8)]
    german, english = await turns(channel, *audio)
    assert (german.final_text, german.language) == (GERMAN, "de")
    assert (english.final_text, english.language) == (WEATHER, "en")
    assert min(german.language_probability, english.language_probability) > 0.5


async def test_callers_of_two_languages_are_served_side_by_side(channel: grpc.aio.Channel) -> None:
    asked = [(WEATHER, "en"), (GERMAN, "de"), (TIMER, "en"), ("guten morgen", "de")] * 2
    heard = await asyncio.gather(
        *(
            turns(channel, silence(0.3), spoken(text, language), silence(0.8), language=language)
            for text, language in asked
        )
    )
    assert [[turn.final_text for turn in each] for each in heard] == [[text] for text, _ in asked]


async def test_a_caller_who_ends_the_turn_gets_its_words(channel: grpc.aio.Channel) -> None:
    """No silence is waited for."""
    [turn] = await turns(channel, silence(0.3), spoken(TIMER))
    assert (turn.final_text, turn.end_reason) == (TIMER, stt_pb2.END_REASON_CLIENT)


async def test_the_whole_at_the_end_gives_the_same_words(channel: grpc.aio.Channel) -> None:
    """Where hearing does not stream."""
    [turn] = await turns(channel, silence(0.3), spoken(TIMER), silence(0.8), streaming=False)
    assert turn.final_text == TIMER


async def test_noise_is_no_turn(channel: grpc.aio.Channel) -> None:
    """And words after it are."""
    noise = np.random.default_rng(0).standard_normal(3 * RATE).astype(np.float32)
    audio = [noise * 0.003, noise * 0.05, silence(0.8), spoken(TIMER), silence(0.8)]
    assert [turn.final_text for turn in await turns(channel, *audio)] == [TIMER]


async def test_a_language_that_the_model_lacks_is_refused(channel: grpc.aio.Channel) -> None:
    with pytest.raises(JuneError) as refused:
        await turns(channel, silence(0.1), language="tlh")
    assert refused.value.reason == "LANGUAGE_UNKNOWN"
