"""Alignment of many rows beside the library's analyser of one."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from june_tts.engines.chatterbox.tokens.alignment import Alignment, aligned_heads
from tests.engines.chatterbox.tokens.networks import ANALYSER

STOP, VOCABULARY = 3, 6
CPU = torch.device("cpu")


class Case:
    """A row: where its text lies, and what each of its frames attends to."""

    def __init__(self, start: int, length: int, path: list[int], seed: int) -> None:
        self.start, self.length = start, length
        made = torch.Generator().manual_seed(seed)
        # The first frame is the prompt's, of which only the text's first token is seen.
        self.frames = torch.rand(len(path) + 1, start + length + len(path) + 1, generator=made)
        for frame, position in enumerate(path, 1):
            self.frames[frame, start + min(position, length - 1)] += 30
        self.frames /= self.frames.sum(-1, keepdim=True)


paths = st.lists(st.integers(0, 30), min_size=1, max_size=40)
# Speech that goes on after its text has ended, and speech that starts anew.
lingering = st.builds(
    lambda length, rest: [*range(length), *rest],
    st.integers(3, 12),
    st.lists(st.integers(0, 12), min_size=12, max_size=25),
)
cases = st.builds(
    Case, st.integers(0, 4), st.integers(6, 13), st.one_of(paths, lingering), st.integers(0, 9)
)


def _library(case: Case, logits: torch.Tensor) -> tuple[list[torch.Tensor], list[int]]:
    """What the library's analyser makes of the logits and of the position in the text."""
    layers = [
        SimpleNamespace(self_attn=SimpleNamespace(register_forward_hook=lambda hook: None))
    ] * 30
    text = (case.start, case.start + case.length)
    library: Any = ANALYSER(SimpleNamespace(layers=layers), None, text, 9, STOP)
    steered, positions = [], []
    for number, frame in enumerate(case.frames):
        rows = frame.expand(text[1] + 2, -1) if number == 0 else frame[None]
        library.last_aligned_attns = [rows] * 3
        steered.append(library.step(logits.clone()))
        positions.append(int(library.text_position))
    return steered, positions


@settings(max_examples=30)
@given(st.lists(cases, min_size=1, max_size=4))
def test_steers_each_row_as_the_library_steers_it_alone(cases: list[Case]) -> None:
    alignment = Alignment(len(cases), CPU)
    logits = torch.arange(VOCABULARY * 1.0)[None]
    expected = [_library(case, logits) for case in cases]
    # Rows of one length a time, as frames come; the longest first, so that rows need not move.
    order = sorted(range(len(cases)), key=lambda row: -len(cases[row].frames))
    for row, number in enumerate(order):
        alignment.begin(row, cases[number].start, cases[number].length)
    for frame in range(len(cases[order[0]].frames)):
        rows = [number for number in order if frame < len(cases[number].frames)]
        if frame:
            context = max(cases[number].frames.shape[1] for number in rows)
            attention = torch.zeros(len(rows), context)
            for row, number in enumerate(rows):
                own = cases[number].frames[frame]
                attention[row, : len(own)] = own
            alignment.observe(attention, torch.full((len(rows),), frame))
        steered = alignment.steered(logits.expand(len(rows), -1), STOP)
        for row, number in enumerate(rows):
            assert torch.equal(steered[row], expected[number][0][frame][0])


def test_the_mark_is_barred_early_and_forced_late() -> None:
    """Both kinds of steering happen: else the test above proves nothing."""
    spoken = Case(2, 8, [*range(8), *[7] * 20], seed=1)
    steered, _ = _library(spoken, torch.zeros(1, VOCABULARY))
    assert steered[1][0, STOP] < -1000
    assert steered[10][0, STOP] == 0
    assert steered[-1][0, STOP] > 1000
    echoing = Case(2, 8, [*range(8), *[0, 1] * 10], seed=1)
    steered, _ = _library(echoing, torch.zeros(1, VOCABULARY))
    assert steered[-1][0, STOP] > 1000


@pytest.mark.parametrize("length", [1, 2, 3, 4, 5])
def test_a_short_text_is_never_barred_from_ending(length: int) -> None:
    alignment = Alignment(1, CPU)
    alignment.begin(0, 1, length)
    logits = torch.zeros(1, VOCABULARY)
    for frame in range(1, 4):
        assert torch.equal(alignment.steered(logits, STOP), logits)
        attention = torch.zeros(1, 12)
        attention[0, 1] = 0.5
        alignment.observe(attention, torch.tensor([frame]))
    assert alignment.attended.tolist() == [0]


def test_a_row_moves_whole_and_begins_anew() -> None:
    alignment, logits = Alignment(2, CPU), torch.zeros(2, VOCABULARY)
    alignment.begin(0, 1, 9)
    alignment.begin(1, 0, 4)
    for frame in range(1, 20):
        attention = torch.zeros(2, 12)
        attention[0, 1 + min(frame, 8)] = 1
        alignment.observe(attention, torch.full((2,), frame))
    forced = alignment.steered(logits, STOP)[0]
    assert forced[STOP] > 1000
    alignment.move(0, 1)
    assert torch.equal(alignment.steered(logits, STOP)[1], forced)
    assert alignment.attended.tolist() == [8, 8]
    alignment.begin(0, 1, 9)
    assert alignment.steered(logits, STOP)[0, STOP] < -1000
    assert alignment.attended.tolist() == [0, 8]


@pytest.mark.parametrize(
    ("layers", "heads", "expected"),
    [
        (30, 16, [(12, 15), (13, 11), (9, 2)]),
        (14, 16, [(12, 15), (13, 11), (9, 2)]),
        (2, 4, [(0, 3), (0, 2), (0, 0)]),
    ],
)
def test_heads_exist(layers: int, heads: int, expected: list[tuple[int, int]]) -> None:
    config = SimpleNamespace(num_hidden_layers=layers, num_attention_heads=heads)
    assert list(aligned_heads(SimpleNamespace(is_gpt=False, cfg=config))) == expected
    assert list(aligned_heads(SimpleNamespace(is_gpt=True, cfg=config))) == []
