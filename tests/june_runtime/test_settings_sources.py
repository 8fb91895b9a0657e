"""Settings from a file and the environment at once."""

import random
import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from june_runtime.errors import SettingsError
from june_runtime.settings import read
from tests.june_runtime.example import Example, faults


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
