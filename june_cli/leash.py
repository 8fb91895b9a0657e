"""Becomes a service that does not outlive its supervisor.

    python -m june_cli.leash PARENT NAME=VALUE... -- COMMAND...

Even a supervisor that is killed outright then leaves nothing running.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from collections.abc import Mapping, Sequence

_PR_SET_PDEATHSIG = 1


def leashed(command: Sequence[str], environment: Mapping[str, str]) -> list[str]:
    """The command line that runs `command`, with `environment` added, on a leash."""
    added = [f"{name}={value}" for name, value in environment.items()]
    leash = [sys.executable, "-m", "june_cli.leash", str(os.getpid())]
    return [*leash, *added, "--", *command]


def main(arguments: Sequence[str]) -> None:
    parent, *rest = arguments
    split = rest.index("--")
    for name, _, value in (added.partition("=") for added in rest[:split]):
        os.putenv(name, value)
    if sys.platform == "linux":
        # Asked for before the parent is looked at: it may die in between.
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != int(parent):
            sys.exit("the supervisor is gone")
    command = rest[split + 1 :]
    os.execvp(command[0], command)


if __name__ == "__main__":
    main(sys.argv[1:])
