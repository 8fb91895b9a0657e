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
from june_runtime.settings import Settings

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("june_orchestrator", "june_stt", "june_tts", "june_runtime", "june_cli")
SERVICES = {
    "june_runtime": "all",
    "june_orchestrator": "orchestrator",
    "june_stt": "speech to text",
    "june_tts": "text to speech",
}

ARCHITECTURE = ROOT / "docs" / "architecture.md"
SETTINGS = ROOT / "docs" / "settings.md"
METRICS = ROOT / "docs" / "metrics.md"
FILES_FOLLOW = "<!-- `make docs` writes what follows from the files' own first lines. -->\n"
SETTINGS_HEAD = """# Settings

<!-- Written by `make docs` from the settings' own fields. -->

Settings are environment variables, read once when a service starts. More of them may
stand in a file, which `JUNE_SETTINGS_FILE` names:

```sh
# june.env: comments, quotes and `export` are read, $NAME stays as it is
JUNE_LOG_FORMAT=json
JUNE_ORCH_SYSTEM_INSTRUCTION="You are June. Be brief."
CONCURRENT_TTS_ENABLED=false
```

- `docker run --env-file` takes such a file too, but keeps quotes as part of the value.
- **The environment wins** over the file. A variable that is set to nothing counts as
  unset, in both.
- **One file or environment may serve all three services**: each reads its own prefix,
  its own flags and what is common to all, and leaves the rest to the others.
- **All faults stop the start and are told at once**, each with its place: values out
  of range, values that do not fit together, and names that nothing reads. In the
  file such a name is a fault whatever it begins with, and so is a line that is not
  `NAME=value`, a name that is set twice, and a file that is missing, not UTF-8 or
  larger than 1 MB.
- **To check without starting**: `python -m june_stt --check-settings` tells the faults
  and ends with status 2, or with 0 where there are none; likewise `june_tts` and
  `june_orchestrator`. `june up` asks all three before it starts any.
- **What Kubernetes sets** for its Services (`JUNE_STT_SERVICE_HOST`,
  `JUNE_STT_PORT=tcp://...`) is ignored in the environment.
- **Live** is the name by which `ControlService.Configure` changes a setting while the
  service runs; the variable is what holds until then.
"""
TABLE_HEAD = """
| variable | service | default | values | live | meaning |
|---|---|---|---|---|---|
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
    return (
        SETTINGS_HEAD + TABLE_HEAD + "".join(row for package in SERVICES for row in _rows(package))
    )


def metrics() -> str:
    """docs/metrics.md as it should be."""
    return METRICS_HEAD + "".join(
        f"\n## {SERVICES[package]}\n\n| figure | kind | unit | meaning |\n|---|---|---|---|\n"
        + "".join(
            f"| `{figure.name}` | {figure.kind.value} | {figure.unit} | {figure.meaning} |\n"
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
    for model in _models(package):
        live = not issubclass(model, Settings)
        meanings = _comments(model)
        for name in inspect.get_annotations(model):
            field = model.model_fields.get(name)
            if field is None or not isinstance(field.validation_alias, str):
                continue
            cells = (
                f"`{field.validation_alias}`",
                SERVICES[package],
                _shown(field.default),
                _legal(field),
                f"`{name}`" if live else "",
                meanings.get(name, ""),
            )
            yield f"| {' | '.join(cells)} |\n"


def _models(package: str) -> list[type[BaseModel]]:
    """What `package`/settings.py defines: what holds from start to end, then the rest."""
    module = importlib.import_module(f"{package}.settings")
    models = [
        model
        for model in vars(module).values()
        if inspect.isclass(model)
        and issubclass(model, BaseModel)
        and model.__module__ == module.__name__
    ]
    return sorted(models, key=lambda model: not issubclass(model, Settings))


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
    if (
        get_origin(field.annotation) is tuple
        and get_origin(get_args(field.annotation)[0]) is Literal
    ):
        return ", ".join(f"`{value}`" for value in get_args(get_args(field.annotation)[0]))
    if field.annotation is bool:
        return "`true`, `false`"
    bounds = {
        name: bound
        for limit in field.metadata
        for name in ("ge", "gt", "le", "max_length")
        if (bound := getattr(limit, name, None)) is not None
    }
    match bounds:
        case {"ge": least, "le": most}:
            return f"{least} to {most}"
        case {"gt": least, "le": most}:
            return f"above {least}, to {most}"
        case {"ge": least}:
            return f"from {least}"
        case {"max_length": longest}:
            return f"at most {longest} characters"
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
