"""What `june configure` is given: words like key=value, read as a Config. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from difflib import get_close_matches
from typing import Any

from june.control.v1.control_pb2 import Config

from june_cli.errors import BadInput

_BOOLEANS = {
    **dict.fromkeys(("on", "true", "yes", "1"), True),
    **dict.fromkeys(("off", "false", "no", "0"), False),
}
_FIELDS = Config.DESCRIPTOR.fields_by_name
KEYS = tuple(_FIELDS)
_LARGEST = 2**32 - 1
# More than a float32 holds would arrive as infinity.
_LARGEST_FLOAT = 3.4e38


def read_assignments(words: Sequence[str]) -> Config:
    """The settings that `words` assign; whatever they do not name stays unset.

    Raises BadInput naming every word that is none, key that is unknown, with the one
    that was probably meant, and value that is not of the key's type.
    """
    config = Config()
    faults: list[str] = []
    for word in words:
        key, is_one, value = word.partition("=")
        if not is_one:
            faults.append(f"{word!r} is no key=value")
        elif key not in _FIELDS:
            faults.append(_unknown(key))
        elif config.HasField(key):
            faults.append(f"{key} is given twice")
        else:
            try:
                setattr(config, key, _typed(_FIELDS[key], value))
            except ValueError as fault:
                faults.append(f"{key} {fault}")
    if faults:
        raise BadInput("; ".join(faults))
    return config


def _unknown(key: str) -> str:
    near = get_close_matches(key, KEYS, n=1)
    return f"{key!r} is no setting" + (f"; did you mean {near[0]}?" if near else "")


def _typed(field: Any, value: str) -> bool | int | float | str:
    """`value` as the proto's field holds it. Raises ValueError with what it must be."""
    match field.type:
        case field.TYPE_BOOL:
            return _switch(value)
        case field.TYPE_UINT32:
            return _whole(value)
        case field.TYPE_FLOAT:
            return _number(value)
    return value


def _switch(value: str) -> bool:
    try:
        return _BOOLEANS[value.lower()]
    except KeyError:
        raise ValueError(f"must be on or off, not {value!r}") from None


def _whole(value: str) -> int:
    # Not what int() takes too: 1_000, spaces, or figures of other scripts.
    if not (value.isascii() and value.isdigit() and int(value) <= _LARGEST):
        raise ValueError(f"must be a whole number, not {value!r}")
    return int(value)


def _number(value: str) -> float:
    try:
        number = float(value)
    except ValueError:
        number = math.nan
    if not abs(number) <= _LARGEST_FLOAT:
        raise ValueError(f"must be a number, not {value!r}")
    return number
