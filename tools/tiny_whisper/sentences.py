"""Sentences over a closed vocabulary, drawn at random.

Pure: a seed gives the same sentences everywhere.
"""

import random
import re
from collections.abc import Iterator
from functools import cache
from zlib import crc32

from tools.tiny_whisper import english, german

TEMPLATES = {"en": english.TEMPLATES, "de": german.TEMPLATES}
SLOTS = {"en": english.SLOTS, "de": german.SLOTS}
LANGUAGES = tuple(TEMPLATES)

# Words in no order at all, so that hearing counts and not only guessing. Of words
# that sound alike one stays out, as nothing but order tells them apart.
JUMBLED, MOST_JUMBLED = 0.3, 7
ALIKE = {"to", "for"}
# Of longer sentences, one in so many is never trained on.
HELD_OUT_OF, SHORTEST_HELD_OUT = 12, 4
_FIXED = {template for templates in TEMPLATES.values() for template in templates}
_SLOT = re.compile(r"\{(\w+)\}")


def words_of(language: str) -> tuple[str, ...]:
    """Every word that a sentence of the language may hold, sorted."""
    slots = SLOTS[language]
    texts = [*TEMPLATES[language], *(value for values in slots.values() for value in values)]
    return tuple(sorted({word for text in texts for word in _SLOT.sub(" ", text).split()}))


def all_words() -> tuple[str, ...]:
    """The whole vocabulary; some words belong to several languages."""
    return tuple(sorted({word for language in LANGUAGES for word in words_of(language)}))


def sentences(language: str, seed: str, held_out: bool) -> Iterator[str]:
    """Endless sentences, lower case, words apart by one space.

    Args:
        held_out: either only sentences that training never says, or only others.
    """
    draw = random.Random(f"{language} {seed} {held_out}")
    words = [word for word in words_of(language) if word not in ALIKE]
    while True:
        if draw.random() < JUMBLED:
            text = " ".join(draw.choices(words, k=draw.randint(1, MOST_JUMBLED)))
        else:
            text = _filled(draw.choice(TEMPLATES[language]), SLOTS[language], draw)
        if is_held_out(text) is held_out:
            yield text


def is_held_out(text: str) -> bool:
    """Sentences without a slot are always trained on: there is no other of their kind."""
    if text.count(" ") + 1 < SHORTEST_HELD_OUT or text in _FIXED:
        return False
    return crc32(text.encode()) % HELD_OUT_OF == 0


def is_jumbled(language: str, text: str) -> bool:
    """Whether these are words in no order, rather than a sentence."""
    return not _sentence_of(language).fullmatch(text)


@cache
def _sentence_of(language: str) -> re.Pattern[str]:
    """Matches every sentence of the language."""

    def pattern(template: str) -> str:
        """Slots as alternatives; all else of a template means itself."""
        return _SLOT.sub(lambda slot: f"(?:{'|'.join(map(pattern, slots[slot[1]]))})", template)

    slots = SLOTS[language]
    return re.compile("|".join(map(pattern, TEMPLATES[language])))


def _filled(template: str, slots: dict[str, tuple[str, ...]], draw: random.Random) -> str:
    while _SLOT.search(template):
        template = _SLOT.sub(lambda slot: draw.choice(slots[slot[1]]), template)
    return template
