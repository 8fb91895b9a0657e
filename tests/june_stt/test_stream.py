"""One stream on virtual time: its sign of life, its patience, its end."""

from __future__ import annotations

import pytest

from june_stt.endpointing import Patience
from june_stt.engine import SttOptions
from june_stt.engines.scripted import ScriptedEngine, SttScript
from june_stt.stream import ANSWER_SECONDS, Configured, Control, GoAway, Told
from june_stt.transcript import Event
from june_stt.utterance import Hearing
from tests.june_stt.virtual import (
    FRAME,
    Wait,
    Watched,
    configured,
    hear,
    is_end,
    silence,
    speech,
)


def test_a_turn_is_told_as_it_happens() -> None:
    """The final words are there before the silence confirms the turn: no wait for them."""
    heard = hear([*silence(0.2), *speech(1.0), *silence(0.8)])
    assert heard.events == [Event.SPEECH_STARTED, Event.EAGER_END, Event.END_OF_TURN]
    assert heard.at(Event.SPEECH_STARTED) - 0.2 < 0.1
    assert heard.at(Event.EAGER_END) - 1.2 < 0.2 + 0.1 + 2 * FRAME
    assert heard.at(Event.END_OF_TURN) - 1.2 < 0.5 + 2 * FRAME
    assert heard.metrics.timings["end_of_turn_ms"].mean == 0


def test_an_end_that_waited_for_its_words_comes_with_them() -> None:
    """And what it waited is counted."""
    engine = ScriptedEngine(SttScript(final_ms=700))
    heard = hear([*speech(1.0), *silence(2.0)], engine)
    eager, end = heard.at(Event.EAGER_END), heard.at(Event.END_OF_TURN)
    assert eager == end
    assert 300 < heard.metrics.timings["end_of_turn_ms"].mean < 500


@pytest.mark.parametrize("streaming", [True, False])
def test_no_caption_keeps_final_words_waiting(streaming: bool) -> None:
    """However long the engine takes for one, it is given up for them."""
    engine = ScriptedEngine(SttScript(partial_ms=1_500, final_ms=100))
    steps = [*speech(2.0), *silence(0.6), *speech(2.0), *silence(0.6)]
    heard = hear(steps, engine, first=configured(streaming=streaming))
    ends = [event for event in heard.events if event is Event.END_OF_TURN]
    assert len(ends) == 2
    assert heard.at(Event.EAGER_END) - 2.0 < 0.2 + 0.1 + 2 * FRAME
    assert heard.metrics.timings["end_of_turn_ms"].mean == 0


def test_every_silent_second_has_a_sign_of_life() -> None:
    """One a second, and none while something else is told."""
    quiet = hear(silence(5.0))
    assert quiet.events == [Event.HEARTBEAT] * 5 or quiet.events == [Event.HEARTBEAT] * 4
    assert Event.HEARTBEAT not in hear(speech(3.0)).events


def test_a_sign_of_life_acknowledges_the_audio() -> None:
    heard = hear(silence(2.5))
    acknowledged = [
        (at, each.transcript.audio_processed_ms)
        for at, each in heard.answers
        if isinstance(each, Told)
    ]
    assert all(at * 1000 - 80 < ms <= at * 1000 for at, ms in acknowledged)


def test_a_stream_without_audiois_ended() -> None:
    heard = hear([*silence(1.0), Wait(1_000)], idle_seconds=20)
    assert heard.error
    assert heard.error.reason == "STREAM_IDLE"
    assert 21 <= heard.ended_at < 22.1


def test_half_closing_ends_the_turn_and_waits_for_its_words() -> None:
    engine = ScriptedEngine(SttScript(final_ms=2_000))
    heard = hear(speech(0.6), engine)
    assert [event for event in heard.events if event is not Event.HEARTBEAT] == [
        Event.SPEECH_STARTED,
        Event.END_OF_TURN,
    ]
    assert heard.error is None


def test_audio_faster_than_real_time_is_heard_in_full() -> None:
    """A file: the decoder's pace is the reader's, and nothing is dropped."""
    engine = ScriptedEngine(SttScript(utterances=("one two three", "four"), word_ms=200))
    file = [step for step in [*speech(2.0), *silence(1.0)] * 2 if not isinstance(step, Wait)]
    heard = hear(file, engine)
    ends = [
        each.transcript
        for _, each in heard.answers
        if isinstance(each, Told) and each.transcript.event is Event.END_OF_TURN
    ]
    assert [end.final_text for end in ends] == ["one two three", "four"]
    assert [end.turn_index for end in ends] == [0, 1]
    assert heard.metrics.counts()["audio_in_seconds"] == pytest.approx(6.0, abs=0.1)


def test_an_engine_that_dies_ends_the_stream_at_once() -> None:
    heard = hear(speech(3.0), ScriptedEngine(SttScript(fail_after=3)))
    assert heard.error
    assert heard.error.reason == "ENGINE_FAILED"
    assert heard.ended_at < 1.5


def test_an_engine_that_never_answers_ends_the_stream_in_time() -> None:
    """Even if the caller has half-closed and only waits."""
    heard = hear(speech(1.0), Watched(SttScript(), hangs=True))
    assert heard.error
    assert heard.error.reason == "ENGINE_FAILED"
    assert heard.ended_at <= 1.0 + ANSWER_SECONDS


def test_a_leaving_server_says_so_and_ends_what_stays() -> None:
    heard = hear([*silence(60.0)], drain_at=3.0)
    assert GoAway(5.0) in [answer for _, answer in heard.answers]
    assert heard.error
    assert heard.error.reason == "DRAINING"
    assert heard.ended_at == 8.0


def test_the_turn_in_progress_may_end_while_the_server_leaves() -> None:
    heard = hear([*speech(1.0), *silence(0.8)], drain_at=0.5)
    assert heard.events.count(Event.END_OF_TURN) == 1
    assert heard.error is None


def test_a_later_config_holds_from_the_next_turn_on() -> None:
    """The turn in progress keeps its silence; the next one has the new one."""
    slow = configured(patience=Patience(200, 1_000))
    heard = hear([*speech(0.6), slow, *speech(0.4), *silence(1.2), *speech(1.0), *silence(1.4)])
    ends = [at for at, each in heard.answers if is_end(each)]
    assert ends[0] == pytest.approx(1.0 + 0.5, abs=0.1)
    assert ends[1] == pytest.approx(3.2 + 1.0, abs=0.1)


def test_what_the_caller_leaves_open_is_asked_anew_at_each_turn() -> None:
    """So a live change of the service reaches streams that run."""
    asked = [Patience(200, 500), Patience(200, 500), Patience(200, 1_000)]
    first = Configured(lambda: Hearing(asked.pop(0) if len(asked) > 1 else asked[0]))
    heard = hear([*speech(1.0), *silence(1.2), *speech(1.0), *silence(1.4)], first=first)
    ends = [at for at, each in heard.answers if is_end(each)]
    assert ends == [pytest.approx(1.5, abs=0.1), pytest.approx(3.2 + 1.0, abs=0.1)]


def test_another_language_reaches_the_engine_with_the_next_turn() -> None:
    engine = Watched(SttScript())
    german = configured(SttOptions("de"))
    heard = hear(
        [*speech(0.6), german, *speech(0.4), *silence(0.8), *speech(1.0), *silence(0.8)], engine
    )
    assert [options.language for options in engine.asked] == ["", "de"]
    languages = [
        each.transcript.language
        for _, each in heard.answers
        if isinstance(each, Told) and is_end(each)
    ]
    assert languages == ["en", "de"]


def test_the_caller_may_end_a_turn_at_once() -> None:
    heard = hear([*speech(1.0), Control.END_TURN, *silence(0.4)])
    assert heard.at(Event.END_OF_TURN) == pytest.approx(1.1, abs=0.01)


def test_a_turn_that_was_forgotten_never_ends() -> None:
    """Its number is used again."""
    heard = hear(
        [*speech(0.6), *silence(0.12), Control.RESET, *silence(0.8), *speech(1.0), *silence(0.8)]
    )
    assert heard.events.count(Event.SPEECH_STARTED) == 2
    ends = [each for _, each in heard.answers if is_end(each)]
    assert [each.transcript.turn_index for each in ends if isinstance(each, Told)] == [0]


def test_without_streaming_the_words_come_after_the_speech() -> None:
    """No caption before; the same final words."""
    heard = hear([*speech(1.0), *silence(0.8)], first=configured(streaming=False))
    captions = [
        each.transcript.committed_text + each.transcript.unstable_text
        for at, each in heard.answers
        if isinstance(each, Told) and at < 1.1
    ]
    assert not any(captions)
    assert heard.events.count(Event.END_OF_TURN) == 1


@pytest.mark.parametrize("reading_seconds", [0.3, 1.0, 2.5, 4.0])
@pytest.mark.parametrize("final_ms", [5, 1_500, 3_000])
def test_a_slow_caller_that_says_no_more_is_told_the_end(
    reading_seconds: float, final_ms: float
) -> None:
    """What was understood is told before the stream is over, however long that takes: also
    where a sign of life is being told when the words come."""
    engine = ScriptedEngine(SttScript(final_ms=final_ms))
    heard = hear([*speech(1.0), *silence(0.3)], engine, reading_seconds=reading_seconds)
    assert heard.events.count(Event.END_OF_TURN) == 1
