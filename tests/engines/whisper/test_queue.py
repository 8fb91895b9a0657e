"""What is decoded next."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from june_stt.engines.whisper.mel import Frames
from june_stt.engines.whisper.queue import BUCKETS, LONGEST, SLACK, Order, bucket
from june_stt.engines.whisper.work import Aim, Piece


def piece(aim: Aim, frames: int = 100, prompt: int = 0) -> Piece:
    empty = Frames(np.zeros((1, frames), np.float32), np.zeros(frames, np.float32))
    return Piece(aim, empty, 0, prompt=(1,) * prompt)


PIECES = st.builds(
    piece, st.sampled_from(list(Aim)), st.integers(1, LONGEST), st.sampled_from([0, 0, 0, 2, 4])
)


def test_final_words_go_first_and_among_themselves() -> None:
    waiting = [piece(Aim.PARTIAL), piece(Aim.PART), piece(Aim.FINAL), piece(Aim.FINAL)]
    assert Order(8).choose(waiting) == [2, 3]


def test_among_the_others_the_oldest_decides() -> None:
    """So that a part of a long utterance does not wait for ever behind captions."""
    assert Order(8).choose([piece(Aim.PART), piece(Aim.PARTIAL)]) == [0]
    assert Order(8).choose([piece(Aim.PARTIAL), piece(Aim.PART), piece(Aim.PARTIAL)]) == [0, 2]


def test_a_shorter_piece_comes_along_a_longer_one_waits() -> None:
    short, long = piece(Aim.PARTIAL, 100), piece(Aim.PARTIAL, 900)
    assert Order(8).choose([short, long, short]) == [0, 2]
    assert Order(8).choose([long, short, long]) == [0, 1, 2]


def test_one_batch_has_prompts_of_one_length() -> None:
    """CTranslate2 refuses others."""
    with_prompt = piece(Aim.FINAL, prompt=4)
    assert Order(8).choose([with_prompt, piece(Aim.FINAL), with_prompt]) == [0, 2]


@given(st.lists(PIECES, min_size=1, max_size=30), st.integers(1, 16))
def test_everything_is_decoded_once_and_in_order(waiting: list[Piece], rows: int) -> None:
    """Of each kind the oldest is in the next batch, which is never too large."""
    left = list(range(len(waiting)))
    while left:
        batch = Order(rows).choose([waiting[at] for at in left])
        chosen = [waiting[left[at]] for at in batch]
        assert batch == sorted(set(batch))
        assert 1 <= len(batch) <= rows
        assert len({(one.aim, len(one.prompt)) for one in chosen}) == 1
        finals = [at for at in left if waiting[at].aim is Aim.FINAL]
        assert left[batch[0]] == (finals or left)[0]
        left = [at for place, at in enumerate(left) if place not in batch]


@given(st.integers(0, LONGEST))
def test_a_window_holds_its_speech(frames: int) -> None:
    window = bucket(frames)
    assert window in BUCKETS
    assert frames <= window
    assert window == LONGEST or window - frames >= SLACK


def test_no_window_is_taken_for_something_else() -> None:
    """CTranslate2 tells features from what it encoded by a length of 2 x bands."""
    assert not {160, 256} & set(BUCKETS)
