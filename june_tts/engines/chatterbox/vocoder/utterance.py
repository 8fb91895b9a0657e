"""One utterance on its way from tokens to audio: what the next chunk is made of, and
what stays of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import torch
from torch import Tensor

from june_runtime.pcm import Samples
from june_tts.engines.chatterbox.vocoder.chunking import Chunk, Schedule, next_chunk
from june_tts.engines.chatterbox.vocoder.flow import Stretch
from june_tts.engines.chatterbox.vocoder.joining import joined
from june_tts.engines.chatterbox.vocoder.noise import Noise, Use
from june_tts.engines.chatterbox.vocoder.prompt import FRAMES, MELS, Prompt
from june_tts.engines.chatterbox.vocoder.rendering import CONTEXT, Rendering, Rendition, Tail
from june_tts.engines.chatterbox.vocoder.source import FRAME

# Frames held back for the joint: of the first chunk few, as somebody waits for it.
HELD_FIRST, HELD = 2, 8
NOTHING: Samples = np.zeros(0, np.float32)


@dataclass(slots=True, eq=False)
class Utterance:
    """To cancel one, forget it: nothing else knows it.

    Attributes:
        tail: the end of what was rendered.
        vocoded: speakable tokens that are audio already.
        finished: its last chunk was made.
        held: samples of the end that the next chunk will render again.
    """

    prompt: Prompt
    seed: int
    schedule: Schedule
    tail: Tail
    vocoded: int = 0
    finished: bool = False
    held: Samples = field(default_factory=lambda: NOTHING)

    def next_chunk(self, tokens: int, ended: bool) -> Chunk | None:
        """The chunk that `tokens` speakable ones allow now, if any."""
        return None if self.finished else next_chunk(self.schedule, tokens, self.vocoded, ended)

    def stretch(self, chunk: Chunk, tokens: Sequence[int]) -> Stretch:
        """What the flow makes the chunk of: with context before it and look-ahead behind."""
        prompt = self.prompt
        said = FRAMES * chunk.context_start, FRAMES * chunk.stop
        noise = np.concatenate((
            Noise(self.seed, Use.PROMPT, MELS).rows(0, prompt.frames),
            Noise(self.seed, Use.SPEECH, MELS).rows(*said),
        ))  # fmt: skip
        device = prompt.tokens.device
        return Stretch(
            prompt=prompt,
            tokens=torch.tensor(tokens[chunk.context_start : chunk.seen], device=device),
            opening=chunk.context_start == 0,
            unsaid=chunk.seen - chunk.stop,
            noise=torch.from_numpy(noise).to(device),
        )

    def rendering(self, chunk: Chunk, mel: Tensor) -> Rendering:
        """What is rendered of the flow's mel (frames, 80), which begins with the context.

        An utterance's first chunk may be shorter than its tokens, by the prompt's surplus.
        """
        new = min(FRAMES * (chunk.stop - chunk.start), len(mel))
        again = min(len(self.held) // FRAME, len(mel) - new)
        return Rendering(mel[-(new + again) :], again, self.tail, self.seed)

    def advance(self, chunk: Chunk, rendition: Rendition, marked: Samples) -> Samples:
        """Takes the chunk as made.

        Args:
            marked: the rendition's samples, to be heard as they are.

        Returns:
            What is sure by now.
        """
        new = len(marked) - FRAME * len(self.tail.mel)
        signal = joined(self.held, marked[len(marked) - new - len(self.held) :])
        wanted = HELD if self.vocoded else HELD_FIRST
        held = 0 if chunk.final else min(FRAME * wanted, len(signal))
        sure = len(signal) - held
        self.held = signal[sure:].copy()
        self.tail = rendition.tail.last(0 if chunk.final else CONTEXT + wanted)
        self.vocoded, self.finished = chunk.stop, chunk.final
        return signal[:sure]
