"""A sentence's audio on its way: filled by a synthesis, drained by the player."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from june_orchestrator.lanes import RUN_SECONDS, Lane, estimated_words
from june_orchestrator.ports import Speech, WordAt
from june_runtime.errors import InvalidInput, JuneError, Unavailable
from june_runtime.pcm import AudioFormat
from june_runtime.testing import run_virtual

AUDIO = AudioFormat(sample_rate=8_000)
TEXT = "It is mild and dry."


def lane(text: str = TEXT) -> Lane:
    return Lane(0, text, AUDIO, flushed_at=0.0)


async def speech(
    runs: Sequence[bytes], error: JuneError | None = None, gap: float = 0.0
) -> AsyncGenerator[Speech, None]:
    for pcm in runs:
        await asyncio.sleep(gap)
        yield Speech(pcm)
    if error:
        raise error


async def drained(lane: Lane) -> list[bytes]:
    return [pcm async for pcm in lane.drain()]


PCM = st.binary(max_size=4_000).map(lambda pcm: pcm[: len(pcm) // 2 * 2])


@given(st.lists(PCM, max_size=8), st.sampled_from([0.0, 0.5]))
def test_what_goes_in_comes_out(runs: list[bytes], gap: float) -> None:
    """In order, whole, in runs of at most 100 ms, whether drained before or after."""

    async def pass_through() -> tuple[list[bytes], int]:
        way = lane()
        async with asyncio.TaskGroup() as tasks:
            out = tasks.create_task(drained(way))
            tasks.create_task(way.fill(speech(runs, gap=gap)))
        return out.result(), way.held_samples

    out, held = run_virtual(pass_through())
    assert b"".join(out) == b"".join(runs)
    assert all(0 < AUDIO.seconds(pcm) <= RUN_SECONDS for pcm in out)
    assert held == 0


def filled(runs: Sequence[bytes], error: JuneError | None = None, text: str = TEXT) -> Lane:
    async def fill() -> Lane:
        way = lane(text)
        await way.fill(speech(runs, error))
        return way

    return run_virtual(fill())


def test_a_failure_is_kept_and_ends_the_lane() -> None:
    """What came before it is still there."""
    gone = Unavailable("TTS_GONE", "gone")
    way = filled([b"\0" * 800], gone)
    assert way.error is gone
    assert not way.whole
    assert run_virtual(drained(way)) == [b"\0" * 800]


def test_nothing_to_say_is_no_failure() -> None:
    """A sentence of emoji makes no sound, and that is all."""
    way = filled([], InvalidInput("NOTHING_TO_SAY", "nothing"))
    assert way.error is None
    assert way.whole


def test_other_bad_input_is_a_failure() -> None:
    way = filled([], InvalidInput("VOICE_UNKNOWN", "no such voice"))
    assert way.error is not None


def test_a_synthesis_without_end_is_cut() -> None:
    """Audio far longer than its text takes is a fault, and is not held for ever."""
    second = bytes(AUDIO.bytes_for(1.0))

    async def endless() -> AsyncGenerator[Speech, None]:
        while True:
            await asyncio.sleep(0.1)
            yield Speech(second)

    async def fill() -> Lane:
        way = lane()
        await way.fill(endless())
        return way

    way = run_virtual(fill())
    assert way.error is not None
    assert way.error.reason == "SENTENCE_TOO_LONG"
    assert 30 <= way.samples / AUDIO.sample_rate <= 40


def test_a_long_text_may_take_long() -> None:
    """A whole reply in one piece, as the plain way has it, is not cut."""
    way = filled([bytes(AUDIO.bytes_for(1.0))] * 150, text="word " * 380)
    assert way.error is None


def test_unplayed_audio_is_what_is_held_or_expected() -> None:
    """Before the start nothing; then what the text will take; at the end what is held."""

    async def measure() -> list[float]:
        way, measured = lane("x" * 30), []
        measured.append(way.unplayed_seconds())
        way.begin(0.0)
        measured.append(way.unplayed_seconds())
        await way.fill(speech([bytes(AUDIO.bytes_for(0.5))]))
        measured.append(way.unplayed_seconds())
        await drained(way)
        measured.append(way.unplayed_seconds())
        return measured

    assert run_virtual(measure()) == [0.0, 2.0, 0.5, 0.0]


def test_a_drained_lane_expects_the_rest() -> None:
    """Half of a sentence played, the other half still to come."""

    async def measure() -> float:
        way = lane("x" * 30)
        way.begin(0.0)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(way.fill(speech([bytes(AUDIO.bytes_for(1.0))] * 2, gap=1.0)))
            out = tasks.create_task(drained(way))
            await asyncio.sleep(1.5)
            unplayed = way.unplayed_seconds()
            await out
        return unplayed

    assert run_virtual(measure()) == pytest.approx(1.0)


def test_a_synthesis_that_is_stopped_is_closed() -> None:
    """Cancelling the filling closes the synthesis at once."""
    closed = False

    async def endless() -> AsyncGenerator[Speech, None]:
        nonlocal closed
        try:
            while True:
                await asyncio.sleep(1.0)
                yield Speech(b"")
        finally:
            closed = True

    async def stop() -> None:
        filling = asyncio.get_running_loop().create_task(lane().fill(endless()))
        await asyncio.sleep(2.5)
        filling.cancel()
        await asyncio.wait([filling])
        assert closed

    run_virtual(stop())


def test_words_that_are_known_are_used() -> None:
    async def fill() -> Lane:
        async def known() -> AsyncGenerator[Speech, None]:
            yield Speech(bytes(800))
            yield Speech(b"", [WordAt("It", 0, 100)])

        way = lane()
        await way.fill(known())
        return way

    assert run_virtual(fill()).words() == [WordAt("It", 0, 100)]


def test_words_of_a_whole_sentence_share_its_audio() -> None:
    """Where none are known they are spread over what there is, by their length."""
    words = filled([bytes(2 * len(TEXT) * 100)]).words()
    assert words[0] == WordAt("It", 0, 200)
    assert words[-1].end == len(TEXT) * 100


def test_words_of_a_broken_sentence_are_placed_by_pace() -> None:
    """Its audio does not hold all of them."""
    words = filled([bytes(1_600)], Unavailable("TTS_GONE", "gone")).words()
    assert words[-1].end > 800


@given(st.text(), st.integers(0, 100_000))
def test_estimated_words_are_in_order_and_all_there(text: str, samples: int) -> None:
    words = estimated_words(text, samples, 8_000)
    assert [word.text for word in words] == text.split()
    places = [place for word in words for place in (word.start, word.end)]
    assert places == sorted(places)
    if samples:
        assert all(place <= samples for place in places)


def test_a_sentence_of_which_nothing_is_said_is_made_at_once() -> None:
    """It has no audio, and counts as heard where it is reached."""
    silent = Lane(0, "```", AUDIO, flushed_at=0.0, spoken="")
    assert silent.silent

    async def drain() -> None:
        silent.begin(1.0)
        silent.end()
        assert await drained(silent) == []

    run_virtual(drain())
    assert silent.whole
    assert silent.unplayed_seconds() == 0
