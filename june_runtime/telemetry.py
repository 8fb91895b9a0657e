"""Logs: one line an event, as JSON or for the console, with the session in each.

Never the user's words: log lengths, times and reasons instead.
"""

from __future__ import annotations

import json
import logging
import os
import socket
import sys
import time
from contextvars import ContextVar
from functools import cache
from importlib import metadata
from typing import Any, Literal

LogFormat = Literal["json", "console"]

# The session that the running task works for; "" outside of one.
session_id: ContextVar[str] = ContextVar("session_id", default="")

_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName", "color"}


def configure_logging(format: LogFormat = "console", level: str = "INFO") -> None:  # noqa: A002
    """Sends every log line of this process to stderr.

    Args:
        format: "json" writes one object a line, "console" is for people.
        level: a name of the logging module, such as "INFO".
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.addFilter(_add_session)
    handler.setFormatter(JsonFormatter() if format == "json" else ConsoleFormatter())
    logging.basicConfig(handlers=[handler], level=level.upper(), force=True)


def _add_session(record: logging.LogRecord) -> bool:
    if not hasattr(record, "session"):
        record.session = session_id.get()
    return True


def _extras(record: logging.LogRecord) -> dict[str, Any]:
    """What was passed as `extra`, without the session where there is none."""
    return {
        name: value
        for name, value in vars(record).items()
        if name not in _STANDARD and (name != "session" or value)
    }


class JsonFormatter(logging.Formatter):
    """One JSON object a line: time (UTC), level, logger, message and every `extra`."""

    converter = staticmethod(time.gmtime)

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": self.formatTime(record, "%Y-%m-%dT%H:%M:%S") + f".{int(record.msecs):03d}Z",
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **_extras(record),
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


class ConsoleFormatter(logging.Formatter):
    """`12:34:56.789 info june.stt: message (session=... key=value)`."""

    def format(self, record: logging.LogRecord) -> str:
        clock = self.formatTime(record, "%H:%M:%S")
        extras = " ".join(f"{name}={value}" for name, value in _extras(record).items())
        line = (
            f"{clock}.{int(record.msecs):03d} {record.levelname.lower()} {record.name}: "
            f"{record.getMessage()}{f' ({extras})' if extras else ''}"
        )
        if record.exc_info:
            line += "\n" + self.formatException(record.exc_info)
        return line


@cache
def version() -> str:
    """June's version; "0" where it runs without being installed."""
    try:
        return metadata.version("june")
    except metadata.PackageNotFoundError:
        return "0"


def replica() -> str:
    """What tells this process from the others that do the same: host and process."""
    return f"{socket.gethostname()}-{os.getpid()}"
