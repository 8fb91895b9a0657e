"""What a model thinks aloud is not said, however its text is cut."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from june_orchestrator.brains.thoughts import Thoughts, spoken

TEXT = "<think>Hm.\n1 < 2</think>It is <b>dry</b>.<think></think> 1 < 2 <thin"
SAID = "It is <b>dry</b>. 1 < 2 <thin"


def said(pieces: list[str]) -> str:
    thoughts = Thoughts()
    return "".join(map(thoughts.push, pieces)) + thoughts.finish()


@given(st.lists(st.integers(0, len(TEXT)), max_size=12))
def test_it_does_not_matter_where_the_text_is_cut(cuts: list[int]) -> None:
    places = [0, *sorted(cuts), len(TEXT)]
    pieces = [TEXT[a:b] for a, b in pairwise(places)]
    assert said(pieces) == SAID


@pytest.mark.parametrize("text", ["It is dry. ", "1 < 2 ", "<thanks>"])
def test_what_can_be_no_tag_any_more_is_said_at_once(text: str) -> None:
    assert Thoughts().push(text) == text


def test_thoughts_without_an_end_are_not_said() -> None:
    assert said(["It is dry.<think>", "or is", " it"]) == "It is dry."


def test_a_whole_answer_is_said_without_its_thoughts() -> None:
    assert spoken("<think>\nHm.\n</think>\n\nIt is dry.") == "It is dry."
