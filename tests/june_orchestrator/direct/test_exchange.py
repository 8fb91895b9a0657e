"""Whose turn it is with a model that decides itself: laws over any order of events."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from june_orchestrator.direct.exchange import PLAUSIBLE_SECONDS, Exchange
from june_orchestrator.direct.ports import (
    Happening,
    Lost,
    Overruled,
    ReplyOver,
    ReplySaid,
    ReplySounds,
    UserSaid,
    Whole,
    Working,
    Written,
)  # fmt: skip
from june_orchestrator.direct.steps import AddWords, Begin, Fail, ForgetModel, Step
from june_orchestrator.ports import Event, Heard, Interrupted, Judge, ReplyEnded, Typed, Usage
from june_orchestrator.turns import Interrupt
from june_runtime.errors import Unavailable

SOUND, SAID = ReplySounds(b"\0\0"), ReplySaid("Yes.")
CUT = Unavailable("BRAIN_CUT", "cut")
EVENTS: list[Happening | Judge] = [
    UserSaid("What"), UserSaid(" is it?"), UserSaid("mm-hm"), SAID, SOUND, Working(), Overruled(),
    Whole(), ReplyOver(), ReplyOver(CUT), Lost(CUT), Lost(CUT, final=True), Usage(1, 2),
    Typed("And today?"), Interrupted(), Judge(), ReplyEnded(1), ReplyEnded(2),
]  # fmt: skip


def taken(events: Sequence[Happening | Judge], loud_at: float = 0.0) -> list[Step]:
    """The steps, one event a second."""
    exchange = Exchange()
    return [
        step
        for at, event in enumerate(events, 1)
        for step in exchange.take(event, float(at), loud_at)
    ]


@given(st.lists(st.sampled_from(EVENTS), max_size=30))
def test_whatever_happens_the_caller_is_told_in_order(events: list[Happening | Judge]) -> None:
    """Turns count from 1, one at a time; nothing is interrupted that has not begun, or
    twice; captions begin and end."""
    turn, open_turn, captioned = 0, False, False
    for step in taken(events):
        match step:
            case Begin():
                turn += 1
                assert step.turn == turn
                open_turn = True
            case Interrupt():
                assert open_turn
                open_turn = False
            case ReplySaid() | ReplySounds() | Whole() | Fail() | AddWords() | Usage():
                assert turn > 0
            case Heard(event=Event.SPEECH_STARTED):
                assert not captioned
                captioned = True
            case Heard(event=Event.UPDATE):
                assert captioned
            case Heard():
                assert captioned
                captioned = False


@given(st.lists(st.sampled_from(EVENTS), max_size=30))
def test_whatever_happened_the_next_question_is_answered(events: list[Happening | Judge]) -> None:
    """No state is a dead end: once the model is done with what was before, a written
    question and its reply make a turn."""
    exchange = Exchange()
    for event in [*events, Lost(CUT)]:
        exchange.take(event, 1.0)
    (*_, begin, written) = exchange.take(Typed("And now?"), 2.0)
    assert isinstance(begin, Begin)
    assert written == Written("And now?")
    assert exchange.take(SAID, 3.0)[-1] == SAID
    assert exchange.take(SOUND, 3.0) == [SOUND]
    assert exchange.take(Whole(), 3.0) == [Whole()]
    assert exchange.judge_at is None


def test_sound_after_being_overruled_is_a_new_reply() -> None:
    """Also where the model forgets to say that the old turn was over."""
    steps = taken([Typed("A?"), SOUND, Overruled(), SAID, SOUND])
    assert [type(step) for step in steps] == [
        Begin, Written, ReplySounds, Interrupt, Begin, ReplySounds,
    ]  # fmt: skip


def test_an_end_of_turn_that_comes_after_new_words_does_not_end_them() -> None:
    steps = taken([Typed("A?"), SOUND, Overruled(), UserSaid("No"), ReplyOver(), SOUND])
    assert isinstance(steps[-2], Begin)
    assert steps[-2].text == "No"


def test_a_dropped_reply_stays_dropped() -> None:
    steps = taken([Typed("A?"), SOUND, Interrupted(), SAID, SOUND, Whole(), ReplyOver()])
    assert [type(step) for step in steps] == [Begin, Written, ReplySounds, Interrupt]


def test_speech_ended_when_it_was_last_loud() -> None:
    """Unless that was long before the words, or after them."""
    words: list[Happening | Judge] = [UserSaid("a"), *[Usage(1, 1)] * 7, UserSaid("b"), SOUND]
    known_at = 9.0
    for loud_at, ended_at in (
        (known_at - 1, known_at - 1),
        (known_at - PLAUSIBLE_SECONDS - 1, known_at),
        (known_at + 0.5, known_at),
        (0.0, known_at),
    ):
        (begin,) = [step for step in taken(words, loud_at) if isinstance(step, Begin)]
        assert (begin.ended_at, begin.words_at) == (ended_at, known_at)


def test_an_unanswered_murmur_is_no_failure() -> None:
    assert taken([UserSaid("mm-hm"), Judge()])[-1] == Heard(Event.SPEECH_ENDED)
    assert isinstance(taken([UserSaid("why?"), Judge()])[-1], ForgetModel)


def test_a_late_judge_judges_nothing() -> None:
    assert taken([Judge()]) == []
    assert len(taken([Typed("A?"), SOUND, Whole(), Judge()])) == 4


def test_a_reply_that_was_stopped_before_it_began_is_not_heard() -> None:
    steps = taken([Typed("A?"), Interrupted(), SAID, SOUND, ReplyOver(), Typed("B?"), SOUND])
    assert [type(step) for step in steps] == [
        Begin, Written, Interrupt, Begin, Written, ReplySounds,
    ]  # fmt: skip


def test_a_reply_that_has_been_heard_cannot_be_interrupted() -> None:
    heard_out: list[Happening | Judge] = [Typed("A?"), SOUND, ReplyOver(), ReplyEnded(1)]
    assert not [step for step in taken([*heard_out, UserSaid("B")]) if isinstance(step, Interrupt)]
    assert taken([*heard_out, Interrupted()]) == taken(heard_out)
