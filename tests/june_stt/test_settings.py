"""What speech to text is started with."""

from __future__ import annotations

from pathlib import Path
from typing import NoReturn, get_args

import pytest

from june_runtime.errors import InvalidInput, SettingsError, Unavailable
from june_runtime.live import Live
from june_runtime.settings import read
from june_stt.engine import ModelChoice, load_engine
from june_stt.service import Stt
from june_stt.settings import SttConfig, SttSettings


def test_nothing_needs_to_be_set() -> None:
    settings = read(SttSettings, {}, "JUNE_STT_")
    assert settings.listen.endswith(":50051")
    assert (settings.stt_streaming, settings.stt_partials) == (True, True)


def test_the_flags_that_users_know_set_the_defaults_of_streams() -> None:
    settings = read(
        SttSettings, {"STT_STREAMING_ENABLED": "false", "STT_PARTIALS_ENABLED": "0"}, "JUNE_STT_"
    )
    live = settings.live()
    assert (live.stt_streaming, live.stt_partials) == (False, False)


def test_every_fault_is_listed() -> None:
    faults = {"JUNE_STT_IDLE_SECONDS": "0", "JUNE_STT_MAX_STREAMS": "none", "JUNE_STT_ENGIN": "x"}
    with pytest.raises(SettingsError) as wrong:
        read(SttSettings, faults, "JUNE_STT_")
    assert set(wrong.value.fields) == set(faults)


VALUES = {
    "end_silence_ms": ("JUNE_STT_END_SILENCE_MS", "700", 700),
    "eager_end_silence_ms": ("JUNE_STT_EAGER_END_SILENCE_MS", "300", 300),
    "max_turn_ms": ("JUNE_STT_MAX_TURN_MS", "20000", 20_000),
    "language": ("JUNE_STT_LANGUAGE", "de", "de"),
    "stt_streaming": ("STT_STREAMING_ENABLED", "no", False),
    "stt_partials": ("STT_PARTIALS_ENABLED", "no", False),
}


@pytest.mark.parametrize("field", SttConfig.model_fields)
def test_whatever_can_be_changed_live_can_be_set_at_start(field: str) -> None:
    """By a variable that changes nothing else."""
    variable, written, meant = VALUES[field]
    changed = SttConfig().model_copy(update={field: meant})
    assert read(SttSettings, {variable: written}, "JUNE_STT_").live() == changed


def test_silences_that_do_not_fit_are_told_by_their_variables() -> None:
    """Where the eager end would come after the end; here by default."""
    with pytest.raises(SettingsError) as wrong:
        read(SttSettings, {"JUNE_STT_END_SILENCE_MS": "150"}, "JUNE_STT_")
    assert wrong.value.fields == {
        "JUNE_STT_EAGER_END_SILENCE_MS": "is 200 by default; must not exceed"
        " JUNE_STT_END_SILENCE_MS, which is 150"
    }


@pytest.mark.parametrize("name", get_args(SttSettings.model_fields["engine"].annotation))
def test_every_engine_that_can_be_chosen_is_known_where_it_is_loaded(name: str) -> None:
    """It may be one that is not installed here, or want a model."""
    try:
        load_engine(name)
    except SettingsError as missing:
        if missing.reason not in ("ENGINE_MISSING", "MODEL_MISSING"):
            raise


def test_whisper_wants_a_model_that_is_here() -> None:
    """And says how to get one; auto takes it once one is named."""
    for name in ("whisper", "auto"):
        with pytest.raises(SettingsError, match="june models fetch small") as missing:
            load_engine(name, choice=ModelChoice("small", Path("/nowhere")))
        assert missing.value.reason == "MODEL_MISSING"
    with pytest.raises(SettingsError, match="JUNE_STT_MODEL"):
        load_engine("whisper")


def test_whisper_fetches_its_model_where_it_may(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One setting, with the folder, for all services; what then fails stops the start."""

    class Nowhere:
        def listing(self, repo: str, revision: str) -> NoReturn:
            raise Unavailable("HUB_UNREACHABLE", f"{repo} at {revision} is far")

    monkeypatch.setattr("june_runtime.model_fetch.load_hub", Nowhere)
    variables = {
        "JUNE_STT_MODEL": "small",
        "JUNE_MODELS_FOLDER": str(tmp_path),
        "JUNE_MODELS_FETCH": "true",
    }
    chosen = read(SttSettings, variables, "JUNE_STT_").choice
    with pytest.raises(SettingsError, match="Systran/faster-whisper-small at main is far"):
        load_engine("whisper", choice=chosen)


async def test_a_live_change_must_leave_silences_that_fit() -> None:
    """The eager end comes before the end; nothing is changed otherwise."""
    live = Live(SttSettings().live())
    with pytest.raises(InvalidInput):
        await live.change({"end_silence_ms": 150})
    assert live.current.end_silence_ms == 500
    await live.change({"end_silence_ms": 150, "eager_end_silence_ms": 100})
    assert live.current.end_silence_ms == 150


@pytest.mark.parametrize(
    ("field", "value"),
    [("end_silence_ms", 99), ("eager_end_silence_ms", 59), ("max_turn_ms", 300_001)],
)
async def test_a_live_change_out_of_range_names_its_field(field: str, value: int) -> None:
    with pytest.raises(InvalidInput) as refused:
        await Live(SttSettings().live()).change({field: value})
    assert f"config.{field}" in refused.value.fields


async def test_a_setting_of_another_service_is_refused() -> None:
    with pytest.raises(InvalidInput) as refused:
        await Live(SttSettings().live()).change({"voice": "anna"})
    assert refused.value.reason == "SETTING_UNKNOWN"


def test_an_unknown_engine_is_refused_with_those_that_are_known() -> None:
    with pytest.raises(SettingsError) as unknown:
        load_engine("ear")
    assert "sphinx" in unknown.value.message


@pytest.mark.parametrize("script", ["{", '{"words": 1}', '{"final_ms": -1}'])
def test_a_script_that_cannot_be_read_is_refused(script: str) -> None:
    with pytest.raises(SettingsError) as wrong:
        load_engine("scripted", script)
    assert wrong.value.reason == "ENGINE_SCRIPT"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("JUNE_STT_LISTEN", "somewhere"),
        ("JUNE_STT_DRAIN_SECONDS", "1e9"),
        ("JUNE_STT_STALL_SECONDS", "1e9"),
    ],
)
def test_what_no_server_could_be_started_with_is_refused_by_name(name: str, value: str) -> None:
    """Before anything is loaded, as any other fault."""
    with pytest.raises(SettingsError) as wrong:
        read(SttSettings, {name: value}, "JUNE_STT_")
    assert set(wrong.value.fields) == {name}


def test_how_long_a_caller_may_read_nothing_reaches_the_server() -> None:
    """Which is where a write that is stuck is noticed."""
    server = read(SttSettings, {"JUNE_STT_STALL_SECONDS": "3"}, "JUNE_STT_").server
    assert server.stall_seconds == 3


def test_a_language_that_the_engine_lacks_is_refused_at_the_start() -> None:
    """Otherwise every stream that names none would be refused."""
    with pytest.raises(SettingsError) as wrong:
        Stt(SttSettings(language="tlh"), load_engine("scripted"))
    assert wrong.value.reason == "LANGUAGE_UNKNOWN"
    Stt(SttSettings(language="de-AT"), load_engine("scripted"))
