"""Symbols and punctuation."""

from __future__ import annotations

import re
import unicodedata
from functools import partial

from june_tts.wording.abbreviations import abbreviation_rules
from june_tts.wording.language import Language
from june_tts.wording.rules import Rule, after, before, say_fixed, spaced

_SPOKEN_PUNCTUATION = "%&#@*/\\_~^<>=+|"


def sign_rules(language: Language) -> list[Rule]:
    return [*abbreviation_rules(language), *_symbol_rules(language), *_punctuation_rules()]


def _symbol_rules(language: Language) -> list[Rule]:
    symbols = language.symbols
    whole_words = [
        name for name in symbols if name[0].isalpha() and len(name) > 1 and name != "hash"
    ]
    rules = [
        Rule(rf"\b{re.escape(name)}(?!\w)", partial(say_fixed, symbols[name]))
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
        Rule(r"(?<=[0-9])\s?[x×*]\s?(?=[0-9])", partial(say_fixed, f" {symbols['×']} ")),
        Rule(r"(?<=[a-z²]) [x×] (?=[0-9])", partial(_say_by, f" {symbols['×']} ")),
        Rule(r"(?<=[0-9]) [/:] (?=[0-9])", partial(say_fixed, f" {symbols['÷']} ")),
        Rule(r"\+\+", partial(_say_symbol, f" {symbols['+']} {symbols['+']}")),
        Rule(r"~\s?(?=[0-9$€£])", partial(say_fixed, f"{symbols['~']} ")),
        Rule(r"(?<=\w\s)[<>](?=\s\w)|(?<=[0-9])[<>](?=[0-9])", partial(_say_sign, language)),
        Rule(
            r"(?:(?<=\b[a-z])|(?<=[0-9][a-z])) [-−] (?=[0-9])",
            partial(say_fixed, f" {language.minus} "),
        ),
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
    spoken = before(match).isalnum() or before(match) in "€$£%°"
    return ", " if match[0][0].isspace() and spoken else " "


def _say_by(words: str, match: re.Match[str]) -> str | None:
    """ "3 m x 4 m": between measures."""
    ahead = match.string[max(0, match.start() - 8) : match.start()]
    return words if re.search(r"[0-9]\s?[a-z]{1,3}²?$", ahead) else None


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
