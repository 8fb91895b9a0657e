"""Brazilian words for what is written in signs, where they differ from Portugal's."""

from __future__ import annotations

from dataclasses import replace

from june_tts.wording.language import Currency
from june_tts.wording.portuguese import LANGUAGE as PORTUGAL

LANGUAGE = replace(
    PORTUGAL,
    code="pt_BR",
    currencies={
        **PORTUGAL.currencies,
        "€": Currency("euro", "euros", "centavo", "centavos"),
        "EUR": Currency("euro", "euros", "centavo", "centavos"),
    },
    units={
        written: (one.replace("quiló", "quilô"), many.replace("quiló", "quilô"))
        for written, (one, many) in PORTUGAL.units.items()
    },
)
