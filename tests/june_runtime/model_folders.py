"""Folders as a fetch leaves them, small."""

from __future__ import annotations

from pathlib import Path

from june_runtime.model_names import named
from june_runtime.models import MANIFEST, Manifest, Stored, sha256_of

WHISPER = {
    "config.json": b"{}",
    "model.bin": b"weights " * 1000,
    "tokenizer.json": b'{"tokens": []}',
    "vocabulary.txt": b"<unk>\n",
}


def placed(place: Path, files: dict[str, bytes]) -> Path:
    """`files` in the folder `place`."""
    place.mkdir(parents=True)
    for name, data in files.items():
        (place / name).write_bytes(data)
    return place


def fetched(folder: Path, name: str = "small") -> Path:
    """The model `name` in the folder of all models, whole, with its manifest."""
    model = named(name)
    place = placed(folder / model.folder, WHISPER)
    manifest = Manifest(
        name=model.name,
        repo=model.repo,
        revision=model.revision,
        commit="c" * 40,
        files={
            path: Stored(size=len(data), sha256=sha256_of(place / path))
            for path, data in WHISPER.items()
        },
    )
    (place / MANIFEST).write_text(manifest.model_dump_json())
    return place
