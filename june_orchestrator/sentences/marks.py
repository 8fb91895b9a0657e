"""The marks at which text may be cut, as one regular expression. Pure."""

from __future__ import annotations

import re

from june_orchestrator.sentences.scripts import GREEK, HAN, KANA, THAI

# What may follow an end and still belongs to it. The German quotation ends with the
# mark that begins an English one, and »so« ends where «so» begins.
QUOTES = "\"'”’“»«›‹」』〉》"
BRACKETS = ")\\]）】"
_CLOSERS = f"[{QUOTES}{BRACKETS}*_]*"

DASHES = "—–"
_SPACED = ".!?…؟۔\u037e։።"
_DENSE = "。！？｡।॥။។"
_CJK = HAN + KANA
_SPACE = "[ \u00a0\u202f]"

# An end that a space must follow.
_SPACED_END = f'(?:[{_SPACED}]+|(?<=[{GREEK}]);|(?<=[{GREEK}][»”"]);){_CLOSERS}(?=\\s)'
# "« Assez. »": the closing mark stands apart.
_APART_END = f"(?<=[{_SPACED}]{_SPACE})»(?=\\s)"
# An end that needs no space.
_DENSE_END = f"[{_DENSE}]+{_CLOSERS}|(?<=[{_CJK}])[!?]+[”」』]*(?=[{_CJK}「『“])"
# Thai parts its sentences, and much else, by spaces.
_THAI_GAP = f"(?<=[{THAI}]){_SPACE}+"
_CLAUSE_MARKS = f",;:،؛，；：·\u0387{DASHES}"
_CLAUSE_END = (
    f"[{_CLAUSE_MARKS}]+[\"'”’)]*(?=\\s)"
    # Needs no space, but is no part of a run that may have one.
    f"|[，；：、](?![{_CLAUSE_MARKS}\"'”’)])"
)

ENDS = re.compile(
    f"(?P<spaced>{_SPACED_END})|(?P<apart>{_APART_END})|(?P<dense>{_DENSE_END})"
    f"|(?P<line>\\n)|(?P<thai>{_THAI_GAP})"
)
ENDS_AND_CLAUSES = re.compile(f"{ENDS.pattern}|(?P<clause>{_CLAUSE_END})")
CLAUSE_END = re.compile(_CLAUSE_END)

# A run of these at the end of the text may yet become another mark.
UNSETTLED = f"{_SPACED}{_DENSE},;:،؛，；：·\u0387、{DASHES}{QUOTES})]）】*_ \u00a0\u202f\t"
