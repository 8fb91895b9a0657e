"""Programs from outside Python that the tests run, built once into a user cache.

    python -m tools.outside

builds what is missing and names what cannot be built here; the tests that need it
then skip, saying so. Nothing is installed into the system.
"""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from tools.debian import DebianTool

CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "june" / "tools"


class Tool(Protocol):
    """A program that tests run: where it lies, and how it comes there."""

    @property
    def name(self) -> str: ...
    @property
    def path(self) -> Path: ...
    def can_be_built(self) -> bool: ...
    def absence(self) -> str: ...
    def build(self) -> None: ...


@dataclass(frozen=True, slots=True)
class GoTool:
    """A program made by `go install PACKAGE@VERSION`."""

    name: str
    package: str
    version: str

    @property
    def path(self) -> Path:
        """Where the program lies once it is built; another version lies elsewhere."""
        return CACHE / f"{self.name}-{self.version}" / self.name

    def can_be_built(self) -> bool:
        return shutil.which("go") is not None

    def absence(self) -> str:
        """Why the program is not there, for whoever misses it."""
        if not self.can_be_built():
            return "the Go tool chain that builds it is absent"
        return "not built yet; `make tools` builds it"

    def build(self) -> None:
        """Builds into a folder of its own and moves it into place whole."""
        unfinished = self.path.parent.with_suffix(".unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(parents=True)
        subprocess.run(
            ["go", "install", f"{self.package}@{self.version}"],
            env=os.environ | {"GOBIN": str(unfinished)},
            check=True,
        )
        shutil.rmtree(self.path.parent, ignore_errors=True)
        unfinished.rename(self.path.parent)


GRPCURL = GoTool("grpcurl", "github.com/fullstorydev/grpcurl/cmd/grpcurl", "v1.9.4")
GRPC_HEALTH_PROBE = GoTool(
    "grpc-health-probe", "github.com/grpc-ecosystem/grpc-health-probe", "v0.4.61"
)
PROMTOOL = DebianTool("promtool", "prometheus", "/usr/bin/promtool", CACHE / "prometheus-debian")
REDIS_SERVER = DebianTool(
    "redis-server",
    "redis-tools",
    # One program under several names, and a server by the name it is called by.
    "/usr/bin/redis-check-rdb",
    CACHE / "redis-debian",
    libraries=("libatomic1", "libjemalloc2", "liblzf1"),
)
TOOLS: tuple[Tool, ...] = (GRPCURL, GRPC_HEALTH_PROBE, PROMTOOL, REDIS_SERVER)


def main() -> int:
    status = 0
    for tool in TOOLS:
        if tool.path.exists():
            continue
        if not tool.can_be_built():
            print(f"{tool.name}: {tool.absence()}; tests that need it are skipped")
            continue
        print(f"{tool.name}: building, once", flush=True)
        try:
            tool.build()
        except (subprocess.CalledProcessError, OSError) as failed:
            print(f"{tool.name}: could not be built ({failed})", file=sys.stderr)
            status = 1
    return status


if __name__ == "__main__":
    sys.exit(main())
