"""june configure against a scripted orchestrator, over a real channel."""

import io
import json
from collections.abc import Sequence

import pytest
from click.testing import CliRunner
from june.control.v1.control_pb2 import Config
from pydantic import Field
from rich.console import Console

from june_cli import __main__ as cli
from june_cli.assignments import read_assignments
from june_cli.commands.configure import configure
from june_cli.errors import BadInput, CliError
from june_cli.output import Output
from june_cli.services import ORCHESTRATOR
from june_runtime.live import Live, LiveConfig, MemoryStore
from tests.june_cli.scripted import Scripted, ScriptedOrchestrator, reachable


class Settings(LiveConfig):
    streaming_enabled: bool = True
    min_sentence_chars: int = Field(12, ge=1, le=200)
    tts_chunk_ms: int = Field(100, ge=20, le=1000)
    voice: str = "ada"
    exaggeration: float | None = None


def orchestrator() -> ScriptedOrchestrator:
    service = ScriptedOrchestrator()
    service.live = Live[LiveConfig](Settings())  # type: ignore[assignment]
    return service


async def configured(
    service: Scripted, words: Sequence[str] = (), etag: str = "", *, as_json: bool = False
) -> str:
    """What `june configure` with these words prints."""
    told = io.StringIO()
    output = Output(as_json=as_json, console=Console(file=told, width=120))
    async with reachable(service) as peers:
        await configure(ORCHESTRATOR, read_assignments(words), etag, peers, output)
    return told.getvalue()


def settings_of(service: Scripted) -> LiveConfig:
    return service.live.current


def etag_of(service: Scripted) -> str:
    return service.live.etag


async def test_without_assignments_everything_is_shown() -> None:
    """Each setting that the service has, the etag, and where the settings are kept."""
    service = orchestrator()
    text = await configured(service)
    rows = [tuple(line.split()) for line in text.splitlines() if line.strip()]
    assert rows[:4] == [
        ("streaming_enabled", "on"),
        ("min_sentence_chars", "12"),
        ("tts_chunk_ms", "100"),
        ("voice", "ada"),
    ]
    last = text.splitlines()[-1]
    assert last == f"etag {etag_of(service)} · kept in this process's memory, 0 changes so far"


async def test_without_assignments_json_is_one_object() -> None:
    """Numbers and switches keep their types."""
    service = orchestrator()
    assert json.loads(await configured(service, as_json=True)) == {
        "kind": "config",
        "service": "orchestrator",
        "config": {
            "streaming_enabled": True, "min_sentence_chars": 12, "tts_chunk_ms": 100,
            "voice": "ada",
        },
        "etag": etag_of(service),
        "store": {"kind": "memory", "reachable": True, "version": 0},
    }  # fmt: skip


async def test_a_change_is_made_and_told() -> None:
    """Before and after of what was changed, and nothing of what was not."""
    service = orchestrator()
    text = await configured(
        service, ["streaming_enabled=false", "voice=", "exaggeration=0.3", "tts_chunk_ms=100"]
    )
    assert text.splitlines() == [
        "streaming_enabled: on → off",
        "voice: ada → (empty)",
        "exaggeration: (unset) → 0.3",
        "new sessions: from their first turn",
        f"etag {etag_of(service)}",
    ]
    assert settings_of(service) == Settings(streaming_enabled=False, voice="", exaggeration=0.3)


async def test_a_change_tells_whom_it_reaches() -> None:
    """Sessions under way, with the next turn."""
    service = orchestrator()
    with service.sessions.admit(), service.sessions.admit():
        text = await configured(service, ["voice=eve"])
    assert "2 sessions under way: with the next turn" in text


async def test_replicas_that_share_a_store_are_told_of() -> None:
    """They take the change over as well."""
    service = orchestrator()
    store = MemoryStore()
    store.kind = "redis"
    service.live = Live[LiveConfig](Settings(), store)  # type: ignore[assignment]
    assert "other replicas: within a second" in await configured(service, ["voice=eve"])


async def test_a_change_as_json() -> None:
    """One object with what changed, the whole configuration and whom it reaches."""
    service = orchestrator()
    told = json.loads(await configured(service, ["min_sentence_chars=30"], as_json=True))
    assert told == {
        "kind": "configured",
        "service": "orchestrator",
        "changed": {"min_sentence_chars": {"before": 12, "after": 30}},
        "config": {
            "streaming_enabled": True, "min_sentence_chars": 30, "tts_chunk_ms": 100,
            "voice": "ada",
        },
        "etag": etag_of(service),
        "sessions_at_next_turn": 0,
        "turns_unchanged": 0,
        "shared": False,
    }  # fmt: skip


async def test_a_change_of_nothing_says_so() -> None:
    """No one wonders why nothing happens."""
    text = await configured(orchestrator(), ["min_sentence_chars=12"])
    assert text.startswith("it was so already\n")


async def test_an_etag_that_is_stale_changes_nothing() -> None:
    """Somebody else was faster: the refusal says to read again."""
    service = orchestrator()
    seen = etag_of(service)
    await configured(service, ["voice=eve"], seen)
    with pytest.raises(CliError, match=r"changed since it was read.*\(ETAG_STALE\)"):
        await configured(service, ["voice=zoe"], seen)
    assert service.live.current.model_dump()["voice"] == "eve"


async def test_what_the_service_refuses_is_shown_field_by_field() -> None:
    """All of it at once, a line each, and as a mistake in the command line."""
    service = orchestrator()
    with pytest.raises(BadInput) as failed:
        await configured(service, ["min_sentence_chars=900", "tts_chunk_ms=1", "voice=eve"])
    lines = failed.value.message.splitlines()
    assert lines[0] == "orchestrator changed nothing (BAD_INPUT):"
    assert lines[1].split()[0] == "min_sentence_chars"
    assert "200" in lines[1]
    assert lines[2].split()[0] == "tts_chunk_ms"
    assert settings_of(service) == Settings()


async def test_a_setting_of_another_service_is_refused() -> None:
    """It is named, without the proto's path before it."""
    with pytest.raises(BadInput, match=r"(?s)SETTING_UNKNOWN.*\n  stt_partials  is no setting"):
        await configured(orchestrator(), ["stt_partials=off"])


def test_mistakes_are_told_before_anything_is_sent(capsys: pytest.CaptureFixture[str]) -> None:
    """Status 2, although nothing answers there."""
    arguments = ["configure", "voic=ada", "--server", "127.0.0.1:1"]
    assert cli.main(arguments) == 2
    assert capsys.readouterr().err == "june: 'voic' is no setting; did you mean voice?\n"


def test_an_etag_without_a_change_is_a_mistake(capsys: pytest.CaptureFixture[str]) -> None:
    """It would guard nothing."""
    assert cli.main(["configure", "--etag", "x", "--server", "127.0.0.1:1"]) == 2
    assert "--etag guards a change" in capsys.readouterr().err


def test_nothing_listening_has_status_3(capsys: pytest.CaptureFixture[str]) -> None:
    """As of every command."""
    assert cli.main(["configure", "voice=ada", "--server", "127.0.0.1:1"]) == 3
    assert "nothing answers at 127.0.0.1:1" in capsys.readouterr().err


def test_help_names_every_key() -> None:
    """What can be changed need not be looked up elsewhere."""
    shown = CliRunner().invoke(cli.june, ["configure", "--help"]).output
    assert all(key in shown for key in Config.DESCRIPTOR.fields_by_name)
