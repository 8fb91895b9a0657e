"""Which language a session's replies are spoken in. Pure.

A language that was asked for or configured holds. Else a reply is spoken in the one
that the user was heard to speak, as far as a voice speaks it, and in none that its
first sentence is plainly not in. That sentence settles it for the whole reply.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from june_orchestrator.ports import Event, Heard, Input, Typed, Voice
from june_orchestrator.telltale import language_of
from june_orchestrator.turns import is_backchannel, words_of
from june_orchestrator.voices import Voices, primary

# A language that is heard with less than this is a guess, and the one before it stays.
SURE = 0.6


class Tongue:
    """What a session's turns were heard to be in.

    Args:
        voices: reads what text to speech can say at present.
    """

    def __init__(self, voices: Callable[[], Voices]) -> None:
        self._voices = voices
        # Of the turn in progress, which may yet be heard otherwise, and of the last one.
        self._heard = ""
        self._kept = ""

    def hear(self, event: Input) -> None:
        """Something happened that may tell in what language the turn is."""
        match event:
            case Heard(final_text=text) if words_of(text) and not is_backchannel(text):
                self._heard = self._language_of(event)
                if event.event is Event.END_OF_TURN:
                    self._kept = self._heard
            case Typed():
                self._heard = self._kept

    def tag(self, voice: Voice) -> str:
        """The language that the turn is taken to be in, as `voice` is asked for it; empty
        where nothing is known."""
        return self._voices().tag_for(self._heard, voice.name)

    def speaking(self, voice: Voice, first_sentence: str) -> Voice:
        """`voice` in the language of a reply that begins with this sentence."""
        voices = self._voices()
        tag = self.tag(voice)
        guess = primary(tag) or voices.own_language(voice.name)
        found = language_of(first_sentence, guess, voices.languages(voice.name))
        return replace(voice, language=tag if found == guess else voices.tag_for(found, voice.name))

    def _language_of(self, heard: Heard) -> str:
        """A primary tag; the last turn's where this one's is not sure, or no voice has it."""
        sure = heard.language_probability >= SURE
        speakable = self._voices().tag_for(heard.language)
        return primary(heard.language) if sure and speakable else self._kept
