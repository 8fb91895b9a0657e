"""Sentences said by a whole engine, for tests."""

from contextlib import aclosing
from pathlib import Path

import numpy as np

from june_tts.engine import Sentence, Speech
from june_tts.engines.chatterbox.engine import ChatterboxEngine

TEXT = "Nobody knows why."
LONG = "The fox jumps over the dog, and nobody knows why it does so. " * 4


async def say(engine: ChatterboxEngine, text: str, **wishes: object) -> list[Speech]:
    wishes.setdefault("voice", engine.voices[0])
    async with aclosing(engine.synthesize(Sentence(text, **wishes))) as speeches:  # type: ignore[arg-type]
        return [speech async for speech in speeches]


def audio(speeches: list[Speech]) -> np.ndarray:  # type: ignore[type-arg]
    return np.concatenate([speech.samples for speech in speeches])


def linked(checkpoint: Path, folder: Path, without: str) -> None:
    """The checkpoint's files, all but one, in `folder`."""
    for file in checkpoint.iterdir():
        if file.name != without:
            (folder / file.name).symlink_to(file)


def is_same(one: np.ndarray, other: np.ndarray) -> bool:  # type: ignore[type-arg]
    """Sample by sample, but for how batches of different sizes round."""
    return len(one) == len(other) and np.allclose(one, other, atol=1e-4)
