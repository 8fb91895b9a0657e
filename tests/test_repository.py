"""What holds for every file of the repository."""

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
NOT_OURS = ("gen/", "third_party/", "LICENSE")
LONGEST_FILE, LONGEST_FUNCTION = 300, 50

MACHINE_PATH = re.compile(r"(?<![\w.~$}/-])/(?:home|root|Users|work)/\w")
# Where packages come from is the business of whoever installs.
INDEX = re.compile(r"(?:index-url|index_url|extra-index|find-links|default-index|trusted-host)\b")
URL = re.compile(r"https?://([\w-]+(?:\.[\w-]+)+)")
HOSTS = {
    "127.0.0.1",
    "creativecommons.org",
    "example.com",
    "example.org",
    "github.com",
    "google.aip.dev",
    "grpc.io",
    "keepachangelog.com",
    "peps.python.org",
    "semver.org",
    "www.apache.org",
    "www.example.com",
    "www.gnu.org",
}


@pytest.fixture(scope="module")
def files() -> list[Path]:
    """Every file of ours that git knows or would add."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
    )
    if listed.returncode:
        pytest.skip("no git repository around these files")
    names = [name for name in listed.stdout.splitlines() if not name.startswith(NOT_OURS)]
    return [path for name in names if (path := ROOT / name).is_file()]


def test_no_file_is_longer_than_its_reader_can_hold(files: list[Path]) -> None:
    """Python files stay under 300 lines."""
    long = {
        _name(path): lines
        for path in _python(files)
        if (lines := len(path.read_text().splitlines())) >= LONGEST_FILE
    }
    assert not long


def test_no_function_is_longer_than_a_screen(files: list[Path]) -> None:
    """Functions stay under 50 lines, their decorators not counted."""
    long = {
        f"{_name(path)}:{function.lineno} {function.name}": lines
        for path in _python(files)
        for function in ast.walk(ast.parse(path.read_text()))
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        and (lines := (function.end_lineno or 0) - function.lineno + 1) >= LONGEST_FUNCTION
    }
    assert not long


def test_what_calls_itself_pure_waits_for_nothing(files: list[Path]) -> None:
    """A file whose docstring says "Pure" has no async in it and reads no clock."""
    impure = {
        _name(path): sorted(reasons)
        for path in _python(files)
        if re.search(r"\bPure\b", ast.get_docstring(ast.parse(path.read_text())) or "")
        if (reasons := set(_waits(ast.parse(path.read_text()))))
    }
    assert not impure


def test_no_file_knows_the_machine_it_was_written_on(files: list[Path]) -> None:
    """No path of a home or checkout stands in the tree."""
    assert not list(_matches(files, MACHINE_PATH))


def test_no_file_says_where_packages_come_from(files: list[Path]) -> None:
    """Neither an option that names a package index nor an unexpected host appears."""
    assert not list(_matches(files, INDEX))
    hosts = {(name, host) for name, host in _matches(files, URL) if host not in HOSTS}
    assert not hosts


def test_no_recording_is_committed(files: list[Path]) -> None:
    """Recordings of people stay beside the project."""
    audio = {".wav", ".raw", ".flac", ".mp3", ".ogg", ".opus"}
    assert not [_name(path) for path in files if path.suffix in audio]


def _waits(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        match node:
            case ast.AsyncFunctionDef() | ast.Await() | ast.AsyncFor() | ast.AsyncWith():
                yield "async"
            case ast.Import(names=names):
                yield from {name.name for name in names} & {"asyncio", "time", "threading"}
            case ast.ImportFrom(module="asyncio" | "time" | "threading" as module):
                yield module


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def _python(files: list[Path]) -> Iterator[Path]:
    return (path for path in files if path.suffix == ".py")


def _matches(files: list[Path], pattern: re.Pattern[str]) -> Iterator[tuple[str, str]]:
    """Name and match (the first group, where there is one) of every file but this."""
    for path in files:
        if path == Path(__file__).resolve():
            continue
        for found in pattern.finditer(path.read_text(errors="replace")):
            yield _name(path), found[found.lastindex or 0]
