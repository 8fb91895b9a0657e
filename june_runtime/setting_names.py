"""Which names of settings a service may find set, and which are mistakes. Pure."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable

PREFIX = "JUNE_"
SERVICE_PREFIXES = ("JUNE_STT_", "JUNE_TTS_", "JUNE_ORCH_")
# Flags that existing users know by these bare names.
BARE_FLAGS = (
    "STT_STREAMING_ENABLED",
    "STT_PARTIALS_ENABLED",
    "ORCH_STREAMING_ENABLED",
    "CONCURRENT_TTS_ENABLED",
    "PARTIAL_SUPPORT_ENABLED",
    "TTS_STREAMING_ENABLED",
)
# What users of models set for every program; each service's file may hold them.
BARE_KEYS = (
    "ELEVENLABS_API_KEY",
    "GEMINI_API_KEY",
    "GOOGLE_API_KEY",
    "GOOGLE_CLOUD_LOCATION",
    "GOOGLE_CLOUD_PROJECT",
    "GOOGLE_GENAI_USE_VERTEXAI",
    "OPENAI_API_KEY",
)
# What Kubernetes puts into every container for a Service called june-stt: no setting
# is called so.
_INJECTED = re.compile(
    r"\w+_SERVICE_HOST=.*"
    r"|\w+_SERVICE_PORT(_\w+)?=\d+"
    r"|\w+_PORT(_\d+_(TCP|UDP|SCTP))?=(tcp|udp|sctp)://.*"
    r"|\w+_PORT_\d+_(TCP|UDP|SCTP)_(PROTO|PORT|ADDR)=.*"
)


class Names:
    """The names that concern one service.

    Args:
        read: the variables that it reads.
        owner: its own prefix. Names with another service's are that one's business:
            the three may share one file and one environment.
    """

    def __init__(self, read: Iterable[str], owner: str) -> None:
        self._read = frozenset(read)
        self._others = tuple(prefix for prefix in SERVICE_PREFIXES if prefix != owner)

    def fault_in_environment(self, name: str, value: str) -> str:
        """What is wrong with a variable's name; empty where nothing is."""
        if not name.startswith(PREFIX) or _INJECTED.fullmatch(f"{name}={value}"):
            return ""
        return self._fault(name)

    def fault_in_file(self, name: str) -> str:
        """The same in a file of settings, where nobody else's names are expected."""
        return "" if name in BARE_FLAGS + BARE_KEYS else self._fault(name)

    def _fault(self, name: str) -> str:
        if name in self._read or name.startswith(self._others):
            return ""
        known = sorted(self._read.union(BARE_FLAGS))
        near = difflib.get_close_matches(name, known, n=1)
        return "is no setting" + (f"; did you mean {near[0]}?" if near else "")
