"""Sums of money."""

from __future__ import annotations

import re
from functools import partial

from june_tts.wording.language import Currency, Language
from june_tts.wording.measures import amount_of, counted_amount, is_one
from june_tts.wording.reading import amount_pattern, either, read, say_amount
from june_tts.wording.rules import Rule, spaced

_FREE = r"(?<![\w.,])"
_DASH = r"\s?[-–—−]\s?"
# Scales that no "of" follows: "veinte mil euros", but "dos millones de euros".
_THOUSANDS = frozenset({"mil", "mila", "tausend", "Tausend", "thousand"})


def money_rules(language: Language) -> list[Rule]:
    amount = amount_pattern(language)
    scales = either(language.scales)
    money = either(language.currencies)
    second = rf"(?:{_DASH}(?:{money})?\s?(?P<second>{amount}))?"
    per = rf"(?:/(?:(?P<under>{either(language.units)})(?!\w)|(?=[^\W\d_]{{3}})))?"
    say = partial(_say_money, language)
    return [
        Rule(
            rf"(?<!\w)(?P<sign>[-−])?(?P<money>{money})\s?(?P<amount>{amount}){second}"
            rf"(?:[\s-]?(?P<scale>{scales}))?(?!\w){per}",
            say,
        ),
        Rule(
            rf"{_FREE}(?P<sign>[-−](?=[0-9]))?(?P<amount>{amount}){second}"
            rf"(?:\s?(?P<scale>{scales}))?\s?(?P<money>{money})(?!\w){per}",
            say,
        ),
        Rule(
            rf"(?<!\w)(?P<name>{_names(language)})/(?=[^\W\d_]{{3}})",
            lambda match: f"{match['name']} {language.counting.per} ",
        ),
    ]


def _names(language: Language) -> str:
    """Currencies in words, as in "euros/mois"."""
    currencies = language.currencies.values()
    return either({name for currency in currencies for name in (currency.one, currency.many)})


def _say_money(language: Language, match: re.Match[str]) -> str:
    currency = language.currencies[match["money"]]
    words = _say_sum(language, match, currency)
    if match["sign"]:
        words = f"{language.minus} {words}"
    if match["under"]:
        words += f" {language.counting.per} {language.units[match['under']][0]}"
    elif match[0].endswith("/"):
        words += f" {language.counting.per} "
    return spaced(match, words) if not words.endswith(" ") else words


def _say_sum(language: Language, match: re.Match[str], currency: Currency) -> str:
    amount, second, scale = match["amount"], match["second"], match["scale"]
    if second:
        words = f"{say_amount(language, amount)} {language.to} {say_amount(language, second)}"
        if not scale:
            return f"{words} {currency.many}"
        return f"{words} {language.scales[scale][1]}{_of(language, scale, currency)}"
    if scale:
        words = counted_amount(language, amount, language.scales[scale])
        return f"{words}{_of(language, scale, currency)}"
    if "$" in match["money"] and re.fullmatch(r"[0-9]{1,3},[0-9]{3}", amount):
        # Who writes the sign first parts thousands by a comma.
        amount = amount.replace(",", "")
    whole, fraction = read(language, amount)
    if fraction and (len(fraction) > 2 or not currency.cent):
        return f"{say_amount(language, amount)} {currency.many}"
    return _say_cents(language, whole, fraction.ljust(2, "0") if fraction else "", currency)


def _of(language: Language, scale: str, currency: Currency) -> str:
    """The currency after a scale: "millions d'euros"."""
    if language.scales[scale][1] in _THOUSANDS:
        return f" {currency.many}"
    if language.code == "fr" and currency.many[0] in "aeiouy":
        return f" d'{currency.many}"
    return f"{language.scale_of}{currency.many}"


def _say_cents(language: Language, whole: str, cents: str, currency: Currency) -> str:
    coins = ""
    if cents.strip("0"):
        coins = counted_amount(language, cents.lstrip("0"), (currency.cent, currency.cents))
        if not whole.strip("0"):
            return coins
    count = whole.lstrip("0") or "0"
    noun = currency.one if is_one(language, count) else currency.many
    notes = f"{amount_of(language, count, noun)} {noun}"
    return f"{notes}{language.and_cents}{coins}" if coins else notes
