"""`june models`: what is here, and how more of it comes."""

import io
import json
import os
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.console import Console

from june_cli import __main__ as cli
from june_cli.commands import models
from june_cli.models import Bar, in_units
from june_cli.output import Output
from june_runtime.model_fetch import fetch
from june_runtime.model_hub import Hub
from june_runtime.model_names import KNOWN, named
from june_runtime.models import resolve
from tests.hub_server import HubServer, Repository, Sending, hub_server
from tests.june_runtime.fetching import NEEDED, REPO, WEIGHTS, contents
from tests.june_runtime.model_folders import fetched

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[HubServer]:
    with hub_server() as server:
        server.repositories[REPO] = Repository(NEEDED)
        monkeypatch.setattr(models, "load_hub", lambda: Hub(server.endpoint, lambda _: None))
        yield server


def june(folder: Path, *arguments: str) -> int:
    return cli.main(["models", *arguments, "--folder", str(folder)])


def started(hub: HubServer, folder: Path, **environment: str) -> "subprocess.Popen[str]":
    """`june models fetch small` as a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "june_cli", "models", "fetch", "small"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ
        | {
            "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'gen/python'}",
            "HF_ENDPOINT": hub.endpoint,
            "JUNE_MODELS_FOLDER": str(folder),
        }
        | environment,
    )


def records(printed: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in printed.splitlines()]


def test_the_list_tells_what_is_known_and_what_is_here(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every known name, and the folders of others; with state and setting."""
    fetched(tmp_path)
    (fetched(tmp_path, "someone/theirs@v2") / "model.bin").unlink()
    (tmp_path / "a thing of others").mkdir()
    assert june(tmp_path, "list", "--json") == 0
    listed = {record["model"]: record for record in records(capsys.readouterr().out)}
    assert list(listed) == [*(model.name for model in KNOWN), "someone/theirs@v2"]
    small, theirs = listed["small"], listed["someone/theirs@v2"]
    assert (small["state"], small["setting"]) == ("here", "JUNE_STT_MODEL")
    assert (small["folder"], small["commit"]) == (str(tmp_path / "small"), "c" * 40)
    assert (theirs["state"], theirs["faults"]) == ("broken", ["model.bin is missing"])
    assert listed["chatterbox"]["state"] == "absent"
    assert listed["chatterbox"]["setting"] == "JUNE_TTS_MODEL"
    assert listed["tiny"]["about_bytes"] == 75_538_270


def test_the_list_may_be_of_what_is_here_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """For people too, with the folder."""
    fetched(tmp_path)
    assert june(tmp_path, "list", "--here") == 0
    printed = capsys.readouterr().out
    assert "small " in printed
    assert "tiny" not in printed
    assert f"in {tmp_path}" in printed


def test_an_unreadable_manifest_is_a_broken_model(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """And no fault of the list."""
    (fetched(tmp_path) / "june-model.json").write_text("{")
    assert june(tmp_path, "list", "--here") == 0
    assert "broken; the model in" in capsys.readouterr().out


def test_no_models_are_no_mistake(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Whoever asks learns how to get one."""
    assert june(tmp_path / "nowhere", "list", "--here") == 0
    assert june(tmp_path / "nowhere", "verify") == 0
    assert "`june models fetch small`" in capsys.readouterr().err


def test_a_fetch_tells_how_it_goes(
    hub: HubServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where nobody watches a terminal: the size, some of the tenths, the end."""
    assert june(tmp_path, "fetch", "small") == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "small: 53.8 kB"
    assert lines[-1] == f"small is in {tmp_path / 'small'}; 53.8 kB came"
    assert lines[1:-1]
    assert all(line.endswith("0 %") for line in lines[1:-1])
    assert june(tmp_path, "fetch", "small") == 0
    assert capsys.readouterr().out == f"small is in {tmp_path / 'small'}; nothing had to come\n"


def test_a_fetch_is_one_object_a_model(
    hub: HubServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """In the order they were named in."""
    hub.repositories["someone/theirs"] = Repository(NEEDED)
    assert june(tmp_path, "fetch", "small", "someone/theirs", "--json") == 0
    size = sum(map(len, NEEDED.values()))
    assert records(capsys.readouterr().out) == [
        {
            "model": name,
            "repo": repo,
            "commit": hub.repositories[repo].commit,
            "folder": str(tmp_path / folder),
            "bytes": size,
            "received_bytes": size,
        }
        for name, repo, folder in (
            ("small", REPO, "small"),
            ("someone/theirs", "someone/theirs", "someone--theirs"),
        )
    ]


def test_what_is_broken_is_told_and_mended_by_what_it_says(
    hub: HubServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The command in the answer is one that a shell takes."""
    folder = tmp_path / "my models"
    assert june(folder, "fetch", "small") == 0
    assert june(folder, "verify", "small") == 0
    assert capsys.readouterr().out.endswith("small is whole\n")
    (folder / "small" / "model.bin").write_bytes(WEIGHTS[::-1])
    assert june(folder, "verify", "--json") == 1
    printed = capsys.readouterr()
    [record] = records(printed.out)
    assert record["faults"] == ["model.bin has other contents than were fetched"]
    assert f"`{record['mend']}`" in printed.err
    assert cli.main(shlex.split(str(record["mend"]))[1:]) == 0
    assert june(folder, "verify") == 0


def test_a_model_that_is_not_here_is_not_whole(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Of several, all that are not are named at once."""
    fetched(tmp_path)
    assert june(tmp_path, "verify", "small", "tiny", "base") == 1
    assert "not whole: tiny, base; mend with `june models fetch tiny base" in (
        capsys.readouterr().err
    )


@pytest.mark.parametrize(
    ("name", "repository", "status", "words"),
    [
        ("smal", Repository(NEEDED), 2, "did you mean small?"),
        ("small", Repository(NEEDED, error=(403, "GatedRepo")), 1, "accept its terms"),
        ("small@v9", Repository(NEEDED), 1, "no such revision"),
    ],
)
def test_what_cannot_be_fetched_is_one_line(
    hub: HubServer,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    name: str,
    repository: Repository,
    status: int,
    words: str,
) -> None:
    """With an exit status of its own."""
    hub.repositories[REPO] = repository
    assert june(tmp_path, "fetch", name) == status
    printed = capsys.readouterr()
    assert (printed.out, printed.err.count("\n")) == ("", 1)
    assert words in printed.err


def test_no_network_has_status_3(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As everywhere where nothing answers."""
    monkeypatch.setattr(models, "load_hub", lambda: Hub("http://127.0.0.1:9"))
    assert june(tmp_path, "fetch", "small") == 3
    assert "HF_ENDPOINT" in capsys.readouterr().err


def test_settings_say_where_models_lie(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Their file too; otherwise it is the folder for caches, or that of the home."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    fetched(tmp_path / ".cache/june/models")
    assert cli.main(["models", "verify", "small"]) == 0
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "caches"))
    fetched(tmp_path / "caches/june/models", "tiny")
    assert cli.main(["models", "verify", "tiny"]) == 0
    (tmp_path / "june.env").write_text("JUNE_MODELS_FOLDER=~/given\n")
    monkeypatch.setenv("JUNE_SETTINGS_FILE", str(tmp_path / "june.env"))
    fetched(tmp_path / "given", "base")
    assert cli.main(["models", "verify", "base"]) == 0
    monkeypatch.setenv("JUNE_MODELS_FETCH", "perhaps")
    capsys.readouterr()
    assert cli.main(["models", "list"]) == 2
    assert "JUNE_MODELS_FETCH" in capsys.readouterr().err


@pytest.mark.slow
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_a_fetch_that_is_ended_leaves_no_model_and_nothing_to_fetch_twice(
    hub: HubServer, tmp_path: Path, how: signal.Signals
) -> None:
    """However it is ended: by the system or by Ctrl-C."""
    hub.sending = [Sending(hold_after=40_000)]
    with started(hub, tmp_path) as ended:
        assert ended.stdout is not None
        assert "small: 70 %\n" in iter(ended.stdout.readline, "")
        ended.send_signal(how)
        printed = ended.communicate(timeout=30)
    assert ended.returncode == (130 if how is signal.SIGINT else -how)
    assert "Traceback" not in printed[1]
    assert not (tmp_path / "small").exists()
    hub.asked.clear()
    assert june(tmp_path, "fetch", "small") == 0
    assert contents(resolve("small", tmp_path)) == NEEDED
    [begun, *_] = [asked.range for asked in hub.downloads() if "model.bin" in asked.path]
    # But for what a process that is killed had not handed to the system yet.
    assert 28_000 < int(begun.removeprefix("bytes=").removesuffix("-")) <= 40_000


@pytest.mark.slow
def test_two_at_once_fetch_it_once(hub: HubServer, tmp_path: Path) -> None:
    """As two pods on one volume do: one waits for the other, and finds it done."""
    hub.sending = [Sending(hold_after=40_000)]
    with started(hub, tmp_path) as first:
        hub.held.wait(30)
        with started(hub, tmp_path) as second:
            assert second.stderr is not None
            assert "another process fetches small" in second.stderr.readline()
            assert not (tmp_path / "small").exists()
            hub.release.set()
            assert first.wait(30) == second.wait(30) == 0
            assert second.stdout is not None
            assert "nothing had to come" in second.stdout.read()
    assert contents(resolve("small", tmp_path)) == NEEDED
    assert [asked.range for asked in hub.downloads()] == ["", ""]


@pytest.mark.slow
def test_an_environment_without_the_hub_is_told(hub: HubServer, tmp_path: Path) -> None:
    """HF_HUB_OFFLINE holds for June too."""
    with started(hub, tmp_path, HF_HUB_OFFLINE="1") as refused:
        printed = refused.communicate(timeout=30)
    assert (refused.returncode, printed[0], hub.asked) == (1, "", [])
    assert printed[1].startswith("june: HF_HUB_OFFLINE forbids")


@pytest.mark.parametrize(
    ("count", "shown"),
    [(0, "0 B"), (999, "999 B"), (75_538_270, "75.5 MB"), (3_087_284_237, "3.09 GB")],
)
def test_bytes_are_shown_to_three_digits(count: int, shown: str) -> None:
    """In units of a thousand, as disks are sold and hubs count."""
    assert in_units(count) == shown


def test_a_terminal_shows_a_bar(hub: HubServer, tmp_path: Path) -> None:
    """With the size, and how much of it has come; it is gone in the end."""
    terminal = Console(file=io.StringIO(), force_terminal=True, width=100)
    with Bar("small", Output(console=terminal)) as bar:
        done = fetch(named("small"), tmp_path, Hub(hub.endpoint), bar)
    shown = terminal.file.getvalue()  # type: ignore[attr-defined]
    assert "53.8/53.8 kB" in shown
    assert contents(done.place) == NEEDED
