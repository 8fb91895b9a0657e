"""What June says while a tool takes its time: a short phrase a language. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

MAX_CHARS = 80
Fillers = Mapping[str, Sequence[str]]

USUAL: Fillers = {
    "en": ("One moment.",),
    "de": ("Einen Moment.",),
    "fr": ("Un instant.",),
    "es": ("Un momento.",),
    "it": ("Un attimo.",),
    "pt": ("Um momento.",),
    "nl": ("Een ogenblik.",),
    "pl": ("Chwileczkę.",),
}


def filler(fillers: Fillers, language: str, turn: int) -> str:
    """The phrase for a turn: several of one language take turns. Empty, and nothing is to
    be said, where there is none in the language of a BCP-47 tag; no tag means English."""
    code = language.replace("_", "-").partition("-")[0].casefold() or "en"
    phrases = fillers.get(code, ())
    return phrases[turn % len(phrases)] if phrases else ""


def checked(fillers: Mapping[str, Sequence[str]]) -> Fillers:
    """Raises ValueError where one cannot be said."""
    for language, phrases in fillers.items():
        if not language.isalpha() or language != language.casefold():
            raise ValueError(f"{language!r} is no code of a language, such as en")
        for phrase in phrases:
            if not any(map(str.isalnum, phrase)) or len(phrase) > MAX_CHARS:
                raise ValueError(f"a phrase in {language} is empty or longer than {MAX_CHARS}")
    return fillers
