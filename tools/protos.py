"""Checks the protos and what was generated from them; needs no network.

    python -m tools.protos

buf's lint and format, buf's comparison with what was released (the last tag, or
the last commit of main before there is one), and what lies in gen/ against the same
made anew.
"""

import filecmp
import io
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def lint() -> str | None:
    return _fault(_run("buf", "lint"), "see above")


def layout() -> str | None:
    formatted = _run("buf", "format", "--diff", "--exit-code", "proto")
    return _fault(formatted, "`buf format -w proto` mends it")


def breaking() -> str | None:
    released = _released()
    if released is None:
        print("protos: no git history here, so not compared with the last release")
        return None
    with tempfile.TemporaryDirectory() as folder:
        # An archive and not buf's own `.git#ref=`, which knows no worktrees.
        packed = _git("archive", released, "buf.yaml", "proto", "third_party")
        with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
            archive.extractall(folder, filter="data")
        return _fault(
            _run("buf", "breaking", "--against", folder),
            f"callers built with {released} would break",
        )


def drift() -> str | None:
    with tempfile.TemporaryDirectory() as folder:
        if _run("buf", "generate", "--output", folder):
            return "could not be generated"
        if _run(sys.executable, "-m", "tools.envoy", folder):
            return "what Envoy needs could not be made"
        changed = sorted(_differences(ROOT / "gen", Path(folder, "gen")))
    return f"not what `make gen` makes: {', '.join(changed)}" if changed else None


CHECKS: dict[str, Callable[[], str | None]] = {
    "lint": lint,
    "format": layout,
    "breaking": breaking,
    "gen/": drift,
}


def _released() -> str | None:
    """What callers may have been built with: a git name, or None outside git."""
    candidates = [_git("describe", "--tags", "--abbrev=0").decode().strip()]
    candidates += ["origin/main", "main", "HEAD"]
    return next((name for name in candidates if name and _git("rev-parse", "-q", name)), None)


def _differences(kept: Path, made: Path) -> set[str]:
    files = {
        str(path.relative_to(top))
        for top in (kept, made)
        for path in top.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    _, different, missing = filecmp.cmpfiles(kept, made, files, shallow=False)
    return {*different, *missing}


def _run(*command: str) -> int:
    return subprocess.run(command, cwd=ROOT, check=False).returncode


def _git(*arguments: str) -> bytes:
    """What git prints; nothing where it fails."""
    done = subprocess.run(["git", *arguments], cwd=ROOT, check=False, capture_output=True)
    return done.stdout if done.returncode == 0 else b""


def _fault(status: int, advice: str) -> str | None:
    return advice if status else None


def main() -> int:
    faults = {name: fault for name, check in CHECKS.items() if (fault := check())}
    for name, fault in faults.items():
        print(f"protos: {name}: {fault}", file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
