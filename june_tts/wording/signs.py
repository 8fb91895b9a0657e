"""Abbreviations, symbols and punctuation."""

from __future__ import annotations

import re
import unicodedata
from functools import partial

from june_tts.wording import numbers
from june_tts.wording.language import Language
from june_tts.wording.rules import Rule, Say, after, before, ends_sentence, spaced

# Abbreviations that stand before a name or a number and so never end a sentence.
_TITLES = frozenset(
    "Mr Mrs Ms Prof Rev Gen Col Capt Cpt Lt Sgt Gov Sen Rep Hon Pres Maj Mt Ft Fig fig Vol vol Ch "
    "ch Sec Eq Ver ver Ext ext Tel tel vs e.g i.e ca Sr Sra Dr Dra Hr Fr Nr M MM Sig Dott Ing Avv "
    "Profa Mio Mrd D pág núm cap Av pag Abb Kap Bd St Ste".split()
)
# Abbreviations before a number only: "I ate a fig." is about fruit.
_BEFORE_NUMBERS = frozenset(
    "Fig fig Vol vol Ch ch Sec Eq Ver ver Ext ext Apt apt cap chap pag pág núm Bd Kap Abb".split()
)
_NUMBER = re.compile(r"\s?[0-9IVX]")
_ROMAN_BEFORE = (
    "Chapter|Part|Act|Volume|Section|War|Book|Phase|Type|Title|Article|Appendix|Super Bowl"
)
_KINGS = (
    "Henry|Louis|Elizabeth|Charles|George|James|Edward|William|Richard|Mary|Philip|Frederick|"
    "Napoleon|Catherine|Peter|Ivan|Nicholas|Alexander|Pius|Benedict|Gregory|Leo|John Paul"
)
_ROMAN = r"(?P<roman>(?:X{1,3}(?:IX|IV|V?I{0,3})|IX|IV|V?I{1,3}|V))"
_VALUES = {"I": 1, "V": 5, "X": 10}
_SPOKEN_PUNCTUATION = "%&#@*/\\_~^<>=+|"


def sign_rules(language: Language) -> list[Rule]:
    words = _english_words(language) if language.code == "en" else []
    return [*words, *_abbreviation_rules(language), *_symbol_rules(language), *_punctuation_rules()]


def _english_words(language: Language) -> list[Rule]:
    fixed = {r"\bw/o\b": "without", r"\bw/(?=\s|\w)": "with", r"\bb/c\b": "because"}
    roman = numbers.cardinal, numbers.ordinal
    return [
        *(Rule(pattern, partial(_say_fixed, words)) for pattern, words in fixed.items()),
        Rule(r"\bSt\.(?=\s|$)", _say_street("Saint", "Street")),
        Rule(r"\bDr\.?(?=\s[A-Z])|\bDr\.(?=\s|$|[,;:!?])", _say_street("Doctor", "Drive")),
        Rule(r"\b(?:No|no|Nos|nos)\.\s?(?=[0-9])", partial(_say_fixed, "number ")),
        Rule(r"\bpp\.\s?(?=[0-9])", partial(_say_fixed, "pages ")),
        Rule(r"\bp\.\s?(?=[0-9])", partial(_say_fixed, "page ")),
        Rule(
            rf"(?<=\b)(?P<head>(?:{_ROMAN_BEFORE})\s){_ROMAN}(?![\w'’])",
            lambda match: match["head"] + roman[0](str(_roman(match["roman"])), "en"),
        ),
        Rule(
            rf"\b(?P<head>(?:{_KINGS})\s){_ROMAN}(?![\w])",
            lambda match: match["head"] + "the " + roman[1](str(_roman(match["roman"])), "en"),
        ),
        Rule(r"\b[CF]#(?!\w)", lambda match: f"{match[0][0]} sharp"),
        Rule(r"\b(?:[A-Z]\.){2,6}", _say_initials),
        Rule(r"\b(?:Mr|Mrs|Ms)(?=\s[A-Z])", lambda match: language.abbreviations[match[0]]),
        Rule(r"\bvs(?=\s)", partial(_say_fixed, "versus")),
        Rule(r"(?<=[a-z])/(?=[a-z])", partial(_say_fixed, " ")),
    ]


def _abbreviation_rules(language: Language) -> list[Rule]:
    known = sorted(language.abbreviations, key=len, reverse=True)
    stopped = "|".join(re.escape(name) for name in known)
    return [Rule(rf"(?<![\w.])(?P<short>{stopped})\.(?!\w)", partial(_say_abbreviation, language))]


def _symbol_rules(language: Language) -> list[Rule]:
    symbols = language.symbols
    whole_words = [
        name for name in symbols if name[0].isalpha() and len(name) > 1 and name != "hash"
    ]
    rules = [
        Rule(rf"\b{re.escape(name)}(?!\w)", partial(_say_fixed, symbols[name]))
        for name in whole_words
    ]
    powers = {"\\^2": "²", "\\^3": "³"}
    rules += [
        Rule(rf"(?<=\w){sign}(?![0-9])", partial(_say_symbol, symbols[name]))
        for sign, name in powers.items()
    ]
    return [
        *rules,
        Rule(r"#(?=[0-9])", partial(_say_symbol, f"{symbols['#']} ")),
        Rule(r"(?<!\w)#(?=[^\W\d_])", partial(_say_symbol, f"{symbols['hash']} ")),
        Rule(r"(?<!\S)@(?=\s|\w)", partial(_say_before, language.at)),
        Rule(r"(?<=[0-9])\s?[x×*]\s?(?=[0-9])", partial(_say_fixed, f" {symbols['×']} ")),
        Rule(r"(?<=[0-9]) / (?=[0-9])", partial(_say_fixed, f" {symbols['÷']} ")),
        Rule(r"\+\+", partial(_say_symbol, f" {symbols['+']} {symbols['+']}")),
        Rule(r"~\s?(?=[0-9$€£])", partial(_say_fixed, f"{symbols['~']} ")),
        Rule(r"(?<=\w\s)[<>](?=\s\w)|(?<=[0-9])[<>](?=[0-9])", partial(_say_sign, language)),
        Rule(r"[<>]=(?=\s?\w)", lambda match: symbols["≤" if match[0] == "<=" else "≥"]),
        Rule(r"[=≠](?:=)?|!=", partial(_say_equals, language)),
        Rule(r"[&+%‰§©×÷±≈≤≥√∞→№π²³°½¼¾⅓⅔⅛⅜⅝⅞⅕⅖⅗⅘^€$£¥]", partial(_say_sign, language)),
    ]


def _punctuation_rules() -> list[Rule]:
    return [
        Rule(r"\s*(?:—|–|―|--+)\s*|\s[-−]\s", _say_dash),
        Rule(r"[’‘ʼ]", lambda match: "'"),
        Rule(r"[\"“”„«»‹›″]", lambda match: ""),
        Rule(r"…|\.{4,}", lambda match: "..."),
        Rule(r"([!?])[!?]+", lambda match: "?" if "?" in match[0] else "!"),
        Rule(r",{2,}", lambda match: ","),
        Rule(r"\s?[(\[{]", _pause),
        Rule(
            r"[)\]}]", lambda match: "," if after(match) == " " and before(match).isalnum() else ""
        ),
        Rule(r"\s?\|\s?", lambda match: ", " if before(match).isalnum() else ""),
        Rule(r"_+|(?<=[\w€$£%°])[/\\](?=\w)", lambda match: " "),
        Rule(r"[^\w\s.,!?;:'\"’-]", _say_other),
    ]


def _pause(match: re.Match[str]) -> str:
    # "f(x)" is one word; " (" opens an aside.
    return ", " if match[0][0].isspace() and before(match).isalnum() else " "


def _say_fixed(words: str, match: re.Match[str]) -> str:
    return words


def _say_before(words: str, match: re.Match[str]) -> str:
    return words if after(match) == " " else f"{words} "


def _say_symbol(words: str, match: re.Match[str]) -> str:
    return spaced(match, words) if not words.endswith(" ") else f"{_gap(match)}{words}"


def _gap(match: re.Match[str]) -> str:
    return " " if before(match).isalnum() else ""


def _say_sign(language: Language, match: re.Match[str]) -> str | None:
    words = language.symbols.get(match[0])
    return spaced(match, words) if words else None


def _say_equals(language: Language, match: re.Match[str]) -> str:
    sign = "≠" if match[0] in ("≠", "!=") else "="
    return spaced(match, language.symbols[sign])


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


def _say_abbreviation(language: Language, match: re.Match[str]) -> str | None:
    short = match["short"]
    if short in _BEFORE_NUMBERS and not _NUMBER.match(match.string, match.end()):
        return None
    words = language.abbreviations[short]
    # Nouns have capitals in German: only the end of the text is sure.
    last = ends_sentence(match) and (language.code != "de" or match.end() == len(match.string))
    return words + ("." if last and short not in _TITLES else "")


def _roman(written: str) -> int:
    values = [_VALUES[letter] for letter in written]
    following = [*values[1:], 0]
    return sum(-v if v < n else v for v, n in zip(values, following, strict=True))


def _say_dash(match: re.Match[str]) -> str | None:
    if before(match) == " " and match.start() == 0:
        return ""
    if before(match).isdigit() and after(match).isdigit():
        return None
    if before(match) in ",;:.!?" or match.end() == len(match.string):
        return " " if match.end() < len(match.string) else ""
    return ", "


def _say_other(match: re.Match[str]) -> str | None:
    """Signs without words are not heard; letters' marks and foreign stops stay."""
    category = unicodedata.category(match[0])
    if category.startswith("S") or match[0] in _SPOKEN_PUNCTUATION:
        return " " if before(match).isalnum() and after(match).isalnum() else ""
    return None
