"""Euler's method over S3Gen's estimator: from noise to mel frames."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

# Steps of the model with guidance, and of the distilled one (Turbo) without.
GUIDED_STEPS, DISTILLED_STEPS = 10, 2


class Stopped(Exception):
    """Nobody wants the result any more."""


@dataclass(frozen=True, slots=True)
class Conditions:
    """What steers the estimator, for a padded batch of rows.

    Attributes:
        said: (rows, 80, frames) the encoder's output.
        known: (rows, 80, frames) mel frames of the prompt, zeros behind it.
        speakers: (rows, 80).
        present: (rows, 1, frames) 1 where a row has a frame, 0 in its padding.
    """

    said: Tensor
    known: Tensor
    speakers: Tensor
    present: Tensor

    def to(self, dtype: torch.dtype) -> Conditions:
        return Conditions(
            self.said.to(dtype),
            self.known.to(dtype),
            self.speakers.to(dtype),
            self.present.to(dtype),
        )

    def unguided_too(self) -> Conditions:
        """Twice the rows, the second half without anything to go by."""
        return Conditions(
            _beside_zeros(self.said),
            _beside_zeros(self.known),
            _beside_zeros(self.speakers),
            torch.cat((self.present, self.present)),
        )


class Solver:
    """Integrates the flow in the library's steps.

    Guided (Ho and Salimans, Classifier-free diffusion guidance, 2022), each step asks
    the estimator twice, as one batch, on a cosine schedule. A distilled estimator
    (mean flow, Geng et al. 2025) is told where the step ends and asked once.

    The estimator may run in `dtype`; what is integrated stays float32.
    """

    def __init__(self, decoder: Any, distilled: bool, dtype: torch.dtype) -> None:
        self._estimator = decoder.estimator.to(dtype)
        self._guidance: float = decoder.inference_cfg_rate
        self._distilled = distilled
        self._dtype = dtype
        self._times = _times(decoder.t_scheduler, distilled)

    def solve(self, conditions: Conditions, noise: Tensor, stop: Callable[[], bool]) -> Tensor:
        """(rows, 80, frames) float32; what a row has in its padding means nothing.

        Raises:
            Stopped: `stop` said so between two steps.
        """
        conditions = conditions.to(self._dtype)
        if not self._distilled:
            conditions = conditions.unguided_too()
        frames = noise
        for time, until in zip(self._times, self._times[1:], strict=False):
            if stop():
                raise Stopped
            frames = frames + (until - time) * self._slope(conditions, frames, time, until)
        return frames

    def _slope(self, conditions: Conditions, frames: Tensor, time: float, until: float) -> Tensor:
        if self._distilled:
            return self._ask(conditions, frames, time, until)
        guided, unguided = self._ask(conditions, torch.cat((frames, frames)), time, None).chunk(2)
        return (1.0 + self._guidance) * guided - self._guidance * unguided

    def _ask(
        self, conditions: Conditions, frames: Tensor, time: float, until: float | None
    ) -> Tensor:
        slope: Tensor = self._estimator(
            x=frames.to(self._dtype),
            mask=conditions.present,
            mu=conditions.said,
            t=self._at(time, frames),
            spks=conditions.speakers,
            cond=conditions.known,
            r=None if until is None else self._at(until, frames),
        )
        return slope.float()

    def _at(self, time: float, frames: Tensor) -> Tensor:
        return torch.full((len(frames),), time, device=frames.device, dtype=self._dtype)


def _times(schedule: str, distilled: bool) -> list[float]:
    steps = DISTILLED_STEPS if distilled else GUIDED_STEPS
    even = torch.linspace(0, 1, steps + 1)
    if schedule == "cosine" and not distilled:
        even = 1 - torch.cos(even * 0.5 * math.pi)
    times: list[float] = even.tolist()
    return times


def _beside_zeros(tensor: Tensor) -> Tensor:
    return torch.cat((tensor, torch.zeros_like(tensor)))
