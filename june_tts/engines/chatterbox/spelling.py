"""Text as Chatterbox reads it, every character traced to where it came from. Pure.

What is changed is what the library's `punc_norm` changes (chatterbox-tts 0.1.7).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass

_REPLACED = (
    ("...", ", "), ("…", ", "), (":", ","), (" - ", ", "), (";", ", "), ("—", "-"), ("–", "-"),
    (" ,", ","), ("“", '"'), ("”", '"'), ("‘", "'"), ("’", "'"),
)  # fmt: skip
# Turbo reads these as they are.
_KEPT_BY_TURBO = ("...", " - ", ";")
_ENDS = (".", "!", "?", "-", ",")
_ENDS_MULTILINGUAL = (*_ENDS, "、", "，", "。", "？", "！")


@dataclass(frozen=True, slots=True)
class Traced:
    """A text and, for each of its characters, its place in the text it was made of."""

    text: str
    places: tuple[int, ...]

    @classmethod
    def of(cls, text: str) -> Traced:
        return cls(text, tuple(range(len(text))))

    def replaced(self, old: str, new: str) -> Traced:
        """`str.replace`; what is new lies where the old began."""
        text: list[str] = []
        places: list[int] = []
        at = 0
        while (found := self.text.find(old, at)) >= 0:
            text += (self.text[at:found], new)
            places += (*self.places[at:found], *[self.places[found]] * len(new))
            at = found + len(old)
        return Traced("".join([*text, self.text[at:]]), (*places, *self.places[at:]))

    def mapped(self, change: Callable[[str], str]) -> Traced:
        """Every character replaced by `change` of it."""
        changed = [change(character) for character in self.text]
        places = [at for at, new in zip(self.places, changed, strict=True) for _ in new]
        return Traced("".join(changed), tuple(places))

    def added(self, text: str) -> Traced:
        """With `text` behind it, which lies at its end."""
        last = self.places[-1] if self.places else 0
        return Traced(self.text + text, (*self.places, *[last] * len(text)))

    def respelled(self, text: str) -> Traced:
        """`text` in its place, where what became of which character is not known: by
        their share of the length."""
        count, last = len(self.places), max(0, len(self.places) - 1)
        spread = [min(last, at * count // max(1, len(text))) for at in range(len(text))]
        return Traced(text, tuple(self.places[at] for at in spread) if count else ())


def tidied(text: str, variant: str) -> Traced:
    """What is left of `text` for the tokenizer: the first letter large, single spaces,
    plain punctuation, a mark at the end.

    Args:
        variant: english, multilingual or turbo.
    """
    if text[:1].islower():
        upper = text[0].upper()  # maybe several letters
        traced = Traced(upper + text[1:], (*[0] * len(upper), *range(1, len(text))))
    else:
        traced = Traced.of(text)
    traced = _single_spaced(traced)
    for old, new in _REPLACED:
        if variant != "turbo" or old not in _KEPT_BY_TURBO:
            traced = traced.replaced(old, new)
    kept = len(traced.text.rstrip(" "))
    traced = Traced(traced.text[:kept], traced.places[:kept])
    ends = _ENDS_MULTILINGUAL if variant == "multilingual" else _ENDS
    return traced if traced.text.endswith(ends) else traced.added(".")


def decomposed(traced: Traced) -> Traced:
    """Small letters, accents apart: what the multilingual tokenizer knows."""
    small = traced.mapped(str.lower)
    # Final sigma and the order of accents depend on what stands around.
    for change in (traced.text.lower(), unicodedata.normalize("NFKD", traced.text.lower())):
        if change == small.text:
            continue
        apart = small.mapped(lambda letter: unicodedata.normalize("NFKD", letter))
        small = apart if len(apart.text) == len(change) else small.respelled(change)
        small = Traced(change, small.places)
    return small


def _single_spaced(traced: Traced) -> Traced:
    """As `" ".join(text.split())` does."""
    text: list[str] = []
    places: list[int] = []
    for character, place in zip(traced.text, traced.places, strict=True):
        if not character.isspace():
            text.append(character)
            places.append(place)
        elif text and text[-1] != " ":
            text.append(" ")
            places.append(place)
    if text and text[-1] == " ":
        text.pop()
        places.pop()
    return Traced("".join(text), tuple(places))


def word_spans(text: str) -> Sequence[tuple[int, int]]:
    """Where the words of `text` begin and end: what stands between spaces."""
    spans: list[tuple[int, int]] = []
    start = None
    for at, character in enumerate(text):
        if character.isspace():
            if start is not None:
                spans.append((start, at))
            start = None
        elif start is None:
            start = at
    return spans if start is None else [*spans, (start, len(text))]
