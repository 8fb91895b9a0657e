"""The models that June knows by name, and what a name may look like. Pure.

Repositories and files are those that faster-whisper 1.2 (`utils._MODELS`,
`download_model`) and chatterbox-tts 0.1.7 (`from_pretrained`, `from_local`) take
themselves, less what their loaders never open.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from typing import Literal

from june_runtime.errors import SettingsError

MAIN = "main"
# The hub's own rule for names, and git's for what names a revision, but for slashes.
_REPO = re.compile(r"[\w-][\w.-]{0,95}/[\w-][\w.-]{0,95}", re.ASCII)
_REVISION = re.compile(r"\w[\w.-]{0,127}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Family:
    """Models with files of the same names, which one engine reads.

    Attributes:
        setting: the variable that chooses such a model.
        needed: patterns, each of which one file must match at least.
        optional: patterns of files that are taken where there are any.
    """

    name: Literal["whisper", "chatterbox", "chatterbox-multilingual", "chatterbox-turbo"]
    setting: Literal["JUNE_STT_MODEL", "JUNE_TTS_MODEL"]
    needed: tuple[str, ...]
    optional: tuple[str, ...] = ()

    def takes(self, path: str) -> bool:
        """Whether the file belongs to such a model; none in a folder below does."""
        return "/" not in path and any(
            fnmatchcase(path, pattern) for pattern in (*self.needed, *self.optional)
        )

    def lacks(self, paths: Collection[str]) -> list[str]:
        """The needed patterns that none of `paths` matches."""
        return [
            pattern
            for pattern in self.needed
            if not any(fnmatchcase(path, pattern) for path in paths)
        ]


# Without tokenizer.json faster-whisper would fetch another repository's; models that
# hear 128 mel bands say so in preprocessor_config.json, those with 80 may lack it.
WHISPER = Family(
    "whisper",
    "JUNE_STT_MODEL",
    needed=("config.json", "model.bin", "tokenizer.json", "vocabulary.*"),
    optional=("preprocessor_config.json",),
)
CHATTERBOX = Family(
    "chatterbox",
    "JUNE_TTS_MODEL",
    needed=("ve.safetensors", "t3_cfg.safetensors", "s3gen.safetensors", "tokenizer.json"),
    optional=("conds.pt",),
)
CHATTERBOX_MULTILINGUAL = Family(
    "chatterbox-multilingual",
    "JUNE_TTS_MODEL",
    needed=(
        "ve.pt",
        "t3_mtl23ls_v2.safetensors",
        "s3gen.pt",
        "grapheme_mtl_merged_expanded_v1.json",
    ),
    optional=("conds.pt", "Cangjie5_TC.json"),
)
CHATTERBOX_TURBO = Family(
    "chatterbox-turbo",
    "JUNE_TTS_MODEL",
    needed=(
        "ve.safetensors",
        "t3_turbo_v1.safetensors",
        "s3gen_meanflow.safetensors",
        "tokenizer_config.json",
        "vocab.json",
        "merges.txt",
    ),
    optional=("special_tokens_map.json", "added_tokens.json", "tokenizer.json", "conds.pt"),
)
FAMILIES = (WHISPER, CHATTERBOX, CHATTERBOX_MULTILINGUAL, CHATTERBOX_TURBO)


@dataclass(frozen=True, slots=True)
class Model:
    """A model on the hub.

    Attributes:
        name: what it is asked for by: a known name or `org/name`, with `@revision`
            where that is not the main one.
        family: None where only its files will tell.
        revision: a branch, a tag or a commit.
        about_bytes: what is fetched, roughly; None where that is not known.
    """

    name: str
    repo: str
    family: Family | None = None
    revision: str = MAIN
    about_bytes: int | None = None

    @property
    def folder(self) -> str:
        """The name of its folder. No two models share one: `--` is no part of the
        hub's names."""
        return self.name.replace("/", "--")


def _whisper(name: str, repo: str, about_bytes: int | None = None) -> Model:
    return Model(name, repo, WHISPER, about_bytes=about_bytes)


# Sizes are those of model.bin, or of all files, as others published them.
KNOWN = (
    _whisper("tiny", "Systran/faster-whisper-tiny", 75_538_270),
    _whisper("tiny.en", "Systran/faster-whisper-tiny.en", 75_537_502),
    _whisper("base", "Systran/faster-whisper-base", 145_217_532),
    _whisper("base.en", "Systran/faster-whisper-base.en", 145_216_508),
    _whisper("small", "Systran/faster-whisper-small", 483_546_902),
    _whisper("small.en", "Systran/faster-whisper-small.en", 483_545_366),
    _whisper("medium", "Systran/faster-whisper-medium", 1_527_906_378),
    _whisper("medium.en", "Systran/faster-whisper-medium.en", 1_527_904_330),
    _whisper("large-v1", "Systran/faster-whisper-large-v1"),
    _whisper("large-v2", "Systran/faster-whisper-large-v2"),
    _whisper("large-v3", "Systran/faster-whisper-large-v3", 3_087_284_237),
    _whisper("turbo", "mobiuslabsgmbh/faster-whisper-large-v3-turbo", 1_617_884_929),
    _whisper("distil-small.en", "Systran/faster-distil-whisper-small.en"),
    _whisper("distil-medium.en", "Systran/faster-distil-whisper-medium.en"),
    _whisper("distil-large-v2", "Systran/faster-distil-whisper-large-v2"),
    _whisper("distil-large-v3", "Systran/faster-distil-whisper-large-v3"),
    _whisper("distil-large-v3.5", "distil-whisper/distil-large-v3.5-ct2"),
    Model("chatterbox", "ResembleAI/chatterbox", CHATTERBOX),
    Model("chatterbox-multilingual", "ResembleAI/chatterbox", CHATTERBOX_MULTILINGUAL),
    Model(
        "chatterbox-turbo",
        "ResembleAI/chatterbox-turbo",
        CHATTERBOX_TURBO,
        about_bytes=2_990_000_000,
    ),
)
_BY_NAME = {model.name: model for model in KNOWN}
# What faster-whisper calls the same models too.
OTHER_NAMES = {"large": "large-v3", "large-v3-turbo": "turbo"}


def named(name: str) -> Model:
    """The model that `name` stands for: a known one, or `org/name` on the hub, either
    with `@revision`.

    Raises:
        SettingsError: MODEL_UNKNOWN.
    """
    bare, _, revision = name.partition("@")
    revision = revision or MAIN
    if "@" in name and not _REVISION.fullmatch(name.partition("@")[2]):
        raise _unknown(f"{name!r} names no revision after its @")
    model = _BY_NAME.get(OTHER_NAMES.get(bare, bare)) or _on_the_hub(bare)
    if revision == MAIN:
        return model
    return replace(model, name=f"{model.name}@{revision}", revision=revision, about_bytes=None)


def _on_the_hub(bare: str) -> Model:
    if not _REPO.fullmatch(bare) or ".." in bare or "--" in bare:
        known = [*_BY_NAME, *OTHER_NAMES]
        near = difflib.get_close_matches(bare, known, n=1)
        hint = f"did you mean {near[0]}?" if near else "`june models list` tells what is known"
        raise _unknown(f"there is no model {bare!r}; {hint}")
    same = [model for model in KNOWN if model.repo == bare]
    if len(same) > 1:
        names = " and ".join(model.name for model in same)
        raise _unknown(f"{bare} holds several models: {names}; name one of them")
    return same[0] if same else Model(bare, bare)


def _unknown(text: str) -> SettingsError:
    return SettingsError("MODEL_UNKNOWN", text)
