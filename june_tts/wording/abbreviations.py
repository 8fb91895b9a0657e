"""Abbreviations, in all languages, and short forms that English has."""

from __future__ import annotations

import re
from functools import partial

from june_tts.wording import numbers
from june_tts.wording.language import Language
from june_tts.wording.ordinals import roman
from june_tts.wording.rules import Rule, Say, ends_sentence, say_fixed, spaced, word_before

# Abbreviations that stand before a name or a number and so never end a sentence.
_TITLES = frozenset(
    "Mr Mrs Ms Prof Rev Gen Col Capt Cpt Lt Sgt Gov Sen Rep Hon Pres Maj Mt Ft Fig fig Vol vol Ch "
    "ch Sec Eq Ver ver Ext ext Tel tel vs e.g i.e ca Sr Sra Dr Dra Hr Fr Nr M MM Sig Dott Ing Avv "
    "Profa Mio Mrd D pág núm cap Av av bd Bd pag Abb Kap St Ste Dr.ª Sig.ra Sig.na Dott.ssa "
    "Prof.ssa "
    "Srta Dña Avda Pr S Art art Abs p pp n N env tél lt bspw gem dott sig sig.ra ing prof".split()
)
# Abbreviations before a number only: "I ate a fig." is about fruit.
_BEFORE_NUMBERS = frozenset(
    "Fig fig Vol vol Ch ch Sec Eq Ver ver Ext ext Apt apt cap chap pag pág núm Bd Kap Abb Abs Art "
    "art "
    "S p pp n N".split()
)
# Titles of one letter or two, which much else is called by: before a name only.
_BEFORE_NAMES = frozenset({"D", "M", "MM", "Fr", "Hr", "St", "Ste", "Pr", "Sto", "Sta"})
_NAME = re.compile(r"\s(?:[^\W\d_a-zà-öø-ÿ]|(?:et|y|e|und)\s)")
_SPACE = re.compile(r"[ \u00a0\u202f]")
_DATE = re.compile(r",?\s(?:den |le |el )?[0-9]{1,2}(?:\.|\s|/)")
_NUMBER = re.compile(r"\s?[0-9IVX]")
_ROMAN_BEFORE = (
    "Chapter|Part|Act|Volume|Section|War|Book|Phase|Type|Title|Article|Appendix|Super Bowl"
)
_KINGS = (
    "Henry|Louis|Elizabeth|Charles|George|James|Edward|William|Richard|Mary|Philip|Frederick|"
    "Napoleon|Catherine|Peter|Ivan|Nicholas|Alexander|Pius|Benedict|Gregory|Leo|John Paul"
)
_ROMAN = r"(?P<roman>(?:X{1,3}(?:IX|IV|V?I{0,3})|IX|IV|V?I{1,3}|V))"


def abbreviation_rules(language: Language) -> list[Rule]:
    words = _english_words(language) if language.code == "en" else []
    return [*words, *_stopped_rules(language)]


def _english_words(language: Language) -> list[Rule]:
    fixed = {r"\bw/o\b": "without", r"\bw/(?=\s|\w)": "with", r"\bb/c\b": "because"}
    said = numbers.cardinal, numbers.ordinal
    return [
        *(Rule(pattern, partial(say_fixed, words)) for pattern, words in fixed.items()),
        Rule(r"\bSt\.(?=\s|$)", _say_street("Saint", "Street")),
        Rule(r"\bDr\.?(?=\s[A-Z])|\bDr\.(?=\s|$|[,;:!?])", _say_street("Doctor", "Drive")),
        Rule(r"\b(?:No|no|Nos|nos)\.\s?(?=[0-9])", partial(say_fixed, "number ")),
        Rule(r"\bpp\.\s?(?=[0-9])", partial(say_fixed, "pages ")),
        Rule(r"\bp\.\s?(?=[0-9])", partial(say_fixed, "page ")),
        Rule(
            rf"(?<=\b)(?P<head>(?:{_ROMAN_BEFORE})\s){_ROMAN}(?![\w'’])",
            lambda match: match["head"] + said[0](str(roman(match["roman"])), "en"),
        ),
        Rule(
            rf"\b(?P<head>(?:{_KINGS})\s){_ROMAN}(?![\w])",
            lambda match: match["head"] + "the " + said[1](str(roman(match["roman"])), "en"),
        ),
        Rule(r"\b[CF]#(?!\w)", lambda match: f"{match[0][0]} sharp"),
        Rule(r"\b(?:[A-Z]\.){2,6}", _say_initials),
        Rule(r"\b(?:Mr|Mrs|Ms)(?=\s[A-Z])", lambda match: language.abbreviations[match[0]]),
        Rule(r"\bvs(?=\s)", partial(say_fixed, "versus")),
        Rule(r"(?<=[a-z])/(?=[a-z])", partial(say_fixed, " ")),
    ]


def _stopped_rules(language: Language) -> list[Rule]:
    known = sorted(language.abbreviations, key=len, reverse=True)
    stopped = "|".join(re.escape(name).replace(r"\ ", r"[ \u00a0\u202f]?") for name in known)
    rules = [Rule(rf"(?<![\w.])(?P<short>{stopped})\.(?!\w)", partial(_say_abbreviation, language))]
    if language.code == "de":
        rules.append(Rule(r"(?<=[a-zäöüß])str\.", partial(say_fixed, "straße")))
    if language.weekdays:
        days = "|".join(language.weekdays)
        say = partial(_say_weekdays, language)
        rules.insert(0, Rule(rf"(?<!\w)(?P<day>{days})\.(?=,?\s)", partial(_say_weekday, language)))
        rules.append(
            Rule(rf"(?<!\w)(?P<first>{days})\.?\s?[-–]\s?(?P<last>{days})(?![\w-])\.?", say)
        )
    return rules


def _say_weekdays(language: Language, match: re.Match[str]) -> str:
    days = language.weekdays
    stop = "." if match[0].endswith(".") and match.end() == len(match.string) else ""
    return f"{days[match['first']]} {language.to} {days[match['last']]}{stop}"


def _say_weekday(language: Language, match: re.Match[str]) -> str | None:
    """ "am Fr. um 3", "Mo., 3. Mai": elsewhere the letters may stand for much else."""
    dated = _DATE.match(match.string, match.end())
    if not dated and word_before(match) not in language.marks.dates:
        return None
    return language.weekdays[match["day"]]


def _say_street(before_name: str, after_name: str) -> Say:
    """ "St." and "Dr." are titles before a name and roads after one."""

    def say(match: re.Match[str]) -> str:
        rest = match.string[match.end() : match.end() + 2]
        left = match.string[: match.start()].rstrip()[-30:].split(" ")
        named = rest[:1] == " " and rest[1:2].isupper()
        # A capital at the start of the text is no name yet.
        road = left[-1][:1].isupper() and left[-1].isalpha() and len(left) > 1
        if named and not road:
            return before_name
        stop = "." if match[0].endswith(".") and ends_sentence(match) else ""
        return (
            after_name if left[-1][:1].isupper() or left[-1][:1].isdigit() else before_name
        ) + stop

    return say


def _say_initials(match: re.Match[str]) -> str:
    letters = " ".join(match[0].rstrip(".").split("."))
    return spaced(match, letters + ("." if ends_sentence(match) else ""))


def _bare(name: str) -> str:
    return _SPACE.sub("", name)


def _say_abbreviation(language: Language, match: re.Match[str]) -> str | None:
    short = _SPACE.sub(" ", match["short"])
    if short not in language.abbreviations:
        # Written without its spaces.
        short = next(name for name in language.abbreviations if _bare(name) == _bare(short))
    if short in _BEFORE_NUMBERS and not _NUMBER.match(match.string, match.end()):
        return None
    if short in _BEFORE_NAMES and not _NAME.match(match.string, match.end()):
        return None
    words = language.abbreviations[short]
    # Nouns have capitals in German: only the end of the text is sure.
    last = ends_sentence(match) and (language.code != "de" or match.end() == len(match.string))
    return words + ("." if last and short not in _TITLES else "")
