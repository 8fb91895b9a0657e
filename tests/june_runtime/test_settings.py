"""Settings from the environment and a file."""

import random
import re
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from pydantic import Field, SecretStr

from june_runtime.errors import SettingsError
from june_runtime.live import LiveConfig
from june_runtime.settings import Listed, Settings, read


class ExampleLive(LiveConfig):
    """What can be changed while it runs."""

    most: int = Field(9, ge=1, validation_alias="JUNE_STT_MOST")
    least: int = Field(1, ge=0, validation_alias="JUNE_STT_LEAST")

    def contradictions(self) -> Mapping[str, str]:
        return (
            {"least": f"must not exceed most, which is {self.most}"}
            if self.least > self.most
            else {}
        )


class Example(Settings, ExampleLive):
    """Settings as a service has them."""

    listen: str = Field("127.0.0.1:50051", validation_alias="JUNE_STT_LISTEN")
    max_sessions: int = Field(100, ge=1, validation_alias="JUNE_STT_MAX_SESSIONS")
    token: SecretStr | None = Field(None, min_length=8, validation_alias="JUNE_STT_TOKEN")
    words: Listed = Field((), validation_alias="JUNE_STT_WORDS")
    streaming: bool = Field(True, validation_alias="STT_STREAMING_ENABLED")


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
    """In the environment, where it puts it; test_setting_names.py has all of it."""
    read(Example, {"JUNE_STT_SERVICE_HOST": "10.0.0.1", "JUNE_STT_PORT": "tcp://10.0.0.1:50051"})


def test_an_empty_variable_counts_as_unset() -> None:
    """As compose files leave them."""
    assert read(Example, {"JUNE_STT_MAX_SESSIONS": " "}).max_sessions == 100


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


def in_file(path: Path, *lines: str, **environ: str) -> dict[str, str]:
    path.write_text("\n".join(lines))
    return {"JUNE_SETTINGS_FILE": str(path), **environ}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "june.env"


def test_a_file_holds_settings_too(path: Path) -> None:
    """One file for all services, common settings and flags among them."""
    settings = read(
        Example,
        in_file(
            path,
            "JUNE_STT_MAX_SESSIONS=7",
            "STT_STREAMING_ENABLED=off  # for now",
            "JUNE_LOG_LEVEL=DEBUG",
            "JUNE_TTS_VOICE=rms",
            "TTS_STREAMING_ENABLED=false",
        ),
    )
    assert (settings.max_sessions, settings.streaming, settings.log_level) == (7, False, "DEBUG")
    assert settings.settings_file == path


def test_the_environment_wins_unless_it_is_set_to_nothing(path: Path) -> None:
    """So that one value can be changed for one run; also one that is wrong in the file."""
    lines = ("JUNE_STT_MAX_SESSIONS=none", "JUNE_STT_WORDS=june")
    environ = in_file(path, *lines, JUNE_STT_MAX_SESSIONS="9", JUNE_STT_WORDS="")
    settings = read(Example, environ)
    assert (settings.max_sessions, settings.words) == (9, ("june",))


def test_faults_of_file_and_environment_are_told_together_with_their_places(path: Path) -> None:
    """Values, names, lines, names set twice."""
    found = faults(
        in_file(
            path,
            "JUNE_STT_MAX_SESSIONS=0",
            "JUNE_STT_LISSEN=x",
            "ORCH_STREAMING_ENABLE=false",
            "what is this",
            "JUNE_STT_WORDS=a",
            "JUNE_STT_WORDS=b",
            JUNE_LOG_FORMAT="xml",
        )
    )
    assert set(found) == {
        "JUNE_STT_MAX_SESSIONS",
        "JUNE_STT_LISSEN",
        "ORCH_STREAMING_ENABLE",
        f"{path}, line 4",
        "JUNE_STT_WORDS",
        "JUNE_LOG_FORMAT",
    }
    assert found["JUNE_STT_MAX_SESSIONS"].endswith(f"({path}, line 1)")
    assert "did you mean ORCH_STREAMING_ENABLED?" in found["ORCH_STREAMING_ENABLE"]
    assert found["ORCH_STREAMING_ENABLE"].endswith(f"({path}, line 3)")
    assert found["JUNE_LOG_FORMAT"].endswith("(environment)")


def test_a_file_that_cannot_be_read_is_a_fault_among_the_others(tmp_path: Path) -> None:
    """It is told where the file was named."""
    found = faults({"JUNE_SETTINGS_FILE": str(tmp_path / "nowhere"), "JUNE_LOG_FORMAT": "xml"})
    assert set(found) == {"JUNE_SETTINGS_FILE", "JUNE_LOG_FORMAT"}
    assert "nowhere', which cannot be read: No such file" in found["JUNE_SETTINGS_FILE"]


def test_a_file_cannot_name_another_one(path: Path) -> None:
    """Nor itself."""
    found = faults(in_file(path, f"JUNE_SETTINGS_FILE={path}"))
    assert found == {"JUNE_SETTINGS_FILE": f"cannot be set in the file itself ({path}, line 1)"}


def test_a_secret_in_a_file_is_never_shown(path: Path) -> None:
    """Not where it is wrong, and not where its line is broken."""
    environ = in_file(path, "JUNE_STT_TOKEN=hush", "hush = hush", "JUNE_STT_TOKEN 'hush'")
    found = faults(environ)
    assert len(found) == 3
    assert "hush" not in str(found)


LEGAL = st.fixed_dictionaries(
    {},
    optional={
        "JUNE_STT_MAX_SESSIONS": st.integers(1, 10**6).map(str),
        "JUNE_STT_LISTEN": st.text("abc:'\"\\#$ {}\nä", max_size=20),
        "JUNE_STT_TOKEN": st.text("abc'\"\\#", min_size=8, max_size=20),
        "JUNE_STT_WORDS": st.text("ab, ", max_size=10),
        "STT_STREAMING_ENABLED": st.sampled_from(["true", "off", "0", ""]),
        "JUNE_TTS_VOICE": st.text("ab"),
    },
)
ANY = st.dictionaries(
    st.sampled_from(
        [
            *("JUNE_STT_MAX_SESSIONS", "JUNE_STT_LEAST", "JUNE_STT_MOST", "JUNE_STT_TOKEN"),
            *("JUNE_STT_LISSEN", "JUNE_LOG_LEVEL", "JUNE_TTS_VOICE", "STT_STREAMING_ENABLED"),
            *("JUNE_X", "JUNE_STT_SERVICE_HOST"),
        ]
    ),
    st.sampled_from(["", "1", "5", "30", "x", "DEBUG", "false", "long enough"]),
)


def quoted(name: str, value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"{name}='{escaped}'"


Items = list[tuple[str, str]]

# The same file is written anew each time.
in_one_folder = hypothesis_settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)


@in_one_folder
@given(LEGAL)
def test_a_file_and_an_environment_that_say_the_same_mean_the_same(
    path: Path, said: dict[str, str]
) -> None:
    """Whatever the values hold."""
    from_file = read(Example, in_file(path, *(quoted(*each) for each in said.items())))
    assert from_file.model_copy(update={"settings_file": None}) == read(Example, said)


@in_one_folder
@given(ANY, ANY, st.randoms(use_true_random=False))
def test_the_order_of_what_is_said_does_not_matter(
    path: Path, environ: dict[str, str], said: dict[str, str], chance: random.Random
) -> None:
    """The same settings, or the same faults in the same order but for their lines."""

    def told(environ: Items, said: Items) -> object:
        where = in_file(path, *(quoted(*each) for each in said))
        try:
            return read(Example, dict([*environ, *where.items()]))
        except SettingsError as wrong:
            return re.sub(r"line \d+", "a line", wrong.message)

    def shuffled(items: Items) -> Items:
        return chance.sample(items, len(items))

    once, again = list(environ.items()), list(said.items())
    assert told(once, again) == told(shuffled(once), shuffled(again))
