"""The rows of `june bench --compare`, from turns' records."""

import io
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from june.orchestrator.v1.orchestrator_pb2 import TurnOutcome, TurnRecord
from rich.console import Console

from june_cli.comparison import Comparison, Mode, covered, figures_of, plain_row, table
from tests.june_cli.turns import sequential_turn, streaming_turn

TIMES = st.floats(-1000, 10_000)
SPANS = st.lists(st.tuples(TIMES, TIMES).map(lambda pair: (min(pair), max(pair))), max_size=6)


def test_one_step_after_another_adds_up() -> None:
    """Sure of the turn, then the brain, then the voice: the total is their sum."""
    found = figures_of(sequential_turn())
    assert found == {
        "total_ms": 1800, "tts_ms": 400, "ai_ms": 900, "first_audio_ms": 400,
        "first_token_ms": 300, "end_to_end_ms": 1800,
    }  # fmt: skip
    assert found["total_ms"] == 500 + found["ai_ms"] + found["tts_ms"]


def test_side_by_side_counts_once_and_rest_not_at_all() -> None:
    """Two sentences overlap; the third is held back for 4,800 ms in which nothing is done."""
    assert figures_of(streaming_turn()) == {
        "total_ms": 6300 - (6000 - 1200), "tts_ms": 500 + 300, "ai_ms": 1100,
        "first_audio_ms": 200, "first_token_ms": 300, "end_to_end_ms": 900,
    }  # fmt: skip


def test_work_before_the_end_of_speech_counts_as_work() -> None:
    """The brain was asked at -100 ms: AI is what it took, not where it ended."""
    record = streaming_turn()
    asked = next(each.at_ms for each in record.milestones if each.name == "brain_asked")
    found = figures_of(record)
    assert asked < 0
    assert found is not None
    assert found["ai_ms"] == 1000 - asked


def test_a_reply_that_was_ready_all_along_took_nothing() -> None:
    """A total is never less than no time."""
    record = streaming_turn(early=7000)
    record.end_to_end_ms = 500
    found = figures_of(record)
    assert found is not None
    assert found["total_ms"] == 0


def test_older_services_that_do_not_tell_the_beginning_are_measured_too() -> None:
    """From the sentence's flush instead."""
    record = sequential_turn()
    record.sentences[0].begun_ms = 0
    found = figures_of(record)
    assert found is not None
    assert found["tts_ms"] == 400


@pytest.mark.parametrize("spoilt", ["outcome", "unheard", "silent", "untold"])
def test_a_turn_that_was_not_answered_aloud_is_not_counted(spoilt: str) -> None:
    """Interrupted, never audible, without a sentence, or without the brain's times."""
    record = sequential_turn()
    match spoilt:
        case "outcome":
            record.outcome = TurnOutcome.TURN_OUTCOME_INTERRUPTED
        case "unheard":
            record.ClearField("end_to_end_ms")
        case "silent":
            record.sentences[0].synthesised_ms = 0
        case "untold":
            del record.milestones[:]
    assert figures_of(record) is None


@given(SPANS, TIMES)
def test_what_is_covered_is_what_a_tape_measure_says(
    spans: list[tuple[float, float]], since: float
) -> None:
    """Against the plain way: cut time at every edge and look at each piece."""
    edges = sorted({since, *(edge for span in spans for edge in span)})
    pieces = [
        end - start
        for start, end in pairwise(edges)
        if start >= since and any(first <= start and end <= last for first, last in spans)
    ]
    assert covered(spans, since) == pytest.approx(sum(pieces))


def compared() -> Comparison:
    return Comparison(
        {
            Mode.SEQUENTIAL: [sequential_turn(late) for late in (0, 100, 200)],
            Mode.STREAMING: [streaming_turn(early) for early in (0, 100, 200)],
        }
    )


def test_rows_have_both_modes_and_their_ratio() -> None:
    """The median and p95 of each; streaming as a part of sequential."""
    row = compared().rows()[-1]
    assert row.measure.name == "end_to_end_ms"
    assert (row.spreads[Mode.SEQUENTIAL].p50, row.spreads[Mode.SEQUENTIAL].p95) == (1900, 1990)
    assert row.spreads[Mode.STREAMING].p50 == 800
    assert row.ratio == round(800 / 1900, 3)


def test_the_table_is_read_from_before_to_after() -> None:
    """Published, sequential, streaming, ratio; every row that the guide of old had."""
    told = io.StringIO()
    Console(file=told, width=120).print(table(compared().rows()))
    lines = [line.split() for line in told.getvalue().splitlines()]
    assert lines[1] == ["total", "4,900", "1,900", "(1,990)", "1,400", "(1,490)", "0.74"]
    assert lines[-1] == ["end", "to", "end", "4,900", "1,900", "(1,990)", "800", "(890)", "0.42"]
    assert [line[0] for line in lines[1:]] == ["total", "TTS", "AI", "first", "first", "end"]


def test_one_mode_alone_has_one_column() -> None:
    """Nothing to compare, nothing published beside it."""
    alone = Comparison({Mode.STREAMING: [streaming_turn()]})
    told = io.StringIO()
    Console(file=told, width=120).print(table(alone.rows()))
    assert [line.split() for line in told.getvalue().splitlines()][1] == [
        "total", "1,500", "(1,500)",
    ]  # fmt: skip
    assert alone.rows()[0].ratio is None


def test_a_ratio_to_nothing_is_none() -> None:
    """A step that takes no time is no measure for another."""
    instant = sequential_turn()
    instant.first_token_ms = 0
    both = Comparison({Mode.SEQUENTIAL: [instant], Mode.STREAMING: [streaming_turn()]})
    assert plain_row(both.rows()[4])["ratio"] is None


def test_the_turn_in_the_middle_is_by_end_to_end() -> None:
    """The quicker of two; turns that do not count are not looked at."""
    found = compared().records[Mode.SEQUENTIAL]
    turns = [found[2], TurnRecord(), found[0]]
    assert Comparison({Mode.SEQUENTIAL: turns}).median(Mode.SEQUENTIAL) == found[0]
    assert compared().median(Mode.SEQUENTIAL) == found[1]


def test_a_mode_without_a_turn_that_counts_is_not_complete() -> None:
    """There is nothing to compare with."""
    assert compared().complete
    assert not Comparison({Mode.SEQUENTIAL: [], Mode.STREAMING: [streaming_turn()]}).complete
