"""flite alone: its letters, its parts, its threads."""

import asyncio
import ctypes
import threading
from contextlib import aclosing

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from june_runtime.errors import InvalidInput
from june_tts.engine import Sentence
from june_tts.engines import flite
from june_tts.engines.flite import LONG, FliteEngine, parts, to_ascii
from june_tts.engines.flite_library import Randomness

TEXT = "Hello there, my friend. How are you today?"


@pytest.fixture
async def engine() -> FliteEngine:
    if not flite.installed():
        pytest.skip("no flite: libflite.so.1 is not installed")
    engine = FliteEngine()
    await engine.load()
    return engine


async def heard(engine: FliteEngine, text: str, voice: int = 0, **wishes: int) -> bytes:
    sentence = Sentence(text, engine.voices[voice], **wishes)  # type: ignore[arg-type]
    async with aclosing(engine.synthesize(sentence)) as speeches:
        return b"".join([speech.samples.tobytes() async for speech in speeches])


async def test_every_voice_speaks_for_itself(engine: FliteEngine) -> None:
    """At 16 kHz, each differently."""
    spoken = {await heard(engine, TEXT, voice) for voice in range(len(engine.voices))}
    assert len(spoken) == len(engine.voices)


async def test_a_seed_is_another_take(engine: FliteEngine) -> None:
    """The same seed the same one."""
    assert await heard(engine, TEXT, seed=5) == await heard(engine, TEXT, seed=5)
    assert await heard(engine, TEXT, seed=5) != await heard(engine, TEXT, seed=6)


async def test_voices_speaking_together_do_not_disturb_one_another(engine: FliteEngine) -> None:
    """Different voices share the library, each with its own randomness."""
    voices = range(len(engine.voices))
    alone = [await heard(engine, TEXT, voice) for voice in voices]
    together = await asyncio.gather(*(heard(engine, TEXT, voice) for voice in voices))
    assert together == alone


async def test_text_in_other_letters_only_is_refused(engine: FliteEngine) -> None:
    """NOTHING_TO_SAY, as flite would say nothing."""
    with pytest.raises(InvalidInput, match="slt"):
        await heard(engine, "今日は")


async def test_words_are_placed_in_the_text_as_given(engine: FliteEngine) -> None:
    """Though flite is given other letters."""
    text = "“Naïve” — café."
    sentence = Sentence(text, engine.voices[0])
    async with aclosing(engine.synthesize(sentence)) as speeches:
        words = [word async for speech in speeches for word in speech.words]
    assert [text[word.start : word.end] for word in words] == ["Naïve", "café"]


async def test_a_sentence_stops_where_nobody_wants_more(engine: FliteEngine) -> None:
    """At the callback that hears so, not at the sentence's end."""
    wanted = [True, False]
    engine._say(Sentence(TEXT, engine.voices[0]), TEXT, lambda speech: wanted.pop(0))
    assert wanted == []


async def test_threads_end_with_their_sentences(engine: FliteEngine) -> None:
    """Also with those that are abandoned while others wait for their turn."""
    before = threading.active_count()

    async def abandoned() -> None:
        async with aclosing(engine.synthesize(Sentence(TEXT, engine.voices[0]))) as speeches:
            await anext(speeches)

    for _ in range(5):
        await asyncio.gather(*(abandoned() for _ in range(10)))
    await heard(engine, TEXT)
    async with asyncio.timeout(10):
        while threading.active_count() > before:  # noqa: ASYNC110  a thread's end is not told
            await asyncio.sleep(0.001)


async def test_a_long_sentence_does_not_hold_up_a_short_one(engine: FliteEngine) -> None:
    """Turns go to whoever has had least: the short one ends first."""
    ended: list[str] = []

    async def timed(name: str, text: str) -> None:
        await heard(engine, text)
        ended.append(name)

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(timed("long", TEXT * 8))
        tasks.create_task(timed("short", "Yes."))
    assert ended == ["short", "long"]


async def test_a_stream_that_is_not_read_does_not_hold_up_the_others(engine: FliteEngine) -> None:
    """It waits outside the library."""
    async with aclosing(engine.synthesize(Sentence(TEXT, engine.voices[0]))) as unread:
        await anext(unread)
        assert await heard(engine, "Yes.")


def test_parts_are_sentences_and_long_ones_are_cut() -> None:
    """At clauses or words, so that the first audio is not held up by the last word."""
    assert [part for _, part in parts("One. Two! Three")] == ["One.", "Two!", "Three"]
    long = ", ".join(["some words that belong together"] * 20)
    for text in (long, long.replace(",", ""), "x" * 1_000):
        cut = [part for _, part in parts(text)]
        assert len(cut) > 2
        assert all(len(part) <= LONG for part in cut)


@given(st.text(st.sampled_from("abc.,;:!? '\"()"), max_size=900))
def test_parts_keep_every_letter_in_its_place(text: str) -> None:
    """Each part stands in the text where it says, and no letter is left out."""
    found = parts(text)
    assert all(text[start : start + len(part)] == part for start, part in found)
    letters = "".join(part for _, part in found)
    assert [c for c in letters if c.isalpha()] == [c for c in text if c.isalpha()]


@given(st.text(max_size=60))
def test_letters_are_made_plain_without_losing_their_places(text: str) -> None:
    """ASCII comes out, and every letter of it has its origin in order."""
    plain, places = to_ascii(text)
    assert plain.isascii()
    if places is None:
        assert plain == text
    else:
        assert len(places) == len(plain) + 1
        assert list(places) == sorted(places)


def test_randomness_is_put_back() -> None:
    """A sentence leaves C's rand() as it found it."""
    libc = ctypes.CDLL(None)
    if not hasattr(libc, "initstate"):
        pytest.skip("no initstate() in this libc")
    libc.srand(42)
    expected = [libc.rand() for _ in range(4)]
    libc.srand(42)
    got = [libc.rand(), libc.rand()]
    mine = Randomness(7)
    mine.enter()
    libc.rand()
    mine.leave()
    assert [*got, libc.rand(), libc.rand()] == expected
    assert np.unique(expected).size > 1
