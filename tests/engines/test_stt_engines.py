"""What every recogniser keeps to; one suite over all of them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import numpy as np
import pytest
import pytest_asyncio

from june_runtime.errors import AtCapacity
from june_runtime.pcm import AudioFormat, Samples, decode
from june_stt.engine import RATE, SttEngine, SttOptions, SttSession, load_engine

ENGINES = {
    "sphinx": "",
    "scripted": '{"utterances": ["what\'s the weather like"], "final_ms": 1, "capacity": 4}',
}
SAID = "what's the weather like"
PIECE = RATE // 10

Speech = Callable[[str], Path]

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module", params=ENGINES)
async def engine(request: pytest.FixtureRequest) -> AsyncIterator[SttEngine]:
    if request.param == "sphinx":
        pytest.importorskip("pocketsphinx", reason="no engine sphinx: it is not installed")
    loaded = load_engine(request.param, ENGINES[request.param])
    await loaded.load()
    yield loaded
    await loaded.close()


@pytest.fixture
def said(speech: Speech) -> Samples:
    """A question of 1.3 s, as endpointing would cut it out."""
    heard = decode(speech("weather-en.wav").read_bytes()[44:], AudioFormat())
    return heard[: int(1.4 * RATE)]


@asynccontextmanager
async def listening(engine: SttEngine) -> AsyncIterator[SttSession]:
    session = await engine.open(SttOptions("en"))
    try:
        yield session
    finally:
        await session.close()


async def hear(session: SttSession, samples: Samples, piece: int = PIECE) -> str:
    """What it says of the samples so far."""
    text = ""
    for at in range(0, len(samples), piece):
        text = (await session.push(samples[at : at + piece])).text
    return text


async def test_it_says_what_it_is(engine: SttEngine) -> None:
    assert engine.name in ENGINES
    assert engine.capacity >= 1
    assert "en" in engine.languages


async def test_it_hears_what_was_said(engine: SttEngine, said: Samples) -> None:
    async with listening(engine) as session:
        await hear(session, said)
        assert (await session.finish()).text == SAID


async def test_words_become_known_while_they_are_spoken(engine: SttEngine, said: Samples) -> None:
    async with listening(engine) as session:
        assert (await hear(session, said)).startswith("what")


async def test_its_words_are_those_of_the_text_in_order(engine: SttEngine, said: Samples) -> None:
    """Each with its place in the utterance."""
    async with listening(engine) as session:
        await hear(session, said)
        final = await session.finish()
    assert " ".join(word.text for word in final.words) == final.text
    places = [place for word in final.words for place in (word.start, word.end)]
    assert places == sorted(places)
    assert places[0] >= 0


async def test_how_speech_came_in_pieces_does_not_matter(engine: SttEngine, said: Samples) -> None:
    finals = []
    for piece in (RATE // 50, 1_337, len(said)):
        async with listening(engine) as session:
            await hear(session, said, piece)
            finals.append((await session.finish()).text)
    assert finals == [SAID] * 3


async def test_finishing_twice_says_the_same(engine: SttEngine, said: Samples) -> None:
    async with listening(engine) as session:
        await hear(session, said)
        assert await session.finish() == await session.finish()


async def test_the_speaker_may_go_on_after_a_pause(engine: SttEngine, said: Samples) -> None:
    """The words are then those of the whole: nothing said before the pause is lost."""
    async with listening(engine) as session:
        await hear(session, said)
        before = await session.finish()
        going_on = await hear(session, said)
        assert going_on.startswith(before.text)
        assert (await session.finish()).text.startswith(before.text)


async def test_a_reset_forgets_the_utterance(engine: SttEngine, said: Samples) -> None:
    """In the middle of one, and twice over."""
    async with listening(engine) as session:
        await hear(session, said)
        await session.reset()
        await session.reset()
        await hear(session, said)
        assert (await session.finish()).text == SAID


async def test_silence_says_nothing_before_it_is_over(engine: SttEngine) -> None:
    async with listening(engine) as session:
        assert await hear(session, np.zeros(RATE, np.float32)) == ""


async def test_streams_do_not_hear_one_another(engine: SttEngine, said: Samples) -> None:
    async def one() -> str:
        async with listening(engine) as session:
            await hear(session, said)
            return (await session.finish()).text

    assert await asyncio.gather(*(one() for _ in range(3))) == [SAID] * 3


async def test_a_stream_too_many_is_refused_and_a_closed_one_makes_room(engine: SttEngine) -> None:
    sessions = [await engine.open(SttOptions()) for _ in range(engine.capacity)]
    try:
        with pytest.raises(AtCapacity) as full:
            await engine.open(SttOptions())
        assert full.value.retry_after
    finally:
        for session in sessions:
            await session.close()
    async with listening(engine):
        pass
