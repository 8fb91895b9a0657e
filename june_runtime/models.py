"""Models on this machine: where one lies, and whether it is whole.

A model lies in a folder of its own inside the folder of all models, with a manifest
that tells the size and the checksum of each file. The folder appears with all its
files at once when a fetch is complete (model_fetch.py), so whoever finds one finds a
whole model. Nothing here touches the network.
"""

from __future__ import annotations

import hashlib
import shlex
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path, PurePosixPath

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from june_runtime.errors import SettingsError
from june_runtime.model_names import FAMILIES, Family, Model, named

MANIFEST = "june-model.json"
# Where fetches work, inside the folder of all models; no model is called so.
FETCHING = ".fetching"
# What helps where June cannot fetch.
MEND = "put the right files there"
_BLOCK = 1 << 20


class Stored(BaseModel):
    """A file as it was when the model was fetched."""

    model_config = ConfigDict(frozen=True)

    size: int = Field(ge=0)
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")


class Manifest(BaseModel):
    """What a model consists of and where it came from.

    Attributes:
        commit: the commit of `repo` that `revision` stood for when it was fetched.
        files: by their paths inside the model's folder.
    """

    model_config = ConfigDict(frozen=True)

    name: str
    repo: str
    revision: str
    commit: str
    files: Mapping[str, Stored]

    @field_validator("files")
    @classmethod
    def _stays_inside(cls, files: Mapping[str, Stored]) -> Mapping[str, Stored]:
        for path in files:
            parts = PurePosixPath(path)
            if parts.is_absolute() or ".." in parts.parts or not parts.parts:
                raise ValueError(f"{path!r} lies outside")
        return files

    @property
    def size(self) -> int:
        return sum(file.size for file in self.files.values())


def resolve(name_or_path: str, folder: Path) -> Path:
    """The folder of a model that is here, whole by the sizes of its files.

    Args:
        name_or_path: a known name, `org/name` or either with `@revision`; or, where it
            begins with `/`, `.` or `~`, the folder itself.
        folder: of all models; JUNE_MODELS_FOLDER.

    Raises:
        SettingsError: MODEL_UNKNOWN, there is no such name; MODEL_MISSING, it is not
            here, with the command that fetches it; MODEL_BROKEN, a file is not what it
            was, with its name.
    """
    if is_path(name_or_path):
        return _at(Path(name_or_path).expanduser())
    model = named(name_or_path)
    place = folder / model.folder
    manifest = manifest_of(place, _get(model, folder))
    if manifest is None:
        absent = f"the model {model.name} is not in {folder}"
        raise SettingsError("MODEL_MISSING", f"{absent}; {_get(model, folder)}")
    for fault in faults_of_size(place, manifest):
        raise _broken(f"the model {model.name}", fault, _get(model, folder))
    return place


def is_path(name_or_path: str) -> bool:
    """Whether a folder is meant and no name: a path that begins like none."""
    return name_or_path.startswith(("/", ".", "~"))


def placed_in(folder: Path) -> Iterator[Model]:
    """The models that have a place in the folder of all, whole or not, by name."""
    try:
        places = sorted(place for place in folder.iterdir() if (place / MANIFEST).exists())
    except (FileNotFoundError, NotADirectoryError):
        return
    except OSError as failed:
        raise _unreadable(folder, failed) from failed
    for place in places:
        with suppress(SettingsError):  # what nobody can ask for is none of June's
            yield named(place.name.replace("--", "/"))


def fetch_command(models: Sequence[Model], folder: Path, *, again: bool = False) -> str:
    """What to type to have the models, whole, in `folder`.

    Args:
        again: with every byte checked.
    """
    words = ["june", "models", "fetch", *(model.name for model in models)]
    return shlex.join([*words, "--folder", str(folder), *(["--again"] if again else [])])


def _get(model: Model, folder: Path) -> str:
    return f"get it with `{fetch_command([model], folder)}`"


def manifest_of(place: Path, mend: str = MEND) -> Manifest | None:
    """The manifest of the model in that folder; None where there is none.

    Args:
        mend: what to do about one that cannot be read.

    Raises:
        SettingsError: MODEL_BROKEN, it cannot be read.
    """
    try:
        return Manifest.model_validate_json((place / MANIFEST).read_bytes())
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as failed:
        raise _unreadable(place, failed) from failed
    except ValidationError as invalid:
        raise _broken(f"the model in {place}", f"{MANIFEST} is no manifest", mend) from invalid


def faults_of_size(place: Path, manifest: Manifest) -> Iterator[str]:
    """Each file that is gone or of another size, and how. Quick."""
    for path, file in manifest.files.items():
        if fault := _fault_of_size(place / path, file):
            yield f"{path} {fault}"


def faults(place: Path, manifest: Manifest) -> Iterator[str]:
    """Each file that is not what was fetched, and how. Reads every byte."""
    for path, file in manifest.files.items():
        if fault := _fault_of_size(place / path, file):
            yield f"{path} {fault}"
            continue
        try:
            same = sha256_of(place / path) == file.sha256
        except OSError as failed:
            yield f"{path} cannot be read: {failed.strerror}"
            continue
        if not same:
            yield f"{path} has other contents than were fetched"


def sha256_of(path: Path) -> str:
    """The file's SHA-256 in hexadecimal. Raises OSError."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


def _fault_of_size(path: Path, file: Stored) -> str:
    try:
        size = path.stat().st_size
    except FileNotFoundError:
        return "is missing"
    except OSError as failed:
        return f"cannot be read: {failed.strerror}"
    return "" if size == file.size else f"has {size:,} bytes instead of {file.size:,}"


def _at(place: Path) -> Path:
    """The model in a folder that somebody else may have filled."""
    if not place.is_dir():
        raise SettingsError(
            "MODEL_MISSING",
            f"there is no folder {place}; give an existing one, or a name of `june models list`",
        )
    manifest = manifest_of(place)
    if manifest is None:
        _refuse_unless_complete(place)
        return place
    for fault in faults_of_size(place, manifest):
        raise _broken(f"the model in {place}", fault)
    return place


def _refuse_unless_complete(place: Path) -> None:
    """Raises MODEL_BROKEN unless some engine finds the files it needs, none empty."""
    try:
        found = {path.name: path.stat().st_size for path in place.iterdir() if path.is_file()}
    except OSError as failed:
        raise _unreadable(place, failed) from failed
    nearest = min(FAMILIES, key=lambda family: _share_lacking(family, found))
    if lacking := nearest.lacks(found):
        raise _broken(
            f"the model in {place}", f"as a {nearest.name} model it lacks {', '.join(lacking)}"
        )
    for name, size in found.items():
        if nearest.takes(name) and size == 0:
            raise _broken(f"the model in {place}", f"{name} is empty")


def _share_lacking(family: Family, found: Mapping[str, int]) -> float:
    return len(family.lacks(found)) / len(family.needed)


def _unreadable(place: Path, failed: OSError) -> SettingsError:
    return SettingsError(
        "MODEL_BROKEN", f"the model in {place} cannot be read: {failed.strerror}; let June read it"
    )


def _broken(what: str, fault: str, mend: str = MEND) -> SettingsError:
    return SettingsError("MODEL_BROKEN", f"{what} is broken: {fault}; {mend}")
