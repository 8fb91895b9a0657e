"""Writes the pages of docs/ that repeat what the code says.

    python -m tools.pages

The list of files in docs/architecture.md is made of the files' own first lines,
docs/settings.md of the settings' fields and the comments above them, docs/metrics.md
of what the services count. A test fails
where a page is out of date.
"""

import ast
import importlib
import inspect
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from june_runtime.figures import Figure
from june_runtime.metrics import COMMON

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("june_orchestrator", "june_stt", "june_tts", "june_runtime", "june_cli")
SERVICES = {
    "june_runtime": "All services",
    "june_orchestrator": "Orchestrator",
    "june_stt": "Speech to text",
    "june_tts": "Text to speech",
}

ARCHITECTURE = ROOT / "docs" / "architecture.md"
SETTINGS = ROOT / "docs" / "settings.md"
METRICS = ROOT / "docs" / "metrics.md"
FILES_FOLLOW = "<!-- `make docs` writes what follows from the files' own first lines. -->\n"
SETTINGS_HEAD = """# Settings

<!-- Written by `make docs` from the settings' own fields. -->

Settings are environment variables, read once when a service starts. All faults are
told at once, a name that nothing reads among them; a service ignores the other
services' prefixes, so the three may share one file of settings. A variable that is
set to nothing counts as unset.
"""

METRICS_HEAD = """# Figures

<!-- Written by `make docs` from the services' own declarations. -->

What each service counts and times since it started. `june status`, `GetMetrics` and
`GET /api/streaming/metrics` tell them by these names: a count only grows, a timing
has its count, its mean and the percentiles of its last 1,024 measurements, a gauge is
what holds at the moment. Errors sent to callers are counted by reason, and what June
is expected to keep to is judged under `expectations`.

`GET /metrics` gives the same to Prometheus, in its units: the timing `first_token_ms`
of june_orchestrator is the histogram `june_orchestrator_first_token_seconds`, the count
`turns` is `june_orchestrator_turns_total`.
"""


def architecture() -> str:
    """docs/architecture.md as it should be."""
    text, mark, _ = ARCHITECTURE.read_text().partition(FILES_FOLLOW)
    return text + mark + "".join(_files_of(package) for package in PACKAGES)


def settings() -> str:
    """docs/settings.md as it should be."""
    return SETTINGS_HEAD + "".join(
        f"\n## {title}\n\n| variable | default | values | meaning |\n|---|---|---|---|\n{rows}"
        for package, title in SERVICES.items()
        if (rows := "".join(_rows(package)))
    )


def metrics() -> str:
    """docs/metrics.md as it should be."""
    return METRICS_HEAD + "".join(
        f"\n## {SERVICES[package]}\n\n| figure | kind | meaning |\n|---|---|---|\n"
        + "".join(
            f"| `{figure.name}` | {figure.kind.value} | {figure.meaning} |\n"
            for figure in _figures(package)
        )
        for package in SERVICES
    )


def _figures(package: str) -> tuple[Figure, ...]:
    module = importlib.import_module(f"{package}.metrics")
    figures: tuple[Figure, ...] = COMMON if package == "june_runtime" else module.FIGURES
    return figures


PAGES = {ARCHITECTURE: architecture, SETTINGS: settings, METRICS: metrics}


def _files_of(package: str) -> str:
    rows = [
        f"| [{path.relative_to(ROOT / package)}](../{path.relative_to(ROOT)}) | {line} |\n"
        for path in sorted((ROOT / package).rglob("*.py"), key=_folders_last)
        if (line := _first_line(path)) and path.name != "__init__.py"
    ]
    about = _first_line(ROOT / package / "__init__.py")
    return f"\n### {package}\n\n{about}\n\n| file | |\n|---|---|\n{''.join(rows)}"


def _folders_last(path: Path) -> tuple[str, str]:
    return str(path.parent), path.name


def _first_line(path: Path) -> str:
    """The docstring's first line, or as many as its first sentence takes."""
    docstring = ast.get_docstring(ast.parse(path.read_text())) or ""
    paragraph = docstring.partition("\n\n")[0]
    found = re.match(r".*?[.:;](?=\n|$)", paragraph, re.DOTALL)
    return " ".join((found[0] if found else paragraph).split())


def _rows(package: str) -> Iterator[str]:
    common = _models("june_runtime")[0]
    for model in _models(package):
        meanings = _comments(model)
        for name, field in model.model_fields.items():
            inherited = model is not common and name in common.model_fields
            if isinstance(field.validation_alias, str) and not inherited:
                cells = (f"`{field.validation_alias}`", _shown(field.default), _legal(field))
                yield f"| {' | '.join(cells)} | {meanings.get(name, '')} |\n"


def _models(package: str) -> list[type[BaseModel]]:
    """The settings that `package`/settings.py defines."""
    module = importlib.import_module(f"{package}.settings")
    return [
        model
        for model in vars(module).values()
        if inspect.isclass(model)
        and issubclass(model, BaseModel)
        and model.__module__ == module.__name__
    ]


def _comments(model: type[BaseModel]) -> dict[str, str]:
    """The comment right above each field."""
    meanings: dict[str, str] = {}
    comment: list[str] = []
    for line in inspect.getsource(model).splitlines():
        if found := re.match(r"    # (.*)", line):
            comment.append(found[1])
            continue
        if found := re.match(r"    (\w+):", line):
            meanings[found[1]] = " ".join(comment)
        comment = []
    return meanings


def _legal(field: FieldInfo) -> str:
    """The values that a field takes, where it does not take any."""
    if get_origin(field.annotation) is Literal:
        return ", ".join(f"`{value}`" for value in get_args(field.annotation))
    bounds = {
        name: bound
        for limit in field.metadata
        for name in ("ge", "gt", "le")
        if (bound := getattr(limit, name, None)) is not None
    }
    match bounds:
        case {"ge": least, "le": most}:
            return f"{least} to {most}"
        case {"gt": least, "le": most}:
            return f"above {least}, to {most}"
        case {"ge": least}:
            return f"from {least}"
        case {"gt": least}:
            return f"above {least}"
    return ""


def _shown(default: Any) -> str:
    match default:
        case None | "" | ():
            return ""
        case bool():
            return f"`{str(default).lower()}`"
        case tuple() | list():
            return f"`{','.join(map(str, default))}`"
    return f"`{default}`"


def main() -> int:
    for path, made in PAGES.items():
        path.write_text(made())
    return 0


if __name__ == "__main__":
    sys.exit(main())
