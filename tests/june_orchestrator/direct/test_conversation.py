"""Talks with a model that hears and speaks by itself, on virtual time."""

from __future__ import annotations

import numpy as np
import pytest

from june_orchestrator.direct.incoming import MOST_HELD_SECONDS
from june_orchestrator.direct.line import LAST_WORDS_SECONDS
from june_orchestrator.direct.ports import (
    Overruled,
    ReplyOver,
    ReplySaid,
    UserSaid,
    Whole,
    Working,
)  # fmt: skip
from june_orchestrator.playout import LEAD_SECONDS
from june_orchestrator.ports import Event, Interrupted, Outcome, Played, Usage
from june_runtime.errors import Unavailable
from tests.june_orchestrator.direct.fakes import (
    Talk,
    does,
    heard_seconds,
    says,
    sounds,
    tells,
    types,
)
from tests.june_orchestrator.fakes import RATE

CUT = Unavailable("BRAIN_CUT", "cut")


def loud(seconds: float) -> bytes:
    at = np.arange(round(seconds * 16_000)) / 16_000
    pcm: bytes = (np.sin(2 * np.pi * 200 * at) * 6_000).astype("<i2").tobytes()
    return pcm


def test_a_spoken_turn_is_told_in_order() -> None:
    """Captions, the turn's start, words and sound, the record; and its stages add up to
    the time from the last loud sample to the first audible one."""
    room = (
        Talk(
            [
                says(1.0, loud(0.4)),
                tells(1.2, UserSaid("What is"), UserSaid(" it?")),
                tells(1.5, ReplySaid("It is mild."), sounds(0.5)),
                tells(1.6, sounds(0.5), Whole()),
                tells(2.4, Usage(7, 31), ReplyOver()),
            ]
        )
        .hold()
        .room
    )
    captions = [told.value for told in room.all("caption")]
    assert [heard.event for heard in captions] == [
        Event.SPEECH_STARTED, Event.UPDATE, Event.UPDATE, Event.END_OF_TURN,
    ]  # fmt: skip
    assert [heard.text for heard in captions[1:3]] == ["What is", "What is it?"]
    assert captions[3].final_text == "What is it?"
    assert room.kinds(1) == ["turn_started", "audio", "reply_text", "audio", "turn_ended"]
    (record,) = room.records()
    assert (record.user_text, record.reply_text) == ("What is it?", "It is mild.")
    assert record.outcome is Outcome.COMPLETE
    assert record.tokens == 31
    assert record.end_to_end_ms == pytest.approx(500)
    assert sum(record.stages.values()) == pytest.approx(500)
    assert record.stages["final_words"] == pytest.approx(200)
    assert record.stages["first_token"] == pytest.approx(300)
    assert heard_seconds(room, 1) == pytest.approx(1.0)


def test_audio_leaves_at_most_the_lead_ahead() -> None:
    """However fast the model makes it; and without a gap."""
    room = Talk([types(1.0), tells(1.5, ReplySaid("Well."), sounds(20.0), Whole())]).hold().room
    frames = room.all("audio", 1)
    for told in frames:
        assert told.value.start_sample / RATE <= told.at - 1.5 + LEAD_SECONDS + 1e-3
    starts = [told.value.start_sample for told in frames]
    ends = np.cumsum([len(told.value.pcm) // 2 for told in frames])
    assert starts[1:] == list(ends[:-1])
    assert room.one("turn_ended").at == pytest.approx(21.5, abs=0.01)


def test_being_overruled_stops_at_once_what_was_not_heard() -> None:
    """The record has the words that were heard, and history too."""
    talk = Talk(
        [
            types(1.0),
            tells(1.5, ReplySaid("One two three four five six seven."), sounds(7.0), Whole()),
            tells(3.5, Overruled(), ReplyOver()),
        ]
    ).hold()
    cut = talk.room.one("interrupted")
    assert cut.at == pytest.approx(3.5)
    assert cut.value == "One two"
    assert talk.room.all("audio", 1)[-1].at <= 3.5
    (record,) = talk.room.records()
    assert (record.outcome, record.reply_text) == (Outcome.INTERRUPTED, "One two")
    assert [message.text for message in talk.history.messages()] == ["And today?", "One two"]


def test_what_was_played_counts_where_it_is_reported() -> None:
    talk = Talk(
        [
            types(1.0),
            tells(1.5, ReplySaid("One two three four five six seven."), sounds(7.0), Whole()),
            does(2.5, Played(1, 0)),
            does(2.51, Interrupted()),
        ]
    ).hold()
    assert talk.room.one("interrupted").value == ""


def test_words_over_the_end_of_a_reply_interrupt_it() -> None:
    """The model is done with it and so does not say so; an "mm-hm" lets it go on."""
    acts = [
        types(1.0),
        tells(1.5, ReplySaid("One two three."), sounds(4.0), Whole(), ReplyOver()),
        tells(2.5, UserSaid("mm-hm")),
        tells(3.0, UserSaid(" but why?")),
        tells(3.5, ReplySaid("So."), sounds(0.1), Whole(), ReplyOver()),
    ]
    room = Talk(acts).hold().room
    assert room.one("interrupted").at == pytest.approx(3.0)
    assert [record.outcome for record in room.records()] == [Outcome.INTERRUPTED, Outcome.COMPLETE]
    assert room.records()[1].user_text == "mm-hm but why?"
    patient = Talk(acts[:3]).hold().room
    assert [record.outcome for record in patient.records()] == [Outcome.COMPLETE]


def test_words_that_come_late_are_in_the_record() -> None:
    """The user's after the reply has begun, the reply's after its sound."""
    room = (
        Talk(
            [
                tells(1.0, UserSaid("What")),
                tells(1.2, sounds(1.0)),
                tells(1.3, UserSaid(" is it?"), ReplySaid("It is"), Whole()),
                tells(1.4, ReplySaid(" mild."), ReplyOver()),
                tells(1.5, ReplySaid(" Yes.")),
            ]
        )
        .hold()
        .room
    )
    (record,) = room.records()
    assert room.one("turn_started").value == "What"
    assert (record.user_text, record.reply_text) == ("What is it?", "It is mild. Yes.")
    assert [text for _, text in (told.value for told in room.all("reply_text"))] == [
        "It is", "mild.", "Yes.",
    ]  # fmt: skip


def test_a_written_question_interrupts() -> None:
    """Whatever still comes of the old reply is not part of the new one."""
    talk = Talk(
        [
            types(1.0),
            tells(1.5, ReplySaid("One two."), sounds(3.0)),
            types(2.0, "And tomorrow?"),
            tells(2.1, ReplySaid(" Three."), sounds(1.0), Overruled(), ReplyOver()),
            tells(2.5, ReplySaid("It rains."), sounds(0.5), Whole(), ReplyOver()),
        ]
    ).hold()
    first, second = talk.room.records()
    assert first.outcome is Outcome.INTERRUPTED
    assert (second.user_text, second.reply_text) == ("And tomorrow?", "It rains.")
    assert heard_seconds(talk.room, 2) == pytest.approx(0.5)
    assert talk.model.now.texts == ["And today?", "And tomorrow?"]


def test_a_blocked_answer_says_why() -> None:
    """What was said of it stays said."""
    blocked = Unavailable("BRAIN_BLOCKED", "no")
    room = Talk([types(1.0), tells(2.0, ReplySaid("Well"), sounds(0.2), ReplyOver(blocked))])
    (record,) = room.hold().room.records()
    assert (record.error, record.reply_text) == (blocked, "Well")


def test_a_reply_far_ahead_of_its_being_heard_is_cut() -> None:
    """So that what is held is bounded; what has come is played."""
    words = ReplySaid("word " * 2_000)
    talk = Talk(
        [types(1.0), tells(1.5, words, *[sounds(10.0)] * 40, Whole(), ReplyOver())], rest=300.0
    ).hold()
    (record,) = talk.room.records()
    assert record.error is not None
    assert record.error.reason == "REPLY_TOO_LONG"
    assert MOST_HELD_SECONDS <= heard_seconds(talk.room, 1) <= MOST_HELD_SECONDS + 11


def test_a_connection_lost_after_a_whole_reply_spoils_nothing() -> None:
    talk = Talk([types(1.0), tells(1.5, sounds(5.0), Whole()), tells(2.0, CUT)]).hold()
    assert [record.outcome for record in talk.room.records()] == [Outcome.COMPLETE]
    assert len(talk.model.connections) == 2


def test_the_last_reply_is_heard_out() -> None:
    """The caller has hung up, and the connection is let go with the reply's end."""
    talk = Talk([types(1.0), tells(1.5, sounds(5.0), Whole(), ReplyOver())], rest=0.0).hold()
    assert talk.ended == pytest.approx(6.5, abs=0.01)
    assert talk.model.now.closed_at == pytest.approx(1.5)


def test_who_hangs_up_in_silence_waits_for_nothing() -> None:
    assert Talk([says(1.0, bytes(32_000))], rest=0.0).hold().ended == pytest.approx(1.0)


def test_last_words_may_yet_be_understood() -> None:
    """They are waited for a while, and answered where they come."""
    talk = Talk([says(1.0, loud(0.5))], rest=0.0).hold()
    assert talk.ended == pytest.approx(1.0 + LAST_WORDS_SECONDS)
    acts = [
        says(1.0, loud(0.5)),
        (1.0, lambda talk: talk.line.finish()),
        tells(2.0, UserSaid("Bye")),
        tells(5.0, sounds(0.5), Whole(), ReplyOver()),
    ]
    talk = Talk(acts).hold()
    assert [record.user_text for record in talk.room.records()] == ["Bye"]
    assert talk.ended == pytest.approx(5.5, abs=0.01)


def test_late_words_that_are_none_are_not_shown() -> None:
    """Nor those of a reply that had no sound or words at all."""
    room = Talk([types(1.0), tells(1.5, ReplySaid("Yes."), sounds(2.0), Whole(), ReplySaid(" "))])
    assert [told.value for told in room.hold().room.all("reply_text")] == [(0, "Yes.")]


def test_what_follows_a_tool_is_of_the_same_reply() -> None:
    """Wherever the model says that it is done with the first part of it."""
    first, rest = (ReplySaid("One moment."), sounds(2.0)), (ReplySaid(" Noon."), sounds(1.0))
    for begin in ((*first, Whole(), Working()), (*first, Working(), Whole())):
        acts = [types(1.0), tells(1.5, *begin), tells(2.5, *rest, Whole()), tells(6.0, ReplyOver())]
        room = Talk(acts).hold().room
        (record,) = room.records()
        assert record.reply_text == "One moment. Noon."
        assert record.outcome is Outcome.COMPLETE
        assert heard_seconds(room, 1) == pytest.approx(3.0)
        assert room.one("turn_ended").at == pytest.approx(4.5, abs=0.1)


def test_what_follows_a_slow_tool_is_a_turn_of_its_own() -> None:
    """Where all that there was has been heard, and the turn told as over."""
    acts = [
        types(1.0),
        tells(1.5, ReplySaid("One moment."), sounds(1.0), Whole()),
        tells(4.0, Working()),
        tells(5.0, ReplySaid("Noon."), sounds(1.0), Whole(), ReplyOver()),
    ]
    room = Talk(acts).hold().room
    assert [record.reply_text for record in room.records()] == ["One moment.", "Noon."]


def test_words_after_the_end_of_a_turn_are_not_shown() -> None:
    room = (
        Talk(
            [
                types(1.0),
                tells(1.5, ReplySaid("Yes."), sounds(1.0), Whole()),
                tells(4.0, ReplySaid(" Late."), ReplyOver(), ReplySaid(" Later.")),
            ]
        )
        .hold()
        .room
    )
    assert room.kinds(1)[-1] == "turn_ended"
    assert len(room.records()) == 1


def test_a_reply_of_far_more_sound_than_words_is_cut() -> None:
    """As any voice is that never comes to an end; the talk goes on."""
    acts = [
        types(1.0),
        tells(1.5, *[sounds(1.0)] * 40, Whole(), ReplyOver()),
        types(50.0, "And now?"),
        tells(51.0, ReplySaid("Yes."), sounds(0.1), Whole(), ReplyOver()),
    ]
    talk = Talk(acts).hold()
    cut, whole = talk.room.records()
    assert talk.failed is None
    assert cut.error is not None
    assert cut.error.reason == "SENTENCE_TOO_LONG"
    assert whole.outcome is Outcome.COMPLETE
