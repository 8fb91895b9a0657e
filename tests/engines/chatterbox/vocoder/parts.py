"""What the vocoder's tests are made of."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch

from june_runtime.pcm import Samples
from june_tts.engines.chatterbox.vocoder.chunking import GROWING, VOCABULARY, Schedule
from june_tts.engines.chatterbox.vocoder.noise import Noise, Use
from june_tts.engines.chatterbox.vocoder.prompt import FRAMES, MELS, Prompt
from june_tts.engines.chatterbox.vocoder.rendering import Rendition, Tail
from june_tts.engines.chatterbox.vocoder.source import FRAME, Place, Source
from june_tts.engines.chatterbox.vocoder.utterance import Utterance
from june_tts.engines.chatterbox.vocoder.vocoder import Job, Vocoder

CPU = torch.device("cpu")
# Small chunks, so that a few tokens make several.
SMALL = Schedule(sizes=(3, 4, 6), context=6)


def loaded(checkpoint: Path) -> Any:
    """The checkpoint's S3Gen as the library loads it, its pitch that of a voice."""
    from chatterbox.models.s3gen import S3Gen
    from safetensors.torch import load_file

    distilled = checkpoint / "s3gen_meanflow.safetensors"
    s3gen = S3Gen(meanflow=distilled.exists())
    weights = distilled if distilled.exists() else checkpoint / "s3gen.safetensors"
    s3gen.load_state_dict(load_file(weights), strict=False)
    with torch.no_grad():
        s3gen.mel2wav.f0_predictor.classifier.bias.fill_(150.0)
    return s3gen.eval()


def made_up_reference(seed: int, tokens: int, surplus: int = 0) -> dict[str, torch.Tensor]:
    """A voice that nobody has, as embed_ref would hand it out."""
    numbers = torch.Generator().manual_seed(seed)
    return {
        "prompt_token": torch.randint(0, VOCABULARY, (1, tokens), generator=numbers),
        "prompt_token_len": torch.tensor([tokens]),
        "prompt_feat": torch.randn(1, 2 * tokens + surplus, 80, generator=numbers) - 4,
        "embedding": torch.randn(1, 192, generator=numbers),
    }


def made_up_tokens(count: int, seed: int = 0) -> list[int]:
    return [int(token) for token in np.random.default_rng(seed).integers(0, VOCABULARY, count)]


def spoken(
    vocoder: Vocoder,
    reference: Mapping[str, Any],
    tokens: Sequence[int],
    schedule: Schedule = GROWING,
    seed: int = 1,
) -> list[Samples]:
    """An utterance's chunks, with nobody else about."""
    utterance = vocoder.begin(reference, seed, schedule)
    chunks = []
    while not utterance.finished:
        chunks += vocoder.vocode([Job(utterance, tokens, final=True)])
    return chunks


def as_it_is(samples: Samples) -> Samples:
    """In the place of a watermark, where what it is put on is to be compared."""
    return samples


def begun(schedule: Schedule = GROWING) -> Utterance:
    """An utterance that needs no networks."""
    prompt = Prompt.of(made_up_reference(1, 4), 250, CPU)
    return Utterance(prompt, 1, schedule, Tail.none(CPU))


def render(
    utterance: Utterance, signal: Samples, mark: Callable[[Samples], Samples] = as_it_is
) -> Iterator[Samples]:
    """What an utterance gives away of chunks that were rendered to perfection: `signal`."""
    while chunk := utterance.next_chunk(len(signal) // (FRAMES * FRAME), ended=True):
        stop = FRAMES * chunk.stop
        first = FRAMES * chunk.start - len(utterance.tail.mel)
        tail = Tail(
            torch.zeros(stop - first, MELS), torch.zeros(FRAME * (stop - first)), Place(stop)
        )
        samples = torch.from_numpy(signal[FRAME * first : FRAME * stop])
        rendition = Rendition(samples, first, tail)
        yield utterance.advance(chunk, rendition, mark(samples.numpy()))


def library_noise(reference: Mapping[str, Any], tokens: int, seed: int) -> torch.Tensor:
    """(1, 80, frames) the noise of an utterance, as flow.inference takes it."""
    frames = 2 * reference["prompt_token"].shape[1]
    prompt = Noise(seed, Use.PROMPT, 80).rows(0, frames)
    speech = Noise(seed, Use.SPEECH, 80).rows(0, 2 * tokens)
    return torch.from_numpy(np.concatenate((prompt, speech))).T.unsqueeze(0)


@torch.inference_mode()
def library_mel(s3gen: Any, reference: Mapping[str, Any], tokens: list[int], seed: int) -> Any:
    """(1, 80, frames) by the library's own flow, on the same noise."""
    mel, _ = s3gen.flow.inference(
        token=torch.tensor([tokens]),
        token_len=torch.tensor([len(tokens)]),
        finalize=True,
        noised_mels=library_noise(reference, len(tokens), seed),
        n_timesteps=2 if s3gen.meanflow else 10,
        meanflow=s3gen.meanflow,
        prompt_feat_len=None,
        **reference,
    )
    return mel


@torch.inference_mode()
def library_audio(
    s3gen: Any, reference: Mapping[str, Any], tokens: list[int], seed: int
) -> Samples:
    """By the library's own networks end to end, on the same noise and source."""
    mel = library_mel(s3gen, reference, tokens, seed)
    hift = s3gen.mel2wav
    source, _ = Source(hift.m_source).extend(hift.f0_predictor(mel)[0], Place(), seed)
    audio, _ = s3gen.hift_inference(mel, source[None, None])
    samples: Samples = audio[0].numpy()
    fade = s3gen.trim_fade.numpy()[: len(samples)]  # of one frame the library would fail
    samples[: len(fade)] *= fade
    return samples


@torch.no_grad()
def voiced(s3gen: Any) -> Any:
    """HiFT made to sound like a voice: its pitch wanders, its sound follows the pitch and
    the mel, and nothing lies above 2.25 kHz.

    With random weights it hums at the rate of frames otherwise, and hisses: every border
    lies in the same place of that hum, and a joint has nothing to join.
    """
    hift = s3gen.mel2wav
    for source in hift.source_downs:
        source.weight.mul_(30)
    for up in hift.ups:
        up.bias.zero_()
        up.parametrizations.weight.original0.mul_(0.3)
    hift.conv_pre.parametrizations.weight.original0.mul_(10)
    mel = library_mel(s3gen, made_up_reference(0, 4), made_up_tokens(60), seed=0)
    _spread(hift, mel)
    return s3gen


@torch.no_grad()
def _spread(hift: Any, mel: torch.Tensor) -> None:
    """Sets the layers of one figure each to a spread that speech has: the pitch, and of
    the nine bins of 1.5 kHz the second one's loudness and phase, without all others."""
    predictor = hift.f0_predictor
    pitches = predictor.condnet(mel)[0].T @ predictor.classifier.weight[0]
    predictor.classifier.weight.mul_(40.0 / pitches.std())
    predictor.classifier.bias.fill_(173.0 - float(40.0 * pitches.mean() / pitches.std()))
    source, _ = Source(hift.m_source).extend(predictor(mel)[0], Place(), 0)
    made: list[torch.Tensor] = []
    hook = hift.conv_post.register_forward_hook(lambda *call: made.append(call[-1][0]))
    hift.decode(x=mel, s=source[None, None])
    hook.remove()
    gains, biases = hift.conv_post.parametrizations.weight.original0, hift.conv_post.bias
    for row, mean, deviation in ((1, math.log(0.5), 0.7), (10, 0.0, 1.5)):
        figures = made[0][row] - biases[row]
        gains[row] *= deviation / figures.std()
        biases[row] = mean - deviation * figures.mean() / figures.std()
    for row in {*range(9)} - {1}:
        gains[row], biases[row] = 0.0, -30.0
