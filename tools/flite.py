"""Sees to the small voice: is flite here, or may it be installed?

    python -m tools.flite

Exits with 0 where libflite is loaded in the end. Otherwise says in one line why
not, and June speaks with espeak-ng instead.
"""

import ctypes
import shutil
import sys

from tools.debian import as_root, install

LIBRARY = "libflite.so.1"
PACKAGE = "libflite1"


def is_here() -> bool:
    try:
        ctypes.CDLL(LIBRARY)
    except OSError:
        return False
    return True


def main() -> int:
    if is_here():
        return 0
    if not shutil.which("apt-get"):
        return _without("there is no apt-get")
    root = as_root()
    if root is None:
        return _without(f"may not install it; `sudo apt-get install {PACKAGE}` would")
    print(f"flite: installing the Debian package {PACKAGE}", flush=True)
    if install(root, PACKAGE) and is_here():
        return 0
    return _without(f"apt-get could not install {PACKAGE}")


def _without(reason: str) -> int:
    print(f"flite is absent ({reason}): June speaks with espeak-ng here")
    return 1


if __name__ == "__main__":
    sys.exit(main())
