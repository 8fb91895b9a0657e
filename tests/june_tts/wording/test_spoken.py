"""What a native reader says: a table a language, in spoken/.

A line is what is written, " :: ", and what is said; "\\n" stands for a new line. Lines
that begin with "# " are headings.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from june_tts.text import speakable

FOLDER = Path(__file__).parent / "spoken"
HARD = ("en", "de", "fr", "es", "it", "pt")
FEWEST = 40


def cases() -> Iterator[tuple[str, str, str]]:
    """Language, what is written, what is said."""
    for table in sorted(FOLDER.glob("*.txt")):
        for line in table.read_text(encoding="utf-8").splitlines():
            if not line.startswith("# "):
                written, said = line.split(" :: ")
                yield table.stem, written.replace("\\n", "\n"), said


@pytest.mark.parametrize(("language", "written", "said"), list(cases()))
def test_it_is_said_as_a_native_reads_it(language: str, written: str, said: str) -> None:
    assert speakable(written, language).text == said


@pytest.mark.parametrize("language", HARD)
def test_every_language_has_its_hard_cases(language: str) -> None:
    assert sum(1 for case in cases() if case[0] == language) >= FEWEST
