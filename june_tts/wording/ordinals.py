"""Ordinals in figures, and Roman numerals."""

from __future__ import annotations

import re
from functools import partial

from june_tts.wording import numbers
from june_tts.wording.language import Language
from june_tts.wording.rules import Rule, ends_sentence, word_before

_ROMAN = r"(?P<roman>(?:X{1,3}(?:IX|IV|V?I{0,3})|IX|IV|V?I{1,3}|V))"
_VALUES = {"I": 1, "V": 5, "X": 10}
_FEMININE_KINGS = frozenset(
    {"elisabeth", "katharina", "isabel", "isabella", "caterina", "maria", "elisabetta", "catarina"}
)
# Centuries as they are written short.
_CENTURIES = {("es", "s."): "siglo", ("pt", "séc."): "século", ("pt", "séc"): "século"}
# After these German ordinals end in -n.
_GERMAN_N = frozenset(
    "am im zum vom beim ins dem den des zur einem einen einer meinem meinen seinem seinen ihrem "
    "ihren unserem unseren diesem diesen jedem jeden bis".split()
)
# "In der zweiten Klasse", and "der zweite Versuch".
_GERMAN_DATIVE = frozenset(
    "in an auf aus bei mit nach seit von zu vor während wegen ab unter über neben hinter".split()
)
_GERMAN_ARTICLES = _GERMAN_N | {"der", "die", "das", "jede", "jeder", "jedes", "und", "oder"}
# A capital after an ordinal is its noun, but for these.
_STARTERS = re.compile(
    r"\s(?:Dann|Danach|Das|Der|Die|Den|Dem|Sie|Er|Es|Ich|Wir|Ihr|Du|Man|Und|Aber|Oder|Heute|Morgen"
    r"|Dort|Da|Hier|Wenn|Als|Ein|Eine|Im|In|Am|Auf|Mit|Nach|So|Dieser?|Dieses|Also|Doch|Wie|Was)\b"
)
_FEMININE_SPANISH = re.compile(r"o$")


def ordinal_rules(language: Language) -> list[Rule]:
    rules = _roman_rules(language)
    if language.code == "de":
        return [
            *rules,
            Rule(r"(?<![\w.,:])(?P<number>[0-9]{1,3})\.(?=\s[^\W\d_]|\s?$)", _say_german),
            Rule(
                r"(?<![\w.,])(?P<number>[1-9]0)er(?!\w)",
                lambda match: numbers.cardinal(match["number"], "de") + "er",
            ),
        ]
    if language.code == "en":
        return rules
    return [*rules, Rule(r"(?<![\w.,])(?P<number>[0-9]{1,3})°(?=\s[^\W\d_])",
                         partial(_say_degree_sign, language))]  # fmt: skip


def mark_rules(language: Language) -> list[Rule]:
    """Ordinals by their marks, such as "1st", "1er" and "1.ª"."""
    if not language.ordinal_marks:
        return []
    group = re.escape(language.groups.replace(" ", "") or "\u00a0")
    pattern = (
        rf"(?<![\w.,])(?P<number>[0-9]{{1,3}}(?:[{group}][0-9]{{3}})+|[0-9]{{1,15}})"
        rf"(?P<mark>{language.ordinal_marks})(?!\w)"
    )
    return [Rule(pattern, partial(_say_marked, language))]


def german_ordinal(written: str, ahead: str, before_that: str = "") -> str:
    """An ordinal in the form that the words before it want: "am dritten", "der dritte",
    "dritter"."""
    words = numbers.ordinal(written, "de")
    if ahead in _GERMAN_N or (ahead == "der" and before_that in _GERMAN_DATIVE):
        return f"{words}n"
    if ahead in _GERMAN_ARTICLES:
        return words
    return f"{words}r"


def _say_german(match: re.Match[str]) -> str | None:
    """ "der 3. Versuch" and "wird 3. im Rennen"; "3. Danach" may end a sentence."""
    words = match.string[max(0, match.start() - 24) : match.start()].lower().split()
    ahead, before_that = (["", "", *words])[-1], (["", "", *words])[-2]
    following = match.string[match.end() : match.end() + 2].strip()
    within = ahead[-1:].isalpha() and following[:1].islower()
    if ahead not in _GERMAN_ARTICLES and not within:
        return None
    if ahead in ("und", "oder"):
        # "die dritte und vierte Frage", but "2 und 3."
        earlier = re.search(r"(\w+) [0-9]{1,3}\. (?:und|oder) $", match.string[: match.start()])
        if earlier is None:
            return None
        ahead = earlier[1].lower()
    stop = "" if following and not _STARTERS.match(match.string, match.end()) else "."
    return german_ordinal(match["number"], ahead, before_that) + stop


def _say_degree_sign(language: Language, match: re.Match[str]) -> str | None:
    """ "Il 2° piano": an ordinal where an article comes before it."""
    article = word_before(match)
    if article not in language.marks.articles or match["number"] == "0":
        return None
    return numbers.ordinal(match["number"], language.code)


def _say_marked(language: Language, match: re.Match[str]) -> str | None:
    mark = match["mark"].lstrip(".")
    words = numbers.ordinal(re.sub(r"[^0-9]", "", match["number"]), language.code)
    if mark == "ª":
        return re.sub(r"o\b", "a", words)
    if language.code == "es" and mark == "er":
        return re.sub(r"(primer|tercer)o$", r"\1", words)
    if language.code == "fr":
        return _french(words, mark)
    return words


def _french(words: str, mark: str) -> str:
    if words == "premier" and mark in ("re", "ère"):
        return "première"
    if words == "deuxième" and mark in ("nd", "nde"):
        return "second" + mark[2:]
    return words


def _roman_rules(language: Language) -> list[Rule]:
    if language.code == "en":
        return []
    heads = _any_of(language.marks.numbered)
    kings = _any_of(language.marks.kings)
    rules = [
        Rule(
            rf"(?<!\w)(?P<head>(?i:{heads})\s){_ROMAN}(?![\w'’])",
            partial(_say_chapter, language),
        ),
        Rule(
            rf"(?<!\w)(?P<head>(?i:{kings}))\s{_ROMAN}(?P<mark>er|\.)?(?![\w'’])",
            partial(_say_king, language),
        ),
    ]
    if language.code == "fr":
        rules.append(Rule(rf"(?<!\w){_ROMAN}(?P<mark>er|ère|re|e|ème)(?!\w)", _say_french_century))
    if language.code == "it":
        rules.append(Rule(rf"(?<!\w){_ROMAN}(?=\ssecolo\b)", _say_italian_century))
    return rules


def _any_of(words: frozenset[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


def _say_chapter(language: Language, match: re.Match[str]) -> str:
    value, head = roman(match["roman"]), match["head"].strip()
    head = _CENTURIES.get((language.code[:2], head.lower()), head)
    spoken = numbers.ordinal if head in ("siglo", "século") and value <= 10 else numbers.cardinal
    return f"{head} {spoken(str(value), language.code)}"


def _say_king(language: Language, match: re.Match[str]) -> str | None:
    head, value = match["head"], roman(match["roman"])
    ordinal = numbers.ordinal(str(value), language.code)
    cardinal = numbers.cardinal(str(value), language.code)
    queen = head.lower() in _FEMININE_KINGS
    match language.code.partition("_")[0]:
        case "de":
            stop = "." if match.end() == len(match.string) and match["mark"] else ""
            return f"{head} {'die' if queen else 'der'} {ordinal}{stop}" if match["mark"] else None
        case "fr":
            return f"{head} {ordinal if value == 1 else cardinal}" + _stop(match)
        case "it":
            said = re.sub(r"o$", "a", ordinal) if queen else ordinal
        case _:
            said = ordinal if value <= 10 else cardinal
            said = _FEMININE_SPANISH.sub("a", said) if queen and value <= 10 else said
    return f"{head} {said}" + _stop(match)


def _stop(match: re.Match[str]) -> str:
    return "." if match["mark"] == "." and ends_sentence(match) else ""


def _say_french_century(match: re.Match[str]) -> str | None:
    value = str(roman(match["roman"]))
    words = numbers.ordinal(value, "fr")
    return "première" if value == "1" and match["mark"] in ("re", "ère") else words


def _say_italian_century(match: re.Match[str]) -> str:
    return numbers.ordinal(str(roman(match["roman"])), "it")


def roman(written: str) -> int:
    """The value of a Roman numeral below 40."""
    values = [_VALUES[letter] for letter in written]
    following = [*values[1:], 0]
    return sum(-v if v < n else v for v, n in zip(values, following, strict=True))
