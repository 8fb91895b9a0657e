"""The reference voice as the vocoder uses it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from june_runtime.errors import InvalidInput

MELS, SPEAKER = 80, 192
# Mel frames of one token: 40 ms in frames of 20.
FRAMES = 2


@dataclass(frozen=True, slots=True)
class Prompt:
    """What the speech continues. Shared by utterances, never changed.

    Attributes:
        tokens: (n,) speech tokens of the reference.
        features: (2n + surplus, 80) its mel frames.
        speaker: (192,) the speaker's embedding.
        surplus: frames beyond two a token, 0 or 1: the library lets them take the
            place of the utterance's first ones, which so is that much shorter.
    """

    tokens: torch.Tensor
    features: torch.Tensor
    speaker: torch.Tensor
    surplus: int

    @property
    def frames(self) -> int:
        """Of the tokens: where those of the speech begin."""
        return FRAMES * len(self.tokens)

    @classmethod
    def of(cls, reference: Mapping[str, Any], longest: int, device: torch.device) -> Prompt:
        """Reads the library's conditionals, which stay as they are.

        Args:
            reference: as S3Gen's embed_ref makes it: tensors or arrays.
            longest: tokens; of a longer reference the end is taken.

        Raises:
            InvalidInput: REFERENCE_MALFORMED.
        """
        try:
            tokens = _tensor(reference["prompt_token"], torch.long, device).reshape(-1)
            features = _tensor(reference["prompt_feat"], torch.float32, device)
            speaker = _tensor(reference["embedding"], torch.float32, device).reshape(-1)
        except KeyError as missing:
            raise _malformed(f"there is no {missing}") from None
        if features.shape[-1:] != (MELS,) or len(speaker) != SPEAKER:
            raise _malformed(f"features {tuple(features.shape)}, speaker {tuple(speaker.shape)}")
        features = features.reshape(-1, MELS)
        surplus = len(features) - FRAMES * len(tokens)
        if not 0 <= surplus < FRAMES:
            raise _malformed(f"{len(features)} frames for {len(tokens)} tokens")
        dropped = max(0, len(tokens) - longest)
        return cls(tokens[dropped:], features[FRAMES * dropped :], speaker, surplus)


def _tensor(value: Any, dtype: torch.dtype, device: torch.device) -> torch.Tensor:
    if isinstance(value, np.ndarray):
        value = torch.from_numpy(value)
    return value.detach().to(device=device, dtype=dtype)  # type: ignore[no-any-return]


def _malformed(fault: str) -> InvalidInput:
    return InvalidInput("REFERENCE_MALFORMED", f"these are no conditionals of S3Gen: {fault}")
