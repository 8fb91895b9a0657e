"""Text to the ids that the token network reads, each with its place in the text."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from june_tts.engines.chatterbox.spelling import Traced, decomposed, tidied
from june_tts.engines.chatterbox.variants import CHINESE_TABLE, Variant

SPACE = "[SPACE]"
START, STOP = 255, 0


@dataclass(frozen=True, slots=True)
class Read:
    """Ids, marks of start and stop among them, and for each the character of the text
    that it begins with."""

    ids: tuple[int, ...]
    places: tuple[int, ...]


class Reader(Protocol):
    def read(self, text: str, language: str) -> Read:
        """`text`, not empty, in one of the variant's languages."""


class GraphemeReader:
    """English and multilingual: characters and a few pieces, as the library's
    EnTokenizer and MTLTokenizer read them."""

    def __init__(self, variant: Variant, file: Path) -> None:
        from tokenizers import Tokenizer

        self._tokenizer = Tokenizer.from_file(str(file))
        self._variant = variant
        self._respell = respellers(file.with_name(CHINESE_TABLE))

    def read(self, text: str, language: str) -> Read:
        traced = tidied(text, self._variant.name)
        if self._variant.name == "multilingual":
            traced = decomposed(traced)
            if language in self._respell:
                traced = traced.respelled(self._respell[language](traced.text))
            mark = f"[{language}]"
            traced = Traced(mark + traced.text, (*[0] * len(mark), *traced.places))
        traced = traced.replaced(" ", SPACE)
        encoded = self._tokenizer.encode(traced.text)
        places = [_place(traced, start) for start, _ in encoded.offsets]
        return Read((START, *encoded.ids, STOP), (0, *places, len(text) - 1))


class WordPieceReader:
    """Turbo: GPT-2's pieces."""

    def __init__(self, folder: Path) -> None:
        from transformers import AutoTokenizer

        self._tokenizer: Any = AutoTokenizer.from_pretrained(folder, local_files_only=True)

    def read(self, text: str, language: str) -> Read:
        traced = tidied(text, "turbo")
        encoded = self._tokenizer(traced.text, return_offsets_mapping=True)
        places = [_place(traced, start) for start, _ in encoded["offset_mapping"]]
        return Read(tuple(encoded["input_ids"]), tuple(places))


def reader_for(variant: Variant, folder: Path) -> Reader:
    if variant.name == "turbo":
        return WordPieceReader(folder)
    return GraphemeReader(variant, folder / variant.text)


def respellers(chinese_table: Path) -> Mapping[str, Callable[[str], str]]:
    """By language, what the library does to a text beforehand. Chinese words are not
    parted, for which the library would fetch another model."""
    from chatterbox.models.tokenizers import tokenizer

    library: dict[str, Callable[[str], str]] = {
        "ja": tokenizer.hiragana_normalize,
        "ko": tokenizer.korean_normalize,
        "he": tokenizer.add_hebrew_diacritics,
        "ru": tokenizer.add_russian_stress,
    }
    if chinese_table.exists():
        library["zh"] = Cangjie(json.loads(chinese_table.read_text("utf-8"))).spelled
    return library


class Cangjie:
    """Chinese characters by the shapes they are typed with.

    Args:
        table: lines of a character, a tab and its code; of characters with one code,
            all but the first get their number behind it.
    """

    def __init__(self, table: list[str]) -> None:
        self._codes: dict[str, str] = {}
        numbers: dict[str, int] = {}
        for line in table:
            character, code = line.split("\t")[:2]
            number = numbers[code] = numbers.get(code, -1) + 1
            self._codes[character] = f"{code}{number or ''}"

    def spelled(self, text: str) -> str:
        return "".join(map(self._spelled, text))

    def _spelled(self, character: str) -> str:
        code = self._codes.get(character)
        if code is None or unicodedata.category(character) != "Lo":
            return character
        return "".join(f"[cj_{key}]" for key in (*code, "."))


def _place(traced: Traced, at: int) -> int:
    return traced.places[min(at, len(traced.places) - 1)]
