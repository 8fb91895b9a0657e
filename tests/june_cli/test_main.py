"""`june` as people start it."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Coroutine
from contextlib import suppress
from pathlib import Path

import pytest
from click.testing import CliRunner

from june_cli import __main__ as cli
from june_cli.commands import up
from june_cli.services import SERVICES, TTS

ROOT = Path(__file__).resolve().parents[2]


def environment() -> dict[str, str]:
    return os.environ | {"PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'gen/python'}"}


def june(*arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "june_cli", *arguments],
        check=False,
        capture_output=True,
        text=True,
        timeout=30,
        env=environment(),
    )


@pytest.mark.parametrize("name", cli.COMMANDS)
def test_every_command_has_help_with_an_example(name: str) -> None:
    """Help tells what the command does and shows it in use."""
    shown = CliRunner().invoke(cli.june, [name, "--help"])
    assert shown.exit_code == 0
    assert f"june {name}" in shown.output.split("Usage:")[1].split("\n", 1)[1]
    assert "--json" in shown.output


def test_the_overview_names_every_command() -> None:
    """What there is can be found from `june --help`."""
    shown = CliRunner().invoke(cli.june, ["--help"]).output
    assert all(f"  {name} " in shown for name in cli.COMMANDS)


@pytest.mark.parametrize(
    ("arguments", "status", "line"),
    [
        (["transcribe", "nowhere.wav"], 2, "june: nowhere.wav does not exist"),
        (["talk", "nowhere.wav"], 2, "june: nowhere.wav does not exist"),
        (["say", " "], 2, "june: there is no text to speak"),
        (["say", "x", "--tts", "127.0.0.1:1"], 3, "june: nothing answers at 127.0.0.1:1; start it"),
        (["voices", "--tts", "127.0.0.1:1"], 3, "june: nothing answers at 127.0.0.1:1; start it"),
        (["drain", "tts", "--port-base", "1"], 3, "june: nothing answers at localhost:3; start it"),
    ],
)
def test_what_goes_wrong_is_one_line(
    arguments: list[str],
    status: int,
    line: str,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """On standard error, without a traceback, with an exit status of its own."""
    monkeypatch.chdir(tmp_path)
    assert cli.main(arguments) == status
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith(line)
    assert printed.err.count("\n") == 1
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["sing"], "No such command"),
        (["transcribe"], "Missing argument"),
        (["health", "--stt", "localhost"], "is no HOST:PORT"),
        (["say", "x", "--tls-cert", __file__], "go together"),
        (["status", "--tls-ca", "nowhere.pem"], "does not exist"),
    ],
)
def test_a_mistake_in_the_command_line_has_status_2(
    arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is wrong with it is said."""
    assert cli.main(arguments) == 2
    assert words in capsys.readouterr().err


def test_a_fault_of_junes_own_shows_no_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """One line with what happened, and how to see more."""

    def broken(work: Coroutine[object, object, None]) -> None:
        work.close()
        raise ZeroDivisionError("by zero")

    monkeypatch.setattr(up, "run", broken)
    assert cli.main(["up"]) == 1
    assert "ZeroDivisionError: by zero" in capsys.readouterr().err


def taken_between_free_ones() -> socket.socket:
    """A port in use, and nobody gets its neighbours by chance: they are below those that
    the system chooses from."""
    for port in range(20_001, 30_000, 3):
        with suppress(OSError):
            for beside in (port - 1, port + 1):
                socket.create_server(("127.0.0.1", beside)).close()
            return socket.create_server(("127.0.0.1", port))
    raise AssertionError("all ports are in use")


def test_ports_in_use_are_one_line_before_anything_starts() -> None:
    """Port and service are named; nothing was started."""
    with taken_between_free_ones() as taken:
        port = taken.getsockname()[1]
        ended = june("up", "--port-base", str(port - 1), "--no-http")
    assert ended.returncode == 1
    assert ended.stdout == ""
    assert ended.stderr == (
        f"june: port {port} (speech to text) is in use;"
        " stop what listens there (june drain?) or choose --port-base and --http-base\n"
    )


def test_an_http_port_in_use_is_named_too() -> None:
    """Nothing starts half."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ended = june("up", "--http-base", str(port - 2))
    assert ended.returncode == 1
    assert f"{port} (text to speech)" in ended.stderr


def test_http_ports_follow_the_port_base() -> None:
    """8080 for the first June of a machine; others have ports of their own."""
    assert [up.http_base(base) for base in (50050, 6000, 65500)] == [8080, 6100, 65400]
    wish = up.Wish(6000, None, None, None, as_json=False)
    environments = {plan.service: plan.environment for plan in up.plans(wish)}
    assert environments[TTS]["JUNE_TTS_HTTP_LISTEN"] == "127.0.0.1:6102"
    assert environments[TTS]["JUNE_TTS_ORCHESTRATOR"] == "127.0.0.1:6000"
    without = up.Wish(6000, None, None, None, as_json=False, no_http=True)
    assert up.plans(without)[0].environment["JUNE_ORCH_HTTP_LISTEN"] == "off"


def test_a_misspelt_setting_stops_june_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is named before three services complain about it."""
    monkeypatch.setenv("JUNE_LOG_LEVLE", "DEBUG")
    ended = june("up")
    assert ended.returncode == 2
    assert "did you mean JUNE_LOG_LEVEL" in ended.stderr


def test_services_are_told_where_to_listen_and_where_the_others_are() -> None:
    """Three plans, moved together by the port base."""
    wish = up.Wish(6000, "scripted", None, None, as_json=False)
    found = {plan.service.name: plan for plan in up.plans(wish)}
    assert [plan.address.partition(":")[2] for plan in found.values()] == ["6000", "6001", "6002"]
    assert found["orchestrator"].environment.items() >= {
        ("JUNE_ORCH_LISTEN", "127.0.0.1:6000"),
        ("JUNE_ORCH_STT", "127.0.0.1:6001"),
        ("JUNE_ORCH_TTS", "127.0.0.1:6002"),
    }
    assert found["stt"].environment["JUNE_STT_ENGINE"] == "scripted"
    assert "JUNE_TTS_ENGINE" not in found["tts"].environment
    assert [plan.command[1:] for plan in found.values()] == [
        ["-m", each.module] for each in SERVICES
    ]


def test_ctrl_c_ends_a_command_with_130(tmp_path: Path) -> None:
    """At once and without a word, even while a server keeps it waiting."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"127.0.0.1:{silent.getsockname()[1]}"
        command = [sys.executable, "-m", "june_cli", "voices", "--tts", address]
        with subprocess.Popen(command, env=environment(), stderr=subprocess.PIPE) as waiting:
            silent.settimeout(20)
            connection, _ = silent.accept()
            waiting.send_signal(signal.SIGINT)
            _, complaint = waiting.communicate(timeout=10)
            connection.close()
    assert (waiting.returncode, complaint) == (130, b"")


def test_a_reader_that_goes_away_is_no_fault(tmp_path: Path) -> None:
    """`june ... | head` prints no complaint."""
    code = "import sys; from june_cli.__main__ import main; sys.exit(main(['--help']))"
    with subprocess.Popen(
        [sys.executable, "-c", code],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=ROOT,
        env=environment(),
    ) as june:
        assert june.stdout is not None
        june.stdout.close()
        assert june.stderr is not None
        assert june.stderr.read() == b""


def test_status_as_json_prints_only_objects() -> None:
    """Even where nothing answers: what is wrong is beside it on standard error."""
    ended = june("status", "--json", "--port-base", "1")
    assert ended.returncode == 1
    records = [json.loads(line) for line in ended.stdout.splitlines()]
    assert [record["service"] for record in records] == ["orchestrator", "stt", "tts"]
    assert ended.stderr.startswith("june: no status of")
