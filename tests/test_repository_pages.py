"""docs/ tells what the code tells."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from june.control.v1.control_pb2 import Config

from tools.pages import PAGES, SETTINGS


@pytest.mark.parametrize(
    ("path", "made"), PAGES.items(), ids=lambda part: getattr(part, "name", "")
)
def test_a_page_is_what_the_code_says(path: Path, made: Callable[[], str]) -> None:
    """The list of files and the list of settings are up to date: `make docs`."""
    assert path.read_text() == made()


def settings() -> list[list[str]]:
    """The rows of docs/settings.md, cell by cell, without the marks of code."""
    rows = [line for line in SETTINGS.read_text().splitlines() if line.startswith("| `")]
    assert rows
    return [[cell.strip().strip("`") for cell in row.split("|")[1:-1]] for row in rows]


def test_every_setting_says_what_it_means() -> None:
    """No cell of the last column in docs/settings.md is empty."""
    assert all(row[-1] for row in settings())


def test_no_setting_stands_there_twice() -> None:
    """A variable has one owner."""
    names = [row[0] for row in settings()]
    assert len(names) == len(set(names))


def test_whatever_configure_can_change_can_be_set_at_start() -> None:
    """Every field of june.control.v1.Config is live in some service, and there is no
    other."""
    assert {row[4] for row in settings() if row[4]} == set(Config.DESCRIPTOR.fields_by_name)


def test_no_setting_bears_a_name_that_kubernetes_sets() -> None:
    """It would be overwritten in a pod beside a Service of that name."""
    injected = re.compile(r"_SERVICE_HOST$|_SERVICE_PORT(_|$)|_PORT$|_PORT_\d+_")
    assert not [row[0] for row in settings() if injected.search(row[0])]
