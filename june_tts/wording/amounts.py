"""Money, units, percentages and plain numbers."""

from __future__ import annotations

import re
from functools import partial

from june_tts.wording import numbers
from june_tts.wording.language import Currency, Language
from june_tts.wording.rules import Rule, after, before, spaced

# Where a number begins, and not in the middle of something else.
_FREE = r"(?<![\w.,])"
_DASH = r"\s?[-–—−]\s?"
# Nouns for a fraction's lower part, where people would say it so.
_PARTS = {2: "half", 3: "third", 4: "quarter", 5: "fifth", 6: "sixth", 7: "seventh", 8: "eighth",
          9: "ninth", 10: "tenth", 16: "sixteenth", 32: "thirty-second"}  # fmt: skip
_SIMPLE = {("1", "2"): "½", ("1", "4"): "¼", ("3", "4"): "¾", ("1", "3"): "⅓", ("2", "3"): "⅔"}
_DECADES = ("hundreds", "tens", "twenties", "thirties", "forties", "fifties", "sixties",
            "seventies", "eighties", "nineties")  # fmt: skip
# A screen has four K, a salary forty thousand.
_SPELT = {"4K", "8K", "2K", "5G", "4G", "3G"}


def amount_pattern(language: Language) -> str:
    """Matches a number with its thousands and decimals, as this language writes it."""
    group = re.escape(language.groups)
    decimal = re.escape(language.decimal)
    whole = rf"(?:[0-9]{{1,3}}(?:[{group}][0-9]{{3}})+(?![0-9])|[0-9]+)"
    both = rf"{whole}(?:{decimal}[0-9]+)?"
    # Point decimals turn up in every language.
    return both if language.decimal == "." else rf"(?:[0-9]+\.[0-9]{{1,2}}(?![0-9.])|{both})"


def amount_rules(language: Language) -> list[Rule]:
    amount = amount_pattern(language)
    english = language.code == "en"
    return [
        *_money_rules(language, amount),
        *(_height_and_decade_rules() if english else []),
        *_measure_rules(language, amount),
        *_ordinal_rules(language),
        *(_thousands_and_year_rules(amount) if english else []),
        *_plain_rules(language, amount),
    ]


def _money_rules(language: Language, amount: str) -> list[Rule]:
    scales = _either(language.scales)
    money = _either(language.currencies)
    second = rf"(?:{_DASH}(?:{money})?\s?(?P<second>{amount}))?"
    say = partial(_say_money, language)
    return [
        Rule(
            rf"(?<!\w)(?P<sign>[-−])?(?P<money>{money})\s?(?P<amount>{amount}){second}"
            rf"(?:[\s-]?(?P<scale>{scales}))?(?!\w)",
            say,
        ),
        Rule(
            rf"{_FREE}(?P<sign>[-−](?=[0-9]))?(?P<amount>{amount}){second}"
            rf"(?:\s?(?P<scale>{scales}))?\s?(?P<money>{money})(?!\w)",
            say,
        ),
    ]


def _measure_rules(language: Language, amount: str) -> list[Rule]:
    units = _either(language.units)
    return [
        Rule(
            rf"{_FREE}(?P<amount>{amount})(?P<gap>[ \u00a0\u202f-]?)(?P<unit>{units})"
            rf"(?![\w/²³])(?:\.(?=\s+[a-z0-9,]))?",
            partial(_say_unit, language),
        ),
        Rule(rf"{_FREE}(?P<amount>{amount})[ \u00a0\u202f]?%", partial(_say_percent, language)),
        Rule(
            r"(?<![\w./])(?:(?P<whole>[0-9]{1,4})\s)?(?P<upper>[0-9]{1,4})[/⁄](?P<lower>[0-9]{1,4})"
            r"(?![\w/]|[.,][0-9])",
            partial(_say_fraction, language),
        ),
    ]


def _either(names: object) -> str:
    """Matches any of the names, longest first."""
    assert hasattr(names, "__iter__")
    return "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))


def _ordinal_rules(language: Language) -> list[Rule]:
    if not language.ordinal_marks:
        return []
    group = re.escape(language.groups.replace(" ", "") or "\u00a0")
    pattern = (
        rf"(?<![\w.,])(?P<number>[0-9]{{1,3}}(?:[{group}][0-9]{{3}})+|[0-9]{{1,15}})"
        rf"(?P<mark>{language.ordinal_marks})(?!\w)"
    )
    return [Rule(pattern, partial(_say_ordinal, language))]


def _height_and_decade_rules() -> list[Rule]:
    return [
        Rule(
            r"(?<!\w)(?P<feet>[0-9]{1,2})['′’](?P<inches>[0-9]{1,2})(?:[\"″”]|'')?(?!\w)",
            _say_height,
        ),
        Rule(r"(?<![\w.,])(?P<century>1[0-9]|20)?(?P<decade>[0-9])0['’]?s(?!\w)", _say_decade),
    ]


def _thousands_and_year_rules(amount: str) -> list[Rule]:
    return [
        Rule(rf"(?<![\w.,])(?P<amount>{amount})\s?(?P<scale>[KkMBT]|bn|mn)(?!\w)", _say_thousands),
        Rule(r"(?<![\w.,/])(?P<year>1[1-9][0-9]{2}|20[0-9]{2})(?![\w,]*[0-9]|\.[0-9])", _say_year),
    ]


def _plain_rules(language: Language, amount: str) -> list[Rule]:
    return [
        Rule(
            r"(?:(?<=[0-9%°])|(?<=[0-9 ][AaPp][Mm]))(?P<dash>\s?[–—]\s?|-|\s-\s)(?=[$€£]?[0-9])",
            partial(_say_range, language),
        ),
        Rule(r"(?<![\w)\]%])[-−](?=[$€£]?[0-9]|\.[0-9])", lambda match: f"{language.minus} "),
        Rule(rf"(?P<amount>{amount})", partial(_say_number, language)),
        Rule(r"(?<![\w.])\.(?P<fraction>[0-9]+)", partial(_say_part, language)),
    ]


def read(language: Language, amount: str) -> tuple[str, str]:
    """The digits before and after the decimal mark."""
    mark = language.decimal
    if mark != "." and re.fullmatch(r"[0-9]+\.[0-9]{1,2}", amount):
        mark = "."
    whole, _, fraction = amount.partition(mark)
    return re.sub(r"[^0-9]", "", whole), fraction


def say_amount(language: Language, amount: str) -> str:
    return numbers.decimal(*read(language, amount), language.code)


def _count(language: Language, amount: str) -> tuple[str, bool]:
    """An amount that counts something, and whether it is exactly one."""
    if amount == "1":
        return language.one, True
    return say_amount(language, amount), False


def _say_money(language: Language, match: re.Match[str]) -> str:
    currency = language.currencies[match["money"]]
    words = _say_sum(language, match, currency)
    if match["sign"]:
        words = f"{language.minus} {words}"
    return spaced(match, words)


def _say_sum(language: Language, match: re.Match[str], currency: Currency) -> str:
    amount, second, scale = match["amount"], match["second"], match["scale"]
    if second:
        words = f"{say_amount(language, amount)} {language.to} {say_amount(language, second)}"
        gap = f" {language.scales[scale]}{language.scale_of}" if scale else " "
        return f"{words}{gap}{currency.many}"
    if scale:
        said, _ = _count(language, amount)
        return f"{said} {language.scales[scale]}{language.scale_of}{currency.many}"
    whole, fraction = read(language, amount)
    if fraction and (len(fraction) > 2 or not currency.cent):
        return f"{say_amount(language, amount)} {currency.many}"
    return _say_cents(language, whole, fraction.ljust(2, "0") if fraction else "", currency)


def _say_cents(language: Language, whole: str, cents: str, currency: Currency) -> str:
    said, one = _count(language, whole.lstrip("0") or "0")
    coins = ""
    if cents.strip("0"):
        few, single = _count(language, cents.lstrip("0"))
        coins = f"{few} {currency.cent if single else currency.cents}"
        if not whole.strip("0"):
            return coins
    notes = f"{said} {currency.one if one else currency.many}"
    return f"{notes}{language.and_cents}{coins}" if coins else notes


def _say_unit(language: Language, match: re.Match[str]) -> str:
    said, one = _count(language, match["amount"])
    single, many = language.units[match["unit"]]
    return f"{said} {single if one or match['gap'] == '-' else many}"


def _say_percent(language: Language, match: re.Match[str]) -> str:
    return spaced(match, f"{say_amount(language, match['amount'])} {language.percent}")


def _say_fraction(language: Language, match: re.Match[str]) -> str:
    whole, upper, lower = match["whole"], match["upper"], match["lower"]
    simple = _SIMPLE.get((upper, lower))
    if whole and (simple is None or language.code != "en"):
        first = numbers.cardinal(whole, language.code)
        return f"{first} {_say_ratio(language, upper, lower)}"
    if whole and simple:
        part = "a half" if simple == "½" else language.symbols[simple]
        return f"{numbers.cardinal(whole, 'en')} and {part}"
    return language.symbols[simple] if simple else _say_ratio(language, upper, lower)


def _say_ratio(language: Language, upper: str, lower: str) -> str:
    code = language.code
    above, below = numbers.cardinal(upper, code), numbers.cardinal(lower, code)
    if code != "en":
        return f"{above} {language.slash} {below}"
    if (upper, lower) in (("24", "7"), ("9", "11"), ("7", "11")):
        return f"{above} {below}"
    part = _PARTS.get(int(lower)) if int(lower) != 10 or upper == "1" else None
    if part and 0 < int(upper) < int(lower):
        return f"{above} {part}" if upper == "1" else f"{above} {part}s"
    return f"{above} {'out of' if int(upper) <= int(lower) else 'over'} {below}"


def _say_ordinal(language: Language, match: re.Match[str]) -> str:
    words = numbers.ordinal(re.sub(r"[^0-9]", "", match["number"]), language.code)
    return words[:-1] + "a" if match["mark"] == "ª" and words.endswith("o") else words


def _say_height(match: re.Match[str]) -> str:
    return f"{numbers.cardinal(match['feet'], 'en')} foot {numbers.cardinal(match['inches'], 'en')}"


def _say_decade(match: re.Match[str]) -> str:
    century, decade = match["century"], int(match["decade"])
    if century == "20" and decade == 0:
        return "two thousands"
    if decade == 0 and not century:
        return "zeros"
    first = f"{numbers.cardinal(century, 'en')} " if century else ""
    return first + _DECADES[decade]


def _say_thousands(match: re.Match[str]) -> str:
    said = numbers.decimal(match["amount"].replace(",", "").partition(".")[0],
                           match["amount"].partition(".")[2], "en")  # fmt: skip
    if match[0] in _SPELT:
        return f"{said} {match['scale']}"
    names = {"k": "thousand", "m": "million", "b": "billion", "t": "trillion"}
    return f"{said} {names[match['scale'][0].lower()]}"


def _say_year(match: re.Match[str]) -> str:
    return numbers.year(match["year"], "en")


def _say_range(language: Language, match: re.Match[str]) -> str:
    """A dash between numbers: a range, or where spaces and order say so, a minus."""
    if match["dash"] == " - ":
        left = re.search(r"([0-9]{1,9})$", match.string[max(0, match.start() - 9) : match.start()])
        right = re.match(r"\D?([0-9]{1,9})", match.string[match.end() : match.end() + 10])
        if left and right and int(left[1]) > int(right[1]):
            return f" {language.minus} "
    return f" {language.to} "


def _say_number(language: Language, match: re.Match[str]) -> str:
    whole, fraction = read(language, match["amount"])
    if language.code == "de" and re.fullmatch(r"1[1-9][0-9]{2}", match["amount"]):
        return spaced(match, numbers.year(whole, "de"))
    return spaced(match, numbers.decimal(whole, fraction, language.code))


def _say_part(language: Language, match: re.Match[str]) -> str:
    """ ".5" without its zero."""
    said = numbers.decimal("0", match["fraction"], language.code)
    return said.removeprefix("zero ") if before(match) == " " and after(match) else said
