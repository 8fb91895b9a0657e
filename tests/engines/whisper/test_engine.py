"""Many streams, one model."""

from __future__ import annotations

import asyncio
import threading

import numpy as np
import pytest

from june_runtime.errors import AtCapacity, Unavailable
from june_runtime.pcm import Samples
from june_stt.caption import Caption
from june_stt.engine import RATE, ModelChoice, SttOptions, load_engine
from june_stt.engines.whisper import heard as heard_module
from june_stt.engines.whisper import model as decoding
from june_stt.engines.whisper.engine import WhisperEngine
from june_stt.engines.whisper.load import Load
from tests.engines.spoken import TINY_WHISPER, spoken
from tools.tiny_whisper.score import word_error_rate

pytestmark = pytest.mark.asyncio(loop_scope="module")

FEED = 1_536
SENTENCES = (
    "what's the weather like in london tomorrow",
    "set a timer for ten minutes",
    "thank you very much",
    "what time is it in paris",
    "tell me a story about a green house",
    "good morning june",
)


def silence(seconds: float) -> Samples:
    return np.zeros(round(seconds * RATE), np.float32)


async def heard(engine: WhisperEngine, samples: Samples, options: SttOptions) -> tuple[str, str]:
    """The final words, and the caption before them, which never took anything back."""
    ear, caption, before = await engine.open(options), Caption(), ""
    try:
        for at in range(0, len(samples), FEED):
            if hypothesis := await ear.push(samples[at : at + FEED]):
                caption.take(hypothesis.text)
                assert caption.committed_text.startswith(before)
                before = caption.committed_text
        return (await ear.finish()).text, caption.committed_text + caption.unstable_text
    finally:
        await ear.close()


async def test_many_streams_at_once_hear_their_own_words(engine: WhisperEngine) -> None:
    async def one(text: str) -> tuple[str, str]:
        samples = np.concatenate([spoken(text), silence(0.2)])
        return await heard(engine, samples, SttOptions())

    answers = await asyncio.gather(*(one(text) for text in SENTENCES * 2))
    assert [final for final, _ in answers] == list(SENTENCES * 2)
    assert engine.open_streams == 0


@pytest.mark.slow
@pytest.mark.timeout(300)
async def test_a_long_talk_is_understood_to_its_end(
    engine: WhisperEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Over a minute without a pause that would end it: parts and windows are cut where
    no word is lost. They are short ones, since this model understands no longer ones."""
    short = {"CUT_AFTER": 350, "LEAVE_LEAST": 80, "LEAVE_MOST": 300}
    for name, frames in {**short, "PART_AFTER": 600, "PART_LEAST": 200}.items():
        monkeypatch.setattr(heard_module, name, frames)
    said = [SENTENCES[number % len(SENTENCES)] for number in range(40)]
    parts = [part for text in said for part in (spoken(text), silence(0.25))]
    final, caption = await heard(engine, np.concatenate(parts), SttOptions("en"))
    whole = " ".join(said)
    assert word_error_rate([(whole.split(), final.split())]) <= 0.06
    assert word_error_rate([(whole.split(), caption.split())]) <= 0.06


async def test_where_captions_come_late_there_is_no_room(engine: WhisperEngine) -> None:
    """Those who are heard already go on."""
    engine.load_of_late = Load(0.4)
    engine.check_room()
    now = asyncio.get_running_loop().time()
    for _ in range(100):
        engine.load_of_late.note(now, 1.0)
    with pytest.raises(AtCapacity) as full:
        engine.check_room()
    assert full.value.retry_after
    ear = await engine.open(SttOptions("en"))
    await ear.push(spoken("thank you"))
    assert (await ear.finish()).text == "thank you"
    await ear.close()
    engine.load_of_late = Load(0)


async def test_a_turn_may_be_a_hint_for_the_next(engine: WhisperEngine) -> None:
    """With hotwords before it; the words are as good as without."""
    options = SttOptions("en", hotwords=("london",), previous_turn=True)
    ear = await engine.open(options)
    for text in SENTENCES[:3]:
        await ear.push(np.concatenate([spoken(text), silence(0.2)]))
        assert (await ear.finish()).text == text
        await ear.reset()
    hint = engine_prompt(engine, f"london {SENTENCES[2]}")
    assert ear._heard._final_prompt == hint
    await ear.close()


def engine_prompt(engine: WhisperEngine, text: str) -> tuple[int, ...]:
    assert engine._model is not None
    return engine._model.tokens.before(text)


async def test_the_parts_of_a_turn_are_forgotten_with_it(
    engine: WhisperEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(heard_module, "PART_AFTER", 250)
    monkeypatch.setattr(heard_module, "PART_LEAST", 100)
    ear = await engine.open(SttOptions("en"))
    for text in SENTENCES[1:3]:
        await ear.push(np.concatenate([spoken(text), silence(0.3)] * 2))
        assert (await ear.finish()).text == f"{text} {text}"
        await ear.reset()
    await ear.close()


async def test_a_caption_that_stammers_is_none(
    engine: WhisperEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The one before stands; the final words come all the same."""
    ear = await engine.open(SttOptions("en"))
    monkeypatch.setattr(decoding, "stammers", lambda *_: True)
    assert await ear.push(spoken("thank you")) is None
    assert (await ear.finish()).text == "thank you"
    monkeypatch.undo()
    await ear.reset()
    assert await ear.push(spoken("thank you")) is not None
    await ear.close()


async def test_who_is_in_a_hurry_gets_no_caption(engine: WhisperEngine) -> None:
    """Until the final words are there."""
    ear = await engine.open(SttOptions("en"))
    ear.hurry()
    assert await ear.push(spoken("thank you")) is None
    assert (await ear.finish()).text == "thank you"
    await ear.reset()
    assert await ear.push(spoken("thank you")) is not None
    await ear.close()


async def finished(engine: WhisperEngine, text: str) -> str:
    """The final words of a stream of its own."""
    ear = await engine.open(SttOptions("en"))
    ear.hurry()
    try:
        await ear.push(spoken(text))
        return (await ear.finish()).text
    finally:
        await ear.close()


async def test_a_model_that_does_not_return_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever waits for its words is told, and so is whoever comes."""
    hung = load_engine("whisper", choice=ModelChoice(str(TINY_WHISPER), device="cpu", threads=1))
    assert isinstance(hung, WhisperEngine)
    await hung.load()
    hung._batcher._patience = 0.05
    release = threading.Event()
    monkeypatch.setattr(hung._model, "_decode", lambda pieces: release.wait())
    for _ in range(2):
        with pytest.raises(Unavailable, match="restart") as told:
            await finished(hung, "thank you")
        assert told.value.reason == "ENGINE_FAILED"
    assert hung.condition.lost
    release.set()
    await hung.close()


@pytest.mark.parametrize(
    ("error", "streams"),
    [(RuntimeError("out of order"), 3), (RuntimeError("CUDA failed with error launch failed"), 1),
     (ValueError("no such prompt"), None)],
)  # fmt: skip
async def test_a_model_that_fails_for_good_says_so(
    monkeypatch: pytest.MonkeyPatch, error: Exception, streams: int | None
) -> None:
    """An error of the device at once, others when three come on end; never what the
    model was asked for wrongly. Where words come between, all begins anew."""
    failing = load_engine("whisper", choice=ModelChoice(str(TINY_WHISPER), device="cpu", threads=1))
    assert isinstance(failing, WhisperEngine)
    await failing.load()

    def broken(*given: object) -> None:
        raise error

    async def fails(times: int) -> None:
        with monkeypatch.context() as patched:
            patched.setattr(failing._model, "_encode", broken)
            for _ in range(times):
                with pytest.raises(Unavailable) as failed:
                    await finished(failing, "thank you")
                assert failed.value.reason == "ENGINE_FAILED"

    if streams != 1:
        for _ in range(2):
            await fails(2)
            assert await finished(failing, "thank you") == "thank you"
    await fails(2 if streams is None else streams - 1)
    assert not failing.condition.lost
    await fails(1)
    assert failing.condition.lost is (streams is not None)
    if streams is not None:
        with pytest.raises(Unavailable, match="restart"):
            await finished(failing, "thank you")
    await failing.close()
