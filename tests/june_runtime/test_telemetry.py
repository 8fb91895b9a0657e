"""Log lines."""

import json
import logging
from collections.abc import Iterator

import pytest

from june_runtime.telemetry import configure_logging, replica, session_id, version


@pytest.fixture(autouse=True)
def _restore_logging() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)


def test_json_lines_carry_the_session_and_the_extras(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """One object a line, with everything that was passed along."""
    configure_logging("json")
    session_id.set("s1")
    logging.getLogger("june.x").info("turn %d", 3, extra={"first_audio_ms": 12.5})
    line = json.loads(capsys.readouterr().err)
    assert line.pop("time")
    assert line == {
        "level": "info",
        "logger": "june.x",
        "message": "turn 3",
        "session": "s1",
        "first_audio_ms": 12.5,
    }


def test_json_lines_hold_tracebacks_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    """A failure stays one line for whoever collects them."""
    configure_logging("json")
    try:
        raise ValueError("broken")
    except ValueError:
        logging.getLogger().exception("failed")
    text = capsys.readouterr().err
    assert text.count("\n") == 1
    assert "ValueError: broken" in json.loads(text)["exception"]


def test_console_lines_are_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    """Time, level, logger, message and what belongs to it."""
    configure_logging("console")
    session_id.set("s1")
    logging.getLogger("june.x").warning("slow", extra={"ms": 7})
    line = capsys.readouterr().err
    assert line.endswith(" warning june.x: slow (ms=7 session=s1)\n")


def test_lines_without_a_session_name_none(capsys: pytest.CaptureFixture[str]) -> None:
    """No empty field."""
    configure_logging("json")
    session_id.set("")
    logging.getLogger().info("hello")
    assert "session" not in json.loads(capsys.readouterr().err)


def test_lines_below_the_level_are_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    """The level is as configured."""
    configure_logging("console", "warning")
    logging.getLogger().info("hello")
    assert capsys.readouterr().err == ""


def test_a_process_knows_its_name_and_version() -> None:
    """Both are shown in every status."""
    assert replica()
    assert version()
