"""Where Whisper computes, and with which numbers."""

from __future__ import annotations

import os
from dataclasses import dataclass

import ctranslate2

from june_runtime.errors import SettingsError

MOST_THREADS = 8


@dataclass(frozen=True, slots=True)
class Device:
    """Where it runs. `kind`: cuda or cpu; `compute_type`: one of CTranslate2's;
    `threads`: of the CPU."""

    kind: str
    compute_type: str
    threads: int


def chosen_device(kind: str = "auto", compute_type: str = "auto", threads: int = 0) -> Device:
    """The GPU where there is one; the smallest numbers that it computes well with.

    Raises:
        SettingsError: DEVICE_UNSUPPORTED.
    """
    if kind == "auto":
        kind = "cuda" if ctranslate2.get_cuda_device_count() else "cpu"
    if kind == "cuda" and not ctranslate2.get_cuda_device_count():
        raise SettingsError("DEVICE_UNSUPPORTED", "JUNE_STT_DEVICE is cuda, and there is no GPU")
    supported = ctranslate2.get_supported_compute_types(kind)
    if compute_type == "auto":
        compute_type = "float16" if kind == "cuda" else "int8"
        compute_type = compute_type if compute_type in supported else "float32"
    if compute_type not in supported:
        raise SettingsError(
            "DEVICE_UNSUPPORTED",
            f"JUNE_STT_COMPUTE_TYPE is {compute_type}; {kind} computes with "
            f"{', '.join(sorted(supported))}",
        )
    # More threads than cores wait for one another, and CTranslate2 takes 4 of itself.
    return Device(kind, compute_type, threads or min(os.cpu_count() or 1, MOST_THREADS))
