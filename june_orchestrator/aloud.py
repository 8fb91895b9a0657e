"""What of a reply's sentences is said, while they come. Pure.

The caller is shown a sentence as the brain wrote it; what text to speech is given may
be less. A block of code, which many sentences make up, is not read out: one short
sentence stands for it. What a single sentence tells of itself (emphasis, links, cells
of a table) is the business of text to speech.
"""

from __future__ import annotations

import re

_SKIPPED = {
    "en": "I am leaving out the code.",
    "de": "Den Code lese ich nicht vor.",
    "fr": "Je ne lis pas le code à voix haute.",
    "es": "No leo el código en voz alta.",
    "it": "Non leggo il codice ad alta voce.",
    "pt": "Não leio o código em voz alta.",
    "nl": "De code lees ik niet voor.",
    "pl": "Kodu nie czytam na głos.",
}
LANGUAGES = tuple(_SKIPPED)
# What may stand before a fence: quotation marks, the mark of a list's item.
_FENCE = re.compile(r"^[\s>]*(?:[-*+]\s+|[0-9]{1,3}[.)]\s+)?(`{3,}(?=[^`]*$)|~{3,})(?P<info>.*)$")
# Rules, and the row that parts a table's head from its body.
_DRAWN = re.compile(r"^[-|:=_*+\s]+$")


class Aloud:
    """Sentence in, what is to be said of it out: at once, and nothing is held back.

    Args:
        language: a BCP-47 tag, of the sentence that stands for code. In a language
            that has none code is left out in silence.
    """

    def __init__(self, language: str) -> None:
        primary = language.replace("_", "-").partition("-")[0].casefold()
        self._skipped = _SKIPPED.get(primary or "en", "")
        # What the block of code was opened with; empty outside of one.
        self._fence = ""

    def push(self, sentence: str) -> str:
        """What is said of the reply's next sentence; empty where nothing is."""
        if not (self._fence or "```" in sentence or "~~~" in sentence):
            return "" if _DRAWN.match(sentence) else sentence
        said = (self._line(line) for line in sentence.split("\n"))
        return "\n".join(line for line in said if line)

    def _line(self, line: str) -> str:
        fence = _FENCE.match(line)
        if not self._fence:
            if fence is None:
                return "" if _DRAWN.match(line) else line
            self._fence = fence[1]
            return self._skipped
        if fence and fence[1].startswith(self._fence) and not fence["info"].strip():
            self._fence = ""
        return ""
