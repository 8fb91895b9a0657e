"""Captions of what is being heard."""

import pytest
from june.stt.v1.stt_pb2 import TranscriptEvent, TranscriptPartial

from june_cli.captions import Captions, caption, clock


def test_words_that_may_change_are_in_brackets() -> None:
    """Committed and unstable words are told apart without colours."""
    partial = TranscriptPartial(committed_text="what's the", unstable_text=" whether")
    assert caption(partial).plain == "what's the [whether]"


def test_the_authoritative_words_stand_alone() -> None:
    """Once the words are decided the caption does not matter."""
    partial = TranscriptPartial(committed_text="what is", final_text=" What's new? ")
    assert caption(partial).plain == "What's new?"


def test_each_state_is_shown_once() -> None:
    """The same words again are no news; a new turn is."""
    captions = Captions()
    partial = TranscriptPartial(
        event=TranscriptEvent.TRANSCRIPT_EVENT_UPDATE, unstable_text="hello"
    )
    assert captions.push(partial) is not None
    assert captions.push(partial) is None
    partial.turn_index = 1
    assert captions.push(partial) is not None


@pytest.mark.parametrize("event", ["HEARTBEAT", "UNSPECIFIED"])
def test_heartbeats_are_not_captions(event: str) -> None:
    """A message that only shows life changes nothing."""
    partial = TranscriptPartial(event=f"TRANSCRIPT_EVENT_{event}", committed_text="hello")
    assert Captions().push(partial) is None


def test_silence_has_no_caption() -> None:
    """A voice without words yet shows nothing."""
    started = TranscriptPartial(event=TranscriptEvent.TRANSCRIPT_EVENT_SPEECH_STARTED)
    assert Captions().push(started) is None


@pytest.mark.parametrize(
    ("milliseconds", "shown"), [(0, "0:00.0"), (1234, "0:01.2"), (61_950, "1:02.0")]
)
def test_places_are_told_in_minutes_and_seconds(milliseconds: int, shown: str) -> None:
    """Tenths of a second are enough, and are rounded."""
    assert clock(milliseconds) == shown
