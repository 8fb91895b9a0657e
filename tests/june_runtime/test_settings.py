"""Settings from the environment; test_settings_sources.py has those from a file too."""

from pathlib import Path

import pytest
from pydantic import Field

from june_runtime.errors import SettingsError
from june_runtime.settings import read
from tests.june_runtime.example import Example, ExampleLive, faults


def test_values_are_read_and_the_rest_has_defaults() -> None:
    """One variable a field, of the service's own and the common ones."""
    settings = read(
        Example,
        {
            "JUNE_STT_MAX_SESSIONS": "7",
            "JUNE_STT_WORDS": "june, july ,",
            "JUNE_TLS_CERT": "/etc/june.pem",
            "HOME": "/root",
        },
    )
    assert settings.max_sessions == 7
    assert settings.words == ("june", "july")
    assert settings.tls_cert == Path("/etc/june.pem")
    assert settings.listen == "127.0.0.1:50051"


@pytest.mark.parametrize(
    ("written", "meant"),
    [("true", True), ("1", True), ("on", True), ("FALSE", False), ("0", False), ("off", False)],
)
def test_switches_are_written_in_many_ways(written: str, meant: bool) -> None:
    """As people write them."""
    assert read(Example, {"STT_STREAMING_ENABLED": written}).streaming is meant


def test_every_fault_is_told_at_once() -> None:
    """Wrong values and unknown names, each by its variable's name."""
    found = faults(
        {
            "JUNE_STT_MAX_SESSIONS": "none",
            "STT_STREAMING_ENABLED": "perhaps",
            "JUNE_STT_LISSEN": ":1",
            "JUNE_LOG_FORMAT": "xml",
        }
    )
    assert set(found) == {
        "JUNE_STT_MAX_SESSIONS",
        "STT_STREAMING_ENABLED",
        "JUNE_STT_LISSEN",
        "JUNE_LOG_FORMAT",
    }
    assert "'none'" in found["JUNE_STT_MAX_SESSIONS"]


def test_an_unknown_name_meets_the_nearest_known_one() -> None:
    """A slip of the pen is easily found."""
    assert "did you mean JUNE_STT_LISTEN?" in faults({"JUNE_STT_LISSEN": "x"})["JUNE_STT_LISSEN"]


def test_a_secret_is_never_shown() -> None:
    """Not even where it is wrong."""
    found = faults({"JUNE_STT_TOKEN": "hush"})
    assert "hush" not in str(found)
    assert "not shown" in found["JUNE_STT_TOKEN"]


def test_other_services_settings_are_ignored() -> None:
    """The three services may be given the same environment."""
    read(Example, {"JUNE_TTS_LISTEN": "x", "JUNE_ORCH_BRAIN": "x", "TTS_STREAMING_ENABLED": "x"})


def test_names_of_no_service_are_refused() -> None:
    """A prefix that nobody has is a mistake too."""
    assert set(faults({"JUNE_SST_LISTEN": "x"})) == {"JUNE_SST_LISTEN"}


def test_what_kubernetes_injects_is_ignored() -> None:
    """In the environment, where it puts it; test_setting_names.py has all of it."""
    read(Example, {"JUNE_STT_SERVICE_HOST": "10.0.0.1", "JUNE_STT_PORT": "tcp://10.0.0.1:50051"})


def test_an_empty_variable_counts_as_unset() -> None:
    """As compose files leave them."""
    assert read(Example, {"JUNE_STT_MAX_SESSIONS": " "}).max_sessions == 100


def test_a_door_can_be_shut_by_a_word() -> None:
    """Empty counts as unset and so leaves it open; what is no address is refused."""
    assert read(Example, {"JUNE_STT_HTTP_LISTEN": "off"}).http_listen == ""
    assert read(Example, {"JUNE_STT_HTTP_LISTEN": ""}).http_listen == "127.0.0.1:8081"
    assert "JUNE_STT_HTTP_LISTEN" in faults({"JUNE_STT_HTTP_LISTEN": "no"})


def test_the_process_environment_is_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without an argument the real environment is read."""
    monkeypatch.setenv("JUNE_STT_MAX_SESSIONS", "9")
    assert read(Example).max_sessions == 9


def test_settings_do_not_change() -> None:
    """Read once, frozen."""
    with pytest.raises(ValueError, match="frozen"):
        read(Example, {}).max_sessions = 1  # type: ignore[misc]


def test_fields_that_do_not_fit_are_told_by_their_variables() -> None:
    """As a running service refuses them, in the words of whoever starts it."""
    found = faults({"JUNE_STT_LEAST": "5", "JUNE_STT_MOST": "3"})
    assert found == {
        "JUNE_STT_LEAST": "is '5'; must not exceed JUNE_STT_MOST, which is 3 (environment)"
    }


def test_a_default_that_does_not_fit_is_told_as_one() -> None:
    """The value at fault stands nowhere."""

    class High(Example):
        least: int = Field(5, validation_alias="JUNE_STT_LEAST")

    with pytest.raises(SettingsError) as wrong:
        read(High, {"JUNE_STT_MOST": "3"})
    assert wrong.value.fields["JUNE_STT_LEAST"].startswith("is 5 by default; must not exceed")


def test_a_live_configuration_begins_with_the_settings() -> None:
    """It has its own fields of them, and no others."""
    live = ExampleLive.of(read(Example, {"JUNE_STT_MOST": "3"}))
    assert live == ExampleLive(most=3)
    assert type(live) is ExampleLive
