"""Which voices text to speech has, and what they speak. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Voices:
    """Voices with the BCP-47 tags of what they speak; `default` is one of them.

    Empty where nothing is known of them yet.
    """

    tags: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    default: str = ""

    def tag_for(self, language: str, voice: str = "") -> str:
        """The tag by which a language is asked for; empty where no voice speaks it.

        Args:
            voice: the one that is to speak it; empty leaves it open, and the default
                voice comes first.
        """
        wanted = primary(language)
        return next((tag for tag in self._spoken(voice) if wanted and primary(tag) == wanted), "")

    def languages(self, voice: str = "") -> frozenset[str]:
        """Primary tags of all that is spoken, by one voice or by any."""
        return frozenset(primary(tag) for tag in self._spoken(voice))

    def own_language(self, voice: str = "") -> str:
        """What a voice speaks unless it is told otherwise, as a primary tag."""
        return primary(next(iter(self.tags.get(voice or self.default, ())), ""))

    def _spoken(self, voice: str) -> Iterator[str]:
        if voice:
            yield from self.tags.get(voice, ())
            return
        for name in sorted(self.tags, key=lambda name: name != self.default):
            yield from self.tags[name]


def primary(tag: str) -> str:
    """A BCP-47 tag without region and script: "pt" of "pt-BR"."""
    return tag.replace("_", "-").partition("-")[0].casefold()
