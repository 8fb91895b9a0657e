"""The embedded recogniser on what breaks it most easily."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("pocketsphinx", reason="no engine sphinx: it is not installed")

from june_runtime.errors import JuneError
from june_stt.engine import RATE, Hypothesis, SttOptions, SttSession
from june_stt.engines.sphinx import SphinxEngine, Widener


async def hear(session: SttSession) -> Hypothesis:
    """A second of silence."""
    async with asyncio.timeout(10):
        await session.push(np.zeros(RATE, np.float32))
        return await session.finish()


def tone(hertz: float) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    return np.sin(2 * np.pi * hertz * np.arange(RATE) / RATE).astype(np.float32)


def test_what_is_just_below_the_middle_is_heard_just_above_it_too() -> None:
    """3.5 kHz at 4.5 kHz as well, and as loud as fricatives are."""
    spectrum = np.abs(np.fft.rfft(Widener().push(tone(3_500))))
    loudest = sorted(np.argsort(spectrum)[-2:].tolist())
    assert loudest == [3_500, 4_500]
    assert spectrum[4_500] > spectrum[3_500]


def test_vowels_leave_no_image_to_speak_of() -> None:
    """A fundamental of 200 Hz would come out near 8 kHz: more than 15 dB down."""
    spectrum = np.abs(np.fft.rfft(Widener().push(tone(200))))
    assert spectrum[7_800] < spectrum[200] / 5.6


@given(st.lists(st.integers(0, 40), max_size=12))
def test_widening_does_not_depend_on_the_pieces(lengths: list[int]) -> None:
    samples = np.random.default_rng(0).normal(0, 0.1, sum(lengths)).astype(np.float32)
    widener, pieces, at = Widener(), [], 0
    for length in lengths:
        pieces.append(widener.push(samples[at : at + length]))
        at += length
    assert np.array_equal(np.concatenate([*pieces, samples[:0]]), Widener().push(samples))


async def test_a_recogniser_that_died_is_told_and_replaced() -> None:
    """Its streams fail at once with ENGINE_FAILED; the next stream is heard."""
    engine = SphinxEngine(processes=1)
    await engine.load()
    try:
        session = await engine.open(SttOptions())
        pid = engine._children[0].pid
        assert pid
        os.kill(pid, signal.SIGKILL)
        with pytest.raises(JuneError) as failed:
            await hear(session)
        assert failed.value.reason == "ENGINE_FAILED"
        await session.close()
        after = await engine.open(SttOptions())
        assert (await hear(after)).text == ""
        await after.close()
    finally:
        await engine.close()


def test_it_is_not_loaded_by_who_does_not_use_it() -> None:
    """Choosing another engine imports no recogniser."""
    code = (
        "import sys; from june_stt.engine import load_engine; load_engine('scripted'); "
        "print('pocketsphinx' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=50
    )
    assert done.stdout.strip() == "False"
