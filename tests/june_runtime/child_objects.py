"""Objects that tests put into a child process; they start in no time, as they import
what is heavy only where they need it."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from june_runtime.pcm import Samples


class Engine:
    """Does what an engine does: computes, streams, fails, hangs, dies."""

    def __init__(self) -> None:
        self._calls = 0

    def double(self, samples: Samples) -> Samples:
        return samples * 2

    def counted(self) -> int:
        self._calls += 1
        return self._calls

    def refuse(self) -> None:
        from june_runtime.errors import InvalidInput

        raise InvalidInput.of({"text": "is silly"}, "TEXT_SILLY")

    def fail(self) -> None:
        raise ValueError("a bug")

    def unpicklable(self) -> object:
        return lambda: None

    def chatter(self) -> str:
        print("printed by a library")  # noqa: T201
        return "answer"

    def hang(self) -> None:
        time.sleep(60)

    def die(self) -> None:
        os._exit(3)

    def numbers(self, count: int, stopped: str = "") -> Iterator[int]:
        """0, 1, 2... ; where it is closed early, the file `stopped` says after how many."""
        number = 0
        try:
            for number in range(count):
                yield number
        finally:
            if stopped and number + 1 < count:
                Path(stopped).write_text(str(number))

    def half(self) -> Iterator[int]:
        yield 1
        raise ValueError("half way")

    def big(self, chunks: int) -> Iterator[Samples]:
        import numpy as np

        for _ in range(chunks):
            yield np.zeros(480_000, np.float32)


def broken() -> Engine:
    from june_runtime.errors import InvalidInput

    raise InvalidInput("MODEL_MISSING", "no model")
