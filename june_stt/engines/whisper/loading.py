"""A model's folder to a model, or a clear word why not. Takes faster-whisper for that."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import faster_whisper

from june_runtime.errors import SettingsError
from june_runtime.model_names import WHISPER
from june_stt.engines.whisper.device import Device


def load(folder: Path, device: Device) -> Any:
    """The model as faster-whisper holds it: CTranslate2's own, tokenizer and mel bands.

    Raises:
        SettingsError: MODEL_BROKEN.
    """
    # faster-whisper would ask the hub for a tokenizer, and do without a config.
    if lacking := WHISPER.lacks([path.name for path in folder.iterdir()]):
        raise _broken(folder, f"it has no {', no '.join(lacking)}")
    try:
        loaded = faster_whisper.WhisperModel(
            str(folder),
            device=device.kind,
            compute_type=device.compute_type,
            cpu_threads=device.threads,
            local_files_only=True,
        )
    except (RuntimeError, ValueError) as error:
        raise _broken(folder, str(error)) from error
    if loaded.feature_extractor.mel_filters.shape[0] != loaded.model.n_mels:
        raise _broken(folder, "preprocessor_config.json belongs to another model")
    return loaded


def _broken(folder: Path, why: str) -> SettingsError:
    return SettingsError(
        "MODEL_BROKEN",
        f"the speech model in {folder} cannot be loaded: {why}; "
        "`june models verify` finds broken files, `june models fetch` mends them",
    )
