"""Settings from the environment."""

from pathlib import Path

import pytest
from pydantic import Field, SecretStr

from june_runtime.errors import SettingsError
from june_runtime.settings import HttpListen, Listed, Settings, read


class Example(Settings):
    """Settings as a service has them."""

    listen: str = Field("127.0.0.1:50051", validation_alias="JUNE_STT_LISTEN")
    max_sessions: int = Field(100, ge=1, validation_alias="JUNE_STT_MAX_SESSIONS")
    token: SecretStr | None = Field(None, min_length=8, validation_alias="JUNE_STT_TOKEN")
    words: Listed = Field((), validation_alias="JUNE_STT_WORDS")
    streaming: bool = Field(True, validation_alias="STT_STREAMING_ENABLED")
    http_listen: HttpListen = Field("127.0.0.1:8081", validation_alias="JUNE_STT_HTTP_LISTEN")


def faults(environ: dict[str, str]) -> dict[str, str]:
    with pytest.raises(SettingsError) as wrong:
        read(Example, environ)
    for name, fault in wrong.value.fields.items():
        assert f"{name}: {fault}" in wrong.value.message
    return wrong.value.fields


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
    """A Service called june-stt puts all of these into every container."""
    read(
        Example,
        {
            "JUNE_STT_SERVICE_HOST": "10.0.0.1",
            "JUNE_STT_SERVICE_PORT": "50051",
            "JUNE_STT_SERVICE_PORT_GRPC": "50051",
            "JUNE_STT_PORT": "tcp://10.0.0.1:50051",
            "JUNE_STT_PORT_50051_TCP": "tcp://10.0.0.1:50051",
            "JUNE_STT_PORT_50051_TCP_PROTO": "tcp",
            "JUNE_STT_PORT_50051_TCP_PORT": "50051",
            "JUNE_STT_PORT_50051_TCP_ADDR": "10.0.0.1",
        },
    )


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
