"""The whole of Chatterbox on its tiny checkpoint: sentences in, audio out."""

import asyncio
import gc
import random
from collections.abc import AsyncIterator
from contextlib import aclosing
from pathlib import Path

import numpy as np
import pytest
import pytest_asyncio
import soundfile

from june_runtime.errors import AtCapacity, InvalidInput, SettingsError, Unavailable
from june_tts.engine import Reference, Sentence
from june_tts.engines.chatterbox.engine import ChatterboxEngine
from june_tts.neural import Neural
from tests.engines.chatterbox import tiny
from tests.engines.chatterbox.saying import LONG, TEXT, audio, is_same, linked, say

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def engine(
    checkpoint: Path, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[ChatterboxEngine]:
    voices = tmp_path_factory.mktemp("voices")
    soundfile.write(voices / "buzz.wav", tiny.reference(2.0), 24_000)
    (voices / "buzz.toml").write_text('languages = ["en-GB"]\ndescription = "A buzz"\n')
    loaded = ChatterboxEngine(Neural(str(checkpoint), voices=voices, rows=6, waiting_seconds=600))
    await loaded.load()
    yield loaded
    await loaded.close()


async def test_a_seed_is_a_rendition(engine: ChatterboxEngine) -> None:
    """The same one gives the same audio while others speak, another one another."""
    alone = audio(await say(engine, TEXT, seed=7))
    async with asyncio.TaskGroup() as tasks:
        same = tasks.create_task(say(engine, TEXT, seed=7))
        other = tasks.create_task(say(engine, TEXT, seed=8))
        tasks.create_task(say(engine, LONG[:125], cfg_weight=0.0))
    assert is_same(audio(same.result()), alone)
    assert not is_same(audio(other.result()), alone)


@pytest.mark.parametrize("wish", [{"cfg_weight": 0.0}, {"temperature": 2.0}])
async def test_wishes_are_heard(engine: ChatterboxEngine, wish: dict[str, float]) -> None:
    plain, wished = [audio(await say(engine, TEXT, **one)) for one in ({}, wish)]
    assert not np.array_equal(plain, wished)


async def test_strength_of_expression_is_each_sentences_own(checkpoint: Path) -> None:
    """What the network is conditioned on; the voice itself stays as it is."""
    import torch

    from june_tts.engines.chatterbox.likeness import Likeness

    voice = Likeness.read(checkpoint / "conds.pt", torch.device("cpu"))
    before = float(voice.conditioning.emotion_adv)
    assert float(voice.with_exaggeration(1.5).emotion_adv) == 1.5
    assert float(voice.conditioning.emotion_adv) == before


async def test_long_texts_are_said_to_their_end(engine: ChatterboxEngine) -> None:
    """Cut at clauses, each word in its place, nothing truncated."""
    speeches = await say(engine, LONG)
    words = [word for speech in speeches for word in speech.words]
    assert [LONG[word.start : word.end] for word in words] == LONG.split()
    starts = [word.start_sample for word in words]
    assert starts == sorted(starts)
    assert len(audio(speeches)) >= words[-1].end_sample > 0.9 * len(audio(speeches))
    assert not any(speech.truncated for speech in speeches)


async def test_voices_are_those_of_the_folder_too(engine: ChatterboxEngine) -> None:
    own, buzz = engine.voices
    assert (own.name, buzz.name) == ("default", "buzz")
    assert (buzz.languages, buzz.description) == (("en-GB",), "A buzz")
    assert not np.array_equal(
        audio(await say(engine, TEXT, voice=own)), audio(await say(engine, TEXT, voice=buzz))
    )


@pytest.mark.parametrize("rate", [0.5, 1.25, 2.0])
async def test_a_tempo_is_the_same_speech_in_another_time(
    engine: ChatterboxEngine, rate: float
) -> None:
    """As long as it says, with the words where they are heard, in pieces as ever."""
    plain, paced = [await say(engine, TEXT, speaking_rate=one) for one in (1.0, rate)]
    assert len(audio(paced)) == round(len(audio(plain)) / rate)
    words, moved = ([word for one in said for word in one.words] for said in (plain, paced))
    assert [word.start_sample for word in moved] == [round(w.start_sample / rate) for w in words]
    assert [word.end_sample for word in moved] == [round(w.end_sample / rate) for w in words]
    assert max(len(speech.samples) for speech in paced) < 12_000


async def test_what_is_heard_fast_is_needed_soon(engine: ChatterboxEngine) -> None:
    """The schedule counts audio as it lasts for the caller."""
    rounds, assembly = engine._rounds, engine._assembly
    assert rounds is not None
    assert assembly is not None
    sentence = Sentence(LONG, engine.voices[0], speaking_rate=2.0)
    async with aclosing(engine.synthesize(sentence)) as speeches:
        assert len((await anext(speeches)).samples)
        [served] = await rounds.run(lambda: list(assembly.server._served.values()))
        made, seconds = await rounds.run(lambda: (served.speaking.made, served.place.made))
        assert made > 0
        assert seconds == made / engine.sample_rate / 2


async def test_a_recording_is_imitated(engine: ChatterboxEngine) -> None:
    """The one in the request as the same one in the folder, and it changes nothing."""
    before = audio(await say(engine, TEXT))
    reference = Reference(tiny.reference(2.0), 24_000)
    imitated = audio(await say(engine, TEXT, reference=reference))
    assert len(imitated)
    assert not np.array_equal(imitated, before)
    assert np.array_equal(audio(await say(engine, TEXT, reference=reference)), imitated)
    assert np.array_equal(audio(await say(engine, TEXT)), before)


@pytest.mark.parametrize(
    ("seconds", "loudness", "reason"),
    [(0.9, 1, "REFERENCE_TOO_SHORT"), (31, 1, "REFERENCE_TOO_LONG"), (2, 0, "REFERENCE_SILENT")],
)
async def test_recordings_without_a_voice_are_refused(
    engine: ChatterboxEngine, seconds: float, loudness: int, reason: str
) -> None:
    samples = np.float32(loudness) * tiny.reference(seconds)
    with pytest.raises(InvalidInput) as refused:
        await say(engine, TEXT, reference=Reference(samples, 24_000))
    assert refused.value.reason == reason
    assert "config.reference" in refused.value.fields


@pytest.mark.slow
async def test_what_is_given_up_is_freed(engine: ChatterboxEngine) -> None:
    """Many sentences with random cancels leave no rows, tasks or objects."""
    chance = random.Random(1)
    tasks_before = len(asyncio.all_tasks())
    heard: list[bool] = []

    async def abandon(number: int) -> None:
        text = f"Hi {number}." if number % 50 else LONG
        speeches = engine.synthesize(Sentence(text, engine.voices[number % 2], seed=number))
        async with aclosing(speeches):
            if chance.random() < 0.9:
                task = asyncio.ensure_future(anext(speeches, None))
                patience = None if chance.random() < 0.08 else 0.02 * chance.random()
                done, _ = await asyncio.wait([task], timeout=patience)
                heard.append(bool(done))
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)

    async def round_of(numbers: range) -> None:
        async with asyncio.TaskGroup() as tasks:
            for number in numbers:
                tasks.create_task(abandon(number))

    await round_of(range(100))
    await say(engine, TEXT)
    gc.collect()
    objects = len(gc.get_objects())
    for start in range(100, 1_000, 100):
        await round_of(range(start, start + 100))
    await say(engine, TEXT)
    async with asyncio.timeout(60):
        while engine.busy != (0, 6):  # noqa: ASYNC110  the thread hears of it at its next round
            await asyncio.sleep(0.01)
    gc.collect()
    assert len(gc.get_objects()) < objects + 2_000
    assert 20 < sum(heard) < 900
    assert len(asyncio.all_tasks()) <= tasks_before


async def test_a_full_house_refuses(checkpoint: Path) -> None:
    """Beyond rows and waiting room at once, with a time to come back."""
    full = ChatterboxEngine(Neural(str(checkpoint), rows=1, waiting=1, waiting_seconds=600))
    await full.load()
    text = LONG[:63]
    results = await asyncio.gather(*(say(full, text) for _ in range(4)), return_exceptions=True)
    refused = [result for result in results if isinstance(result, AtCapacity)]
    assert len(refused) == 2
    assert all(error.retry_after for error in refused)
    await full.close()
    with pytest.raises(Unavailable, match="closed"):
        await say(full, TEXT)


@pytest.mark.parametrize("missing", ["t3_cfg.safetensors", "ve.safetensors"])
async def test_a_checkpoint_that_is_not_whole_is_refused(
    checkpoint: Path, tmp_path: Path, missing: str
) -> None:
    """With what it lacks."""
    linked(checkpoint, tmp_path, missing)
    with pytest.raises(SettingsError, match=missing) as refused:
        await ChatterboxEngine(Neural(str(tmp_path))).load()
    assert refused.value.reason == "MODEL_BROKEN"


async def test_a_broken_file_is_refused(checkpoint: Path, tmp_path: Path) -> None:
    linked(checkpoint, tmp_path, "t3_cfg.safetensors")
    (tmp_path / "t3_cfg.safetensors").write_bytes(b"\0" * 100)
    with pytest.raises(SettingsError) as refused:
        await ChatterboxEngine(Neural(str(tmp_path))).load()
    assert refused.value.reason == "MODEL_BROKEN"


@pytest.mark.parametrize(
    ("neural", "reason"),
    [(Neural("chatterbox", Path("/nowhere")), "MODEL_MISSING"),
     (Neural("/nowhere", device="cuda:77"), "DEVICE_UNAVAILABLE")],
)  # fmt: skip
async def test_what_is_not_there_is_named(checkpoint: Path, neural: Neural, reason: str) -> None:
    with pytest.raises(SettingsError) as refused:
        await ChatterboxEngine(neural).load()
    assert refused.value.reason == reason


@pytest.mark.parametrize("variant", ["multilingual", "turbo"])
async def test_the_other_variants_speak(
    multilingual_checkpoint: Path, turbo_checkpoint: Path, variant: str
) -> None:
    folders = {"multilingual": multilingual_checkpoint, "turbo": turbo_checkpoint}
    loaded = ChatterboxEngine(Neural(str(folders[variant]), rows=2))
    await loaded.load()
    language = "de" if variant == "multilingual" else "en"
    made = audio(await say(loaded, "Der Fuchs sah den Hund.", language=language))
    assert len(made) > 2_400
    assert ("zh" in loaded.voices[0].languages) is False
    await loaded.close()
