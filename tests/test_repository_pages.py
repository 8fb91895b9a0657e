"""docs/ tells what the code tells."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tools.pages import PAGES


@pytest.mark.parametrize(
    ("path", "made"), PAGES.items(), ids=lambda part: getattr(part, "name", "")
)
def test_a_page_is_what_the_code_says(path: Path, made: Callable[[], str]) -> None:
    """The list of files and the list of settings are up to date: `make docs`."""
    assert path.read_text() == made()
