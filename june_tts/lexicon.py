"""How words are pronounced that an engine would say wrongly, by configuration. Pure.

A lexicon maps words and phrases as written to what is said for them. It comes before
all other wording: what it says is said as it stands.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

MAX_WORDS = 1_000
MAX_WRITTEN, MAX_SPOKEN = 64, 128
# "de:GIF", "pt-BR:GIF"
_TAGGED = re.compile(r"(?P<tag>[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,2}):(?P<written>.+)")
# Scripts without spaces between words.
_UNSPACED = re.compile("[\u0e00-\u0e7f\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")


class Span(NamedTuple):
    """A stretch of a text, and what is said for it."""

    start: int
    end: int
    spoken: str


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Words by their keys, such as "GIF" and "de:GIF"; made by `of`, which checks them."""

    words: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, words: Mapping[str, str]) -> Lexicon:
        """Raises ValueError naming every word that is at fault."""
        if len(words) > MAX_WORDS:
            raise ValueError(f"has {len(words):,} words; at most {MAX_WORDS:,}")
        neat = [(_neat(key), _neat(spoken)) for key, spoken in words.items()]
        faults = dict(_faults(neat))
        if faults:
            raise ValueError("; ".join(f"{key[:40]!r} {fault}" for key, fault in faults.items()))
        return cls(tuple(sorted(neat)))

    @classmethod
    def read(cls, text: str) -> Lexicon:
        """From a JSON object; no text is no word. Raises ValueError."""
        try:
            found: Any = json.loads(text or "{}")
        except (ValueError, RecursionError):
            raise ValueError("is no valid JSON") from None
        if not isinstance(found, dict) or not all(isinstance(said, str) for said in found.values()):
            raise ValueError('must be a JSON object of texts, such as {"GIF": "jif"}')
        return cls.of(found)

    def over(self, other: Lexicon) -> Lexicon:
        """Both; of a word that both have, what this one says."""
        if not (self.words and other.words):
            return self if self.words else other
        return Lexicon(tuple(sorted({**dict(other.words), **dict(self.words)}.items())))

    def spans(self, text: str, language: str) -> list[Span]:
        """Where its words stand in a text of that language, in order, none over another."""
        if not self.words:
            return []
        return _search_for(self.words, language.replace("_", "-").lower()).spans(text)


NONE = Lexicon()


def _neat(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())


def _faults(words: list[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    seen = set[str]()
    for key, spoken in words:
        written = _parted(key)[1]
        if not written:
            yield key, "is empty"
        elif len(written) > MAX_WRITTEN:
            yield key, f"has {len(written)} characters; at most {MAX_WRITTEN}"
        elif key in seen:
            yield key, "is there twice"
        elif not any(character.isalnum() for character in spoken):
            yield key, "is given nothing that can be said"
        elif len(spoken) > MAX_SPOKEN:
            yield key, f"is said in {len(spoken)} characters; at most {MAX_SPOKEN}"
        elif not (key + spoken).isprintable():
            yield key, "holds characters that cannot be seen"
        seen.add(key)


def _parted(key: str) -> tuple[str, str]:
    """The language's tag, in small letters, and the word; no tag is any language."""
    tagged = _TAGGED.fullmatch(key)
    return (tagged["tag"].lower(), tagged["written"].strip()) if tagged else ("", key)


@lru_cache(maxsize=64)
def _search_for(words: tuple[tuple[str, str], ...], language: str) -> _Search:
    """The words that hold for a language; the nearer a tag, the more its word counts."""
    chosen: dict[str, str] = {}
    for key, spoken in sorted(words, key=lambda word: len(_parted(word[0])[0])):
        tag, written = _parted(key)
        if not tag or language == tag or language.startswith(f"{tag}-"):
            chosen[written] = spoken
    return _Search(chosen)


class _Search:
    """Finds words, the longest first; one in small letters in any case."""

    def __init__(self, words: Mapping[str, str]) -> None:
        self._words = words
        longest = sorted(words, key=len, reverse=True)
        self._pattern = re.compile("|".join(map(_pattern_of, longest)) or "(?!)")

    def spans(self, text: str) -> list[Span]:
        found: list[Span] = []
        for match in self._pattern.finditer(text):
            if unicodedata.category(text[match.end() : match.end() + 1] or " ")[0] == "M":
                continue  # the last letter goes on with its vowel or accent
            spoken = self._words.get(match[0]) or self._words.get(match[0].lower())
            if spoken is not None:
                found.append(Span(match.start(), match.end(), spoken))
        return found


def _pattern_of(written: str) -> str:
    pattern = re.escape(written)
    if written == written.lower():
        pattern = f"(?i:{pattern})"
    return f"{_edge(written[0], '(?<!')}{pattern}{_edge(written[-1], '(?!')}"


def _edge(letter: str, look: str) -> str:
    """A word ends where no letter follows, unless its script has no spaces."""
    alone = not letter.isalnum() or _UNSPACED.match(letter)
    return "" if alone else rf"{look}\w)"
