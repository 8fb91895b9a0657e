"""espeak-ng alone: its process, its languages."""

from collections.abc import AsyncIterator
from contextlib import aclosing

import pytest

from june_runtime.errors import Unavailable
from june_tts.engine import Sentence, Speech, Voice
from june_tts.engines import espeak
from june_tts.engines.espeak import EspeakEngine, Speaker
from june_tts.voices import choose

TEXT = "Hello there, my friend. How are you today?"
ENGLISH = Voice("en-us", ("en-US",), "", espeak.SAMPLE_RATE)


@pytest.fixture
async def engine() -> AsyncIterator[EspeakEngine]:
    if not espeak.installed():
        pytest.skip("no espeak: espeakng_loader is not installed")
    engine = EspeakEngine()
    await engine.load()
    yield engine
    await engine.close()


async def heard(engine: EspeakEngine, text: str, voice: str) -> int:
    chosen = next(v for v in engine.voices if v.name == voice)
    async with aclosing(engine.synthesize(Sentence(text, chosen))) as speeches:
        return sum([len(speech.samples) async for speech in speeches])


async def test_it_speaks_many_languages(engine: EspeakEngine) -> None:
    """Each in a voice of its own."""
    assert len(engine.voices) > 100
    for voice, text in [
        ("de", "Guten Tag"),
        ("fr-fr", "Bonjour"),
        ("cmn", "\u4f60\u597d"),
        ("ru", "\u0434\u0430"),
    ]:
        assert await heard(engine, text, voice) > 0.1 * espeak.SAMPLE_RATE


async def test_a_voice_has_tags_that_callers_know(engine: EspeakEngine) -> None:
    """BCP-47; Mandarin is found as Chinese too."""
    languages = {voice.name: voice.languages for voice in engine.voices}
    assert languages["en-us"][0] == "en-US"
    assert "fr" in languages["fr-fr"]
    assert "zh" in languages["cmn"]


async def test_a_process_that_dies_fails_its_sentence_only(engine: EspeakEngine) -> None:
    """ENGINE_FAILED, and the next sentence has a new process."""
    async with aclosing(engine.synthesize(Sentence(TEXT * 40, ENGLISH))) as speeches:
        await anext(speeches)
        process = engine._process._link
        assert process is not None
        process.process.kill()
        with pytest.raises(Unavailable) as failed:
            async for _ in speeches:
                pass
    assert failed.value.reason == "ENGINE_FAILED"
    assert await heard(engine, "Hello.", "en-us")


def test_a_sentence_stops_where_nobody_wants_more() -> None:
    """At the callback that hears so, not at the sentence's end."""
    if not espeak.installed():
        pytest.skip("no espeak: espeakng_loader is not installed")
    wanted = [True, False]

    def emit(speech: Speech) -> bool:
        return wanted.pop(0)

    Speaker()._speak(Sentence(TEXT, ENGLISH), emit)
    assert wanted == []


@pytest.mark.parametrize(
    ("language", "voice"), [("fr", "fr-fr"), ("zh", "cmn"), ("en-GB", "en-gb"), ("pt-BR", "pt-br")]
)
async def test_a_language_finds_its_usual_variety(
    engine: EspeakEngine, language: str, voice: str
) -> None:
    """France's French rather than Belgium's, characters rather than Pinyin."""
    assert choose(engine.voices, engine.default_voice, "", language)[0].name == voice
