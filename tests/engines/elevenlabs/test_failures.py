"""What goes wrong with ElevenLabs, and by which names that is told."""

from __future__ import annotations

import asyncio
import sys
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest
from pydantic import SecretStr

from june_runtime.errors import AtCapacity, InvalidInput, JuneError, SettingsError, Unavailable
from june_tts.engine import load_engine
from june_tts.engines.elevenlabs.engine import ElevenLabsEngine
from june_tts.engines.elevenlabs.options import Patience
from june_tts.settings import ElevenLabsSettings
from tests.elevenlabs_server import KEY, Habit, elevenlabs_server
from tests.engines.elevenlabs.speaking import (
    PATIENT,
    SAMPLES,
    TEXT,
    WORD,
    engine,
    failure,
    length,
    options,
)


async def test_a_sentence_on_a_lost_socket_goes_to_another() -> None:
    """Where none of it was heard; once."""
    async with engine() as (speaks, far):
        far.habits["unlucky"] = Habit(frames=0, then="cut", times=1)
        assert await length(speaks, f"unlucky {TEXT}") == 5 * WORD
        assert far.texts == [f"unlucky {TEXT}"] * 2
        far.habits["doomed"] = Habit(frames=0, then="cut")
        lost = await failure(speaks, "doomed")
        assert (type(lost).code, lost.reason) == (Unavailable.code, "ENGINE_FAILED")
        assert far.texts.count("doomed") == 2


async def test_what_was_heard_is_not_said_again() -> None:
    """A socket that is lost in the midst of a sentence fails it."""
    async with engine() as (speaks, far):
        far.habits["unlucky"] = Habit(frames=2, then="cut")
        assert (await failure(speaks, f"unlucky {TEXT}")).reason == "ENGINE_FAILED"
        assert len(far.texts) == 1


@pytest.mark.parametrize(
    ("code", "kind", "reason"),
    [
        ("quota_exceeded", AtCapacity, "ENGINE_QUOTA"),
        ("too_many_concurrent_requests", AtCapacity, "AT_CAPACITY"),
        ("invalid_api_key", Unavailable, "ENGINE_KEY_REFUSED"),
        ("voice_id_does_not_exist", InvalidInput, "VOICE_UNKNOWN"),
        ("text_moderation_failed", InvalidInput, "TEXT_REFUSED"),
        ("something_new", Unavailable, "ENGINE_FAILED"),
    ],
)
@pytest.mark.parametrize("whose", ["error", "own error"])
async def test_refusals_have_names(whose: str, code: str, kind: type, reason: str) -> None:
    """Whether the far side ends the sentence or the socket; the next one is spoken."""
    async with engine() as (speaks, far):
        far.habits["bad"] = Habit(frames=1, then=f"{whose}:{code}")
        refused = await failure(speaks, "bad words")
        assert (type(refused), refused.reason) == (kind, reason)
        assert (refused.retry_after is not None) == (kind is AtCapacity or "FAILED" in reason)
        assert await length(speaks) == SAMPLES


async def test_one_refused_sentence_leaves_the_others_alone() -> None:
    """On the same socket."""
    async with engine() as (speaks, far):
        far.habits |= {"slow": Habit(pause=0.02), "bad": Habit(0, 1, "own error:text_refused")}
        async with asyncio.TaskGroup() as tasks:
            good = tasks.create_task(length(speaks, "slow but good"))
            bad = tasks.create_task(failure(speaks, "bad"))
        assert good.result() == 3 * WORD
        assert bad.result().reason == "TEXT_REFUSED"
        assert len(far.calls) == 1


async def test_nonsense_from_the_far_side_is_an_error() -> None:
    """And no sentence is spoken there any more."""
    async with engine() as (speaks, far):
        far.habits["odd"] = Habit(frames=1, then="garbage")
        assert (await failure(speaks, "odd")).reason == "ENGINE_MALFORMED"
        assert await length(speaks) == SAMPLES


@pytest.mark.parametrize(
    ("frames", "patience"),
    [(0, replace(PATIENT, first_audio=0.2)), (2, replace(PATIENT, next_audio=0.2))],
)
async def test_a_far_side_that_falls_silent_is_given_up(frames: int, patience: Patience) -> None:
    """Before the first audio or after; the sentence is not tried again."""
    async with engine(patience=patience) as (speaks, far):
        far.habits["mute"] = Habit(frames=frames, then="silence")
        assert (await failure(speaks, f"mute {TEXT}")).reason == "ENGINE_SILENT"
        assert far.texts == [f"mute {TEXT}"]


async def test_a_socket_that_left_a_sentence_without_an_answer_takes_no_more() -> None:
    """It may be dead."""
    impatient = replace(PATIENT, first_audio=0.3)
    async with engine(patience=impatient) as (speaks, far):
        far.habits["mute"] = Habit(frames=0, then="silence")
        await failure(speaks, "mute")
        with suppress(JuneError):  # a busy machine may be as late as the far side was
            await length(speaks)
        assert len(far.calls) == 2


async def test_a_sentence_without_any_sound_says_nothing() -> None:
    """The far side ends it at once."""
    async with engine() as (speaks, far):
        far.habits["hush"] = Habit(frames=0)
        assert (await failure(speaks, "hush")).reason == "NOTHING_TO_SAY"
        assert (await failure(speaks, "?!")).reason == "NOTHING_TO_SAY"
        assert far.texts == ["hush"]


async def test_an_unknown_voice_is_told_to_whoever_asks_for_it() -> None:
    """The others go on."""
    async with engine() as (speaks, _):
        unknown = await failure(speaks, voice="nobody")
        assert (type(unknown), unknown.reason) == (InvalidInput, "VOICE_UNKNOWN")
        assert "config.voice" in unknown.fields
        assert await length(speaks) == SAMPLES


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"key": SecretStr("wrong")}, "ENGINE_KEY_REFUSED"),
        ({"voices": {"nobody": "voiceZ9"}}, "VOICE_UNKNOWN"),
    ],
)
async def test_what_cannot_be_mended_stops_the_start(wrong: Any, reason: str) -> None:
    """The key and the usual voice."""
    async with elevenlabs_server() as far:
        speaks = ElevenLabsEngine(options(far, patience=replace(PATIENT, refusal=5), **wrong))
        with pytest.raises(SettingsError) as refused:
            await speaks.load()
        await speaks.close()
        assert refused.value.reason == reason


@pytest.mark.parametrize(("status", "starts"), [(401, False), (503, True), (429, True)])
async def test_a_refused_connection_stops_the_start_only_where_it_is_for_good(
    status: int, starts: bool
) -> None:
    """Whatever else is wrong may pass."""
    async with elevenlabs_server() as far:
        far.refuse = status
        speaks = ElevenLabsEngine(options(far))
        if starts:
            await speaks.load()
        else:
            with pytest.raises(SettingsError):
                await speaks.load()
        await speaks.close()


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"elevenlabs_voices": ("anna=voiceA1",)}, "ENGINE_KEY_MISSING"),
        ({"elevenlabs_key": SecretStr(KEY)}, "ENGINE_VOICES_MISSING"),
    ],
)
def test_it_says_what_it_needs(given: Any, reason: str) -> None:
    """A key, and voices."""
    with pytest.raises(SettingsError) as missing:
        load_engine("elevenlabs", elevenlabs=ElevenLabsSettings(**given))
    assert missing.value.reason == reason


def test_without_its_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """By the extra's name."""
    monkeypatch.setitem(sys.modules, "websockets.asyncio.client", None)
    for module in ("engine", "pool", "socket"):
        monkeypatch.delitem(sys.modules, f"june_tts.engines.elevenlabs.{module}")
    settings = ElevenLabsSettings(
        elevenlabs_key=SecretStr(KEY), elevenlabs_voices=("anna=voiceA1",)
    )
    with pytest.raises(SettingsError, match="extra `elevenlabs`") as missing:
        load_engine("elevenlabs", elevenlabs=settings)
    assert missing.value.reason == "ENGINE_MISSING"
