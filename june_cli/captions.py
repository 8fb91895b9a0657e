"""How what was heard is shown while it is heard. Pure."""

from __future__ import annotations

from june.stt.v1.stt_pb2 import TranscriptEvent, TranscriptPartial
from rich.text import Text

_SILENT = (
    TranscriptEvent.TRANSCRIPT_EVENT_HEARTBEAT,
    TranscriptEvent.TRANSCRIPT_EVENT_UNSPECIFIED,
)


class Captions:
    """Turns partials into captions, giving each state of the words once."""

    def __init__(self) -> None:
        self._shown: tuple[int, str] | None = None

    def push(self, partial: TranscriptPartial) -> Text | None:
        """The caption to show now, or None where nothing new is to be seen.

        Committed words are plain, unstable ones dim and in brackets, so that they
        can be told apart without colours too.
        """
        if partial.event in _SILENT:
            return None
        text = caption(partial)
        state = (partial.turn_index, text.plain)
        if not text.plain or state == self._shown:
            return None
        self._shown = state
        return text


def caption(partial: TranscriptPartial) -> Text:
    """The words of `partial`: the decided ones where there are some."""
    if partial.final_text:
        return Text(partial.final_text.strip())
    text = Text(partial.committed_text.lstrip())
    unstable = partial.unstable_text if text.plain else partial.unstable_text.lstrip()
    if unstable.strip():
        words = unstable.strip()
        text.append(unstable[: len(unstable) - len(unstable.lstrip())])
        text.append(f"[{words}]", style="dim italic")
    return text


def clock(milliseconds: float) -> str:
    """A place in the audio, such as 1:02.4."""
    tenths = round(milliseconds / 100)
    return f"{tenths // 600}:{tenths % 600 // 10:02}.{tenths % 10}"
