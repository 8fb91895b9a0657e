"""Numbers in the form that what they count wants: "una hora", "duas casas"."""

from __future__ import annotations

import re

from june_tts.wording import numbers
from june_tts.wording.language import Language
from june_tts.wording.rules import word_before

# From a number's last words to those that count a masculine noun, and a feminine one.
_MASCULINE = {
    "de": [(r"^eins$", "ein")],
    "es": [(r"\bveintiuno$", "veintiún"), (r"\buno$", "un")],
    "it": [(r"^uno$", "un")],
}
_FEMININE = {
    "de": [(r"^eins$", "eine")],
    "fr": [(r"\bun$", "une")],
    "es": [(r"uno$", "una"), (r"cientos\b", "cientas"), (r"\bquinientos\b", "quinientas")],
    "it": [(r"^uno$", "una")],
    "pt": [(r"\bum$", "uma"), (r"\bdois$", "duas"), (r"entos\b", "entas")],
}
# "1 bis 2 Stunden", "1 neue Frage".
_NOUN = re.compile(
    r"(?:\s?(?:[-–]|bis|oder|à|ou|a|o|e)\s?[0-9]{1,4})?[ \u00a0\u202f]"
    r"(?:(?P<adjective>[a-zäöüß]{2,20}e[rns]?)[ \u00a0](?=[A-ZÄÖÜ]))?"
    r"(?P<noun>[^\W\d_]{2,40})(?![\w.]*\w@)"
)
_PART_OF_DAY = re.compile(r" d(?:e l)?a (?:mañana|tarde|noche|madrugada|manhã|noite)\b")
_LAST_WORD = re.compile(r"([^\W_]+)[.:]? $")
# Italian says "uno" before these.
_HEAVY = re.compile(r"s[^aeiouàèéìòù]|z|gn|ps|y|x", re.I)


def counted(language: Language, written: str, noun: str) -> str:
    """A whole number, given by its digits, that counts `noun`."""
    return agreed(language, numbers.cardinal(written, language.code), noun)


def agreed(language: Language, words: str, noun: str) -> str:
    """The words of a number in the form that `noun` wants."""
    code = language.code.partition("_")[0]
    if re.fullmatch(language.counting.feminine, noun, re.I):
        forms = _FEMININE.get(code, [])
    elif code == "it" and _HEAVY.match(noun):
        forms = []
    else:
        forms = _MASCULINE.get(code, [])
    for pattern, form in forms:
        words = re.sub(pattern, form, words)
    return words


def noun_after(language: Language, match: re.Match[str]) -> str:
    """The noun that the number counts, as far as can be told; else nothing: in "page 1
    is" the number counts no "is", and in "number 1" nothing at all."""
    if _PART_OF_DAY.match(match.string, match.end()):
        return "horas"
    found = _NOUN.match(match.string, match.end())
    if not found and word_before(match) in language.marks.feminine:
        return "horas"
    if not found or found["noun"].lower() in language.counting.links:
        return ""
    if language.code == "de" and not found["noun"][0].isupper():
        return ""
    if found["adjective"] and found["adjective"] in language.counting.links:
        return ""
    ahead = _LAST_WORD.search(match.string[: match.start()][-40:])
    if ahead and _names(language, ahead, match.start()):
        return ""
    return found["noun"]


def _names(language: Language, word: re.Match[str], until: int) -> bool:
    """Whether the word before a number is named by it: "Kapitel 1", "opción 1"."""
    first = len(word.string) == until and not word.string[: word.start()].strip()
    named = word[1].lower() in language.marks.numbered
    return named or (word[1][0].isupper() and not first)
