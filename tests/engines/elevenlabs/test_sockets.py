"""Sentences on sockets: shared, kept open, opened again, given back."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from june_runtime.errors import AtCapacity, Unavailable
from june_tts.engines.elevenlabs import pool, socket
from june_tts.engines.elevenlabs.engine import ElevenLabsEngine
from tests.elevenlabs_server import KEY, Habit, elevenlabs_server
from tests.engines.elevenlabs.speaking import (
    PATIENT,
    SAMPLES,
    TEXT,
    begun,
    engine,
    failure,
    heard,
    length,
    options,
    until,
)


async def test_a_socket_is_open_before_the_first_sentence() -> None:
    """For the default voice, with the key where no log of addresses shows it."""
    async with engine() as (speaks, far):
        [call] = far.calls
        assert await length(speaks) == SAMPLES
        assert far.calls == [call]
    assert call.voice == "voiceA1"
    assert call.headers["xi-api-key"] == KEY
    assert KEY not in str(call.query) + repr(speaks._options)
    assert call.query == {
        "model_id": "eleven_flash_v2_5", "output_format": "pcm_24000", "auto_mode": "true",
        "sync_alignment": "true", "inactivity_timeout": "180", "seed": "1",
    }  # fmt: skip


async def test_no_log_shows_the_key(caplog: pytest.LogCaptureFixture) -> None:
    """However much is logged, and whatever goes wrong."""
    caplog.set_level("DEBUG")
    async with engine() as (speaks, far):
        await length(speaks)
        far.habits["bad"] = Habit(frames=1, then="error:something")
        await failure(speaks, "bad")
    assert KEY not in str([vars(record) for record in caplog.records])


async def test_a_sentence_is_one_context_that_is_closed() -> None:
    """Its text, ending in a space, a flush and the close that lets `isFinal` come."""
    async with engine() as (speaks, far):
        await length(speaks, "Hello there.")
    assert far.calls[0].messages == [
        {"text": " ", "context_id": "keep"},
        {"text": "Hello there. ", "context_id": "1"},
        {"context_id": "1", "flush": True},
        {"context_id": "1", "close_context": True},
    ]


async def test_sentences_share_sockets_up_to_a_bound() -> None:
    """Four a socket; whoever finds all of them full is told when to come again."""
    async with engine() as (speaks, far):
        far.held.clear()
        held = [await begun(speaks, f"number {number}") for number in range(4)]
        assert len(far.calls) == 1
        held += [await begun(speaks, f"number {number}") for number in range(4)]
        assert len(far.calls) == 2
        full = await failure(speaks)
        assert (type(full), full.reason) == (AtCapacity, "AT_CAPACITY")
        assert full.retry_after
        far.held.set()
        for speeches in held:
            await heard(speeches)
        assert await length(speaks) == SAMPLES
    assert [call.most for call in far.calls] == [5, 5]


async def test_a_cancelled_sentence_holds_its_place_until_the_far_side_lets_go() -> None:
    """However many are interrupted, no socket has too many contexts; what still comes of
    them is heard by nobody."""
    async with engine() as (speaks, far):
        far.held.clear()
        for number in range(20):
            await (await begun(speaks, f"interrupted {number}")).aclose()
        far.held.set()
        assert await length(speaks) == SAMPLES
    assert all(call.most <= 5 for call in far.calls)
    closed = [name for call in far.calls for name in call.closed()]
    assert len(closed) == len(far.texts) == 21


async def test_a_socket_that_does_not_let_go_takes_no_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A sentence that nobody wants has been there for too long."""
    monkeypatch.setattr(socket, "OVERDUE_SECONDS", 0.0)
    async with engine() as (speaks, far):
        far.held.clear()
        await (await begun(speaks)).aclose()
        far.held.set()
        assert await length(speaks) == SAMPLES
        assert len(far.calls) == 2


async def test_a_place_is_free_once_the_far_side_says_so() -> None:
    """Sentences one after another need one socket, interrupted or not."""
    async with engine(sockets=1) as (speaks, far):
        for _ in range(9):
            await (await begun(speaks)).aclose()
            assert await length(speaks) == SAMPLES
    assert len(far.calls) == 1


@pytest.mark.parametrize("lost", ["", "voiceB2"])
async def test_a_lost_socket_is_open_again_before_the_next_sentence(
    monkeypatch: pytest.MonkeyPatch, lost: str
) -> None:
    """The one of the voice that spoke last, whatever became of the others."""
    monkeypatch.setattr(pool, "STEADY_SECONDS", 0.0)
    async with engine() as (speaks, far):
        await length(speaks, voice="ben")
        far.drop(lost)
        await far.connected.wait()
        opened = len(far.calls)
        assert await length(speaks, voice="ben") == SAMPLES
        assert len(far.calls) == opened
        assert far.calls[-1].voice == "voiceB2"


async def test_a_far_side_that_is_gone_is_asked_again_and_again_but_not_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It is warm again soon after it is back, whether or not anybody spoke."""
    monkeypatch.setattr(pool, "_FIRST_PAUSE", 0.01)
    async with engine() as (speaks, far):
        far.refuse = 503
        far.drop()
        gone = await failure(speaks)
        assert (type(gone), gone.reason) == (Unavailable, "ENGINE_UNREACHABLE")
        far.refuse = 0
        await far.connected.wait()
        assert await length(speaks) == SAMPLES


async def test_sockets_are_kept_open_only_where_they_are_needed() -> None:
    """The one of the voice that spoke last gives signs of life, the other one leaves."""
    async with engine(patience=replace(PATIENT, silence=0.02)) as (speaks, far):
        await length(speaks)
        await length(speaks, voice="ben")
        await until(lambda: len(far.live) == 1)
        await until(lambda: {"text": "", "context_id": "keep"} in far.calls[1].messages)
        [left] = far.live
        assert left.request
        assert "voiceB2" in left.request.path
        assert await length(speaks, voice="ben") == SAMPLES
        assert len(far.calls) == 2


async def test_a_busy_socket_gives_signs_of_life_too() -> None:
    """For the context that keeps it open: the others' words do not count for it."""
    async with engine(patience=replace(PATIENT, silence=0.1)) as (speaks, far):
        while {"text": "", "context_id": "keep"} not in far.calls[0].messages:
            await length(speaks)


async def test_a_language_is_insisted_on_where_it_is_not_the_usual_one() -> None:
    """Text in any language is spoken as what it is, unless told otherwise."""
    async with engine() as (speaks, far):
        await length(speaks, language="en-GB")
        await length(speaks, language="de-AT")
    assert [call.query.get("language_code") for call in far.calls] == [None, "de"]


async def test_a_tempo_is_told_once_a_socket() -> None:
    """Told again it ends the socket; what is beyond the far side's range is its end."""
    async with engine() as (speaks, far):
        for _ in range(2):
            assert await length(speaks, speaking_rate=2.0) == pytest.approx(SAMPLES / 1.2, abs=4)
    told = [m["voice_settings"] for call in far.calls for m in call.messages if len(m) == 3]
    assert told == [{"speed": 1.2}]


async def test_more_routes_than_sockets_take_turns() -> None:
    """A socket that speaks for nobody makes room."""
    async with engine(sockets=1) as (speaks, far):
        for number in range(4):
            assert await length(speaks, seed=number) == SAMPLES
        assert len(far.live) == 1


async def test_nothing_is_left_after_the_end() -> None:
    """Whoever still listens gets an error; sockets and tasks are gone."""
    before = len(asyncio.all_tasks())
    async with elevenlabs_server() as far, asyncio.timeout(30):
        speaks = ElevenLabsEngine(options(far))
        await speaks.load()
        far.habits["slow"] = Habit(pause=0.02)
        speeches = await begun(speaks, f"slow {TEXT}")
        await speaks.close()
        with pytest.raises(Unavailable):
            await heard(speeches)
        assert (await failure(speaks)).reason == "ENGINE_CLOSED"
    assert len(asyncio.all_tasks()) == before
