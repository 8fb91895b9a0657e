"""A session's line to a model: connections come and go, and nothing said is lost."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from june_orchestrator.direct.line import ATTEMPTS, GOOD_SECONDS, RETRY_SECONDS
from june_orchestrator.direct.ports import (
    HEARS,
    SESSION_GONE,
    GoingAway,
    Overruled,
    ReplyOver,
    ReplySaid,
    Resumable,
    SoundEnds,
    UserSaid,
    Whole,
    Wishes,
)  # fmt: skip
from june_orchestrator.direct.unanswered import KEPT_SECONDS, MARGIN_SECONDS
from june_orchestrator.ports import Outcome
from june_runtime.errors import AtCapacity, JuneError, NotFound, TimedOut, Unavailable
from tests.june_orchestrator.direct.fakes import Act, Talk, says, sounds, tells, types

CUT = Unavailable("BRAIN_CUT", "cut")


def voice(seconds: float, seed: int = 0) -> bytes:
    """Sound of which no two pieces are alike."""
    samples = np.random.default_rng(seed).integers(-8_000, 8_000, round(seconds * 16_000))
    return samples.astype("<i2").tobytes()


def answered(at: float) -> Act:
    return tells(at, ReplySaid("Yes."), sounds(0.1), Whole(), ReplyOver())


@pytest.mark.parametrize("connect_seconds", [0.0, 0.7])
def test_what_is_said_before_there_is_a_connection_is_told_to_it(connect_seconds: float) -> None:
    """In its order."""
    talk = Talk([says(0.1, voice(0.4, 1)), types(0.2), says(0.3, voice(0.4, 2)), answered(1.0)])
    talk.model.connect_seconds = connect_seconds
    talk.hold()
    (connection,) = talk.model.connections
    assert connection.sound == voice(0.4, 1) + voice(0.4, 2)
    assert connection.texts == ["And today?"]


@given(breaks=st.lists(st.floats(0.05, 5.0), max_size=2), answer_at=st.floats(0.1, 5.0))
def test_every_sample_reaches_whoever_is_to_answer(
    breaks: Sequence[float], answer_at: float
) -> None:
    """Connections break at any times: the last has all that was said since the last
    reply began, once and in order."""
    pieces = [(0.02 + 0.1 * each, voice(0.08, each)) for each in range(50)]
    acts = [says(at, pcm) for at, pcm in pieces]
    acts += [tells(at, CUT) for at in breaks]
    acts += [answered(answer_at + 0.0001)]
    talk = Talk(sorted(acts, key=lambda act: act[0]), rest=30.0)
    talk.model.connect_seconds = 0.03
    talk.hold()
    last = talk.model.now
    replied = [told.at for told in talk.room.all("turn_started")]
    wanted = b"".join(pcm for at, pcm in pieces if at > max(replied, default=0.0))
    assert last.sound.endswith(wanted)
    assert b"".join(pcm for _, pcm in pieces).endswith(last.sound)


def test_what_is_kept_is_bounded() -> None:
    """While nobody listens, the last of it is kept."""
    said = [(1.0 + second, voice(1.0, second)) for second in range(40)]
    talk = Talk([says(at, pcm) for at, pcm in said] + [answered(60.0)])
    talk.model.connect_seconds = 50.0
    talk.hold()
    kept = talk.model.now.sound
    assert HEARS.seconds(kept) == pytest.approx(KEPT_SECONDS, abs=0.1)
    assert b"".join(pcm for _, pcm in said).endswith(kept)


def test_what_the_model_keeps_in_mind_is_not_told_again() -> None:
    """Save the last moment, which may have been on its way."""
    talk = Talk(
        [says(1.0, voice(2.0, 1)), tells(2.0, Resumable("h1")), says(2.1, voice(0.4, 2)),
         tells(3.0, CUT), answered(4.0)]
    ).hold()  # fmt: skip
    second = talk.model.connections[1]
    assert second.handle == "h1"
    assert second.sound.endswith(voice(0.4, 2))
    assert HEARS.seconds(second.sound) == pytest.approx(0.4 + MARGIN_SECONDS, abs=0.05)


@pytest.mark.parametrize(
    ("last", "moves"),
    [
        ([Resumable("h2")], True),
        ([Resumable("")], False),
        ([], False),
        # As of a moment before the reply's end.
        ([GoingAway()], False),
    ],
)
def test_a_connection_is_left_only_with_a_handle_of_all_that_was_said(
    last: list[Resumable], moves: bool
) -> None:
    talk = Talk(
        [
            tells(0.5, Resumable("h1")),
            types(1.0),
            tells(2.0, sounds(0.5), Resumable("mid"), GoingAway(), Whole(), ReplyOver()),
            tells(3.0, *last),
            tells(9.0, CUT),
        ]
    ).hold()
    assert talk.model.connections[0].closed_at == pytest.approx(3.0 if moves else 9.0)
    assert talk.model.connections[1].handle == ("h2" if moves else "mid")


def test_a_connection_that_goes_away_is_not_left_in_a_reply() -> None:
    talk = Talk(
        [
            types(1.0),
            tells(2.0, sounds(0.5)),
            tells(2.2, GoingAway(), Resumable("mid")),
            tells(3.0, sounds(0.5), Whole(), ReplyOver(), Resumable("h1")),
        ]
    ).hold()
    assert talk.model.connections[0].closed_at == pytest.approx(3.0)
    assert [record.outcome for record in talk.room.records()] == [Outcome.COMPLETE]


def test_other_wishes_hold_from_the_next_good_moment() -> None:
    """And a model that is another one begins anew, with what was said so far."""
    acts: list[Act] = [
        types(1.0),
        tells(2.0, ReplySaid("Yes."), sounds(0.1), Whole(), ReplyOver(), Resumable("h1")),
    ]

    def wishing(**wishes: Any) -> Talk:
        def wish(talk: Talk) -> object:
            talk.wishes = Wishes(**wishes)
            return talk.line.configure(None)

        return Talk([*acts, (5.0, wish)]).hold()

    voiced = wishing(voice="Kore").model.connections[1]
    assert (voiced.wishes.voice, voiced.handle, voiced.earlier) == ("Kore", "h1", ())
    other = wishing(model="another").model.connections[1]
    assert other.handle == ""
    assert [message.text for message in other.earlier] == ["And today?", "Yes."]


@pytest.mark.parametrize(
    ("failures", "tried", "reason"),
    [
        ([CUT] * 9, ATTEMPTS, "BRAIN_CUT"),
        ([TimedOut("BRAIN_SILENT", "x")] * 9, ATTEMPTS, "BRAIN_SILENT"),
        ([CUT, AtCapacity("BRAIN_QUOTA", "x")], 2, "BRAIN_QUOTA"),
        ([Unavailable("BRAIN_KEY_REFUSED", "x")], 1, "BRAIN_KEY_REFUSED"),
    ],
)
def test_the_session_ends_where_no_model_can_be_had(
    failures: list[JuneError | None], tried: int, reason: str
) -> None:
    """The question that was asked fails by name before."""
    talk = Talk([types(0.0)])
    talk.model.refusals = failures
    talk.model.connect_seconds = 0.1
    talk.hold()
    assert talk.model.tried == tried
    assert talk.failed is not None
    assert talk.failed.reason == reason
    (record,) = talk.room.records()
    assert record.error is talk.failed
    assert talk.room.one("notice", 1).value is talk.failed


def test_failures_count_in_a_row() -> None:
    """A connection that served for a while is no failure of the one before."""
    ends = [tells(each * (GOOD_SECONDS + 2), CUT) for each in range(1, 8)]
    talk = Talk(ends, rest=1.0).hold()
    assert talk.failed is None
    assert len(talk.model.connections) == 8


def test_a_handle_that_is_worth_nothing_is_dropped() -> None:
    """The caller is told; it costs none of the tries."""
    talk = Talk(
        [types(1.0), tells(2.0, ReplySaid("Yes."), sounds(0.1), Whole(), ReplyOver()),
         tells(3.0, Resumable("h1")), tells(4.0, CUT)]
    )  # fmt: skip
    talk.model.refusals = [None, NotFound(SESSION_GONE, "gone")]
    talk.hold()
    assert talk.room.one("notice", 0).value.reason == SESSION_GONE
    second = talk.model.connections[1]
    assert (second.handle, len(second.earlier)) == ("", 2)


def test_a_connection_that_takes_nothing_more_is_left() -> None:
    """What it did not take goes to the next."""

    def sticks(talk: Talk) -> None:
        talk.model.now.stuck = TimedOut("BRAIN_SILENT", "stuck")

    talk = Talk([(0.5, sticks), types(1.0), answered(2.0)]).hold()
    assert talk.model.connections[0].closed_at == pytest.approx(1.0)
    assert talk.model.connections[1].texts == ["And today?"]
    assert [record.outcome for record in talk.room.records()] == [Outcome.COMPLETE]


def test_the_end_of_speech_by_hand_is_passed_on() -> None:
    """After all that was said before it."""
    talk = Talk([says(1.0, voice(0.05)), (1.1, lambda talk: talk.line.end_turn())]).hold()
    given = [item for _, item in talk.model.now.given]
    assert talk.model.now.sound == voice(0.05)
    assert isinstance(given[2], SoundEnds)


def test_a_stale_end_of_turn_answers_nothing() -> None:
    """That of a reply that was spoken over: what was asked since is kept."""
    talk = Talk(
        [
            types(1.0),
            tells(2.0, sounds(3.0)),
            tells(3.0, Overruled(), UserSaid("No,")),
            types(3.5, "And now?"),
            tells(4.0, ReplyOver()),
            tells(5.0, CUT),
            answered(6.0),
        ]
    ).hold()
    assert talk.model.connections[1].texts == ["And now?"]
    assert talk.room.records()[-1].user_text == "And now?"


def test_tries_are_further_and_further_apart() -> None:
    """The second at once, the third after a pause."""
    talk = Talk([])
    talk.model.refusals = [CUT] * 3
    talk.hold()
    assert talk.ended == pytest.approx(RETRY_SECONDS)


def test_whoever_hangs_up_is_done_speaking() -> None:
    """The last of the sound is passed on, and that it is the last."""
    talk = Talk([says(1.0, voice(0.05))], rest=0.0).hold()
    assert talk.model.now.sound == voice(0.05)
    assert isinstance(talk.model.now.given[-1][1], SoundEnds)
    assert not Talk([], rest=0.1).hold().model.now.given
