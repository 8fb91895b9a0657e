"""docs/migrating.md names what there is."""

import re
from pathlib import Path

import pytest
from june.control.v1.control_pb2 import Config, ConfigureResponse, GetStatusResponse, Streaming
from june.metrics.v1.metrics_pb2 import Metrics

from june_cli.assignments import read_assignments
from june_orchestrator.settings import OrchestratorSettings
from june_stt.settings import SttSettings
from june_tts.settings import TtsSettings

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "migrating.md").read_text()


def test_every_setting_that_it_changes_can_be_changed() -> None:
    """Each `june configure` on the page would be sent."""
    commands = re.findall(r"june configure ([^`#\n]+)", PAGE)
    assert len(commands) > 5
    for command in commands:
        read_assignments(command.split())


@pytest.mark.parametrize(
    ("before", "message"),
    [
        (r"`\.config\.", Config),
        (r"\.streaming\.", Streaming),
        (r"\.metrics\.", Metrics),
        (r"`\.(?=sessions_|turns_|shared|etag)", ConfigureResponse),
        (r"\{(?=streaming, )", GetStatusResponse),
    ],
)
def test_every_field_of_an_answer_is_in_its_contract(before: str, message: type) -> None:
    """As its jq examples read it; the old system's own fields stand in the left columns."""
    old = {"streaming_conversations"}
    named = set(re.findall(before + r"(\w+)", PAGE)) - old
    assert named
    assert named <= set(message.DESCRIPTOR.fields_by_name)  # type: ignore[attr-defined]


def test_the_flags_are_those_that_the_services_read() -> None:
    """All six, none invented."""
    read = {
        str(field.validation_alias)
        for settings in (OrchestratorSettings, SttSettings, TtsSettings)
        for field in settings.model_fields.values()
    }
    named = set(re.findall(r"\b[A-Z_]+_ENABLED\b", PAGE))
    assert len(named) == 6
    assert named <= read


def test_every_http_path_is_bound_in_a_contract() -> None:
    """What is called with curl has an annotation."""
    bound = "".join(path.read_text() for path in (ROOT / "proto").rglob("*.proto"))
    paths = set(re.findall(r"localhost:808\d(/[\w/-]*)", PAGE))
    assert len(paths) >= 4
    assert all(f'"{path}"' in bound for path in paths)
