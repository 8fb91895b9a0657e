"""By what a session's turns are held: the caller's wishes over the live configuration.

Configuration may change at any moment, and a turn keeps what it began with. So each
state of it that a session goes by has a number. The number goes to speech to text
with the config made of it and comes back with every turn that is heard by it, which
settles for each turn, whoever was faster, how it is heard and how it is answered.
"""

from __future__ import annotations

from collections import OrderedDict

from june.stt.v1 import stt_pb2

from june_orchestrator.direct.ports import Wishes
from june_orchestrator.manner import Manner
from june_orchestrator.reply_options import ReplyOptions
from june_orchestrator.requests import SessionOptions
from june_orchestrator.settings import OrchestratorConfig
from june_runtime.live import Live

# A turn that is heard by something older goes by the oldest that is known.
KEPT = 16


class Terms:
    """One session's terms, by number; the first is 1."""

    def __init__(self, asked: SessionOptions, live: Live[OrchestratorConfig]) -> None:
        self._asked = asked
        self._live = live
        self._count = 0
        self._configs: OrderedDict[int, OrchestratorConfig] = OrderedDict()
        self._options: dict[int, ReplyOptions] = {}

    def present(self) -> int:
        """The number of what holds for a turn that begins now."""
        live = self._live.current
        if not self._configs or self._configs[self._count] is not live:
            self._count += 1
            self._configs[self._count] = live
            self._options[self._count] = self._asked.reply_options(live)
            if len(self._configs) > KEPT:
                oldest, _ = self._configs.popitem(last=False)
                del self._options[oldest]
        return self._count

    def reply_options(self, number: int = 0) -> ReplyOptions:
        """How a turn by these terms is answered; by 0, one that begins now."""
        return self._options[self._known(number)]

    def wishes(self) -> Wishes:
        """How a model that hears and speaks by itself is to be from now on."""
        options = self.reply_options()
        manner = options.manner or Manner()
        return Wishes(
            model=options.model,
            voice=options.voice.name,
            language=options.language,
            system_instruction=options.system_instruction,
            temperature=manner.temperature,
            safety=manner.safety,
        )

    def hearing(self, number: int) -> stt_pb2.AudioIn:
        """How a turn by these terms is heard, as speech to text takes it."""
        known = self._known(number)
        return self._asked.hearing(self._configs[known], known)

    def _known(self, number: int) -> int:
        present = self.present()
        if number in self._configs:
            return number
        return present if number == 0 else next(iter(self._configs))
