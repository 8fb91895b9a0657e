"""Chunks: cut the same however the tokens come, and no token lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from june_tts.engines.chatterbox.vocoder.chunking import (
    GROWING,
    VOCABULARY,
    WHOLE,
    Chunk,
    Schedule,
    due,
    next_chunk,
    speakable,
)

SCHEDULES = st.builds(
    Schedule,
    sizes=st.lists(st.integers(1, 60), min_size=1, max_size=4).map(tuple),
    context=st.integers(0, 60),
    look_ahead=st.integers(1, 5),
)


def cut(schedule: Schedule, arrivals: list[int]) -> list[Chunk]:
    """The chunks of an utterance whose tokens come `arrivals` at a time, each made as
    soon as it is due."""
    chunks: list[Chunk] = []
    came = vocoded = 0
    for last, count in zip([False] * len(arrivals) + [True], [*arrivals, 0], strict=True):
        came += count
        while not (chunks and chunks[-1].final):
            chunk = next_chunk(schedule, came, vocoded, ended=last)
            if chunk is None:
                break
            chunks.append(chunk)
            vocoded = chunk.stop
    return chunks


@given(SCHEDULES, st.lists(st.integers(0, 80), max_size=20))
def test_chunks_follow_one_another_to_the_last_token(
    schedule: Schedule, arrivals: list[int]
) -> None:
    """Every token is in one chunk, in order; the last chunk and no other is final."""
    chunks = cut(schedule, arrivals)
    edges = [0, *(chunk.stop for chunk in chunks)]
    assert [chunk.start for chunk in chunks] == edges[:-1]
    assert edges[-1] == sum(arrivals)
    assert [chunk.final for chunk in chunks] == [False] * (len(chunks) - 1) + [True]


@given(SCHEDULES, st.lists(st.integers(0, 80), max_size=20))
def test_how_tokens_arrive_changes_no_chunk(schedule: Schedule, arrivals: list[int]) -> None:
    """Nor does whether their end is known when the last ones come."""
    assert cut(schedule, arrivals) == cut(schedule, [sum(arrivals)])
    assert cut(schedule, arrivals) == cut(schedule, [1] * sum(arrivals))


@given(SCHEDULES, st.integers(0, 400))
def test_a_chunk_has_a_bound(schedule: Schedule, tokens: int) -> None:
    """However long the utterance: context, the largest chunk, look-ahead."""
    longest = schedule.context + max(schedule.sizes) + schedule.look_ahead
    for chunk in cut(schedule, [tokens]):
        assert chunk.seen - chunk.context_start <= longest
        assert chunk.start - chunk.context_start == min(schedule.context, chunk.start)


@given(SCHEDULES, st.integers(0, 400))
def test_a_chunk_sees_what_it_looks_ahead_to(schedule: Schedule, tokens: int) -> None:
    """All of the look-ahead, but in the last chunk, behind which there is nothing."""
    for chunk in cut(schedule, [tokens]):
        assert chunk.seen - chunk.stop == (0 if chunk.final else schedule.look_ahead)


def test_chunks_grow() -> None:
    """6 tokens, 12, 25, then 50 each."""
    assert [chunk.stop - chunk.start for chunk in cut(GROWING, [200])] == [6, 12, 25, 50, 50, 50, 7]


def test_the_first_audio_needs_nine_tokens() -> None:
    """A chunk is due as soon as its look-ahead is there, and the rest at the end."""
    assert [due(tokens, 0, ended=False) for tokens in (8, 9)] == [False, True]
    assert [due(tokens, 6, ended=False) for tokens in (20, 21)] == [False, True]
    assert due(7, 6, ended=True)


def test_whole_utterances_are_one_chunk() -> None:
    """None before the end."""
    assert not due(100_000, 0, ended=False, schedule=WHOLE)
    assert next_chunk(WHOLE, 700, 0, ended=True) == Chunk(0, 0, 700, 700, final=True)


@given(st.lists(st.integers(-5, 8_200)))
def test_marks_are_no_sound(tokens: list[int]) -> None:
    """Ids from 6,561 on are dropped, whatever lies between them stays in order."""
    assert speakable(tokens) == [token for token in tokens if 0 <= token < VOCABULARY]
    assert VOCABULARY == 6_561


@pytest.mark.parametrize(
    "wrong", [{"sizes": ()}, {"sizes": (6, 0)}, {"context": -1}, {"look_ahead": 0}]
)
def test_schedules_that_lead_nowhere_are_refused(wrong: dict[str, object]) -> None:
    """At once, in words."""
    with pytest.raises(ValueError, match="at least"):
        Schedule(**wrong)  # type: ignore[arg-type]
