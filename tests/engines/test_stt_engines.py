"""What every recogniser keeps to; one suite over all of them."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterable
from pathlib import Path

import numpy as np
import pytest
import pytest_asyncio

from june_runtime.errors import AtCapacity, SettingsError
from june_runtime.pcm import Samples
from june_stt.engine import (
    RATE,
    Hypothesis,
    ModelChoice,
    SttEngine,
    SttOptions,
    SttSession,
    load_engine,
)
from tests.engines.ears import opened
from tests.engines.spoken import TINY_WHISPER, spoken

ENGINES = ("sphinx", "scripted", "whisper")
WEATHER, CLUBS, FORWARD = "what's the weather like", "ten of clubs", "go forward ten meters"
# What the tiny Whisper is told instead.
SYNTHESISED = {
    "weather-en.wav": WEATHER,
    "cards-001.wav": "tell me a story about a green house",
    "go-forward-ten-meters.raw": "set a timer for ten minutes",
}
SCRIPT = {"utterances": [WEATHER, CLUBS], "final_ms": 1, "capacity": 6}
STEP = 1_536

Speech = Callable[[str], Path]

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module", params=ENGINES)
async def engine(request: pytest.FixtureRequest) -> AsyncIterator[SttEngine]:
    if request.param == "sphinx":
        pytest.importorskip("pocketsphinx", reason="no engine sphinx: pocketsphinx is missing")
    if request.param == "whisper":
        pytest.importorskip("faster_whisper", reason="no engine whisper")
    choice = ModelChoice(str(TINY_WHISPER), device="cpu", threads=1)
    loaded = load_engine(request.param, json.dumps(SCRIPT), choice)
    await loaded.load()
    yield loaded
    await loaded.close()


@pytest.fixture(scope="module")
def said(engine: SttEngine, speech: Speech) -> Callable[[str], Samples]:
    """What a recording holds, with the silence of a pause behind it. The tiny Whisper
    knows few words, and none of living people: for it others are synthesised."""

    def synthesise(name: str) -> Samples:
        return np.concatenate([spoken(SYNTHESISED[name]), np.zeros(RATE // 5, np.float32)])

    def read(name: str) -> Samples:
        pcm = speech(name).read_bytes()[0 if name.endswith(".raw") else 44 :]
        samples = np.frombuffer(pcm, "<i2").astype(np.float32) / 32_768
        return np.concatenate([samples, np.zeros(RATE // 5, np.float32)])

    return synthesise if engine.name == "whisper" else read


def second_words(engine: SttEngine) -> str:
    """What is said in the second utterance."""
    return SYNTHESISED["cards-001.wav"] if engine.name == "whisper" else CLUBS


def pieces(samples: Samples, size: int = STEP) -> Iterable[Samples]:
    return (samples[at : at + size] for at in range(0, len(samples), size))


async def hear(ear: SttSession, samples: Samples, size: int = STEP) -> list[str]:
    """What the utterance was taken to say, each time that this was looked at."""
    said = [await ear.push(piece) for piece in pieces(samples, size)]
    return [hypothesis.text for hypothesis in said if hypothesis is not None]


async def understood(ear: SttSession, samples: Samples, size: int = STEP) -> Hypothesis:
    """One whole utterance."""
    await hear(ear, samples, size)
    final = await ear.finish()
    await ear.reset()
    return final


async def test_words_are_known_while_they_are_spoken(
    engine: SttEngine, said: Callable[[str], Samples]
) -> None:
    """Before the end of speech there are some, and the final has all of them."""
    async with opened(engine) as ear:
        captions = await hear(ear, said("weather-en.wav"))
        assert "what's" in " ".join(captions)
        final = await ear.finish()
    assert final.text == WEATHER
    assert final.language == "en"
    assert 0 < final.language_probability <= 1


async def test_the_final_words_lie_in_order_within_the_audio(
    engine: SttEngine, said: Callable[[str], Samples]
) -> None:
    """They are the words of the text."""
    samples = said("weather-en.wav")
    async with opened(engine) as ear:
        final = await understood(ear, samples)
    assert [word.text for word in final.words] == final.text.split()
    places = [place for word in final.words for place in (word.start, word.end)]
    assert places == sorted(places)
    assert 0 <= places[0] < places[-1] <= len(samples)


@pytest.mark.parametrize("size", [512, 4_000, 200_000])
async def test_pieces_do_not_matter(
    engine: SttEngine, said: Callable[[str], Samples], size: int
) -> None:
    """A window at a time, or the whole utterance at once: the same words."""
    async with opened(engine) as ear:
        assert (await understood(ear, said("weather-en.wav"), size)).text == WEATHER


async def test_an_utterance_after_a_reset_knows_nothing_of_the_one_before(
    engine: SttEngine, said: Callable[[str], Samples]
) -> None:
    """Its words and their places are its own."""
    async with opened(engine) as ear:
        await understood(ear, said("weather-en.wav"))
        final = await understood(ear, said("cards-001.wav"))
    assert final.text == second_words(engine)
    assert final.words[-1].end <= len(said("cards-001.wav"))


async def test_what_is_cut_short_is_forgotten(
    engine: SttEngine, said: Callable[[str], Samples]
) -> None:
    """A reset without a finish: nothing of it is in the next utterance."""
    async with opened(engine) as ear:
        await hear(ear, said("go-forward-ten-meters.raw")[: 2 * RATE])
        await ear.reset()
        assert (await understood(ear, said("cards-001.wav"))).text == second_words(engine)


async def test_a_speaker_who_goes_on_is_understood_as_one(
    engine: SttEngine, said: Callable[[str], Samples]
) -> None:
    """After `finish` come `push` and `finish`: the words are those of the whole."""
    async with opened(engine) as ear:
        await hear(ear, said("weather-en.wav"))
        first = await ear.finish()
        captions = await hear(ear, said("go-forward-ten-meters.raw"))
        whole = await ear.finish()
    assert all(caption.startswith(WEATHER) for caption in captions if caption)
    assert whole.text.startswith(first.text)
    places = [place for word in whole.words for place in (word.start, word.end)]
    assert places == sorted(places)
    if engine.name != "scripted":
        forward = SYNTHESISED["go-forward-ten-meters.raw"]
        assert whole.text == f"{WEATHER} {FORWARD if engine.name == 'sphinx' else forward}"
        assert places[-1] > len(said("weather-en.wav"))


async def test_asking_again_gives_the_same_words(
    engine: SttEngine, said: Callable[[str], Samples]
) -> None:
    """A second `finish` with nothing between."""
    async with opened(engine) as ear:
        await hear(ear, said("weather-en.wav"))
        assert await ear.finish() == await ear.finish()


async def test_silence_and_nothing_hold_no_words(engine: SttEngine) -> None:
    """No `push` at all, resets in a row, an empty push, a second of silence."""
    async with opened(engine) as ear:
        await ear.finish()
        await ear.reset()
        await ear.reset()
        assert not any(await hear(ear, np.zeros(0, np.float32)))
        assert not any(await hear(ear, np.zeros(RATE, np.float32)))
        final = await ear.finish()
    if engine.name != "scripted":  # whose script says what is heard
        assert final.text == ""


async def test_streams_do_not_influence_one_another(
    engine: SttEngine, said: Callable[[str], Samples]
) -> None:
    """Four at once, some of them given up in the middle: each hears its own words."""

    async def one(name: str) -> str:
        async with opened(engine) as ear:
            return (await understood(ear, said(name))).text

    async def abandoned(name: str) -> None:
        async with opened(engine) as ear:
            await hear(ear, said(name)[: RATE // 2])

    async with asyncio.TaskGroup() as tasks:
        heard = [tasks.create_task(one("weather-en.wav")) for _ in range(2)]
        tasks.create_task(abandoned("cards-001.wav"))
        tasks.create_task(abandoned("go-forward-ten-meters.raw"))
    assert [each.result() for each in heard] == [WEATHER] * 2


async def test_there_is_room_for_so_many_and_no_more(engine: SttEngine) -> None:
    """AT_CAPACITY with a time to come back at; whoever leaves makes room."""
    ears = [await engine.open(SttOptions()) for _ in range(engine.capacity)]
    try:
        with pytest.raises(AtCapacity) as full:
            await engine.open(SttOptions())
        assert full.value.retry_after
        await ears.pop().close()
        ears.append(await engine.open(SttOptions()))
    finally:
        for ear in ears:
            await ear.close()


async def test_openings_that_are_given_up_take_no_room(engine: SttEngine) -> None:
    """However often and early they are cancelled."""
    for turns in range(3 * engine.capacity):
        opening = asyncio.get_running_loop().create_task(engine.open(SttOptions()))
        for _ in range(turns % 4):
            await asyncio.sleep(0)
        opening.cancel()
        [done] = (await asyncio.wait([opening]))[0]
        if not done.cancelled():
            await done.result().close()
    for ear in [await engine.open(SttOptions()) for _ in range(engine.capacity)]:
        await ear.close()


async def test_closing_in_the_middle_of_an_answer_gives_the_place_back(
    engine: SttEngine, said: Callable[[str], Samples]
) -> None:
    """A push that is cancelled; the stream after it is whole."""
    for _ in range(3):
        ear = await engine.open(SttOptions())
        pushing = asyncio.get_running_loop().create_task(ear.push(said("weather-en.wav")[:RATE]))
        await asyncio.sleep(0.01)
        pushing.cancel()
        await asyncio.wait([pushing])
        await ear.close()
    async with opened(engine) as again:
        assert (await understood(again, said("weather-en.wav"))).text == WEATHER


async def test_its_languages_are_told(engine: SttEngine) -> None:
    """As BCP-47 primary tags."""
    assert engine.name in ENGINES
    assert "en" in engine.languages
    assert all(tag.isalpha() and tag.islower() for tag in engine.languages)
    assert engine.capacity >= 1


@pytest.mark.parametrize(
    ("name", "script", "reason"),
    [
        ("dragon", "", "ENGINE_UNKNOWN"),
        ("scripted", '{"word_mss": 1}', "ENGINE_SCRIPT"),
        ("scripted", "no JSON", "ENGINE_SCRIPT"),
    ],
)
async def test_an_engine_that_cannot_be_is_refused(name: str, script: str, reason: str) -> None:
    """With what there is, or what is wrong."""
    with pytest.raises(SettingsError) as refused:
        load_engine(name, script)
    assert refused.value.reason == reason
