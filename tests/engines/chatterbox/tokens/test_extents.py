"""How much of the batch a step computes."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from june_tts.engines.chatterbox.tokens.extents import Bucketed, Exact, Extent


def test_exact_is_just_what_is_taken() -> None:
    exact = Exact()
    assert exact.of(3, 5, 77) == Extent(rows=3, lanes=5, attending=5, context=77)
    assert exact.drawn(3) == 3
    assert exact.all() == ()


@given(st.integers(1, 70), st.integers(1, 3000), st.data())
def test_a_bucket_holds_what_is_taken_and_is_prepared(
    most: int, longest: int, data: st.DataObject
) -> None:
    buckets = Bucketed(most, 2 * most, longest)
    rows = data.draw(st.integers(1, most))
    lanes = data.draw(st.integers(rows, 2 * rows))
    context = data.draw(st.integers(1, longest))
    extent = buckets.of(rows, lanes, context)
    assert extent in buckets.all()
    assert rows <= extent.rows <= min(most, 2 * rows)
    assert lanes <= extent.attending <= extent.lanes == 2 * most
    assert context <= extent.context <= longest
    assert buckets.drawn(rows) == most


def test_there_are_few_buckets() -> None:
    assert len({*Bucketed(64, 128, 2048).all()}) == 7 * 4
