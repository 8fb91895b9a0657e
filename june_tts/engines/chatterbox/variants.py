"""The three published kinds of Chatterbox, and how they differ. Pure.

Figures are those of chatterbox-tts 0.1.7: the defaults of `generate`, the lengths in
`prepare_conditionals`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

# Codes that the multilingual network has a token for.
LANGUAGES = (
    "en", "ar", "da", "de", "el", "es", "fi", "fr", "he", "hi", "it", "ja", "ko", "ms", "nl",
    "no", "pl", "pt", "ru", "sv", "sw", "tr", "zh",
)  # fmt: skip
# Its text is spelled by shape with the help of a file of this name.
CHINESE_TABLE = "Cangjie5_TC.json"


@dataclass(frozen=True, slots=True)
class Variant:
    """One kind of checkpoint.

    Attributes:
        tokens, vocoder, encoder, text: names of its files.
        languages: what it speaks.
        steered: whether exaggeration and cfg_weight mean anything to it.
        prompt_seconds: of a reference, what the token network hears.
        least_seconds: the shortest reference.
        levelled: references are brought to one loudness.
        trailing: speech tokens of silence after each utterance.
        longest: characters that it speaks in one go without losing its way.
    """

    name: Literal["english", "multilingual", "turbo"]
    tokens: str
    vocoder: str
    encoder: str
    text: str
    languages: tuple[str, ...] = ("en",)
    steered: bool = True
    repetition_penalty: float = 1.2
    min_p: float = 0.05
    top_p: float = 1.0
    top_k: int = 0
    prompt_seconds: float = 6.0
    least_seconds: float = 1.0
    levelled: bool = False
    trailing: tuple[int, ...] = ()
    longest: int = 200


ENGLISH = Variant(
    "english", "t3_cfg.safetensors", "s3gen.safetensors", "ve.safetensors", "tokenizer.json"
)
MULTILINGUAL = Variant(
    "multilingual",
    "t3_mtl23ls_v2.safetensors",
    "s3gen.pt",
    "ve.pt",
    "grapheme_mtl_merged_expanded_v1.json",
    languages=LANGUAGES,
    repetition_penalty=2.0,
)
TURBO = Variant(
    "turbo",
    "t3_turbo_v1.safetensors",
    "s3gen_meanflow.safetensors",
    "ve.safetensors",
    "vocab.json",
    steered=False,
    min_p=0.0,
    top_p=0.95,
    top_k=1_000,
    prompt_seconds=15.0,
    least_seconds=5.0,
    levelled=True,
    trailing=(4_299,) * 3,
)
VARIANTS = (ENGLISH, MULTILINGUAL, TURBO)


def variant_of(files: Iterable[str]) -> Variant | None:
    """The kind whose token network is among `files`.

    The hub's folder holds English and multilingual: English it is then.
    """
    there = set(files)
    return next((variant for variant in VARIANTS if variant.tokens in there), None)


def lacking(variant: Variant, files: Iterable[str]) -> list[str]:
    """Names of files that the variant needs and that are not there."""
    there = set(files)
    needed = (variant.encoder, variant.tokens, variant.vocoder, variant.text)
    return [name for name in needed if name not in there]
