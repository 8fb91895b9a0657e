"""Debian packages, for what a Python or Go package does not give."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

_APT = ("env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq")


@dataclass(frozen=True, slots=True)
class DebianTool:
    """A program out of a Debian package, unpacked into a folder of our own: installed,
    some packages would start a service.

    Args:
        program: where the package has it.
        libraries: packages that it needs beside the system's own; these are installed.
    """

    name: str
    package: str
    program: str
    folder: Path
    libraries: tuple[str, ...] = ()

    @property
    def path(self) -> Path:
        return self.folder / self.name

    def absence(self) -> str:
        """Why the program is not there, for whoever misses it."""
        if shutil.which("apt-get") is None:
            return f"no apt-get to fetch Debian's package {self.package} with"
        return "not fetched yet; `make tools` does it"

    def can_be_built(self) -> bool:
        return shutil.which("apt-get") is not None

    def build(self) -> None:
        """Fetches, unpacks, and sees that it runs. Raises CalledProcessError."""
        unfinished = self.folder.with_suffix(".unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(parents=True)
        fetch = ["apt-get", "-qq", "download", self.package]
        if subprocess.run(fetch, cwd=unfinished, check=False, capture_output=True).returncode:
            _update()
            subprocess.run(fetch, cwd=unfinished, check=True)
        (archive,) = unfinished.glob("*.deb")
        subprocess.run(["dpkg-deb", "--extract", archive, unfinished], check=True)
        archive.unlink()
        (unfinished / self.name).symlink_to(self.program.lstrip("/"))
        runs = [str(unfinished / self.name), "--version"]
        if not succeeds(runs) and self.libraries and (root := as_root()) is not None:
            install(root, *self.libraries)
        subprocess.run(runs, check=True, stdout=subprocess.DEVNULL)
        shutil.rmtree(self.folder, ignore_errors=True)
        unfinished.rename(self.folder)


def as_root() -> list[str] | None:
    """What to put before a command that needs root; None where root is not to be had."""
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") and succeeds(["sudo", "--non-interactive", "true"]):
        return ["sudo", "--non-interactive"]
    return None


def install(root: list[str], *packages: str) -> bool:
    """Installs Debian packages; the lists of packages are fetched only if need be."""
    add = [*root, *_APT, "install", "--yes", "--no-install-recommends", *packages]
    return succeeds(add) or (succeeds([*root, *_APT, "update"]) and succeeds(add))


def _update() -> None:
    if (root := as_root()) is not None:
        succeeds([*root, *_APT, "update"])


def succeeds(command: list[str]) -> bool:
    quiet = subprocess.DEVNULL
    done = subprocess.run(command, check=False, stdin=quiet, stdout=quiet, stderr=quiet)
    return done.returncode == 0
