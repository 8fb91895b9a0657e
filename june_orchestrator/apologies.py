"""What June says where no brain could answer: one honest sentence a language. Pure."""

from __future__ import annotations

_APOLOGIES = {
    "en": "Sorry, I cannot think of an answer right now.",
    "de": "Entschuldigung, ich kann gerade nicht antworten.",
    "fr": "Désolée, je ne peux pas répondre pour le moment.",
    "es": "Lo siento, ahora mismo no puedo responder.",
    "it": "Mi dispiace, in questo momento non posso rispondere.",
    "pt": "Desculpe, não consigo responder neste momento.",
    "nl": "Sorry, ik kan nu even niet antwoorden.",
    "pl": "Przepraszam, nie mogę teraz odpowiedzieć.",
}
LANGUAGES = tuple(_APOLOGIES)


def apology(language: str) -> str:
    """The sentence in the language of a BCP-47 tag; in English where it is not known."""
    return _APOLOGIES.get(language.partition("-")[0].casefold(), _APOLOGIES["en"])
