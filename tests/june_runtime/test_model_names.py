"""What names of models mean."""

from importlib import import_module
from importlib.util import find_spec

import pytest

from june_runtime.errors import SettingsError
from june_runtime.model_names import KNOWN, OTHER_NAMES, Model, named

_MODELS: dict[str, str] = (
    import_module("faster_whisper.utils")._MODELS if find_spec("faster_whisper") else {}
)


@pytest.mark.parametrize("name", _MODELS)
def test_every_name_of_faster_whisper_means_the_same(name: str) -> None:
    """The same repository, under the same name or one that faster-whisper has too."""
    assert named(name).repo == _MODELS[name]
    assert _MODELS[named(name).name] == _MODELS[name]


def test_known_names_are_each_their_own() -> None:
    """No name means two things, and no two models share a folder."""
    names = [model.name for model in KNOWN]
    assert len({*names, *OTHER_NAMES}) == len(names) + len(OTHER_NAMES)
    assert len({model.folder for model in KNOWN}) == len(KNOWN)


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("someone/their-model", Model("someone/their-model", "someone/their-model")),
        ("a/b@v1.0", Model("a/b@v1.0", "a/b", revision="v1.0")),
        ("a/b@main", Model("a/b", "a/b")),
    ],
)
def test_any_repository_may_be_named(name: str, meant: Model) -> None:
    """With a revision where another than the main one is meant."""
    assert named(name) == meant


def test_a_repository_that_is_known_has_its_short_name() -> None:
    """So that it lies in one folder, however it was asked for."""
    assert named("Systran/faster-whisper-small") == named("small")
    assert named("Systran/faster-whisper-small@v1").name == "small@v1"


def test_a_repository_of_several_models_is_no_name() -> None:
    """The text names what there is to choose from."""
    with pytest.raises(SettingsError, match="chatterbox and chatterbox-multilingual"):
        named("ResembleAI/chatterbox")


@pytest.mark.parametrize(
    "name",
    [
        "", "smal", "a/b/c", "a//b", "/b", "a/", "-a/b c", "a/../b", "a/b..c", "a/b--c", "a/b@",
        "small@", "small@..", "small@a/b", "small@a@b", "a" * 97 + "/b", "a/b\n", "ä/b",
    ],
)  # fmt: skip
def test_other_names_are_refused(name: str) -> None:
    """What cannot be on the hub, or would leave the folder of all models."""
    with pytest.raises(SettingsError) as refused:
        named(name)
    assert refused.value.reason == "MODEL_UNKNOWN"


def test_a_slip_of_the_pen_meets_the_nearest_name() -> None:
    """As with settings."""
    with pytest.raises(SettingsError, match="did you mean small"):
        named("smal")
