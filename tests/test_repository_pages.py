"""docs/ tells what the code tells."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tools.pages import PAGES, SETTINGS


@pytest.mark.parametrize(
    ("path", "made"), PAGES.items(), ids=lambda part: getattr(part, "name", "")
)
def test_a_page_is_what_the_code_says(path: Path, made: Callable[[], str]) -> None:
    """The list of files and the list of settings are up to date: `make docs`."""
    assert path.read_text() == made()


def test_every_setting_says_what_it_means() -> None:
    """No cell of the last column in docs/settings.md is empty."""
    rows = [line for line in SETTINGS.read_text().splitlines() if line.startswith("| `")]
    assert rows
    assert not [row for row in rows if row.endswith("|  |")]
