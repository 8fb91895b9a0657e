"""Randomness for each row by its own seed, whatever else is in the batch."""

from __future__ import annotations

from typing import Protocol

import torch
from torch import Tensor


class Noise(Protocol):
    """Exponentially distributed numbers for the rows 0, 1, ... of a batch."""

    def begin(self, row: int, seed: int) -> None:
        """The row draws from the start of the seed's sequence."""

    def move(self, of: int, to: int) -> None:
        """Row `to` goes on with the sequence of row `of`."""

    def draw(self, rows: int) -> Tensor:
        """(rows, vocabulary) float32, not negative: the next of each sequence."""


class GeneratorNoise:
    """What torch.multinomial would draw on the CPU with a generator for each row.

    For one sample of one row of probabilities p it fills a row with exponentially
    distributed numbers q and takes the place of the greatest p / q (torch 2.6,
    Distributions.cpp).
    """

    def __init__(self, rows: int, vocabulary: int) -> None:
        self._drawn = torch.ones(rows, vocabulary)
        self._generators = [torch.Generator() for _ in range(rows)]

    def begin(self, row: int, seed: int) -> None:
        self._generators[row] = torch.Generator().manual_seed(seed)

    def move(self, of: int, to: int) -> None:
        ours = self._generators
        ours[of], ours[to] = ours[to], ours[of]

    def draw(self, rows: int) -> Tensor:
        for drawn, generator in zip(self._drawn[:rows], self._generators, strict=False):
            drawn.exponential_(generator=generator)
        return self._drawn[:rows]


# SplitMix64: Steele, Lea and Flood, "Fast splittable pseudorandom number generators",
# OOPSLA 2014. The constants as signed integers, the only kind that torch multiplies.
_GOLDEN = 0x9E3779B97F4A7C15 - 2**64
_FIRST = 0xBF58476D1CE4E5B9 - 2**64
_SECOND = 0x94D049BB133111EB - 2**64


class CounterNoise:
    """Noise that is a function of (seed, draw, token): nothing to hand from step to
    step but a count, and so fit for a GPU's graph.

    The number is a SplitMix64 hash of its place in the seed's own sequence.
    """

    def __init__(self, rows: int, vocabulary: int, device: torch.device) -> None:
        self._keys = torch.zeros(rows, 1, dtype=torch.int64, device=device)
        self._draws = torch.zeros(rows, 1, dtype=torch.int64, device=device)
        self._tokens = torch.arange(1, vocabulary + 1, device=device)

    def begin(self, row: int, seed: int) -> None:
        signed = (seed + 2**63) % 2**64 - 2**63
        # Neighbouring seeds get sequences that lie far apart.
        self._keys[row] = _hashed(torch.full((1,), signed, device=self._keys.device))
        self._draws[row] = 0

    def move(self, of: int, to: int) -> None:
        self._keys[to] = self._keys[of]
        self._draws[to] = self._draws[of]

    def draw(self, rows: int) -> Tensor:
        places = self._draws[:rows] * len(self._tokens) + self._tokens
        bits = _shifted(_hashed(self._keys[:rows] + places * _GOLDEN), 24)
        self._draws[:rows] += 1
        # 40 bits, so that small numbers, which win races, are as exact as others.
        uniform = (bits + 1).to(torch.float32) * 2.0**-40
        return -torch.log1p(-uniform)


def _hashed(numbers: Tensor) -> Tensor:
    numbers = (numbers ^ _shifted(numbers, 30)) * _FIRST
    numbers = (numbers ^ _shifted(numbers, 27)) * _SECOND
    return numbers ^ _shifted(numbers, 31)


def _shifted(numbers: Tensor, by: int) -> Tensor:
    """To the right, with zeros coming in as for unsigned numbers."""
    return torch.bitwise_and(numbers >> by, 2 ** (64 - by) - 1)
