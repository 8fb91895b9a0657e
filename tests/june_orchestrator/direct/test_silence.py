"""A model that says nothing: when that is a failure, and when it is not."""

from __future__ import annotations

import pytest

from june_orchestrator.direct.exchange import ANSWER_SECONDS, NEXT_SECONDS
from june_orchestrator.direct.ports import (
    Overruled,
    ReplyOver,
    ReplySaid,
    UserSaid,
    Whole,
    Working,
)  # fmt: skip
from june_orchestrator.ports import Event, Interrupted, Outcome
from june_runtime.errors import Unavailable
from tests.june_orchestrator.direct.fakes import (
    Act,
    Talk,
    does,
    sounds,
    tells,
    types,
)

CUT = Unavailable("BRAIN_CUT", "cut")


@pytest.mark.parametrize("asked", [types(1.0), tells(1.0, UserSaid("And today?"))])
def test_a_model_that_never_answers_fails_the_turn(asked: object) -> None:
    """And is left for another connection, which is not asked the same again."""
    talk = Talk([asked, types(30.0, "Still there?"), tells(31.0, sounds(0.1), ReplyOver())]).hold()  # type: ignore[list-item]
    notice = talk.room.one("notice", 1)
    assert notice.value.reason == "BRAIN_SILENT"
    assert notice.at == pytest.approx(1.0 + ANSWER_SECONDS)
    first, second = talk.room.records()
    assert (first.outcome, first.user_text) == (Outcome.FAILED, "And today?")
    assert second.outcome is Outcome.COMPLETE
    assert talk.model.connections[1].texts == ["Still there?"]


def test_a_model_that_falls_silent_in_its_reply_fails_the_turn() -> None:
    talk = Talk([types(1.0), tells(1.5, ReplySaid("It is"), sounds(0.5))]).hold()
    (record,) = talk.room.records()
    assert record.error is not None
    assert record.error.reason == "BRAIN_SILENT"
    assert record.reply_text == "It is"
    assert talk.room.one("turn_ended").at == pytest.approx(1.5 + NEXT_SECONDS, abs=0.1)


def test_tools_and_playing_take_their_time() -> None:
    """A reply that is whole may be heard for long, and a tool is not silence."""
    room = (
        Talk(
            [
                types(1.0),
                tells(5.0, Working()),
                tells(5.0 + NEXT_SECONDS - 1, sounds(30.0), Whole()),
                tells(50.0, ReplyOver()),
            ]
        )
        .hold()
        .room
    )
    assert [record.outcome for record in room.records()] == [Outcome.COMPLETE]
    assert not room.all("notice")


def test_a_model_that_chooses_to_say_nothing_makes_no_turn() -> None:
    room = Talk([tells(1.0, UserSaid("Hm, well")), tells(2.0, ReplyOver())]).hold().room
    assert [told.value.event for told in room.all("caption")][-1] is Event.SPEECH_ENDED
    assert not room.records()
    assert not room.all("notice")


def test_a_question_to_which_the_model_says_nothing_fails() -> None:
    room = Talk([types(1.0), tells(2.0, ReplyOver())]).hold().room
    assert room.one("notice").value.reason == "BRAIN_EMPTY"


@pytest.mark.parametrize(
    "acts",
    [
        [types(1.0), tells(1.5, sounds(0.5), Overruled())],
        [types(1.0), tells(1.5, sounds(0.5)), does(1.6, Interrupted())],
        [types(1.0), does(1.6, Interrupted())],
        [types(1.0), tells(1.5, sounds(0.5), Whole())],
        [tells(1.0, UserSaid("Hm, well")), tells(2.0, ReplyOver())],
        [tells(1.0, UserSaid("mm-hm"))],
    ],
)
def test_a_model_from_which_nothing_is_due_is_left_in_peace(acts: list[Act]) -> None:
    """However long it says nothing."""
    talk = Talk(acts).hold()
    assert len(talk.model.connections) == 1
    assert not talk.room.all("notice")


def test_a_connection_lost_in_a_question_owes_nothing_until_it_is_heard_again() -> None:
    talk = Talk([tells(1.0, UserSaid("What is")), tells(2.0, CUT)]).hold()
    assert len(talk.model.connections) == 2
    assert not talk.room.records()


def test_after_a_failure_speech_is_answered() -> None:
    """As if nothing had been."""
    talk = Talk(
        [types(1.0), tells(20.0, UserSaid("And now?")), tells(21.0, sounds(0.1), ReplyOver())]
    ).hold()
    assert [record.user_text for record in talk.room.records()] == ["And today?", "And now?"]
