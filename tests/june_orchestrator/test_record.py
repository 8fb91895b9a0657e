"""The record of a turn: its stages add up, whatever happened when."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from june_orchestrator.lanes import Lane
from june_orchestrator.ports import STAGES, Outcome, TurnRecord
from june_orchestrator.record import TurnLog
from june_runtime.pcm import AudioFormat

ENDED = 100.0
MARKS = ("prepared", "brain_asked", "first_token", "first_sentence", "first_audio", "thought")


def record_of(
    ended_at: float = ENDED,
    confirmed: float | None = None,
    *,
    adopted: bool = False,
    **marks: float,
) -> TurnRecord:
    log = TurnLog(ended_at)
    for name, at in marks.items():
        if name != "audible":
            log.mark(name, at)
    if confirmed is not None:
        log.confirm(ended_at, confirmed, adopted=adopted)
    if "audible" in marks:
        log.mark("audible", marks["audible"])
    return log.record(outcome=Outcome.COMPLETE, user_text="", reply_text="", lanes=[], rate=1)


def in_ms(record: TurnRecord) -> dict[str, int]:
    return {name: round(ms) for name, ms in record.stages.items() if round(ms)}


def test_an_answer_that_was_ready_waited_only_to_confirm() -> None:
    """All work was hidden behind the silence; what is left is the wait."""
    record = record_of(
        confirmed=100.5, adopted=True, prepared=100.15, brain_asked=100.15, first_token=100.25,
        first_sentence=100.3, first_audio=100.45, audible=100.502,
    )  # fmt: skip
    assert in_ms(record) == {"confirm": 500, "delivery": 2}
    assert record.hidden_ms == pytest.approx(300)
    assert record.speculated


def test_an_answer_that_was_begun_early_took_its_own_time() -> None:
    """Confirmation came while it was made: the wait cost nothing."""
    record = record_of(
        confirmed=100.5, adopted=True, prepared=100.2, brain_asked=100.2, first_token=100.5,
        first_sentence=100.72, first_audio=100.92, audible=100.93,
    )  # fmt: skip
    assert in_ms(record) == {
        "final_words": 200, "first_token": 300, "first_sentence": 220, "first_audio": 200,
        "delivery": 10,
    }  # fmt: skip
    assert record.hidden_ms == pytest.approx(300)


def test_an_answer_begun_at_the_end_waited_first() -> None:
    """Nothing was hidden; that it was prepared just before it was confirmed is no
    speculation, however fine the clock."""
    record = record_of(
        confirmed=100.500_002, prepared=100.500_001, brain_asked=100.5001, first_token=100.8,
        first_sentence=101.0, first_audio=101.2, audible=101.21,
    )  # fmt: skip
    assert in_ms(record) == {
        "confirm": 500, "first_token": 300, "first_sentence": 200, "first_audio": 200,
        "delivery": 10,
    }  # fmt: skip
    assert record.hidden_ms == 0
    assert not record.speculated


def test_a_typed_question_is_counted_from_its_arrival() -> None:
    record = record_of(
        confirmed=ENDED, prepared=ENDED, brain_asked=ENDED, first_token=100.3,
        first_sentence=100.4, first_audio=100.6, audible=100.6,
    )  # fmt: skip
    assert in_ms(record) == {"first_token": 300, "first_sentence": 100, "first_audio": 200}


def test_a_turn_without_sound_has_no_end_to_end() -> None:
    record = record_of(confirmed=100.5, prepared=100.5, first_token=100.8)
    assert record.end_to_end_ms is None
    assert in_ms(record) == {}


def test_the_times_that_users_of_old_know() -> None:
    """First token after the brain was asked; first audio after its sentence."""
    record = record_of(
        confirmed=100.5, brain_asked=100.2, first_token=100.45, first_sentence=100.6,
        first_audio=100.9, audible=101.0,
    )  # fmt: skip
    assert record.first_token_ms == pytest.approx(250)
    assert record.first_audio_ms == pytest.approx(300)


def test_milestones_are_counted_from_the_end_of_speech() -> None:
    """What speculation did before it is negative."""
    record = record_of(confirmed=100.5, prepared=99.9)
    assert record.milestones["prepared"] == pytest.approx(-100)
    assert record.milestones["confirmed"] == pytest.approx(500)


def test_only_the_first_of_its_kind_counts() -> None:
    log = TurnLog(ENDED)
    log.mark("first_token", 101.0)
    log.mark("first_token", 102.0)
    assert log.at("first_token") == 101.0


@pytest.mark.parametrize(("told", "audible"), [(101.25, 101.25), (100.0, 101.0)])
def test_a_caller_tells_when_it_heard_but_never_before_it_was_sent(
    told: float, audible: float
) -> None:
    """A caller's word makes delivery longer, never shorter than none."""
    log = TurnLog(ENDED)
    log.confirm(ENDED, 100.5, adopted=False)
    log.mark("audible", 101.0)
    log.heard_at(told)
    assert log.at("audible") == audible


def test_a_caller_that_tells_of_sound_before_there_was_any_is_not_believed() -> None:
    log = TurnLog(ENDED)
    log.heard_at(100.2)
    assert log.at("audible") is None


TIMES = st.floats(99.0, 103.0)


@given(
    st.fixed_dictionaries({}, optional=dict.fromkeys(MARKS, TIMES)),
    st.one_of(st.none(), st.floats(100.0, 102.0)),
    st.booleans(),
    st.one_of(st.none(), st.floats(99.0, 104.0)),
)
def test_stages_are_never_negative_and_add_up(
    marks: dict[str, float], confirmed: float | None, adopted: bool, audible: float | None
) -> None:
    """Any marks in any order: the stages partition the time to the first sound."""
    if audible is not None:
        marks = {**marks, "audible": audible}
    record = record_of(confirmed=confirmed, adopted=adopted, **marks)
    assert tuple(record.stages) == STAGES
    assert all(ms >= 0 for ms in record.stages.values())
    assert record.hidden_ms >= 0
    if audible is None:
        assert record.end_to_end_ms is None
    else:
        assert record.end_to_end_ms == sum(record.stages.values())
        assert record.end_to_end_ms == pytest.approx(max(0.0, audible - ENDED) * 1000, abs=1e-6)


async def test_a_sentence_tells_when_its_synthesis_was_begun() -> None:
    """Which waits while much audio is unplayed; 0 where it never was."""
    held, never = (Lane(index, "Hello.", AudioFormat(), ENDED + 0.5) for index in (0, 1))
    held.begin(ENDED + 2)
    record = TurnLog(ENDED).record(
        outcome=Outcome.COMPLETE, user_text="", reply_text="", lanes=[held, never], rate=1
    )
    told = [(sentence.flushed_ms, sentence.begun_ms) for sentence in record.sentences]
    assert told == [(500, 2000), (500, 0)]
