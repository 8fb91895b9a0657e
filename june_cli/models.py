"""Models as the command line tells of them: what is here, and how a fetch goes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)  # fmt: skip

from june_cli.errors import BadInput, CliError, Unanswered, Unreachable
from june_cli.output import Output
from june_runtime.errors import JuneError, SettingsError
from june_runtime.model_names import KNOWN, Model
from june_runtime.models import Manifest, faults_of_size, manifest_of, placed_in
from june_runtime.settings import Settings, read

# Lines that a fetch of any size writes where nobody watches a bar.
_LINES = 10


@dataclass(frozen=True, slots=True)
class Entry:
    """A model and what is here of it. `faults` says what is not as it was fetched."""

    model: Model
    manifest: Manifest | None = None
    faults: tuple[str, ...] = ()

    @property
    def state(self) -> str:
        if self.faults:
            return "broken"
        return "here" if self.manifest else "absent"

    @property
    def setting(self) -> str | None:
        return self.model.family.setting if self.model.family else None


def entries(folder: Path) -> list[Entry]:
    """All models that June knows by name, then those that are here besides."""
    others = [model for model in placed_in(folder) if model not in KNOWN]
    return [_entry(model, folder / model.folder) for model in (*KNOWN, *others)]


def _entry(model: Model, place: Path) -> Entry:
    try:
        manifest = manifest_of(place)
    except SettingsError as broken:
        return Entry(model, None, (broken.message,))
    if manifest is None:
        return Entry(model)
    return Entry(model, manifest, tuple(faults_of_size(place, manifest)))


def folder_of_models(given: Path | None) -> Path:
    """`given`, or what the settings say. Raises BadInput."""
    with explained():
        return given.absolute() if given else read(Settings, owner="JUNE_CLI_").models


@contextmanager
def explained() -> Iterator[None]:
    """Turns June's errors into lines for the user."""
    try:
        yield
    except JuneError as failed:
        match failed.reason:
            case "SETTINGS_INVALID" | "MODEL_UNKNOWN":
                raise BadInput(failed.message) from failed
            case "HUB_UNREACHABLE":
                raise Unreachable(failed.message) from failed
            case "HUB_SILENT":
                raise Unanswered(failed.message) from failed
        raise CliError(failed.message) from failed


def in_units(count: int) -> str:
    """Bytes for people: 484 MB."""
    for unit in ("B", "kB", "MB"):
        if count < 1_000:
            return f"{count:.3g} {unit}"
        count /= 1_000  # type: ignore[assignment]
    return f"{count:.3g} GB"


class Bar:
    """An onlooker for terminals: a bar with what has come, how fast, and what is left."""

    def __init__(self, name: str, output: Output) -> None:
        self._name = name
        self._output = output
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            DownloadColumn(),
            TransferSpeedColumn(),
            TimeRemainingColumn(),
            console=output.console,
            transient=True,
        )
        self._task = self._progress.add_task(name, total=None, start=False)

    def __enter__(self) -> Bar:
        self._progress.start()
        return self

    def __exit__(self, *failed: object) -> None:
        self._progress.stop()

    def waits(self) -> None:
        self._progress.update(self._task, description=f"{self._name}, which another one fetches")

    def begins(self, total: int, have: int) -> None:
        self._progress.update(self._task, description=self._name, total=total, completed=have)
        self._progress.start_task(self._task)

    def received(self, count: int) -> None:
        self._progress.advance(self._task, count)


class Lines:
    """An onlooker for pipes and logs: a line for each tenth."""

    def __init__(self, name: str, output: Output) -> None:
        self._name = name
        self._output = output
        self._total = self._come = self._told = 0

    def __enter__(self) -> Lines:
        return self

    def __exit__(self, *failed: object) -> None: ...

    def waits(self) -> None:
        self._output.warn(f"another process fetches {self._name}; waiting for it")

    def begins(self, total: int, have: int) -> None:
        self._total, self._come = total, have
        had = f", {in_units(have)} of them here already" if have else ""
        self._output.say(f"{self._name}: {in_units(total)}{had}")
        self._told = self._share

    def received(self, count: int) -> None:
        self._come += count
        if self._share > self._told:
            self._told = self._share
            self._output.say(f"{self._name}: {100 * self._told // _LINES} %")

    @property
    def _share(self) -> int:
        return _LINES * self._come // max(1, self._total)
