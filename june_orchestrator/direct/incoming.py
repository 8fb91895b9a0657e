"""One reply as it comes from the model: its words as sentences, its sound in one lane.

The sound is not cut into sentences, since nobody knows where they lie in it: the reply
is one lane, whose words are spread over it.
"""

from __future__ import annotations

from contextlib import suppress

from june_orchestrator.direct.ports import SPEAKS
from june_orchestrator.lanes import Lane
from june_orchestrator.reply import Reply
from june_orchestrator.sentences import SentenceSplitter
from june_runtime.errors import TooSlow
from june_runtime.pcm import Resampler, decode, encode

# A reply that comes so far ahead of its being heard is cut there.
MOST_HELD_SECONDS = 120.0


class Incoming:
    """Fills the reply's only lane, which is opened by the first that comes of it."""

    def __init__(self, reply: Reply) -> None:
        self.reply = reply
        self._format = reply.options.voice.format
        self._ended = False
        self._begin()

    def _begin(self) -> None:
        self._splitter = SentenceSplitter(self.reply.options.limits)
        self._resampler = Resampler(SPEAKS.sample_rate, self._format.sample_rate)

    def said(self, text: str) -> list[str]:
        """More words; returns the sentences that are whole by them."""
        if self._ended:
            return self._late(text)
        self.reply.takes(text)
        self._lane.text = f"{self._lane.text}{text}".lstrip()
        return self._splitter.push(text)

    def sounds(self, pcm: bytes) -> None:
        """More sound, in the format SPEAKS. Raises TooSlow."""
        if self._ended or not self.reply.options.speak:
            return
        lane = self._lane
        if lane.held_samples > MOST_HELD_SECONDS * self._format.sample_rate:
            far = f"the reply is more than {MOST_HELD_SECONDS:g} s ahead of its being heard"
            raise TooSlow("REPLY_TOO_LONG", far)
        if lane.started_at is None:
            # It is made while its words still come, whoever makes it.
            self.reply.begins(lane)
        self._hold(lane, encode(self._resampler.push(decode(pcm, SPEAKS)), self._format))

    def goes_on(self) -> None:
        """What seemed to be all of it is not, as where a tool is used for the rest."""
        lane = next(iter(self.reply.lanes.items), None)
        if self._ended and lane and not self.reply.error and lane.reopen():
            self._ended = False
            self._begin()

    def end(self) -> list[str]:
        """All of it has come, or all that will; returns its last sentences."""
        if self._ended:
            return []
        self._ended = True
        for lane in self.reply.lanes.items:
            with suppress(TooSlow):  # which may be why it ends here
                self._hold(lane, encode(self._resampler.finish(), self._format))
            lane.text = lane.text.strip()
            lane.end()
        self.reply.is_thought()
        return self._splitter.finish()

    def _late(self, text: str) -> list[str]:
        """The last words of a reply may come after its sound."""
        if self.reply.over or not (text.strip() and self.reply.lanes.items):
            return []
        lane = self.reply.lanes.items[0]
        lane.text = f"{lane.text}{text}".strip()
        return [text.strip()]

    @property
    def _lane(self) -> Lane:
        if not self.reply.lanes.items:
            self.reply.answers()
            self.reply.open_wordless_lane()
        return self.reply.lanes.items[0]

    @staticmethod
    def _hold(lane: Lane, pcm: bytes) -> None:
        if pcm:
            lane.hold(pcm)
