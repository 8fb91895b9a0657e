"""Golden files: commands as users type them, and what they must answer.

A file of tests/mesh/curl says in its first line what it is about. Lines with `$ ` are
commands, then comes the HTTP status and the answer as JSON, in which "<text>",
"<number>", "<time>" and "<any>" stand for what varies, and a member "..." for any further
ones. In commands, `orchestrator`, `stt` and `tts` stand for addresses.
"""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).with_name("curl")
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")
_HOST = re.compile(r"(?<![\w.])(http://)?(orchestrator|stt|tts)(?=$|/)")


@dataclass(frozen=True)
class Golden:
    name: str
    commands: tuple[str, ...]
    status: int
    answer: Any

    def command(self, program: str, hosts: Mapping[str, str]) -> list[str] | None:
        """The arguments of one of its commands, for these addresses."""
        for line in self.commands:
            first, *arguments = shlex.split(line)
            if first == program:
                return [_HOST.sub(lambda m: f"{m[1] or ''}{hosts[m[2]]}", a) for a in arguments]
        return None


def all_golden() -> list[Golden]:
    return [_read(path) for path in sorted(FOLDER.glob("*.txt"))]


def _read(path: Path) -> Golden:
    about, *lines = path.read_text().splitlines()
    assert about.startswith("# ")
    commands = tuple(line[2:] for line in lines if line.startswith("$ "))
    status, *answer = lines[len(commands) :]
    return Golden(path.stem, commands, int(status), json.loads("\n".join(answer)))


def differences(wanted: Any, found: Any, at: str = "") -> Iterator[str]:
    """Where `found` is not what a golden file wants."""
    match wanted, found:
        case ("<any>", _) | ("<text>", str()) | ("<number>", int() | float()):
            pass
        case "<time>", str() if _TIME.fullmatch(found):
            pass
        case dict(), dict():
            closed = "..." not in wanted
            names = wanted.keys() - {"..."} | (found.keys() if closed else set())
            for name in sorted(names):
                if name in wanted and name in found:
                    yield from differences(wanted[name], found[name], f"{at}.{name}")
                else:
                    yield f"{at}.{name} is {'missing' if name in wanted else 'too much'}"
        case list(), list() if len(wanted) == len(found):
            for index, (one, other) in enumerate(zip(wanted, found, strict=True)):
                yield from differences(one, other, f"{at}[{index}]")
        case _ if wanted != found or isinstance(wanted, bool) != isinstance(found, bool):
            yield f"{at} is {found!r}, not {wanted!r}"
