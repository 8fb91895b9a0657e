"""The flow: the library's own, whatever else is in the batch."""

from typing import Any

import pytest
import torch

from june_tts.engines.chatterbox.vocoder.chunking import WHOLE, Chunk, next_chunk
from june_tts.engines.chatterbox.vocoder.flow import Flow, Stretch
from june_tts.engines.chatterbox.vocoder.prompt import Prompt
from june_tts.engines.chatterbox.vocoder.rendering import Tail
from june_tts.engines.chatterbox.vocoder.solver import Stopped
from june_tts.engines.chatterbox.vocoder.utterance import Utterance
from tests.engines.chatterbox.vocoder.parts import library_mel, made_up_reference, made_up_tokens

CPU = torch.device("cpu")


def stretch(prompt_tokens: int, chunk: Chunk, *, seed: int = 1, surplus: int = 0) -> Stretch:
    """A chunk of an utterance whose voice and words follow from the seed."""
    reference = made_up_reference(seed, prompt_tokens, surplus)
    utterance = Utterance(Prompt.of(reference, 250, CPU), seed, WHOLE, Tail.none(CPU))
    return utterance.stretch(chunk, made_up_tokens(chunk.seen, seed))


def whole(tokens: int) -> Chunk:
    chunk = next_chunk(WHOLE, tokens, 0, ended=True)
    assert chunk is not None
    return chunk


@torch.inference_mode()
def mels(s3gen: Any, *stretches: Stretch) -> list[torch.Tensor]:
    return Flow(s3gen, CPU, torch.float32).mels(stretches, lambda: False)


@pytest.mark.parametrize("name", ["s3gen", "distilled"])
@pytest.mark.parametrize(("tokens", "surplus"), [(1, 1), (9, 0), (20, 1)])
def test_a_whole_utterance_is_the_librarys(
    name: str, tokens: int, surplus: int, request: pytest.FixtureRequest
) -> None:
    """Frame by frame, on the same noise, with guidance and without."""
    s3gen = request.getfixturevalue(name)
    (ours,) = mels(s3gen, stretch(12, whole(tokens), seed=3, surplus=surplus))
    reference = made_up_reference(3, 12, surplus)
    theirs = library_mel(s3gen, reference, made_up_tokens(tokens, 3), seed=3)
    assert ours.shape == (2 * tokens - surplus, 80)
    assert torch.allclose(ours.T, theirs[0], atol=1e-5)


@pytest.mark.parametrize("name", ["s3gen", "distilled"])
def test_a_batch_changes_nobody(name: str, request: pytest.FixtureRequest) -> None:
    """References and chunks of every length, first and later ones, look-ahead and none."""
    s3gen = request.getfixturevalue(name)
    stretches = [
        stretch(12, whole(9), seed=1),
        stretch(3, Chunk(0, 0, 6, 9, final=False), seed=2),
        stretch(30, Chunk(4, 10, 14, 17, final=False), seed=3, surplus=1),
        stretch(7, Chunk(2, 5, 6, 6, final=True), seed=4),
        stretch(12, Chunk(0, 6, 20, 23, final=False), seed=5, surplus=1),
        stretch(1, whole(1), seed=6),
    ]
    together = mels(s3gen, *stretches)
    for each, found in zip(stretches, together, strict=True):
        (alone,) = mels(s3gen, each)
        assert found.shape == alone.shape
        assert torch.allclose(found, alone, atol=2e-4)
        assert alone.abs().mean() > 0.1


def test_look_ahead_is_seen_but_not_said(s3gen: Any) -> None:
    """Two frames a token without it (the library's own slicing crashes there); other
    tokens ahead, other frames."""
    chunk = Chunk(0, 0, 6, 9, final=False)
    first = stretch(12, chunk)
    (ours,) = mels(s3gen, first)
    assert ours.shape == (12, 80)
    ahead = torch.cat((first.tokens[:6], first.tokens[:3]))
    other = Stretch(first.prompt, ahead, first.opening, first.unsaid, first.noise)
    (found,) = mels(s3gen, other)
    assert not torch.allclose(found[-2:], ours[-2:], atol=1e-3)


def test_the_surplus_displaces_the_first_frames_only(s3gen: Any) -> None:
    """A stretch that begins later has all of its frames."""
    first = stretch(12, Chunk(0, 0, 6, 9, final=False), surplus=1)
    later = stretch(12, Chunk(3, 6, 8, 11, final=False), surplus=1)
    assert [len(mel) for mel in mels(s3gen, first, later)] == [11, 10]


@torch.inference_mode()
def test_it_stops_between_two_steps(s3gen: Any) -> None:
    """As soon as it is told."""
    asked = []

    def stop() -> bool:
        asked.append(True)
        return len(asked) == 4

    with pytest.raises(Stopped):
        Flow(s3gen, CPU, torch.float32).mels([stretch(3, whole(4))], stop)
    assert len(asked) == 4


def test_nothing_is_drawn_from_anybodys_numbers(s3gen: Any) -> None:
    """The global generator stands where it stood."""
    before = torch.random.get_rng_state()
    mels(s3gen, stretch(3, whole(4)))
    assert torch.equal(torch.random.get_rng_state(), before)
