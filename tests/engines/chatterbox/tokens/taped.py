"""CUDA graphs, played on the CPU: work is taped once and from then on the tape runs.

As in a captured graph the operations, their numbers and the places they read and write
are those of the taping; Python is not asked again. So what only works because the host
has a word in every step fails here as it would on a GPU.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any

from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

# Which no graph can hold: the host waits for a number of the device, or gives it one.
BARRED = ("_local_scalar_dense", "item", "nonzero", "masked_select", "exponential_")
RUNS_BEFORE = 2


class _Tape(TorchDispatchMode):
    """Every operation within, with what it was given and what came out."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._calls: list[tuple[Any, Any, Any, list[Any]]] = []

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        name = func.overloadpacket.__name__
        assert name not in BARRED, f"{name} cannot be captured"
        out = func(*args, **(kwargs or {}))
        self._calls.append((func, args, kwargs or {}, tree_leaves(out)))
        return out

    def play(self) -> None:
        """Again, into the same places."""
        for func, args, kwargs, outs in self._calls:
            given = {_place(each) for each in tree_leaves((args, kwargs)) if _is(each)}
            for out, now in zip(outs, tree_leaves(func(*args, **kwargs)), strict=True):
                # Views, and what is changed in place, are there already.
                if _is(out) and _place(out) not in given:
                    out.copy_(now)


class Taped:
    """A Launcher. All that runs must have been prepared."""

    def __init__(self) -> None:
        self._tapes: dict[Hashable, _Tape] = {}
        self.played = 0

    def prepare(self, key: Hashable, work: Callable[[], None]) -> None:
        for _ in range(RUNS_BEFORE):
            work()
        self._tapes[key] = _Tape()
        with self._tapes[key]:
            work()

    def run(self, key: Hashable, work: Callable[[], None]) -> None:
        self._tapes[key].play()
        self.played += 1


def _is(thing: object) -> bool:
    return isinstance(thing, Tensor)


def _place(tensor: Tensor) -> int:
    return tensor.untyped_storage().data_ptr()
