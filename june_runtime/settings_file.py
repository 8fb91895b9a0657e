"""A file of settings: lines of NAME=value.

The only file that knows dotenv, and of that only its reading of lines (comments,
quotes, `export`): as a whole it passes over lines that it cannot read, takes the last
of two values and puts something in for `$NAME`.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from dotenv.parser import Binding, parse_stream

MAX_BYTES = 1_000_000
# Other names are not repeated in a fault: they may be a piece of a key that was
# pasted without quotes.
_NAME = re.compile(r"[A-Z_][A-Z0-9_]*")


@dataclass(frozen=True, slots=True)
class Given:
    """A variable's value and where it was set: "environment" or "june.env, line 3"."""

    value: str
    where: str


@dataclass(frozen=True, slots=True)
class Content:
    """What a file says, by name; and its faults, each with the name or the place."""

    values: dict[str, Given]
    faults: list[tuple[str, str]]


def read_file(path: Path) -> Content:
    """All that the file says.

    Raises:
        ValueError: it cannot be read, is larger than MAX_BYTES or is no text; says so.
    """
    values: dict[str, Given] = {}
    faults: list[tuple[str, str]] = []
    for number, binding in _lines(_text(path)):
        where = f"{path}, line {number}"
        name, value = binding.key, binding.value
        if name is None or value is None or not _NAME.fullmatch(name):
            faults.append((where, "is not NAME=value with the name in capitals"))
        elif name in values:
            faults.append((name, f"is set a second time ({where})"))
        else:
            values[name] = Given(value, where)
    return Content(values, faults)


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as failed:
        raise ValueError(f"cannot be read: {failed.strerror}") from failed
    if len(data) > MAX_BYTES:
        raise ValueError(f"is larger than {MAX_BYTES:,} bytes")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as failed:
        raise ValueError("is not UTF-8") from failed
    if "\0" in text:
        raise ValueError("is no text")
    return text


def _lines(text: str) -> Iterable[tuple[int, Binding]]:
    """What stands in the file but for comments, each with the number of its line."""
    for binding in parse_stream(io.StringIO(text, newline=None)):
        written = binding.original.string
        if binding.error or binding.key is not None:
            blank = written[: len(written) - len(written.lstrip())]
            yield binding.original.line + blank.count("\n"), binding
