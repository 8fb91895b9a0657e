"""What suits a kind of device: where randomness comes from, how much a step computes,
and how its work is launched."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any, Protocol

import torch

from june_tts.engines.chatterbox.tokens.extents import Bucketed, Exact, Extents
from june_tts.engines.chatterbox.tokens.noise import CounterNoise, GeneratorNoise, Noise

# A graph may only be captured of what has run before.
_RUNS_BEFORE = 2


@dataclass(frozen=True, slots=True)
class Capacity:
    """What a loop has room for."""

    rows: int
    lanes: int
    context: int
    vocabulary: int


class Launcher(Protocol):
    """Runs work that changes tensors in place and depends on nothing else."""

    def prepare(self, key: Hashable, work: Callable[[], None]) -> None:
        """Makes ready for `run` with that key."""

    def run(self, key: Hashable, work: Callable[[], None]) -> None:
        """Does the work; equal keys stand for the same work."""


@dataclass(frozen=True, slots=True)
class Means:
    """See the module."""

    noise: Noise
    extents: Extents
    launcher: Launcher


def reference(capacity: Capacity) -> Means:
    """The library's own tokens; on the CPU."""
    return Means(GeneratorNoise(capacity.rows, capacity.vocabulary), Exact(), Directly())


def bucketed(capacity: Capacity, device: torch.device) -> Means:
    """For a GPU; the CPU does the same without graphs."""
    return Means(
        CounterNoise(capacity.rows, capacity.vocabulary, device),
        Bucketed(capacity.rows, capacity.lanes, capacity.context),
        Graphs() if device.type == "cuda" else Directly(),
    )


def means_for(device: torch.device, capacity: Capacity) -> Means:
    return reference(capacity) if device.type == "cpu" else bucketed(capacity, device)


class Directly:
    """One operation after another."""

    def prepare(self, key: Hashable, work: Callable[[], None]) -> None:
        """Nothing to make ready."""

    def run(self, key: Hashable, work: Callable[[], None]) -> None:
        work()


class Graphs:
    """CUDA graphs: the host launches a step's thousand kernels as one.

    What was not prepared runs directly.
    """

    def __init__(self) -> None:
        self._cuda: Any = torch.cuda
        self._graphs: dict[Hashable, Any] = {}
        self._memory: object = None

    def prepare(self, key: Hashable, work: Callable[[], None]) -> None:
        stream, main = self._cuda.Stream(), self._cuda.current_stream()
        stream.wait_stream(main)
        with self._cuda.stream(stream):
            for _ in range(_RUNS_BEFORE):
                work()
        main.wait_stream(stream)
        graph = self._cuda.CUDAGraph()
        with self._cuda.graph(graph, pool=self._memory):
            work()
        self._memory = graph.pool()
        self._graphs[key] = graph

    def run(self, key: Hashable, work: Callable[[], None]) -> None:
        graph = self._graphs.get(key)
        if graph is None:
            work()
        else:
            graph.replay()
