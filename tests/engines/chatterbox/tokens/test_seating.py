"""Rows and lanes without gaps."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from june_tts.engines.chatterbox.tokens.seating import Seated, Seating
from june_tts.engines.chatterbox.tokens.utterance import Sampling

SAMPLING = Sampling(0.8, 0.5, 1.2, 0.05, 1.0, 0, 0)
# Join with so many lanes, or leave: the n-th of those that are there.
ACTIONS = st.lists(
    st.one_of(
        st.tuples(st.just("join"), st.integers(1, 2)), st.tuples(st.just("leave"), st.integers(0))
    ),
    max_size=40,
)


@given(ACTIONS)
def test_what_moves_as_told_stays_with_its_owner(actions: list[tuple[str, int]]) -> None:
    seating, rows, lanes = Seating(), dict[int, int](), dict[int, int]()
    present: list[Seated] = []
    for number, (action, count) in enumerate(actions):
        if action == "join":
            seated = Seated(number, SAMPLING, prompt_length=5, text_start=2, limit=9)
            seating.seat(seated, count)
            present.append(seated)
            rows[len(seating.rows) - 1] = number
            lanes.update(dict.fromkeys(seated.lanes, number))
        elif present:
            leaving = present.pop(count % len(present))
            vacated = seating.vacate(leaving.number)
            assert vacated is not None
            for move in vacated.rows:
                rows[move.to] = rows[move.of]
            for move in vacated.lanes:
                lanes[move.to] = lanes[move.of]
        assert {seated.number for seated in seating.rows} == {one.number for one in present}
        assert [rows[row] for row in range(len(present))] == [one.number for one in seating.rows]
        assert sorted(lane for one in present for lane in one.lanes) == [*range(seating.lanes)]
        for one in present:
            assert [lanes[lane] for lane in one.lanes] == [one.number] * len(one.lanes)
            assert all(seating.owner(lane) is one for lane in one.lanes)
        assert [seating.rows[row].number for row in seating.lane_rows()] == [
            lanes[lane] for lane in range(seating.lanes)
        ]


def test_no_more_moves_than_were_left_open() -> None:
    seating = Seating()
    for number in range(3):
        seating.seat(Seated(number, SAMPLING, 5, 2, 9), 2)
    last = seating.vacate(2)
    assert last is not None
    assert (list(last.rows), list(last.lanes)) == ([], [])
    seating.seat(Seated(3, SAMPLING, 5, 2, 9), 1)
    first = seating.vacate(0)
    assert first is not None
    assert (len(first.rows), len(first.lanes)) == (1, 2)
    seating.seat(Seated(4, SAMPLING, 5, 2, 9), 2)
    second = seating.vacate(1)
    assert second is not None
    assert (len(second.rows), len(second.lanes)) == (1, 2)


def test_who_is_not_there_cannot_leave() -> None:
    seating = Seating()
    seating.seat(Seated(4, SAMPLING, 5, 2, 9), 1)
    assert seating.vacate(5) is None
    assert seating.vacate(4) is not None
    assert seating.vacate(4) is None


def test_position_is_that_of_the_newest_token() -> None:
    seated = Seated(0, SAMPLING, prompt_length=5, text_start=2, limit=9)
    assert seated.position == 4
    seated.drawn = 3
    assert seated.position == 7
