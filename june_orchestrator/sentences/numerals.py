"""Numbers whose dot makes them ordinals or a list's marks; data and patterns."""

from __future__ import annotations

import re

_DAYS = """montag dienstag mittwoch donnerstag freitag samstag sonntag mandag tirsdag onsdag
torsdag fredag lørdag søndag"""

# Words after which a number and a dot are an ordinal: "am 3. Mai", "zum 1. Mal".
_BEFORE_ORDINALS = f"""am der den dem des die das vom zum zur bis ab im ins seit jede jeder
jedes jeden beim {_DAYS}"""

ORDINAL = re.compile(
    rf"(?:^|[\s(])(?:{'|'.join(_BEFORE_ORDINALS.split())}),?\s+\d{{1,2}}[.]$", re.IGNORECASE
)
# A number or a letter and its dot at the start of a line.
LIST_MARK = re.compile(r"(?:^|\n)\s*(?:[-*•]\s+)?(?:\d{1,3}|[^\W\d_]|[ivx]{2,4})[.)]$")
# "Steps: 1. Open": a list within a line begins.
_LIST_BEGINS = re.compile(r"[:：]\s+1[.]$")
_NUMBER = re.compile(r"(?:^|\s)(\d{1,3})[.]$")

NUMBER = re.compile(r"[(]?\d{1,4}")
ROMAN = re.compile(r"[IVXLC]+")


def marks_item(before: str) -> bool:
    """Whether the number at the end of `before` goes on a list within a line: a
    number less by one, and its mark, stand before it."""
    if _LIST_BEGINS.search(before):
        return True
    number = _NUMBER.search(before)
    if number is None or int(number[1]) < 2:
        return False
    last = int(number[1]) - 1
    return re.search(rf"(?:^|[\s(]){last}[.)]\s", before) is not None
