"""What every voice engine keeps to; one suite over all of them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing

import numpy as np
import pytest
import pytest_asyncio
from pydantic import SecretStr

from june_runtime.errors import InvalidInput, SettingsError
from june_runtime.pcm import Samples
from june_tts.engine import Sentence, SpokenWord, TtsEngine, Voice, load_engine
from june_tts.engines import espeak, flite
from june_tts.neural import Neural
from june_tts.settings import ElevenLabsSettings
from tests.elevenlabs_server import KEY, elevenlabs_server

ENGINES = ("flite", "espeak", "chatterbox", "elevenlabs", "scripted")
QUICK = '{"first_audio_ms": 1, "speed": 0}'
# The tempi at which an engine stops, where it goes less far than June.
TEMPI = {"elevenlabs": (0.7, 1.2)}
# Tasks at the two ends of sockets that an engine may open meanwhile and keep: fewer than
# one for each sentence that is abandoned.
KEPT = {"elevenlabs": 3 * 7}
SHORT = "Hello my friend."
LONG = "The quick brown fox jumps over the lazy dog, and nobody knows why it does so."

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module", params=ENGINES)
async def engine(request: pytest.FixtureRequest) -> AsyncIterator[TtsEngine]:
    if request.param == "chatterbox":
        neural = Neural(str(request.getfixturevalue("checkpoint")), rows=8, waiting_seconds=600)
        loaded = load_engine("chatterbox", neural=neural)
        await loaded.load()
        yield loaded
        await loaded.close()
        return
    installed = {"flite": flite.installed, "espeak": espeak.installed}
    if request.param in installed and not installed[request.param]():
        pytest.skip(f"no engine {request.param}: it is not installed")
    async with elevenlabs_server() as far:
        loaded = load_engine(
            request.param,
            QUICK if request.param == "scripted" else "",
            ElevenLabsSettings(
                elevenlabs_key=SecretStr(KEY),
                elevenlabs_voices=("anna=voiceA1", "ben=voiceB2"),
                elevenlabs_url=far.url,
            ),
        )
        await loaded.load()
        yield loaded
        await loaded.close()


def voice_of(engine: TtsEngine) -> Voice:
    return next(voice for voice in engine.voices if voice.name == engine.default_voice)


class Said:
    """A sentence's audio and words, put together."""

    def __init__(self) -> None:
        self.pieces: list[Samples] = []
        self.words: list[SpokenWord] = []

    @property
    def samples(self) -> Samples:
        return np.concatenate(self.pieces)


async def say(engine: TtsEngine, text: str, **wishes: object) -> Said:
    wishes.setdefault("voice", voice_of(engine))
    said = Said()
    sentence = Sentence(text, **wishes)  # type: ignore[arg-type]
    async with aclosing(engine.synthesize(sentence)) as speeches:
        async for speech in speeches:
            said.pieces.append(speech.samples)
            said.words.extend(speech.words)
    return said


async def abandon(engine: TtsEngine, text: str) -> None:
    """Hears a little of a sentence and closes it."""
    async with aclosing(engine.synthesize(Sentence(text, voice_of(engine)))) as speeches:
        async for _ in speeches:
            break


async def test_its_voices_are_told(engine: TtsEngine) -> None:
    """Each with a name of its own; the default is one of them."""
    names = [voice.name for voice in engine.voices]
    assert engine.default_voice in names
    assert len(set(names)) == len(names)
    assert all(voice.languages and voice.sample_rate >= 8_000 for voice in engine.voices)
    assert voice_of(engine).sample_rate == engine.sample_rate


async def test_speech_is_audible_mono_float(engine: TtsEngine) -> None:
    """Samples in [-1, 1], and not silence."""
    samples = (await say(engine, SHORT)).samples
    assert samples.dtype == np.float32
    assert samples.ndim == 1
    assert 0.05 < np.abs(samples).max() <= 1


async def test_audio_leaves_as_it_is_made(engine: TtsEngine) -> None:
    """A sentence comes in many pieces, none of them long."""
    pieces = (await say(engine, LONG)).pieces
    assert len(pieces) > 10
    assert max(map(len, pieces)) < engine.sample_rate / 2


async def test_longer_text_takes_longer(engine: TtsEngine) -> None:
    """And lasts as long as people would speak."""
    short, long = [(await say(engine, text)).samples for text in (SHORT, LONG)]
    assert len(long) > 2 * len(short)
    assert 2 < len(long) / engine.sample_rate < 10


async def test_the_same_text_is_the_same_audio(engine: TtsEngine) -> None:
    """Sample by sample, whatever was said or abandoned before."""
    first = (await say(engine, LONG)).samples
    await say(engine, SHORT)
    await abandon(engine, LONG)
    assert np.array_equal((await say(engine, LONG)).samples, first)


async def test_speaking_together_changes_nothing(engine: TtsEngine) -> None:
    """Each of many sentences at once is the one that it is alone, though some of the
    others are abandoned."""
    texts = [f"{LONG} Sentence {number}." for number in range(6)]
    alone = [(await say(engine, text)).samples for text in texts]
    async with asyncio.TaskGroup() as tasks:
        together = [tasks.create_task(say(engine, text)) for text in texts]
        for text in texts:
            tasks.create_task(abandon(engine, text))
    for one, among in zip(alone, together, strict=True):
        samples = among.result().samples
        # A neural voice's batches of different sizes round differently.
        slack = 1e-4 if engine.name == "chatterbox" else 0.0
        assert len(samples) == len(one)
        assert np.allclose(samples, one, rtol=0, atol=slack)


async def test_the_tempo_changes_the_length(engine: TtsEngine) -> None:
    """Half as fast lasts about twice as long, or as much longer as the engine can."""
    slowest, fastest = TEMPI.get(engine.name, (0.5, 2.0))
    normal, slow, fast = [
        len((await say(engine, LONG, speaking_rate=rate)).samples) for rate in (1.0, 0.5, 2.0)
    ]
    assert 0.75 / slowest < slow / normal < 1.3 / slowest
    assert 0.75 * fastest < normal / fast < 1.3 * fastest


async def test_words_lie_in_order_within_the_audio(engine: TtsEngine) -> None:
    """Every word of a plain sentence has its place, after the one before it."""
    said = await say(engine, LONG)
    assert [LONG[word.start : word.end].strip(",.") for word in said.words] == [
        word.strip(",.") for word in LONG.split()
    ]
    places = [place for word in said.words for place in (word.start_sample, word.end_sample)]
    assert places == sorted(places)
    assert places[0] >= 0
    assert places[-1] <= len(said.samples)


async def test_words_lie_where_they_are_heard(engine: TtsEngine) -> None:
    """A pause between two words is silent, and the words are not."""
    text = "Stop. Now go."
    said = await say(engine, text)
    stop, now = said.words[0], next(w for w in said.words if text[w.start : w.end] == "Now")
    loud = np.sqrt(np.mean(said.samples[stop.start_sample : stop.end_sample] ** 2))
    assert loud > 0.02
    heard_now = said.samples[now.start_sample : now.end_sample]
    assert np.sqrt(np.mean(heard_now**2)) > 0.02


async def test_abandoned_sentences_free_the_engine(engine: TtsEngine) -> None:
    """After many of them it speaks as ever, and no task of theirs is left."""
    before = len(asyncio.all_tasks())
    for _ in range(30):
        await abandon(engine, LONG)
    assert len((await say(engine, SHORT)).samples)
    assert len(asyncio.all_tasks()) <= before + KEPT.get(engine.name, 0)


async def test_a_sentence_that_is_never_begun_costs_nothing(engine: TtsEngine) -> None:
    """Closing it before its first audio is asked for is allowed."""
    await engine.synthesize(Sentence(SHORT, voice_of(engine))).aclose()
    assert len((await say(engine, SHORT)).samples)


@pytest.mark.parametrize(
    "text",
    ["a", "5", "x" * 100, "word " * 60, "a. b! c? d; e: f, g", "naïve café", "it's 'quoted'",
     "ok \U0001f600", "tab\tand\nline", "nul\0byte", "“”'\" hm", "&<>%$#@"],
)  # fmt: skip
async def test_no_text_breaks_it(engine: TtsEngine, text: str) -> None:
    """Whatever it is given it says something or refuses the sentence."""
    try:
        said = await say(engine, text)
    except InvalidInput as refused:
        if refused.reason != "NOTHING_TO_SAY":
            raise
        return
    assert np.isfinite(said.samples).all()
    assert all(word.end <= len(text) for word in said.words)


@pytest.mark.parametrize(
    ("name", "script", "reason"),
    [("festival", "", "ENGINE_UNKNOWN"), ("scripted", '{"speeed": 1}', "SCRIPT_INVALID")],
)
async def test_an_engine_that_cannot_be_is_refused(name: str, script: str, reason: str) -> None:
    """With what there is, or what is wrong."""
    with pytest.raises(SettingsError) as refused:
        load_engine(name, script)
    assert refused.value.reason == reason


async def test_auto_takes_what_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    """flite, else espeak, else it says what to install."""
    monkeypatch.setattr(flite, "installed", lambda: True)
    assert load_engine("auto").name == "flite"
    monkeypatch.setattr(flite, "installed", lambda: False)
    monkeypatch.setattr(espeak, "installed", lambda: True)
    assert load_engine("auto").name == "espeak"
    monkeypatch.setattr(espeak, "installed", lambda: False)
    with pytest.raises(SettingsError, match="libflite1"):
        load_engine("auto")
