"""Many streams, one model."""

from __future__ import annotations

import asyncio
from difflib import SequenceMatcher

import numpy as np
import pytest

from june_runtime.errors import AtCapacity
from june_runtime.pcm import Samples
from june_stt.caption import Caption
from june_stt.engine import RATE, SttOptions
from june_stt.engines.whisper.engine import WhisperEngine
from tests.engines.spoken import spoken

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


def errors(said: str, heard: str) -> int:
    """Words that differ."""
    one, other = said.split(), heard.split()
    same = sum(match.size for match in SequenceMatcher(None, one, other).get_matching_blocks())
    return max(len(one), len(other)) - same


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
async def test_a_long_talk_is_understood_to_its_end(engine: WhisperEngine) -> None:
    """A minute and a half without a pause that would end it: parts and windows are cut
    where no word is lost."""
    said = [SENTENCES[number % len(SENTENCES)] for number in range(40)]
    parts = [part for text in said for part in (spoken(text), silence(0.25))]
    final, caption = await heard(engine, np.concatenate(parts), SttOptions("en"))
    whole = " ".join(said)
    assert errors(whole, final) <= 0.03 * len(whole.split())
    assert errors(whole, caption) <= 0.1 * len(whole.split())


async def test_where_captions_come_late_there_is_no_room(engine: WhisperEngine) -> None:
    """Those who are heard already go on."""
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


async def test_a_turn_may_be_a_hint_for_the_next(engine: WhisperEngine) -> None:
    """With hotwords before it; the words are as good as without."""
    options = SttOptions("en", hotwords=("london",), previous_turn=True)
    ear = await engine.open(options)
    for text in SENTENCES[:3]:
        await ear.push(np.concatenate([spoken(text), silence(0.2)]))
        assert (await ear.finish()).text == text
        await ear.reset()
    assert ear._heard._final_prompt
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
