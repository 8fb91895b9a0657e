"""What language a sentence is in, where its words or letters give it away. Pure.

It is asked whether a guess is wrong, and doubts it for good reason only: a short
sentence, or one in a language that it does not know, tells nothing.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Set

# Small words that sentences are full of. What several languages have tells nothing.
_SMALL_WORDS = {
    "en": "the and is are you your it it's i'm that that's this with for have has not what can "
    "will would there from they we my his been which about does don't of be if how please",
    "de": "der die das und ist nicht ich du sie wir ihr ein eine einen mit für auf von zu den dem "
    "im es sind haben auch wie aber oder wenn noch kann bei nach dass bitte mir dir heute",
    "fr": "le la les et est je tu vous nous une des du dans pour pas que qui sur avec ce cette il "
    "elle sont c'est j'ai mais votre vos aux bonjour aujourd'hui",
    "es": "el la los las y es yo tú usted una del para por con que está pero más su muy hay tiene "
    "este esta se al hoy hola",
    "it": "il la gli è io tu lei una della del di che con non sono più ma questo questa nel alla "
    "si oggi ciao",
    "pt": "os e é eu você uma da que para por com não são mais mas este esta tem ao se hoje olá em",
    "nl": "het een is ik je jij niet voor met zijn dat maar ook naar wat vandaag",
    "pl": "nie jest się że jak ty co są dla po czy tak dzień cześć dziś ale",
}
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_COUNTS = Counter(word for words in _SMALL_WORDS.values() for word in words.split())
_TELLING = {
    language: frozenset(word for word in words.split() if _COUNTS[word] == 1)
    for language, words in _SMALL_WORDS.items()
}
# So many small words make a case, and where the letters speak against the guess, so many.
_ENOUGH, _WITH_LETTERS = 2, 1
# Letters that are enough by themselves, the languages that they are taken for and the
# others that share them.
_SCRIPTS = (
    (re.compile("[\u3041-\u30ff]"), ("ja",)),
    (re.compile("[\uac00-\ud7af]"), ("ko",)),
    (re.compile("[\u4e00-\u9fff]"), ("zh", "ja", "yue")),
    (re.compile("[\u0400-\u04ff]"), ("ru", "uk", "bg", "sr", "be", "mk", "kk")),
    (re.compile("[\u0370-\u03ff]"), ("el",)),
    (re.compile("[\u0590-\u05ff]"), ("he", "yi")),
    (re.compile("[\u0600-\u06ff]"), ("ar", "fa", "ur")),
    (re.compile("[\u0900-\u097f]"), ("hi", "mr", "ne")),
    (re.compile("[\u0e00-\u0e7f]"), ("th",)),
)
_ADDRESS = re.compile(r"\S{1,100}[./@:][\w-]\S*")
_LATIN = re.compile("[a-zA-ZÀ-ɏ]")
_OTHER_SCRIPTS = frozenset(language for _, languages in _SCRIPTS for language in languages)


def language_of(text: str, guess: str, among: Set[str]) -> str:
    """The language of a text: the guess, unless the text speaks for another one.

    Args:
        guess: a primary tag; empty where nothing is guessed.
        among: the primary tags that may come out.
    """
    text = _ADDRESS.sub(" ", text)
    latin = len(_LATIN.findall(text))
    for letters, languages in _SCRIPTS:
        if len(letters.findall(text)) > latin:
            return next(
                (each for each in (guess, *languages) if _fits(each, languages, among)), guess
            )
    if guess and guess not in _TELLING and not (guess in _OTHER_SCRIPTS and latin):
        return guess
    return _by_words(text, guess, among)


def _fits(language: str, languages: tuple[str, ...], among: Set[str]) -> bool:
    return language in languages and language in among


def _by_words(text: str, guess: str, among: Set[str]) -> str:
    words = [word.replace("’", "'") for word in _WORD.findall(text.lower())]
    scores = {
        language: sum(word in telling for word in words)
        for language, telling in _TELLING.items()
        if language in among or language == guess
    }
    best = max(scores, key=lambda language: scores[language], default=guess)
    guessed = scores.get(guess, 0)
    enough = _WITH_LETTERS if guess in _OTHER_SCRIPTS else _ENOUGH
    return best if scores.get(best, 0) >= max(enough, 2 * guessed + 1) else guess
