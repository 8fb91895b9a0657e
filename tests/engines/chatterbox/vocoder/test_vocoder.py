"""The whole of it: exactly as long as the library's audio, joints and all."""

import gc
import random
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from june_runtime.errors import InvalidInput
from june_runtime.pcm import Samples
from june_tts.engines.chatterbox.vocoder.chunking import GROWING, WHOLE
from june_tts.engines.chatterbox.vocoder.utterance import Utterance
from june_tts.engines.chatterbox.vocoder.vocoder import Job, Vocoder
from tests.engines.chatterbox.vocoder.parts import (
    SMALL,
    as_it_is,
    library_audio,
    loaded,
    made_up_reference,
    made_up_tokens,
    spoken,
)

VOICES = [made_up_reference(seed, tokens, seed % 2) for seed, tokens in enumerate((4, 9, 2))]


@pytest.mark.parametrize("name", ["s3gen", "distilled"])
@pytest.mark.parametrize(("count", "voice"), [(1, 1), (2, 0), (9, 1), (30, 0)])
def test_a_whole_utterance_is_the_librarys(
    name: str, count: int, voice: int, request: pytest.FixtureRequest
) -> None:
    """Sample by sample, on the same noise."""
    s3gen, tokens = request.getfixturevalue(name), made_up_tokens(count)
    (ours,) = spoken(Vocoder(s3gen, device="cpu", mark=as_it_is), VOICES[voice], tokens, WHOLE)
    theirs = library_audio(s3gen, VOICES[voice], tokens, seed=1)
    assert ours.shape == theirs.shape
    assert np.abs(ours - theirs).max() < 1e-5


@settings(max_examples=10)
@given(st.integers(2, 25), st.integers(0, 2))
def test_streamed_audio_is_as_long_as_the_librarys(
    s3gen: Any, vocoder: Vocoder, count: int, voice: int
) -> None:
    """Its own inference() on the whole list of tokens; no tail is lost."""
    tokens = made_up_tokens(count)
    reference = dict(VOICES[voice], prompt_feat_len=None)
    audio, _ = s3gen.inference(torch.tensor(tokens), ref_dict=reference)
    chunks = spoken(vocoder, VOICES[voice], tokens, SMALL)
    assert sum(map(len, chunks)) == audio.shape[-1]
    assert all(len(chunk) for chunk in chunks)


def test_the_tail_is_the_librarys(s3gen: Any, vocoder: Vocoder) -> None:
    """Where the context covers all, the last chunk is made of all the library sees."""
    tokens = made_up_tokens(30)
    theirs = library_audio(s3gen, VOICES[0], tokens, seed=1)
    *_, last = spoken(vocoder, VOICES[0], tokens)
    steady = last[len(last) // 2 :]
    assert np.abs(steady - theirs[-len(steady) :]).max() < 0.05 * theirs.std()


@settings(max_examples=10)
@given(st.lists(st.integers(0, 12), max_size=4), st.randoms(use_true_random=False))
def test_how_tokens_arrive_changes_nothing(
    vocoder: Vocoder, arrivals: list[int], chance: random.Random
) -> None:
    """Nor how often the vocoder is asked, nor what lies between the tokens that is no
    sound."""
    tokens = made_up_tokens(sum(arrivals))
    alone = spoken(vocoder, VOICES[0], tokens, SMALL)
    utterance = vocoder.begin(VOICES[0], 1, SMALL)
    came: list[int] = []
    chunks: list[Samples] = []
    left = iter(tokens)
    for count in arrivals:
        came += [*islice(left, count), 6_561, 8_193]
        for _ in range(chance.randint(0, 3)):
            chunks += vocoder.vocode([Job(utterance, came, final=False)])
    while not utterance.finished:
        chunks += vocoder.vocode([Job(utterance, came, final=True)])
    heard = [chunk for chunk in chunks if len(chunk)]
    assert [len(chunk) for chunk in heard] == [len(chunk) for chunk in alone if len(chunk)]
    assert all(map(np.array_equal, heard, alone))


def test_utterances_interleave(vocoder: Vocoder) -> None:
    """Turn by turn, each sounds as it does alone: the networks keep nothing of anybody."""
    tokens = [made_up_tokens(count, count) for count in (22, 9, 14)]
    alone = [
        np.concatenate(spoken(vocoder, voice, each, SMALL, seed))
        for seed, (voice, each) in enumerate(zip(VOICES, tokens, strict=True))
    ]
    utterances = [vocoder.begin(voice, seed, SMALL) for seed, voice in enumerate(VOICES)]
    heard: list[list[Samples]] = [[], [], []]
    while not all(utterance.finished for utterance in utterances):
        for chunks, utterance, each in zip(heard, utterances, tokens, strict=True):
            chunks.extend(vocoder.vocode([Job(utterance, each, final=True)]))
    assert all(map(np.array_equal, map(np.concatenate, heard), alone))


@pytest.mark.parametrize("name", ["s3gen", "distilled"])
def test_a_batch_changes_nobody(name: str, request: pytest.FixtureRequest) -> None:
    """Different voices, lengths and schedules, and one that joins late: to within rounding."""
    vocoder = Vocoder(request.getfixturevalue(name), device="cpu", mark=as_it_is)
    tokens = [made_up_tokens(count, count) for count in (22, 9, 14)]
    schedules = [SMALL, GROWING, WHOLE]
    asked = list(enumerate(zip(VOICES, tokens, schedules, strict=True)))
    alone = [
        np.concatenate(spoken(vocoder, voice, each, schedule, seed))
        for seed, (voice, each, schedule) in asked
    ]
    utterances = [vocoder.begin(voice, seed, schedule) for seed, (voice, _, schedule) in asked]
    heard: list[list[Samples]] = [[], [], []]
    for present in (2, 3, 3, 3, 3, 3):
        jobs = [Job(*job, True) for job in zip(utterances, tokens, strict=True)][:present]
        for chunks, samples in zip(heard, vocoder.vocode(jobs), strict=False):
            chunks.append(samples)
    for chunks, wanted in zip(heard, alone, strict=True):
        found = np.concatenate(chunks)
        assert found.shape == wanted.shape
        assert np.abs(found - wanted).max() < 0.02 * wanted.std()


def test_a_dropped_utterance_leaves_nothing(vocoder: Vocoder) -> None:
    """Of 100, forgotten anywhere, alone or in a batch, no tensor stays alive."""
    chance = random.Random(0)

    def speak(count: int) -> None:
        present: list[tuple[Utterance, list[int]]] = []
        for number in range(count):
            begun = vocoder.begin(VOICES[number % 3], number, SMALL)
            present.append((begun, made_up_tokens(chance.randint(0, 14), number)))
            if chance.random() < 0.3:
                vocoder.vocode([Job(*each, final=chance.random() < 0.5) for each in present])
            present = [each for each in present if chance.random() < 0.6]

    speak(10)
    before = _tensors()
    speak(100)
    assert _tensors() == before


def _tensors() -> tuple[int, int]:
    """How many are alive, and their bytes."""
    gc.collect()
    # By their type: isinstance would wake what torch deprecates.
    alive = [each for each in gc.get_objects() if issubclass(type(each), torch.Tensor)]
    return len(alive), sum(each.nbytes for each in alive)


def test_what_is_stopped_stays_where_it_was(vocoder: Vocoder) -> None:
    """No samples, nothing advanced; asked again, it goes on as if nothing had been."""
    tokens = made_up_tokens(12)
    alone = spoken(vocoder, VOICES[0], tokens, SMALL)
    utterance = vocoder.begin(VOICES[0], 1, SMALL)
    chunks = vocoder.vocode([Job(utterance, tokens, final=True)])
    asked = iter([False] * 3 + [True])
    (nothing,) = vocoder.vocode([Job(utterance, tokens, final=True)], lambda: next(asked))
    assert not len(nothing)
    while not utterance.finished:
        chunks += vocoder.vocode([Job(utterance, tokens, final=True)])
    assert all(map(np.array_equal, chunks, alone))
    assert len(chunks) == len(alone)


def test_nothing_said_is_no_audio(vocoder: Vocoder) -> None:
    """An utterance without a sound is finished at once, and stays so."""
    utterance = vocoder.begin(VOICES[0], 1)
    assert [len(each) for each in vocoder.vocode([Job(utterance, [6_561, 6_562], True)])] == [0]
    assert utterance.finished
    assert [len(each) for each in vocoder.vocode([Job(utterance, [1, 2, 3], True)])] == [0]
    assert vocoder.vocode([]) == []


def test_a_seed_is_another_take(vocoder: Vocoder) -> None:
    """The same one the same take, whatever was made in between."""
    tokens = made_up_tokens(9)
    takes = [np.concatenate(spoken(vocoder, VOICES[0], tokens, SMALL, seed)) for seed in (1, 2, 1)]
    assert np.array_equal(takes[0], takes[2])
    assert not np.allclose(takes[0], takes[1], atol=1e-3)


def test_a_shorter_prompt_is_the_end_of_it(s3gen: Any, vocoder: Vocoder) -> None:
    """As if the reference had been no longer."""
    whole = made_up_reference(5, 20)
    end = dict(
        whole, prompt_token=whole["prompt_token"][:, -6:], prompt_feat=whole["prompt_feat"][:, -12:]
    )
    brief = Vocoder(s3gen, device="cpu", longest_prompt=6, mark=as_it_is)
    tokens = made_up_tokens(9)
    assert all(map(np.array_equal, spoken(brief, whole, tokens), spoken(vocoder, end, tokens)))


def test_what_is_no_reference_is_refused(vocoder: Vocoder) -> None:
    """Before anything is computed."""
    with pytest.raises(InvalidInput):
        vocoder.begin({}, 1)


@pytest.mark.gpu
def test_on_a_gpu_it_sounds_the_same(checkpoint: Path, vocoder: Vocoder) -> None:
    """float32 to within the rounding of its kernels; bfloat16 has the length."""
    if not torch.cuda.is_available():
        pytest.skip("no GPU")
    tokens = made_up_tokens(40)
    wanted = np.concatenate(spoken(vocoder, VOICES[0], tokens))
    for dtype, within in ((torch.float32, 0.05), (torch.bfloat16, np.inf)):
        s3gen = loaded(checkpoint).to("cuda")
        found = spoken(Vocoder(s3gen, device="cuda", dtype=dtype, mark=as_it_is), VOICES[0], tokens)
        assert len(np.concatenate(found)) == len(wanted)
        assert np.abs(np.concatenate(found) - wanted).max() < within * wanted.std()


def test_the_estimator_may_be_coarser(checkpoint: Path, vocoder: Vocoder) -> None:
    """In bfloat16 it still makes as many samples, near enough."""
    s3gen, tokens = loaded(checkpoint), made_up_tokens(9)
    coarse = Vocoder(s3gen, device="cpu", dtype=torch.bfloat16, mark=as_it_is)
    assert s3gen.flow.decoder.estimator.dtype == torch.bfloat16
    found = np.concatenate(spoken(coarse, VOICES[0], tokens))
    wanted = np.concatenate(spoken(vocoder, VOICES[0], tokens))
    assert found.shape == wanted.shape
    assert 0 < np.abs(found - wanted).mean() < 0.2 * wanted.std()
