"""Speech tokens to audio, chunk by chunk, for many utterances at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch

from june_runtime.pcm import Samples
from june_tts.engines.chatterbox.vocoder.chunking import GROWING, Chunk, Schedule, speakable
from june_tts.engines.chatterbox.vocoder.flow import Flow
from june_tts.engines.chatterbox.vocoder.prompt import Prompt
from june_tts.engines.chatterbox.vocoder.rendering import Renderer, Tail
from june_tts.engines.chatterbox.vocoder.solver import Stopped
from june_tts.engines.chatterbox.vocoder.source import SAMPLE_RATE
from june_tts.engines.chatterbox.vocoder.utterance import NOTHING, Utterance
from june_tts.engines.chatterbox.vocoder.watermark import Watermark

# Tokens of the reference that speech continues: the library's own limit, 10 s.
LONGEST_PROMPT = 250


@dataclass(frozen=True, slots=True)
class Job:
    """Make the utterance's next chunk, if there is one.

    Attributes:
        tokens: all of the utterance so far; those that stand for no sound are passed over.
        final: no more will come.
    """

    utterance: Utterance
    tokens: Sequence[int]
    final: bool


@dataclass(frozen=True, slots=True)
class _Work:
    """A job's chunk, and the speakable tokens it is cut from."""

    utterance: Utterance
    chunk: Chunk
    tokens: Sequence[int]


class Vocoder:
    """S3Gen in chunks. Holds no utterance: what one needs is in its Utterance.

    Blocking; one call at a time.

    Args:
        s3gen: the library's S3Gen, loaded and in evaluation mode, on `device`. It is
            the vocoder's from now on: with a `dtype` other than float32 the estimator
            is converted.
        longest_prompt: tokens of a reference that are used, from its end. The prompt
            goes through the flow with every chunk and is most of its cost.

    Raises:
        SettingsError: WATERMARKER_MISSING.
    """

    sample_rate = SAMPLE_RATE

    def __init__(
        self,
        s3gen: Any,
        *,
        device: torch.device | str,
        dtype: torch.dtype = torch.float32,
        longest_prompt: int = LONGEST_PROMPT,
        mark: Callable[[Samples], Samples] | None = None,
    ) -> None:
        self._device = torch.device(device)
        self._longest_prompt = longest_prompt
        self.mark = mark or Watermark().mark
        self._flow = Flow(s3gen, self._device, dtype)
        self._renderer = Renderer(s3gen.mel2wav, s3gen.trim_fade)

    def begin(
        self, reference: Mapping[str, Any], seed: int, schedule: Schedule = GROWING
    ) -> Utterance:
        """A new utterance in the voice of the library's conditionals (`conds.gen`).

        Raises:
            InvalidInput: REFERENCE_MALFORMED.
        """
        prompt = Prompt.of(reference, self._longest_prompt, self._device)
        return Utterance(prompt, seed, schedule, Tail.none(self._device))

    @torch.inference_mode()
    def vocode(
        self, jobs: Sequence[Job], should_stop: Callable[[], bool] = lambda: False
    ) -> list[Samples]:
        """The next chunk of each, as one batch; mono float32, watermarked.

        A job that has no chunk to make gets no samples. One that has several, its
        tokens having come fast, gets the next one: call again.

        Args:
            should_stop: asked between the flow's steps. Once it says yes, all jobs get
                no samples and their utterances stay where they were.
        """
        works = [_work(job) for job in jobs]
        try:
            made = iter(self._made([work for work in works if work], should_stop))
        except Stopped:
            return [NOTHING for _ in jobs]
        return [next(made) if work else NOTHING for work in works]

    def _made(self, works: Sequence[_Work], should_stop: Callable[[], bool]) -> list[Samples]:
        if not works:
            return []
        mels = self._flow.mels(
            [work.utterance.stretch(work.chunk, work.tokens) for work in works], should_stop
        )
        renditions = self._renderer.render([
            work.utterance.rendering(work.chunk, mel)
            for work, mel in zip(works, mels, strict=True)
        ])  # fmt: skip
        marked = [self.mark(rendition.samples.cpu().numpy()) for rendition in renditions]
        return [
            work.utterance.advance(work.chunk, rendition, samples)
            for work, rendition, samples in zip(works, renditions, marked, strict=True)
        ]


def _work(job: Job) -> _Work | None:
    tokens = speakable(job.tokens)
    chunk = job.utterance.next_chunk(len(tokens), job.final)
    if chunk is None:
        return None
    if chunk.start == chunk.stop:
        job.utterance.finished = True
        return None
    return _Work(job.utterance, chunk, tokens)
