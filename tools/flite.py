"""Sees to the small voice: is flite here, or may it be installed?

    python -m tools.flite

Exits with 0 where libflite is loaded in the end. Otherwise says in one line why
not, and June speaks with espeak-ng instead.
"""

import ctypes
import os
import shutil
import subprocess
import sys

LIBRARY = "libflite.so.1"
PACKAGE = "libflite1"


def is_here() -> bool:
    try:
        ctypes.CDLL(LIBRARY)
    except OSError:
        return False
    return True


def as_root() -> list[str] | None:
    """What to put before a command that needs root; None where root is not to be had."""
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") and _succeeds(["sudo", "--non-interactive", "true"]):
        return ["sudo", "--non-interactive"]
    return None


def install(root: list[str]) -> bool:
    """Installs the Debian package; the lists of packages are fetched only if need be."""
    get = [*root, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq"]
    add = [*get, "install", "--yes", "--no-install-recommends", PACKAGE]
    return _succeeds(add) or (_succeeds([*get, "update"]) and _succeeds(add))


def _succeeds(command: list[str]) -> bool:
    quiet = subprocess.DEVNULL
    done = subprocess.run(command, check=False, stdin=quiet, stdout=quiet, stderr=quiet)
    return done.returncode == 0


def main() -> int:
    if is_here():
        return 0
    if not shutil.which("apt-get"):
        return _without("there is no apt-get")
    root = as_root()
    if root is None:
        return _without(f"may not install it; `sudo apt-get install {PACKAGE}` would")
    print(f"flite: installing the Debian package {PACKAGE}", flush=True)
    if install(root) and is_here():
        return 0
    return _without(f"apt-get could not install {PACKAGE}")


def _without(reason: str) -> int:
    print(f"flite is absent ({reason}): June speaks with espeak-ng here")
    return 1


if __name__ == "__main__":
    sys.exit(main())
