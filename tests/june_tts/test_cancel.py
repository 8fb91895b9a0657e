"""Cancelling, and callers that do not read, on virtual time."""

import asyncio

import pytest

from june_runtime.errors import TooSlow
from june_tts.engines.scripted import Script, ScriptedEngine
from june_tts.stream import EndReason
from tests.june_tts.conversation import Caller, Cancel, on_stream, reasons

SLOW = Script(first_audio_ms=200, speed=1)


def test_a_cancelled_sentence_ends_at_once() -> None:
    """Its final chunk comes in the same instant, and the engine is free."""

    async def play(caller: Caller) -> None:
        caller.say(1, "one two three four")
        await asyncio.sleep(0.7)
        caller.send(Cancel(1))
        final = await caller.final(1)
        assert caller.ms == pytest.approx(700)
        assert final.end_reason is EndReason.CANCELLED
        assert isinstance(caller.engine, ScriptedEngine)
        assert caller.engine.speaking == 0

    caller = on_stream(play, SLOW)
    sent = sum(len(chunk.pcm) // 2 for chunk in caller.chunks)
    assert caller.finals[0].start_sample == sent
    assert [word.text for word in caller.finals[0].words] == ["one", "two"]


def test_a_sentence_can_be_cancelled_before_its_first_audio() -> None:
    """While the engine thinks."""

    async def play(caller: Caller) -> None:
        caller.say(1, "one")
        await asyncio.sleep(0.1)
        caller.send(Cancel(1))
        await caller.final(1)
        assert caller.ms == pytest.approx(100)

    caller = on_stream(play, SLOW)
    assert [(chunk.seq, chunk.pcm) for chunk in caller.chunks] == [(0, b"")]


def test_a_sentence_can_be_cancelled_in_the_instant_of_its_flush() -> None:
    """Before it has even begun."""

    async def play(caller: Caller) -> None:
        caller.say(1, "one")
        caller.send(Cancel(1))
        caller.say(2, "two")

    assert reasons(on_stream(play)) == [(1, EndReason.CANCELLED), (2, EndReason.COMPLETE)]


def test_cancelled_sentences_in_line_are_never_spoken() -> None:
    """They are answered in their turn, and the engine never hears of them."""

    async def play(caller: Caller) -> None:
        for number in (1, 2, 3):
            caller.say(number, "word")
        caller.send(Cancel(2))
        await caller.final(3)
        assert caller.ms == pytest.approx(2 * 550)

    assert reasons(on_stream(play, SLOW)) == [
        (1, EndReason.COMPLETE),
        (2, EndReason.CANCELLED),
        (3, EndReason.COMPLETE),
    ]


def test_a_reader_that_pauses_stops_the_engine_and_loses_nothing() -> None:
    """A few chunks wait for it; a cancel meanwhile is heeded at once."""

    async def play(caller: Caller) -> None:
        caller.say(1, "one two three four five six")
        await caller.until(lambda: bool(caller.received))
        caller.reading.clear()
        await asyncio.sleep(5)
        engine = caller.engine
        assert isinstance(engine, ScriptedEngine)
        assert engine.speaking == 1
        caller.send(Cancel(1))
        await asyncio.sleep(0.001)
        assert engine.speaking == 0
        caller.reading.set()

    caller = on_stream(play, SLOW, chunks_waiting=2)
    assert reasons(caller) == [(1, EndReason.CANCELLED)]
    sent = [len(chunk.pcm) // 2 for chunk in caller.chunks]
    assert [chunk.start_sample for chunk in caller.chunks] == [
        sum(sent[:at]) for at in range(len(sent))
    ]
    assert [chunk.seq for chunk in caller.chunks] == list(range(len(sent)))


def test_a_reader_that_stalls_ends_the_stream() -> None:
    """READER_STALLED after ten seconds without a read, and the engine is free."""
    engine = ScriptedEngine(SLOW)

    async def play(caller: Caller) -> None:
        caller.reading.clear()
        caller.say(1, "one two three four five six seven eight nine ten")
        await asyncio.sleep(60)

    with pytest.raises(ExceptionGroup) as ended:
        on_stream(play, engine=engine)
    stalled = ended.value.split(TooSlow)[0]
    assert stalled is not None
    assert engine.speaking == 0
