"""What a neural voice is started with. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Neural:
    """What a neural voice is started with.

    Attributes:
        model: a name that june_runtime.models knows, or a folder.
        models: the folder of all models.
        may_fetch: whether a model that is not here is fetched.
        device: auto, cpu, mps, cuda or cuda:N.
        voices: a folder of recordings to speak like; None has only the model's own voice.
        rows: sentences that are made at a time.
        waiting: sentences that may wait for a row, and for how many seconds.
    """

    model: str = "chatterbox"
    models: Path = Path("~/.cache/june/models")
    may_fetch: bool = False
    device: str = "auto"
    voices: Path | None = None
    rows: int = 32
    waiting: int = 64
    waiting_seconds: float = 2.0
