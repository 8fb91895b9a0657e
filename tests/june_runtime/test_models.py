"""Where a model lies, and whether it is whole."""

import json
import re
from pathlib import Path

import pytest

from june_runtime.errors import SettingsError
from june_runtime.model_names import FAMILIES, Family
from june_runtime.models import MANIFEST, Manifest, faults, faults_of_size, manifest_of, resolve
from tests.june_runtime.model_folders import WHISPER, fetched, placed


def refusal(name: str, folder: Path) -> tuple[str, str]:
    """The reason and the text with which `resolve` refuses."""
    with pytest.raises(SettingsError) as refused:
        resolve(name, folder)
    return refused.value.reason, refused.value.message


def manifest_in(place: Path) -> Manifest:
    manifest = manifest_of(place)
    assert manifest is not None
    return manifest


@pytest.mark.parametrize("name", ["small", "Systran/faster-whisper-small"])
def test_a_model_that_is_here_is_found(tmp_path: Path, name: str) -> None:
    """By its short name as by its name on the hub."""
    place = fetched(tmp_path)
    assert resolve(name, tmp_path) == place


def test_a_model_that_is_not_here_is_missing(tmp_path: Path) -> None:
    """The text holds the very command that fetches it, which a shell understands."""
    folder = tmp_path / "all models"
    reason, text = refusal("large", folder)
    assert reason == "MODEL_MISSING"
    assert f"`june models fetch large-v3 --folder '{folder}'`" in text


def test_another_revision_is_another_model(tmp_path: Path) -> None:
    """The main one does not stand for it, nor it for the main one."""
    place = fetched(tmp_path, "small@v2")
    assert resolve("small@v2", tmp_path) == place
    assert refusal("small", tmp_path)[0] == "MODEL_MISSING"


def test_files_without_a_manifest_are_no_model(tmp_path: Path) -> None:
    """The manifest is what says that a fetch is complete."""
    (fetched(tmp_path) / MANIFEST).unlink()
    assert refusal("small", tmp_path)[0] == "MODEL_MISSING"


@pytest.mark.parametrize("lost", WHISPER)
def test_a_lost_file_is_named(tmp_path: Path, lost: str) -> None:
    """And the command that mends it."""
    (fetched(tmp_path) / lost).unlink()
    reason, text = refusal("small", tmp_path)
    assert reason == "MODEL_BROKEN"
    assert f"{lost} is missing" in text
    assert "`june models fetch small --folder" in text


@pytest.mark.parametrize("path", [False, True])
def test_a_cut_file_is_named(tmp_path: Path, path: bool) -> None:
    """With how much of it there is, whether the model was named or its folder."""
    place = fetched(tmp_path)
    with (place / "model.bin").open("r+b") as file:
        file.truncate(10)
    reason, text = refusal(str(place) if path else "small", tmp_path)
    assert reason == "MODEL_BROKEN"
    assert "model.bin has 10 bytes instead of 8,000" in text


@pytest.mark.parametrize(
    "written",
    [
        "",
        "[]",
        '{"name": "small"}',
        '{"name": "a", "repo": "a/b", "revision": "main", "commit": "c", "files":'
        ' {"../x": {"size": 1, "sha256": "%s"}}}' % ("0" * 64),
        '{"name": "a", "repo": "a/b", "revision": "main", "commit": "c", "files":'
        ' {"x": {"size": 1, "sha256": "short"}}}',
    ],
)
def test_a_manifest_that_is_none_breaks_the_model(tmp_path: Path, written: str) -> None:
    """Cut off, of another kind, or with files outside the folder."""
    (fetched(tmp_path) / MANIFEST).write_text(written)
    reason, text = refusal("small", tmp_path)
    assert (reason, MANIFEST in text) == ("MODEL_BROKEN", True)


def test_a_folder_may_be_named_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Absolute, relative to here, or to the home."""
    place = placed(tmp_path / "mine", WHISPER)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    for written in (str(place), "./mine", "~/mine"):
        assert resolve(written, tmp_path / "elsewhere").samefile(place)


def test_a_folder_that_is_not_there_is_missing(tmp_path: Path) -> None:
    """No fetch would fill it, so none is proposed."""
    reason, text = refusal(str(tmp_path / "nowhere"), tmp_path)
    assert reason == "MODEL_MISSING"
    assert "fetch" not in text


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
def test_a_folder_with_what_some_engine_needs_is_a_model(tmp_path: Path, family: Family) -> None:
    """Whoever converted a model has no manifest; each file that is needed is missed."""
    needed = {name.replace("*", "json"): b"x" for name in family.needed}
    place = placed(tmp_path / "mine", needed)
    assert resolve(str(place), tmp_path) == place
    for name in needed:
        (place / name).rename(place / "aside")
        assert refusal(str(place), tmp_path)[0] == "MODEL_BROKEN"
        (place / "aside").rename(place / name)


def test_an_empty_file_is_no_part_of_a_model(tmp_path: Path) -> None:
    """As a download that never began leaves it."""
    place = placed(tmp_path / "mine", WHISPER | {"model.bin": b""})
    assert "model.bin is empty" in refusal(str(place), tmp_path)[1]


def test_what_is_missing_is_told_of_the_model_meant(tmp_path: Path) -> None:
    """Of all kinds of models, the one that most files belong to."""
    place = placed(tmp_path / "mine", {"config.json": b"{}", "model.bin": b"x"})
    assert (
        "as a whisper model it lacks tokenizer.json, vocabulary.*"
        in (refusal(str(place), tmp_path)[1])
    )


def test_a_changed_byte_shows_in_the_checksum_only(tmp_path: Path) -> None:
    """Sizes are quick to look at, and contents take reading it all."""
    place = fetched(tmp_path)
    assert not list(faults(place, manifest_in(place)))
    data = bytearray((place / "model.bin").read_bytes())
    data[4000] ^= 1
    (place / "model.bin").write_bytes(data)
    assert not list(faults_of_size(place, manifest_in(place)))
    assert list(faults(place, manifest_in(place))) == [
        "model.bin has other contents than were fetched"
    ]


def test_every_fault_of_a_model_is_found(tmp_path: Path) -> None:
    """Not only the first."""
    place = fetched(tmp_path)
    (place / "config.json").unlink()
    (place / "vocabulary.txt").write_bytes(b"<xxx>\n")
    found = " ".join(faults(place, manifest_in(place)))
    assert re.findall(r"[\w.]+(?= is| has)", found) == ["config.json", "vocabulary.txt"]


def test_the_manifest_tells_the_whole_size(tmp_path: Path) -> None:
    """Of all files together."""
    place = fetched(tmp_path)
    assert manifest_in(place).size == sum(map(len, WHISPER.values()))
    assert json.loads((place / MANIFEST).read_text())["commit"] == "c" * 40
