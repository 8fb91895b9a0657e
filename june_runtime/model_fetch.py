"""Fetches models: resumed, checked, and there all at once or not at all.

What an interrupted fetch left is taken up by the next, where it is still what the hub
has. A file is checked before it gets its name, the manifest is written last, and then
the folder takes its place whole. One fetch of a model runs at a time, in whichever
process; the others wait and find it done.
"""

from __future__ import annotations

import errno
import logging
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Protocol, cast

from june_runtime.errors import (
    AtCapacity,
    Forbidden,
    JuneError,
    NotFound,
    SettingsError,
    Unavailable,
)  # fmt: skip
from june_runtime.model_names import FAMILIES, Model, named
from june_runtime.model_stage import Stage
from june_runtime.models import Manifest, Stored, faults_of_size, is_path, manifest_of, resolve

if TYPE_CHECKING:
    from june_runtime.model_hub import Hub, Listed, Listing

log = logging.getLogger(__name__)

_FULL = {errno.ENOSPC, errno.EDQUOT}
_NOT_OURS = {errno.EACCES, errno.EPERM, errno.EROFS}
_NO_LOCKS = {errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP}


class Onlooker(Protocol):
    """Whoever wants to see how a fetch goes."""

    def waits(self) -> None:
        """Another process fetches the model; this one waits for it."""

    def begins(self, total: int, have: int) -> None:
        """The model has `total` bytes, `have` of which are here already."""

    def received(self, count: int) -> None:
        """So many bytes came; below 0, so many that had come are void."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """A model that is here, and how many bytes came for that."""

    place: Path
    manifest: Manifest
    received: int


def fetch(
    model: Model, folder: Path, hub: Hub, onlooker: Onlooker, *, again: bool = False
) -> Fetched:
    """Sees to it that the model is in `folder`. Blocking, for minutes.

    Args:
        folder: of all models; made where it is not there.
        again: though the model is here: asks the hub whether it is the newest, and
            checks every byte.

    Raises:
        NotFound: MODEL_NOT_ON_HUB; MODEL_UNUSABLE, it has not the files of a model that
            June can use.
        Unavailable: MODEL_CORRUPTED; DISK_FAILED.
        AtCapacity: DISK_FULL.
        Forbidden: NOT_WRITABLE.
        JuneError: what Hub raises.
    """
    stage = Stage(folder, model.folder)
    with _disk(folder), stage.alone(onlooker.waits):
        here = _whole(folder / model.folder)
        if here is not None and not again:
            return Fetched(folder / model.folder, here, 0)
        listing = hub.listing(model.repo, model.revision)
        gathering = _Gathering(stage, hub, listing, onlooker)
        manifest = gathering.gather(model, _wanted(model, listing))
        return Fetched(stage.settle(manifest), manifest, gathering.received)


def obtain(name_or_path: str, folder: Path, *, may_fetch: bool) -> Path:
    """The folder of a model, as `resolve` tells it; fetched where it is missing or
    broken and that is allowed. Blocking, for minutes then.

    Args:
        may_fetch: JUNE_MODELS_FETCH.

    Raises:
        SettingsError: as `resolve` does; or why the model could not be fetched.
    """
    try:
        return resolve(name_or_path, folder)
    except SettingsError:
        if not may_fetch or is_path(name_or_path):
            raise
    model = named(name_or_path)
    log.info("fetching a model", extra={"model": model.name, "folder": str(folder)})
    try:
        fetched = fetch(model, folder, load_hub(), _Unseen())
    except SettingsError:
        raise
    except JuneError as failed:
        raise SettingsError(failed.reason, failed.message) from failed
    log.info("fetched a model", extra={"model": model.name, "bytes": fetched.received})
    return fetched.place


def load_hub() -> Hub:
    """The hub, if what talks to it is installed.

    Raises:
        SettingsError: HUB_MISSING.
    """
    try:
        from june_runtime.model_hub import Hub
    except ModuleNotFoundError as missing:
        raise SettingsError(
            "HUB_MISSING",
            f"the package {missing.name} is not installed: pip install 'june[stt]'",
        ) from missing
    return Hub()


class _Gathering:
    """Brings a model's files together on its stage; `received` counts what came."""

    def __init__(self, stage: Stage, hub: Hub, listing: Listing, onlooker: Onlooker) -> None:
        self.received = 0
        self._stage = stage
        self._hub = hub
        self._listing = listing
        self._onlooker = onlooker

    def gather(self, model: Model, wanted: Sequence[Listed]) -> Manifest:
        """All of `wanted` on the stage, checked."""
        here = {file.path: self._stage.kept(file) for file in wanted}
        missing = [file for file in wanted if here[file.path] is None]
        self._begin(model, sum(file.size for file in wanted), missing)
        return Manifest(
            name=model.name,
            repo=model.repo,
            revision=model.revision,
            commit=self._listing.commit,
            files={file.path: here[file.path] or self._download(file) for file in wanted},
        )

    def _begin(self, model: Model, total: int, missing: Sequence[Listed]) -> None:
        """Tells how much there is to do. Raises AtCapacity where the disk has no room."""
        lacking = sum(file.size - self._stage.part_size(file) for file in missing)
        free = shutil.disk_usage(self._stage.folder).free
        if free < lacking:
            raise AtCapacity(
                "DISK_FULL",
                f"{model.name} takes {lacking:,} bytes more and the disk has {free:,}; make room"
                " or set JUNE_MODELS_FOLDER to another one",
            )
        self._onlooker.begins(total, total - lacking)

    def _download(self, file: Listed) -> Stored:
        with self._stage.part(file) as part:
            counted = cast("IO[bytes]", _Counted(part, self._count))
            self._hub.download(self._listing, file, counted)
        return self._stage.keep(file)

    def _count(self, count: int) -> None:
        self.received += count
        self._onlooker.received(count)


class _Counted:
    """A file that tells how many bytes are written to its end, and how many are cut."""

    def __init__(self, file: IO[bytes], count: Callable[[int], None]) -> None:
        self._file = file
        self._count = count

    def write(self, data: bytes) -> int:
        written = self._file.write(data)
        self._count(written)
        return written

    def tell(self) -> int:
        return self._file.tell()

    def seek(self, offset: int) -> int:
        return self._file.seek(offset)

    def truncate(self) -> int:
        """Cuts at the present position."""
        kept = self._file.tell()
        self._count(kept - self._file.seek(0, os.SEEK_END))
        return self._file.truncate(self._file.seek(kept))


class _Unseen:
    """Nobody looks on."""

    def waits(self) -> None: ...

    def begins(self, total: int, have: int) -> None: ...

    def received(self, count: int) -> None: ...


def _whole(place: Path) -> Manifest | None:
    """The manifest of the model there, if all its files have their sizes."""
    try:
        manifest = manifest_of(place)
    except SettingsError:
        return None
    return None if manifest is None or any(faults_of_size(place, manifest)) else manifest


def _wanted(model: Model, listing: Listing) -> list[Listed]:
    """Of a repository's files those that June needs. Raises NotFound."""
    paths = [file.path for file in listing.files if "/" not in file.path]
    families = [model.family] if model.family else FAMILIES
    usable = [family for family in families if not family.lacks(paths)]
    if not usable:
        lacking = (
            ", ".join(families[0].lacks(paths)) if model.family else "what June's engines need"
        )
        raise NotFound("MODEL_UNUSABLE", f"{model.repo} at {model.revision} lacks {lacking}")
    return [file for file in listing.files if any(family.takes(file.path) for family in usable)]


@contextmanager
def _disk(folder: Path) -> Iterator[None]:
    """Turns what the disk refuses into June's errors."""
    try:
        yield
    except OSError as failed:
        raise _refusal(folder, failed) from failed


def _refusal(folder: Path, failed: OSError) -> JuneError:
    if failed.errno in _FULL:
        return AtCapacity("DISK_FULL", f"the disk of {folder} is full; make room and fetch again")
    if failed.errno in _NOT_OURS:
        return Forbidden(
            "NOT_WRITABLE",
            f"{failed.filename or folder} cannot be written: {failed.strerror}; let June write"
            " there or set JUNE_MODELS_FOLDER to another folder",
        )
    if failed.errno in _NO_LOCKS:
        return Unavailable(
            "NO_LOCKS",
            f"the volume of {folder} has no locks, which keep two fetches apart; use another one",
        )
    return Unavailable("DISK_FAILED", f"{failed.filename or folder}: {failed.strerror or failed}")
