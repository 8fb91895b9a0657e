"""What reaches the user: lines for people, or one JSON object a line.

Standard output carries one of the two and nothing else; warnings and errors go
to standard error.
"""

from __future__ import annotations

import json
import math
from typing import Any

from google.protobuf.duration_pb2 import Duration
from google.protobuf.message import Message
from google.protobuf.timestamp_pb2 import Timestamp
from google.rpc.status_pb2 import Status
from rich.console import Console, RenderableType
from rich.live import Live
from rich.text import Text

from june_runtime.errors import from_status

Plain = dict[str, Any]

_PIPE_WIDTH = 160


class Output:
    """Where a command's results go.

    `record` prints in JSON mode only and `say` in the other only, so a command
    calls both and never asks. `live` tells whether a person watches a terminal.
    """

    def __init__(self, *, as_json: bool = False, console: Console | None = None) -> None:
        self.as_json = as_json
        self.console = console or Console(highlight=False)
        if not self.console.is_terminal:
            # Nobody's window: a reader in a pipe wants lines whole.
            self.console.width = _PIPE_WIDTH
        self._errors = Console(stderr=True, highlight=False, soft_wrap=True)

    @property
    def live(self) -> bool:
        return not self.as_json and self.console.is_terminal

    def record(self, **fields: Any) -> None:
        if self.as_json:
            # Past rich, which would wrap and colour; flushed, for a reader in a pipe.
            file = self.console.file
            file.write(json.dumps(fields, ensure_ascii=False, allow_nan=False) + "\n")
            file.flush()

    def say(self, *lines: RenderableType, style: str | None = None) -> None:
        if not self.as_json:
            for line in lines:
                whole = isinstance(line, str | Text)
                self.console.print(line, style=style, markup=False, soft_wrap=whole)

    def warn(self, line: str) -> None:
        self._errors.print(f"june: {line}", markup=False)


def plain(message: Message) -> Plain:
    """The message as JSON-ready values under its proto names.

    Numbers stay numbers, enum values lose their type's prefix, an unset optional
    field is None, of a oneof only the set member appears, durations are seconds,
    timestamps RFC 3339, and bytes are replaced by their length as `<name>_bytes`.
    """
    values: Plain = {}
    for field in message.DESCRIPTOR.fields:
        value = getattr(message, field.name)
        if _in_oneof(field):
            if message.HasField(field.name):
                values[field.name] = _value(field, value)
        elif field.type == field.TYPE_BYTES:
            values[f"{field.name}_bytes"] = len(value)
        elif _is_map(field):
            values[field.name] = {str(key): _finite(value[key]) for key in value}
        elif field.is_repeated:
            values[field.name] = [_value(field, item) for item in value]
        elif field.has_presence and not message.HasField(field.name):
            values[field.name] = None
        else:
            values[field.name] = _value(field, value)
    return values


def _in_oneof(field: Any) -> bool:
    """Whether the field is in a oneof that the proto file wrote itself."""
    oneof = field.containing_oneof
    return oneof is not None and not oneof.name.startswith("_")


def _is_map(field: Any) -> bool:
    kind = field.message_type
    return kind is not None and bool(kind.GetOptions().map_entry)


def _value(field: Any, value: Any) -> Any:
    if field.type == field.TYPE_MESSAGE:
        return _message(value)
    if field.enum_type is not None:
        return enum_name(field, value)
    if field.type == field.TYPE_FLOAT:
        # 7 digits are what a float32 holds; more would be noise.
        return _finite(float(f"{value:.7g}"))
    return _finite(value)


def _message(value: Message) -> Any:
    match value:
        case Duration():
            return value.ToNanoseconds() / 1e9
        case Timestamp():
            return value.ToJsonString()
        case Status():
            error = from_status(value)
            return {
                "code": error.code.name,
                "reason": error.reason,
                "message": error.message,
                "fields": error.fields,
                "retry_after": error.retry_after,
            }
    return plain(value)


def _finite(value: Any) -> Any:
    """JSON has no infinities and no NaN."""
    return None if isinstance(value, float) and not math.isfinite(value) else value


def enum_name(field: Any, number: int) -> str | int:
    """END_OF_TURN for TRANSCRIPT_EVENT_END_OF_TURN; a newer peer's value as its number."""
    known = field.enum_type.values_by_number.get(number)
    if known is None:
        return number
    name: str = known.name
    return name[len(_common_prefix(list(field.enum_type.values_by_name))) :]


def _common_prefix(names: list[str]) -> str:
    """What all names begin with, up to and including an underscore."""
    shortest, longest = min(names), max(names)
    same = 0
    while same < len(shortest) and shortest[same] == longest[same]:
        same += 1
    return shortest[: shortest.rfind("_", 0, same) + 1]


class ChangingLine:
    """A line that changes in place on a terminal; elsewhere each state is a line."""

    def __init__(self, output: Output) -> None:
        self._output = output
        self._live: Live | None = None

    def __enter__(self) -> ChangingLine:
        return self

    def __exit__(self, *failed: object) -> None:
        self.clear()

    def show(self, line: RenderableType) -> None:
        if not self._output.live:
            self._output.say(line)
            return
        if self._live is None:
            self._live = Live(console=self._output.console, auto_refresh=False, transient=True)
            self._live.start()
        self._live.update(line, refresh=True)

    def hint(self, line: RenderableType) -> None:
        """Show a line of no lasting worth: on a terminal only."""
        if self._output.live:
            self.show(line)

    def clear(self) -> None:
        """Take the line away; what is said next stands in its place."""
        if self._live is not None:
            self._live.stop()
            self._live = None
