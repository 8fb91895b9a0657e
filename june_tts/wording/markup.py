"""From text as a model writes it to the text that a reader would see.

Markdown, HTML, SSML, emoji and invisible characters go; words stay in order.
Every pattern is bounded, so that time grows linearly with the text.
"""

from __future__ import annotations

import html
import re
import unicodedata
from functools import lru_cache

_FENCE = re.compile(r"^[ \t]*(```|~~~)")
_COMMENT = re.compile(r"<!--.{0,2000}?-->", re.S)
_AUTOLINK = re.compile(r"<((?:https?://|mailto:)[^<>\s]{1,500})>")
# Tags that part words; all others vanish without a gap.
_BLOCK_TAG = re.compile(
    r"</?(?:br|p|div|li|ul|ol|tr|td|th|h[1-6]|hr|table|break|s|sentence|paragraph|speak)"
    r"(?:\s[^<>=]{0,60}=[^<>]{0,500})?\s?/?>",
    re.I,
)
_TAG = re.compile(
    r"</?[a-zA-Z][a-zA-Z0-9:-]{0,40}(?:\s[^<>=]{0,60}=[^<>]{0,500})?\s?/?>|<[!?][^<>]{0,500}>"
)
_IMAGE = re.compile(r"!\[([^\[\]]{0,500})\](?:\([^()]{0,500}\)|\[[^\[\]]{0,100}\])")
_LINK = re.compile(
    r"\[([^\[\]]{1,500})\]"
    r"(?:\([^()]{0,500}(?:\([^()]{0,100}\)[^()]{0,100})?\)|\[[^\[\]]{0,100}\])"
)
_NOTE = re.compile(r"\[\^[^\[\]\s]{1,40}\]:?|(?<=\w)\[[0-9]{1,3}\]|(?<=[.,;])\[[0-9]{1,3}\]")
_ESCAPE = re.compile(r"\\([\\`*_{}\[\]()#+.!~|<>-])")
_CODE = re.compile(r"`+")
_STRIKE = re.compile(r"~~|==(?=\S)|(?<=\S)==")
_STARS = re.compile(r"\*+")
_PRODUCT = re.compile(r"[0-9]\*[0-9]|[0-9] \* [0-9]")
_UNDERSCORES = re.compile(r"(?<![^\W_])_+|_+(?![^\W_])")
_EMOTICON = re.compile(r"(?<!\S)(?:[:;=8][-']?[)(DPpOo/\\|*\]\[]|<3|\^_\^|[xX]D)(?!\S)")

_HEADING = re.compile(r"^\s{0,3}#{1,6}\s+|(?<=\S)\s+#{1,6}\s*$")
_RULE = re.compile(r"^\s*(?:(?:\*\s*){3,}|(?:-\s*){3,}|(?:_\s*){3,}|={3,}|[-|:\s]*\|[-|:\s]*)$")
_QUOTE = re.compile(r"^\s*(?:>\s?)+")
_BULLET = re.compile(r"^\s*[-*+•‣◦▪·–]\s+(?:\[[ xX]\]\s+)?")
_NUMBERED = re.compile(r"^(\s*[0-9]{1,3})[.)]\s+")
_STOPS = tuple(".!?:;,…。！？；：、，")

# Digits below the line are said as any others, those above it are powers of a number.
_BELOW = str.maketrans("₀₁₂₃₄₅₆₇₈₉₊₋", "0123456789+-")
_ABOVE = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
_POWER = re.compile(r"(?<=[0-9])(?:[⁰¹⁴⁵⁶⁷⁸⁹⁻]|[²³](?=[⁰¹²³⁴⁵⁶⁷⁸⁹]))[⁰¹²³⁴⁵⁶⁷⁸⁹]{0,9}")
_SPACES = re.compile(r"\s+")
# A row of two cells, or a part of one.
_CELLS = re.compile(r"^\s*\|\s|\s\|\s|\s\|\s*$")
_TABLE_CELL = re.compile(r"\s*\|\s*")
# Symbols of category So, "other symbol", that have words of their own.
_SPOKEN_SYMBOLS = frozenset("°©®™№℃℉")


def visible(text: str) -> str:
    """What a reader of the rendered text would see, on one line.

    Lines that stand for themselves (headings, items, rows) are parted by commas.
    """
    if "<" in text or "&" in text:
        text = _without_tags(text)
    if not text.isascii():
        text = _plain_characters(text)
    seen = " ".join(_join(_lines(text)).split())
    return _without_emphasis(seen)


def _without_tags(text: str) -> str:
    text = _COMMENT.sub(" ", text)
    text = _AUTOLINK.sub(r"\1", text)
    text = _BLOCK_TAG.sub(" ", text)
    return html.unescape(_TAG.sub("", text))


def _plain_characters(text: str) -> str:
    text = "".join(map(_plain, unicodedata.normalize("NFC", text)))
    return _POWER.sub(_power, text.translate(_BELOW))


def _power(match: re.Match[str]) -> str:
    return f"^{match[0].translate(_ABOVE)}"


@lru_cache(maxsize=8192)
def _plain(character: str) -> str:
    """The character itself, a plainer one, or nothing where it cannot be heard."""
    if "\U0001d400" <= character <= "\U0001d7ff" or "\uff01" <= character <= "\uff5e":
        return unicodedata.normalize("NFKC", character)  # mathematical and full-width letters
    if character in "\u2028\u2029\u0085":
        return "\n"
    if character in "\u200c\u200d":
        return character if character == "\u200c" else ""
    category = unicodedata.category(character)
    if category in ("Cf", "Cs", "Co", "Cn"):
        return ""
    if category == "Cc":
        return character if character in "\n\r\t" else " "
    if category == "So" and character not in _SPOKEN_SYMBOLS:
        return " "
    if character in "\ufe0e\ufe0f\u20e3" or "\U0001f3fb" <= character <= "\U0001f3ff":
        return ""  # variation selectors, key caps, skin tones
    return character


def _lines(text: str) -> list[tuple[str, bool]]:
    """Lines without their marks, each with whether it stands for itself."""
    lines: list[tuple[str, bool]] = []
    fenced = False
    fences = sum(1 for line in text.splitlines() if _FENCE.match(line))
    for line in text.splitlines():
        if _FENCE.match(line):
            fences -= 1
            # A fence that is never closed hides nothing.
            fenced = not fenced and fences > 0
        elif not fenced:
            lines.append(_line(line))
    return lines


def _line(line: str) -> tuple[str, bool]:
    if _RULE.match(line):
        return "", True
    bare = _QUOTE.sub("", line)
    bare, headings = _HEADING.subn("", bare)
    bare, bullets = _BULLET.subn("", bare)
    bare, numbers = _NUMBERED.subn(r"\1. ", bare)
    if bare.count("|") >= 2 or _CELLS.search(bare):
        cells = [cell for cell in _TABLE_CELL.split(bare) if cell.strip()]
        return ", ".join(cells), True
    return bare.strip(), bool(headings or bullets or numbers)


def _join(lines: list[tuple[str, bool]]) -> str:
    """One text: a gap between lines is heard where either stands for itself."""
    joined: list[str] = []
    gap = False
    for line, alone in lines:
        if not line:
            gap = True
            continue
        if joined and (gap or alone) and not joined[-1].endswith(_STOPS):
            joined[-1] += ","
        joined.append(line)
        gap = alone
    return " ".join(joined)


def _without_emphasis(text: str) -> str:
    if "[" in text:
        text = _NOTE.sub("", _LINK.sub(r"\1", _IMAGE.sub(r"\1", text)))
    text = _EMOTICON.sub(" ", text)
    text = _CODE.sub("", _STRIKE.sub("", _protected(text)))
    if "*" in text:
        text = _STARS.sub(_star, text)
    return _SPACES.sub(" ", _UNDERSCORES.sub("", text)).strip()


def _protected(text: str) -> str:
    r"""Escaped marks without their backslash; "\*" is a star to nobody's ear."""
    return _ESCAPE.sub(r"\1", text) if "\\" in text else text


def _star(stars: re.Match[str]) -> str:
    """An asterisk between numbers multiplies; every other one is emphasis."""
    around = stars.string[max(0, stars.start() - 2) : stars.end() + 2]
    return "*" if len(stars[0]) == 1 and _PRODUCT.search(around) else ""
