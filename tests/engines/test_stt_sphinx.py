"""The embedded recogniser on what breaks it most easily."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import numpy as np
import pytest
import pytest_asyncio
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("pocketsphinx", reason="no engine sphinx: it is not installed")

from june_runtime.errors import Unavailable
from june_runtime.pcm import AudioFormat, Samples, decode
from june_stt.engine import RATE, SttOptions, SttSession
from june_stt.engines.sphinx import SphinxEngine, Widener

SAID = "what's the weather like"


@pytest_asyncio.fixture
async def alone() -> AsyncIterator[SphinxEngine]:
    """The engine in one process."""
    engine = SphinxEngine(processes=1)
    await engine.load()
    yield engine
    await engine.close()


@pytest.fixture
def said(speech: Callable[[str], Path]) -> Samples:
    """A question and the silence of a pause behind it."""
    pcm = speech("weather-en.wav").read_bytes()[44:] + bytes(6_400)
    return decode(pcm, AudioFormat())


async def understood(ear: SttSession, samples: Samples) -> str:
    """A whole utterance, a tenth of a second at a time."""
    for at in range(0, len(samples), RATE // 10):
        await ear.push(samples[at : at + RATE // 10])
    return (await ear.finish()).text


def kill_child(engine: SphinxEngine) -> None:
    """SIGKILL to the process that holds the decoders."""
    [child] = engine._children
    assert child.pid
    os.kill(child.pid, signal.SIGKILL)


def tone(hertz: float) -> Samples:
    samples: Samples = np.sin(2 * np.pi * hertz * np.arange(RATE) / RATE).astype(np.float32)
    return samples


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


async def test_a_killed_process_fails_all_its_streams_and_the_next_ones_work(
    alone: SphinxEngine, said: Samples
) -> None:
    """In the middle of an answer, or between two: ENGINE_FAILED, with a time to come back
    at; their places are free again."""
    busy, idle = await alone.open(SttOptions()), await alone.open(SttOptions())
    await busy.push(said[:RATE])
    await idle.push(said[:RATE])
    async with asyncio.TaskGroup() as tasks:
        answering = tasks.create_task(failure(busy.push(np.tile(said, 4))))
        await asyncio.sleep(0.02)
        kill_child(alone)
    assert answering.result().retry_after
    await busy.close()
    for call in (idle.push(said[:1_000]), idle.finish(), idle.reset()):
        await failure(call)
    await idle.close()
    ears = [await alone.open(SttOptions()) for _ in range(alone.capacity)]
    assert await understood(ears[0], said) == SAID
    for ear in ears:
        await ear.close()


async def failure(call: Awaitable[object]) -> Unavailable:
    """What it raises: the engine failed."""
    with pytest.raises(Unavailable) as failed:
        await call
    assert failed.value.reason == "ENGINE_FAILED"
    return failed.value


async def test_a_process_that_died_unnoticed_is_replaced(
    alone: SphinxEngine, said: Samples
) -> None:
    """The next stream is opened in a new one."""
    kill_child(alone)
    ear = await alone.open(SttOptions())
    assert await understood(ear, said) == SAID
    await ear.close()


async def test_a_long_utterance_lets_others_pass(alone: SphinxEngine, said: Samples) -> None:
    """Sixteen seconds pushed at once: another stream is not kept waiting for them."""
    patient, other = await alone.open(SttOptions()), await alone.open(SttOptions())
    async with asyncio.TaskGroup() as tasks:
        pushing = tasks.create_task(patient.push(np.tile(said, 8)))
        await asyncio.sleep(0.05)
        await other.push(said)
        assert (await other.finish()).text == SAID
        assert not pushing.done()
        pushing.cancel()
    await patient.close()
    await other.close()


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
