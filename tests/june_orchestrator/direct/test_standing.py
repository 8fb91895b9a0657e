"""How a session stands with its model after whatever the model tells."""

from __future__ import annotations

import pytest

from june_orchestrator.direct.ports import (
    GoingAway,
    Overruled,
    Received,
    ReplyOver,
    ReplySaid,
    ReplySounds,
    Resumable,
    Sound,
    UserSaid,
    Whole,
    Working,
    Written,
)  # fmt: skip
from june_orchestrator.direct.standing import Standing

SOUND, PIECE = ReplySounds(b"\0\0"), Sound(bytes(1_280))


def after(*events: Received | Written | Sound, last: bool = False) -> Standing:
    """One thing a second: what the model told, or what the user gave."""
    standing = Standing()
    standing.connected()
    for at, event in enumerate(events, 1):
        if isinstance(event, Written | Sound):
            standing.unanswered.add(event)
        else:
            standing.take(event, float(at), last=last)
    return standing


@pytest.mark.parametrize(
    ("events", "movable"),
    [
        ([], False),
        ([GoingAway()], False),
        ([Resumable("h")], True),
        ([Resumable("h"), Resumable("")], False),
        ([Resumable("h"), PIECE], True),
        ([Resumable("h"), UserSaid("a")], False),
        ([Resumable("h"), Written("a")], False),
        ([Resumable("h"), Written("a"), SOUND], False),
        ([Resumable("h"), Written("a"), SOUND, ReplyOver()], False),
        ([Written("a"), SOUND, Resumable("mid"), ReplyOver()], False),
        ([Written("a"), SOUND, ReplyOver(), Resumable("h")], True),
        ([Written("a"), Working(), SOUND, ReplyOver(), Resumable("h")], True),
        ([Resumable("h"), UserSaid("hm"), ReplyOver()], True),
    ],
)
def test_it_may_move_where_nothing_is_owed_and_all_is_remembered(
    events: list[Received | Written | Sound], movable: bool
) -> None:
    assert after(*events).movable is movable


def test_the_last_handle_is_kept_though_it_is_not_fresh() -> None:
    assert after(Resumable("h"), Resumable("")).handle == "h"
    assert after(Resumable("h"), SOUND, Resumable("mid")).handle == "mid"


@pytest.mark.parametrize(
    ("events", "asked"),
    [
        ([], False),
        ([PIECE], False),
        ([Written("a")], True),
        ([UserSaid("a")], True),
        ([UserSaid("a"), SOUND], False),
        ([Written("a"), Working()], False),
        ([Written("a"), ReplySaid("late")], True),
        ([UserSaid("a"), ReplyOver()], False),
        ([Written("a"), ReplyOver()], False),
        # What was asked over a reply outlives that reply's end, of which there is one.
        ([Written("a"), SOUND, Written("b"), ReplyOver()], True),
        ([Written("a"), SOUND, Overruled(), Written("b"), ReplyOver()], True),
        ([Written("a"), SOUND, Overruled(), Written("b"), ReplyOver(), ReplyOver()], False),
        ([SOUND, Overruled(), UserSaid("b")], True),
    ],
)
def test_what_is_owed_is_known(events: list[Received | Written | Sound], asked: bool) -> None:
    assert after(*events).asked is asked


def test_a_reply_is_to_all_that_was_said_before_it_and_to_nothing_since() -> None:
    assert after(PIECE, Written("a"), SOUND).unanswered.items == ()
    assert after(PIECE, SOUND, PIECE, SOUND).unanswered.items == (PIECE,)


def test_times_are_of_the_last_of_each() -> None:
    standing = after(Resumable("h"), SOUND, SOUND, UserSaid("a"))
    assert (standing.told_at, standing.answered_at) == (4.0, 2.0)
    assert after(SOUND, SOUND, ReplyOver()).answered_at == 3.0


@pytest.mark.parametrize(("last", "replying"), [(False, True), (True, False)])
def test_a_whole_reply_is_the_end_where_the_user_has_gone(last: bool, replying: bool) -> None:
    assert after(SOUND, Whole(), last=last).replying is replying


def test_another_connection_begins_in_peace() -> None:
    """What was under way was so on the one before."""
    standing = after(Resumable("h"), GoingAway(), SOUND, Overruled(), SOUND)
    standing.connected()
    assert not standing.replying
    assert not standing.going_away
    standing.unanswered.add(Written("a"))
    standing.take(ReplyOver(), 9.0, last=False)
    assert not standing.asked
