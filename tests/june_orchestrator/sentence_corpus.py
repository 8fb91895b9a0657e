"""The corpus of hard cases: texts in many languages, and where a speaker would cut them.

A file a language, a case a line: what it tests, " :: ", and the sentences, parted by
"|". Between two sentences of the text stands a space, or nothing where the language
has none; a sentence that ends in "⏎" ends its line.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

_FOLDER = Path(__file__).parent / "corpus"
_UNSPACED = ("ja", "zh")


@dataclass(frozen=True, slots=True)
class Case:
    """One text; `number` is its line."""

    language: str
    number: int
    about: str
    text: str
    sentences: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.language}-{self.number} {self.about}"


def cases() -> list[Case]:
    """All cases, language by language."""
    return [
        _read(file.stem, number, line)
        for file in sorted(_FOLDER.glob("*.txt"))
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1)
    ]


def _read(language: str, number: int, line: str) -> Case:
    about, text = line.split(" :: ")
    sentences = [sentence.strip(" ") for sentence in text.split("|")]
    gap = "" if language in _UNSPACED else " "
    parted = "".join(each.replace("⏎", "\n") + ("" if "⏎" in each else gap) for each in sentences)
    return Case(
        language, number, about, parted.strip(), tuple(each.rstrip("⏎") for each in sentences)
    )
