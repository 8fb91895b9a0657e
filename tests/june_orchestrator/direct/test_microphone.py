"""What the caller's microphone hears reaches a model whole, and in its format."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from june_orchestrator.direct.loudness import Loudness
from june_orchestrator.direct.microphone import LONGEST_GAP_SECONDS, PIECE_SECONDS, Microphone
from june_orchestrator.direct.ports import HEARS, Sound, Written
from june_orchestrator.direct.unanswered import (
    KEPT_SECONDS,
    MARGIN_SECONDS,
    MAX_ITEMS,
    Unanswered,
)  # fmt: skip
from june_runtime.pcm import AudioFormat, Encoding

FAR = AudioFormat(Encoding.PCM_S16LE, 44_100, 2)
NOISE = np.random.default_rng(1).integers(-9_000, 9_000, 40_000).astype("<i2").tobytes()


@given(st.lists(st.integers(0, 10_000), max_size=8))
def test_how_it_was_cut_makes_no_difference(cuts: list[int]) -> None:
    places = sorted({0, 20_000, *(cut * 2 for cut in cuts if cut < 10_000)})
    microphone = Microphone(FAR)
    cut = [microphone.push(NOISE[a * 4 : b * 4]) for a, b in pairwise(places)]
    pieces = [piece for each in cut for piece in each]
    assert b"".join(pieces) == b"".join(Microphone(FAR).push(NOISE))
    assert {len(piece) for piece in pieces} == {HEARS.bytes_for(PIECE_SECONDS)}


def test_the_rest_of_a_piece_is_not_lost() -> None:
    microphone = Microphone(HEARS)
    assert b"".join([*microphone.push(NOISE[:1_300]), *microphone.finish()]) == NOISE[:1_300]


def test_a_gap_is_silence_and_an_overlap_is_left_out() -> None:
    microphone = Microphone(HEARS)
    first = microphone.push(NOISE[:2_560], 0)
    gap = microphone.push(NOISE[:1_280], 1_280 + 640)
    again = microphone.push(NOISE[:2_560], 1_920)
    assert b"".join(first) == NOISE[:2_560]
    assert b"".join(gap) == bytes(1_280) + NOISE[:1_280]
    assert b"".join(again) == NOISE[1_280:2_560]


def test_a_gap_is_followed_only_so_far() -> None:
    """And the caller's count still holds after it."""
    microphone = Microphone(HEARS)
    after = 3_600 * 16_000
    long = b"".join(microphone.push(NOISE[:1_280], after))
    assert len(long) == round(LONGEST_GAP_SECONDS * 32_000) + 1_280
    assert b"".join(microphone.push(NOISE[:1_280], after + 640)) == NOISE[:1_280]


def test_loudness_is_told_from_the_quiet_of_a_room() -> None:
    """A fan goes on; a voice over it is loud, and the last of it is remembered."""
    rng, ear = np.random.default_rng(2), Loudness()

    def hears(level: float, seconds: float, at: float) -> float:
        for piece in range(round(seconds / 0.04)):
            ear.push((rng.standard_normal(640) * level).astype(np.float32), at + piece * 0.04)
        return ear.loud_at

    assert hears(0.0005, 5.0, 1.0) == 0.0
    hears(0.02, 30.0, 10.0)
    assert hears(0.02, 5.0, 50.0) < 50.0
    assert 59.5 < hears(0.2, 1.0, 59.0) < 60.0
    assert hears(0.02, 5.0, 60.0) < 60.0


def test_what_is_unanswered_is_bounded_and_questions_outlive_sound() -> None:
    kept = Unanswered()
    kept.add(Written("?"))
    for _ in range(2_000):
        kept.add(Sound(bytes(1_280)))
    sound = [item for item in kept.items if isinstance(item, Sound)]
    assert len(sound) == round(KEPT_SECONDS / 0.04)
    assert kept.written
    kept.remembered()
    assert len(kept.items) == round(MARGIN_SECONDS / 0.04) + 1
    for _ in range(5_000):
        kept.add(Written("?"))
    assert len(kept.items) == MAX_ITEMS
    kept.answered()
    assert not kept.items
    assert not kept.written
    for _ in range(700):
        kept.add(Sound(bytes(1_280)))
    assert len(kept.items) == 700
