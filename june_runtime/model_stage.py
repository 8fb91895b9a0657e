"""Where the files of one model come together before it takes its place."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING

from june_runtime.errors import Unavailable
from june_runtime.models import FETCHING, MANIFEST, Manifest, Stored

if TYPE_CHECKING:
    from june_runtime.model_hub import Listed

_BLOCK = 1 << 20


class Stage:
    """A folder to work in, beside those of whole models.

    A file that is on its way is called after its content; it gets its name when it was
    checked. Whatever uses a stage holds `alone`. Every method raises OSError where the
    disk refuses.

    Args:
        folder: of all models.
        name: of the model's folder.

    Attributes:
        folder: of the files that come together.
    """

    def __init__(self, folder: Path, name: str) -> None:
        self._place = folder / name
        self.folder = folder / FETCHING / name
        self._lock = folder / FETCHING / f"{name}.lock"
        self._former = folder / FETCHING / f"{name}.former"

    @contextmanager
    def alone(self, waits: Callable[[], None]) -> Iterator[None]:
        """Keeps other processes out, on every machine that shares the volume.

        Args:
            waits: called once where another one is at work already.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        # Closing it, as the end of a process does, lets the next one in.
        with self._lock.open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                waits()
                fcntl.flock(lock, fcntl.LOCK_EX)
            # Whoever was here before may have taken the folder to its place.
            self.folder.mkdir(exist_ok=True)
            try:
                yield
            finally:
                with suppress(OSError):  # what came so far is kept
                    self.folder.rmdir()

    def kept(self, file: Listed) -> Stored | None:
        """The file, where it is here whole, or was in the model as it is."""
        ours, theirs = self.folder / file.path, self._place / file.path
        if (stored := _checked(ours, file)) is not None:
            return stored
        if (stored := _checked(theirs, file)) is not None:
            _linked(theirs, ours)
        return stored

    def part_size(self, file: Listed) -> int:
        """How many bytes of the file came before, if it is not whole."""
        try:
            return min(file.size, self._part(file).stat().st_size)
        except FileNotFoundError:
            return 0

    @contextmanager
    def part(self, file: Listed) -> Iterator[IO[bytes]]:
        """What is here of the file, open at its end."""
        path = self._part(file)
        for other in self.folder.glob(f"{file.path}.*.part"):
            if other != path:  # of what it was before it changed on the hub
                other.unlink()
        with path.open("r+b" if path.exists() else "w+b") as part:
            part.seek(0, os.SEEK_END)
            yield part
            part.flush()
            os.fsync(part.fileno())

    def keep(self, file: Listed) -> Stored:
        """Gives the file that has come its name.

        Raises:
            Unavailable: MODEL_CORRUPTED, it is not what the hub lists, and was removed.
        """
        part = self._part(file)
        stored = _checked(part, file)
        if stored is None:
            part.unlink()
            raise Unavailable(
                "MODEL_CORRUPTED",
                f"{file.path} came with other bytes than the hub lists and was removed; fetch it"
                " again, and look for what meddles between if that happens again",
            )
        part.replace(self.folder / file.path)
        return stored

    def settle(self, manifest: Manifest) -> Path:
        """Puts the model in its place, and away what was there."""
        for path in self.folder.iterdir():
            if path.name not in manifest.files:
                path.unlink()
        with (self.folder / MANIFEST).open("w") as file:
            file.write(manifest.model_dump_json(indent=2) + "\n")
            file.flush()
            os.fsync(file.fileno())
        if self._place.exists():
            shutil.rmtree(self._former, ignore_errors=True)
            self._place.rename(self._former)
        self.folder.rename(self._place)
        shutil.rmtree(self._former, ignore_errors=True)
        return self._place

    def _part(self, file: Listed) -> Path:
        return self.folder / f"{file.path}.{file.content[:16]}.part"


def _checked(path: Path, file: Listed) -> Stored | None:
    """The file at `path`, if it has the content that the hub lists."""
    sha256, git_sha1 = hashlib.sha256(), hashlib.sha1(b"blob %d\0" % file.size)
    try:
        if path.stat().st_size != file.size:
            return None
        with path.open("rb") as data:
            while block := data.read(_BLOCK):
                sha256.update(block)
                if file.git_sha1:
                    git_sha1.update(block)
    except FileNotFoundError:
        return None
    name = git_sha1 if file.git_sha1 else sha256
    if name.hexdigest() != file.content:
        return None
    return Stored(size=file.size, sha256=sha256.hexdigest())


def _linked(theirs: Path, ours: Path) -> None:
    try:
        os.link(theirs, ours)
    except OSError:  # some volumes have no links
        shutil.copyfile(theirs, ours)
