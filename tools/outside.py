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

CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "june" / "tools"


@dataclass(frozen=True, slots=True)
class Tool:
    """A program made by `go install PACKAGE@VERSION`."""

    name: str
    package: str
    version: str

    @property
    def path(self) -> Path:
        """Where the program lies once it is built; another version lies elsewhere."""
        return CACHE / f"{self.name}-{self.version}" / self.name

    def absence(self) -> str:
        """Why the program is not there, for whoever misses it."""
        if shutil.which("go") is None:
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


GRPCURL = Tool("grpcurl", "github.com/fullstorydev/grpcurl/cmd/grpcurl", "v1.9.4")
GRPC_HEALTH_PROBE = Tool(
    "grpc-health-probe", "github.com/grpc-ecosystem/grpc-health-probe", "v0.4.61"
)
TOOLS = (GRPCURL, GRPC_HEALTH_PROBE)


def main() -> int:
    status = 0
    for tool in TOOLS:
        if tool.path.exists():
            continue
        if shutil.which("go") is None:
            print(f"{tool.name}: the Go tool chain is absent; tests that need it are skipped")
            continue
        print(f"{tool.name} {tool.version}: building, once", flush=True)
        try:
            tool.build()
        except (subprocess.CalledProcessError, OSError) as failed:
            print(f"{tool.name}: could not be built ({failed})", file=sys.stderr)
            status = 1
    return status


if __name__ == "__main__":
    sys.exit(main())
