"""What is installed, shipped and credited agrees with pyproject.toml."""

import re
import tomllib
import zipfile
from pathlib import Path
from typing import Any

import hatchling.build
import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).resolve().parents[1]
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())
EXTRAS: dict[str, list[str]] = PROJECT["project"]["optional-dependencies"]
BASE: list[str] = PROJECT["project"]["dependencies"]
CHECKS: list[str] = PROJECT["dependency-groups"]["check"]
EVERYTHING = [*BASE, *CHECKS, *(line for extra in EXTRAS.values() for line in extra)]


def _pins(name: str) -> list[Requirement]:
    return [Requirement(line) for line in (ROOT / "requirements" / name).read_text().splitlines()]


def _version(pin: Requirement) -> Version:
    return Version(next(iter(pin.specifier)).version)


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("demo.txt", [*BASE, *EXTRAS["stt"]]),
        ("espeak.txt", [*BASE, *EXTRAS["espeak"]]),
        ("check.txt", [*BASE, *CHECKS]),
        ("test.txt", EVERYTHING),
    ],
)
def test_pins_meet_what_the_project_asks_for(name: str, wanted: list[str]) -> None:
    """Every dependency is pinned, at versions that pyproject.toml allows."""
    pins = _pins(name)
    for requirement in map(Requirement, wanted):
        versions = [
            _version(pin)
            for pin in pins
            if canonicalize_name(pin.name) == canonicalize_name(requirement.name)
        ]
        assert versions, f"{requirement} is not pinned: `make lock`"
        assert all(requirement.specifier.contains(version) for version in versions)


@pytest.mark.parametrize("name", ["demo.txt", "espeak.txt", "check.txt"])
def test_all_sets_pin_the_same_versions(name: str) -> None:
    """One .venv can hold them all."""
    everything = {(pin.name, str(pin.specifier)) for pin in _pins("test.txt")}
    assert {(pin.name, str(pin.specifier)) for pin in _pins(name)} <= everything


def test_stubs_are_made_with_the_oldest_grpc_that_june_runs_on() -> None:
    """Stubs refuse a grpcio older than the one that made them."""
    made_with = next(_version(Requirement(line)) for line in CHECKS if "grpcio-tools" in line)
    oldest = next(_version(Requirement(line)) for line in BASE if line.startswith("grpcio>"))
    assert made_with.release[:2] == oldest.release[:2]


def test_every_dependency_is_credited() -> None:
    """docs/third-party.md names every package that is pinned, with its licence."""
    page = (ROOT / "docs" / "third-party.md").read_text()
    credited = {
        canonicalize_name(name) for name in re.findall(r"^\| ([\w.-]+) \| \S", page, re.MULTILINE)
    }
    pinned = {canonicalize_name(pin.name) for pin in _pins("test.txt")}
    assert pinned <= credited, f"not credited: {sorted(pinned - credited)}"


def test_the_wheel_holds_all_packages_and_stubs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is installed from the wheel can do what this tree can."""
    monkeypatch.chdir(ROOT)
    wheel = tmp_path / hatchling.build.build_wheel(str(tmp_path))
    shipped = set(zipfile.ZipFile(wheel).namelist())
    packages = [ROOT / "gen" / "python", *ROOT.glob("june_*")]
    wanted = {
        str(path.relative_to(ROOT)).removeprefix("gen/python/")
        for package in packages
        for path in package.rglob("*.py*")
        if "__pycache__" not in path.parts
    }
    assert wanted <= shipped
    assert not [name for name in shipped if name.startswith(("tests/", "tools/", "bench/"))]
