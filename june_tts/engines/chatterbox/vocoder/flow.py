"""From tokens to mel frames: S3Gen's flow, many utterances in a batch."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional
from torch.nn.utils.rnn import pad_sequence

from june_tts.engines.chatterbox.vocoder.encoder import encode
from june_tts.engines.chatterbox.vocoder.prompt import FRAMES, MELS, Prompt
from june_tts.engines.chatterbox.vocoder.solver import Conditions, Solver


@dataclass(frozen=True, slots=True)
class Stretch:
    """Tokens to make mel frames of, as the continuation of a prompt.

    Attributes:
        tokens: (n,) of the speech.
        opening: whether they are the utterance's first, which the prompt's surplus
            frames displace.
        unsaid: of the tokens, how many at the end are seen only.
        noise: (frames of prompt, then of the tokens without those unsaid; 80).
    """

    prompt: Prompt
    tokens: Tensor
    opening: bool
    unsaid: int
    noise: Tensor

    @property
    def known(self) -> Tensor:
        """(frames, 80): the mel frames that are there already."""
        features = self.prompt.features
        return features if self.opening else features[: self.prompt.frames]

    @property
    def frames(self) -> int:
        """Of prompt and speech together."""
        return self.prompt.frames + FRAMES * (len(self.tokens) - self.unsaid)


class Flow:
    """The library's flow-matching decoder with its encoder; holds no utterance.

    Args:
        s3gen: the library's S3Gen, loaded, on `device`.
        dtype: of the estimator, which is nine tenths of the work.
    """

    def __init__(self, s3gen: Any, device: torch.device, dtype: torch.dtype) -> None:
        self._flow = s3gen.flow
        self._solver = Solver(s3gen.flow.decoder, s3gen.meanflow, dtype)
        self._device = device

    def mels(self, stretches: Sequence[Stretch], stop: Callable[[], bool]) -> list[Tensor]:
        """The speech of each, (frames, 80) float32: without prompt, surplus and the unsaid.

        Raises:
            Stopped: `stop` said so between two steps.
        """
        said = self._solver.solve(self._conditions(stretches), self._padded_noise(stretches), stop)
        return [
            frames[:, len(each.known) : each.frames].T
            for each, frames in zip(stretches, said, strict=True)
        ]

    def _conditions(self, stretches: Sequence[Stretch]) -> Conditions:
        encoded = encode(
            self._flow, [torch.cat((each.prompt.tokens, each.tokens)) for each in stretches]
        )
        lengths = [each.frames for each in stretches]
        longest = max(lengths)
        speakers = functional.normalize(torch.stack([each.prompt.speaker for each in stretches]))
        known = torch.zeros(len(stretches), longest, MELS, device=self._device)
        for row, each in zip(known, stretches, strict=True):
            row[: len(each.known)] = each.known
        places = torch.arange(longest, device=self._device)
        present = places < torch.tensor(lengths, device=self._device).unsqueeze(1)
        return Conditions(
            said=encoded[:, :longest].transpose(1, 2).contiguous(),
            known=known.transpose(1, 2).contiguous(),
            speakers=self._flow.spk_embed_affine_layer(speakers),
            present=present.unsqueeze(1).float(),
        )

    def _padded_noise(self, stretches: Sequence[Stretch]) -> Tensor:
        rows = pad_sequence([each.noise for each in stretches], batch_first=True)
        return rows.transpose(1, 2).contiguous()
