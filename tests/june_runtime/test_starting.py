"""How a service's process starts, or only says whether it could."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SERVICES = {"june_stt": "JUNE_STT_", "june_tts": "JUNE_TTS_", "june_orchestrator": "JUNE_ORCH_"}


def ended(module: str, *arguments: str, **environ: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", module, *arguments],
        env={"PYTHONPATH": f"{ROOT}:{ROOT / 'gen/python'}", **environ},
        cwd="/",
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


@pytest.mark.parametrize("module", SERVICES)
def test_settings_are_checked_without_starting(module: str, tmp_path: Path) -> None:
    """Nothing is said and nothing listens where they are in order."""
    file = tmp_path / "june.env"
    file.write_text("JUNE_STT_ENGINE=scripted\nTTS_STREAMING_ENABLED=false\n")
    checked = ended(module, "--check-settings", JUNE_SETTINGS_FILE=str(file))
    assert (checked.returncode, checked.stdout, checked.stderr) == (0, "", "")


@pytest.mark.parametrize(("module", "prefix"), SERVICES.items())
@pytest.mark.parametrize("arguments", [(), ("--check-settings",)])
def test_every_fault_stops_the_start_and_is_told(
    module: str, prefix: str, arguments: tuple[str, ...], tmp_path: Path
) -> None:
    """Of the environment and of the file, with exit status 2 and no traceback."""
    file = tmp_path / "june.env"
    file.write_text(f"{prefix}NOTHING=1\nORCH_STREAMING_ENABLE=1\n")
    environ = {f"{prefix}LISTEN": "nowhere", "JUNE_SETTINGS_FILE": str(file)}
    stopped = ended(module, *arguments, **environ)
    assert stopped.returncode == 2
    first, *faults = stopped.stderr.splitlines()
    assert first == "these settings are wrong:"
    assert [fault.split(":")[0].strip() for fault in faults] == sorted(
        (f"{prefix}LISTEN", f"{prefix}NOTHING", "ORCH_STREAMING_ENABLE")
    )


def test_an_argument_that_means_nothing_is_refused() -> None:
    """A slip in the one that exists starts no service."""
    refused = ended("june_stt", "--check-setting", "x")
    assert refused.returncode == 2
    assert "usage: python -m june_stt" in refused.stderr
