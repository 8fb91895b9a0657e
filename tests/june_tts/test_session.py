"""One Synthesize stream at work, on virtual time over the scripted engine."""

import asyncio
from collections.abc import AsyncGenerator

import pytest

from june_runtime.errors import JuneError, june_error_in
from june_tts.config import StreamConfig
from june_tts.engine import Sentence, Speech
from june_tts.engines.scripted import Script, ScriptedEngine
from june_tts.lane import Chunk
from june_tts.stream import EndReason
from tests.june_tts.conversation import (
    Append,
    Caller,
    Cancel,
    Configure,
    Flush,
    on_stream,
    reasons,
)

SLOW = Script(first_audio_ms=200, speed=1)
WORD = 350 * 24  # samples of one word


def error_of(chunk: Chunk) -> JuneError:
    assert chunk.error is not None
    return chunk.error


def test_audio_leaves_as_it_is_made() -> None:
    """The first chunk comes with the engine's first audio, long before the last."""

    async def play(caller: Caller) -> None:
        caller.say(1, "one two three four")
        await caller.final(1)

    caller = on_stream(play, SLOW)
    times = [at for at, _ in caller.received]
    assert times[0] == pytest.approx(200)
    assert times[-1] == pytest.approx(200 + 4 * 350)


def test_chunks_are_numbered_without_gap() -> None:
    """seq counts up from 0 and each chunk starts where the one before it ended."""

    async def play(caller: Caller) -> None:
        caller.say(1, "one two three four")

    caller = on_stream(play)
    at = 0
    for number, chunk in enumerate(caller.chunks):
        assert (chunk.seq, chunk.start_sample) == (number, at)
        at += len(chunk.pcm) // 2
    assert at == 4 * WORD
    assert [chunk.end_reason for chunk in caller.chunks[:-1]] == [None] * (len(caller.chunks) - 1)


def test_timing_is_told_first_and_last() -> None:
    """From the flush to the engine's start, to the first audio, to now."""

    async def play(caller: Caller) -> None:
        caller.say(1, "one")
        caller.say(2, "two")
        await caller.final(2)

    caller = on_stream(play, SLOW)
    second = [chunk for chunk in caller.chunks if chunk.sentence_id == 2]
    timed = [chunk.timing for chunk in second if chunk.timing]
    assert len(timed) == 2
    assert timed[0].queue_ms == pytest.approx(550)
    assert timed[0].first_audio_ms == timed[0].total_ms == pytest.approx(750)
    assert timed[1].first_audio_ms == pytest.approx(750)
    assert timed[1].total_ms == pytest.approx(1_100)


@pytest.mark.parametrize("text", ["", "***", "😀", " \n ", "..."])
def test_a_sentence_that_says_nothing_fails_alone(text: str) -> None:
    """NOTHING_TO_SAY for it; the next one is spoken."""

    async def play(caller: Caller) -> None:
        caller.say(1, text)
        caller.say(2, "word")

    caller = on_stream(play)
    assert reasons(caller) == [(1, EndReason.ERROR), (2, EndReason.COMPLETE)]
    assert error_of(caller.finals[0]).reason == "NOTHING_TO_SAY"


def test_an_engine_that_fails_takes_one_sentence_with_it() -> None:
    """The audio so far has gone, the error follows, the next sentence is spoken."""

    async def play(caller: Caller) -> None:
        caller.say(1, "one two bad four")
        caller.say(2, "word")

    caller = on_stream(play, Script(fail_on="bad"))
    assert reasons(caller) == [(1, EndReason.ERROR), (2, EndReason.COMPLETE)]
    assert error_of(caller.finals[0]).reason == "ENGINE_FAILED"
    assert caller.finals[0].start_sample > 0
    assert caller.metrics.snapshot().errors["ENGINE_FAILED"] == 1


class Broken(ScriptedEngine):
    async def synthesize(self, sentence: Sentence) -> AsyncGenerator[Speech, None]:
        if "bad" in sentence.text:
            raise ZeroDivisionError("a secret")
        async for speech in super().synthesize(sentence):
            yield speech


def test_an_unknown_failure_is_told_without_its_text(caplog: pytest.LogCaptureFixture) -> None:
    """It is logged here; the caller sees INTERNAL, and the next sentence is spoken."""

    async def play(caller: Caller) -> None:
        caller.say(1, "bad")
        caller.say(2, "good")

    caller = on_stream(play, engine=Broken())
    assert reasons(caller) == [(1, EndReason.ERROR), (2, EndReason.COMPLETE)]
    assert (error_of(caller.finals[0]).reason, str(error_of(caller.finals[0]))) == (
        "INTERNAL",
        "internal error",
    )
    assert "ZeroDivisionError" in caplog.text


def test_an_engine_that_stops_early_says_so() -> None:
    """END_REASON_TRUNCATED, with the words that were reached."""

    async def play(caller: Caller) -> None:
        caller.say(1, "one two long four")

    [final] = on_stream(play, Script(truncate_on="long")).finals
    assert final.end_reason is EndReason.TRUNCATED
    assert [word.text for word in final.words] == ["one", "two", "long"]


def test_a_full_engine_is_that_sentences_error() -> None:
    """AT_CAPACITY with a time after which to try again."""

    async def play(caller: Caller) -> None:
        assert isinstance(caller.engine, ScriptedEngine)
        caller.engine.speaking = 1
        caller.say(1, "word")
        await caller.final(1)
        caller.engine.speaking = 0
        caller.say(2, "word")

    caller = on_stream(play, Script(limit=1))
    assert reasons(caller) == [(1, EndReason.ERROR), (2, EndReason.COMPLETE)]
    full = error_of(caller.finals[0])
    assert full.reason == "AT_CAPACITY"
    assert full.retry_after is not None


def test_a_leaving_server_says_go_away() -> None:
    """With the time that is left; the sentence under way is finished."""

    async def play(caller: Caller) -> None:
        caller.say(1, "one two three")
        await asyncio.sleep(0.5)
        caller.sessions.drain(30)
        await caller.final(1)

    caller = on_stream(play, SLOW)
    [(at, told)] = [(at, chunk) for at, chunk in caller.received if chunk.go_away is not None]
    assert at == pytest.approx(500)
    assert told.go_away == pytest.approx(30)
    assert (told.pcm, told.end_reason) == (b"", None)
    assert reasons(caller) == [(1, EndReason.COMPLETE)]


def test_a_stream_that_stays_is_ended_when_the_time_is_up() -> None:
    """With DRAINING, so that it is opened again elsewhere."""

    async def play(caller: Caller) -> None:
        caller.say(1, "one")
        await caller.final(1)
        caller.sessions.drain(30)
        await asyncio.sleep(60)

    with pytest.raises(ExceptionGroup) as ended:
        on_stream(play, SLOW)
    left = june_error_in(ended.value)
    assert left is not None
    assert left.reason == "DRAINING"


def test_half_closing_flushes_the_open_sentence() -> None:
    """And the stream ends when it is answered."""

    async def play(caller: Caller) -> None:
        caller.send(Append(1, "word"))

    assert reasons(on_stream(play)) == [(1, EndReason.COMPLETE)]


def test_words_are_told_as_written() -> None:
    """In the final chunk, with their places in the audio."""

    async def play(caller: Caller) -> None:
        caller.say(1, "**Pay** $2 now")

    [final] = on_stream(play).finals
    assert [(word.text, word.start_ms, word.end_ms) for word in final.words] == [
        ("Pay", 0, 280),
        ("$2", 350, 980),
        ("now", 1_050, 1_330),
    ]


def test_without_streaming_a_sentence_is_one_chunk() -> None:
    """It leaves when all of it is made."""

    async def play(caller: Caller) -> None:
        caller.send(Configure(StreamConfig(streaming=False)))
        caller.say(1, "one two")
        await caller.final(1)

    caller = on_stream(play, SLOW)
    [(at, only)] = caller.received
    assert at == pytest.approx(200 + 2 * 350)
    assert (only.seq, len(only.pcm), only.end_reason) == (0, 2 * WORD * 2, EndReason.COMPLETE)


def test_a_changed_default_reaches_the_next_sentence() -> None:
    """A stream that leaves something open follows the service."""

    async def play(caller: Caller) -> None:
        caller.say(1, "one two")
        await caller.final(1)
        caller.live = caller.live.model_copy(update={"tts_streaming": False})
        caller.say(2, "one two")

    caller = on_stream(play)
    assert len([chunk for chunk in caller.chunks if chunk.sentence_id == 2]) == 1


def test_figures_are_kept() -> None:
    """What was asked for, what became of it, how long it took."""

    async def play(caller: Caller) -> None:
        caller.say(1, "one two")
        caller.send(Append(2, "x"), Cancel(2))
        caller.send(Append(3, "three"), Flush(3))

    snapshot = on_stream(play, SLOW).metrics.snapshot()
    assert snapshot.counts["sentences"] == 2
    assert snapshot.counts["sentences_complete"] == 2
    assert snapshot.counts["sentences_cancelled"] == 1
    assert snapshot.counts["audio_out_seconds"] == pytest.approx(3 * 0.35)
    assert snapshot.avg_first_audio_ms >= 200
