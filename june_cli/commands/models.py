"""june models: what June hears and speaks with, on this machine."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click
from rich.table import Table

from june_cli.errors import CliError
from june_cli.models import Bar, Entry, Lines, entries, explained, folder_of_models, in_units
from june_cli.output import ChangingLine, Output
from june_cli.peers import json_option
from june_runtime.errors import SettingsError
from june_runtime.model_fetch import fetch as fetch_model
from june_runtime.model_fetch import load_hub
from june_runtime.model_names import Model, named
from june_runtime.models import faults, fetch_command, manifest_of, placed_in

Command = TypeVar("Command", bound=Callable[..., Any])


def _options(command: Command) -> Command:
    """--folder and --json, which all of them take."""
    folder = click.option(
        "--folder",
        type=click.Path(file_okay=False, path_type=Path),
        metavar="FOLDER",
        help="Where models lie.  [default: JUNE_MODELS_FOLDER, or june/models in the folder for"
        " caches]",
    )
    return folder(json_option(command))


@click.group(short_help="List, fetch and check models.")
def command() -> None:
    """Have models for hearing and speaking on this machine.

    A model is fetched once and needs no network from then on. A fetch that was
    interrupted goes on where it stopped, and every byte is checked.

    \b
    june models list
    june models fetch small chatterbox
    june models verify
    june models fetch Systran/faster-whisper-small@main --json

    Each takes --folder, and --json for one JSON object a line.
    """


@command.command(name="list", short_help="Show what is known and what is here.")
@click.option("--here", is_flag=True, help="Only those that are here.")
@_options
def list_(here: bool, folder: Path | None, as_json: bool) -> None:
    """Show the models that June knows by name and those that are here: how large they
    are, whether they are whole by their files' sizes, and which setting takes the name.

    \b
    june models list
    june models list --here --json
    """
    output, place = Output(as_json=as_json), folder_of_models(folder)
    with explained():
        found = [entry for entry in entries(place) if not here or entry.state != "absent"]
    for entry in found:
        output.record(**_plain(entry, place))
    if found:
        output.say(_table(found), f"in {place}")
    else:
        output.warn(f"no model is in {place}; `june models fetch small` brings one")


@command.command(short_help="Have models here.")
@click.argument("names", nargs=-1, required=True, metavar="NAME...")
@click.option("--again", is_flag=True, help="Check every byte, and take what is newer on the hub.")
@_options
def fetch(names: tuple[str, ...], again: bool, folder: Path | None, as_json: bool) -> None:
    """Fetch models: by a name of `june models list`, or any that faster-whisper or
    Chatterbox can read as ORG/NAME, either with @REVISION.

    What is here already is left as it is, without asking the network. HF_ENDPOINT
    names another hub, HF_TOKEN opens what is not for everybody.

    \b
    june models fetch small
    june models fetch turbo chatterbox-turbo --folder /models
    june models fetch Systran/faster-whisper-small@main --again
    """
    output, place = Output(as_json=as_json), folder_of_models(folder)
    with explained():
        models = [named(name) for name in names]
        hub = load_hub()
        for model in models:
            with (Bar if output.live else Lines)(model.name, output) as onlooker:
                done = fetch_model(model, place, hub, onlooker, again=again)
            output.record(
                model=model.name,
                repo=model.repo,
                commit=done.manifest.commit,
                folder=str(done.place),
                bytes=done.manifest.size,
                received_bytes=done.received,
            )
            came = f"{in_units(done.received)} came" if done.received else "nothing had to come"
            output.say(f"{model.name} is in {done.place}; {came}")


@command.command(short_help="Check every byte of the models here.")
@click.argument("names", nargs=-1, metavar="[NAME]...")
@_options
def verify(names: tuple[str, ...], folder: Path | None, as_json: bool) -> None:
    """Check the models that are here, or those named, against the sizes and SHA-256
    sums that they were fetched with. The exit status is 0 where all are whole.

    \b
    june models verify
    june models verify small --folder /models
    """
    output, place = Output(as_json=as_json), folder_of_models(folder)
    with explained():
        models = [named(name) for name in names] or list(placed_in(place))
        broken = [model for model in models if not _whole(model, place, output)]
    if not models:
        output.warn(f"no model is in {place}")
    if broken:
        listed = ", ".join(model.name for model in broken)
        raise CliError(
            f"not whole: {listed}; mend with `{fetch_command(broken, place, again=True)}`"
        )


def _whole(model: Model, folder: Path, output: Output) -> bool:
    """Checks the model, shows what was found and tells whether it is whole."""
    with ChangingLine(output) as line:
        line.hint(f"checking {model.name} ...")
        found = _faults(model, folder)
    output.record(
        model=model.name,
        whole=not found,
        faults=list(found),
        mend=fetch_command([model], folder, again=True) if found else None,
    )
    for fault in found:
        output.say(f"{model.name}: {fault}", style="red")
    if not found:
        output.say(f"{model.name} is whole")
    return not found


def _faults(model: Model, folder: Path) -> list[str]:
    try:
        manifest = manifest_of(folder / model.folder)
    except SettingsError as unreadable:
        return [unreadable.message]
    if manifest is None:
        return [f"is not in {folder}"]
    return list(faults(folder / model.folder, manifest))


def _plain(entry: Entry, folder: Path) -> dict[str, Any]:
    model, manifest = entry.model, entry.manifest
    return {
        "model": model.name,
        "state": entry.state,
        "setting": entry.setting,
        "repo": model.repo,
        "revision": model.revision,
        "commit": manifest.commit if manifest else None,
        "bytes": manifest.size if manifest else None,
        "about_bytes": model.about_bytes,
        "folder": str(folder / model.folder) if entry.state != "absent" else None,
        "faults": list(entry.faults),
    }


def _table(found: Sequence[Entry]) -> Table:
    table = Table("model", "size", "", "chosen by", "from", box=None, padding=(0, 3, 0, 0))
    styles = {"here": "green", "broken": "red", "absent": "dim"}
    for entry in found:
        size = entry.manifest.size if entry.manifest else entry.model.about_bytes
        state = "; ".join((entry.state, *entry.faults)) if entry.state != "absent" else ""
        table.add_row(
            entry.model.name,
            in_units(size) if size else "",
            state,
            entry.setting or "JUNE_STT_MODEL or JUNE_TTS_MODEL",
            entry.model.repo,
            style=styles[entry.state],
        )
    return table
