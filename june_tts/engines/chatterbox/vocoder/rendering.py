"""From mel frames to samples: HiFT over the end of an utterance so far.

A rendition covers what is new and, before it, frames that were rendered already: they
give the network its left context, and of those that were held back it makes better
samples. Their source is the one they had.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from june_tts.engines.chatterbox.vocoder.prompt import MELS
from june_tts.engines.chatterbox.vocoder.source import FRAME, Place, Source

# Frames that HiFT sees to the left of a sample, source included: the sum of its
# kernels' halves is 14.2 frames.
CONTEXT = 15


@dataclass(frozen=True, slots=True)
class Tail:
    """The end of what was rendered.

    Attributes:
        mel: (frames, 80).
        source: (480 * frames,).
        place: of the source behind them.
    """

    mel: Tensor
    source: Tensor
    place: Place

    @classmethod
    def none(cls, device: torch.device) -> Tail:
        """Before the first frame."""
        return cls(torch.zeros(0, MELS, device=device), torch.zeros(0, device=device), Place())

    def last(self, frames: int) -> Tail:
        kept = max(0, len(self.mel) - frames)
        return Tail(self.mel[kept:].clone(), self.source[kept * FRAME :].clone(), self.place)


@dataclass(frozen=True, slots=True)
class Rendering:
    """New frames of an utterance, behind its tail.

    Attributes:
        mel: (again + new frames, 80).
        again: of the frames, how many the tail ends with, made anew.
    """

    mel: Tensor
    again: int
    tail: Tail
    seed: int

    @property
    def frames(self) -> Tensor:
        """(tail's + new frames, 80): from the tail's mel the new one is faded to, so
        that it does not jump where two runs of the flow meet."""
        older, anew = self.tail.mel, self.mel[: self.again]
        sure = len(older) - self.again
        rise = (torch.arange(self.again, device=anew.device) + 0.5) / max(1, self.again)
        faded = torch.lerp(older[sure:], anew, rise.unsqueeze(1))
        return torch.cat((older[:sure], faded, self.mel[self.again :]))


@dataclass(frozen=True, slots=True)
class Rendition:
    """What came out.

    Attributes:
        samples: (480 * (tail's frames + new ones),).
        first_frame: of the utterance, where they begin.
        tail: all of these frames.
    """

    samples: Tensor
    first_frame: int
    tail: Tail


class Renderer:
    """The library's HiFT; holds no utterance.

    Args:
        hift: the library's HiFTGenerator.
        fade: the samples that an utterance's first are multiplied with.
    """

    def __init__(self, hift: Any, fade: Tensor) -> None:
        self._hift = hift
        self._source = Source(hift.m_source)
        self._fade = fade

    def render(self, renderings: Sequence[Rendering]) -> list[Rendition]:
        """In order; those of equal length as one batch, as padding would be heard."""
        alike = defaultdict(list)
        for number, each in enumerate(renderings):
            alike[len(each.tail.mel) + len(each.mel) - each.again].append(number)
        rendered: dict[int, Rendition] = {}
        for numbers in alike.values():
            batch = self._batch([renderings[number] for number in numbers])
            rendered.update(zip(numbers, batch, strict=True))
        return [rendered[number] for number in range(len(renderings))]

    def _batch(self, renderings: Sequence[Rendering]) -> list[Rendition]:
        mels = torch.stack([each.frames for each in renderings])
        seen = mels.transpose(1, 2).contiguous()
        pitches = self._hift.f0_predictor(seen)
        tails = [
            self._extended(each, mel, pitch)
            for each, mel, pitch in zip(renderings, mels, pitches, strict=True)
        ]
        sources = torch.stack([tail.source for tail in tails]).unsqueeze(1)
        samples = self._hift.decode(x=seen, s=sources)
        return [
            self._begun(Rendition(row, tail.place.frames - len(tail.mel), tail))
            for row, tail in zip(samples, tails, strict=True)
        ]

    def _extended(self, rendering: Rendering, mel: Tensor, pitch: Tensor) -> Tail:
        tail = rendering.tail
        source, place = self._source.extend(pitch[len(tail.mel) :], tail.place, rendering.seed)
        return Tail(mel, torch.cat((tail.source, source)), place)

    def _begun(self, rendition: Rendition) -> Rendition:
        """Muted and faded in where the utterance begins: the library does so against
        what spills over from the reference."""
        fade = self._fade[rendition.first_frame * FRAME :]
        count = min(len(fade), len(rendition.samples))
        rendition.samples[:count] *= fade[:count]
        return rendition
