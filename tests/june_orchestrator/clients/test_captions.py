"""What was heard without speech to text is told as if there had been one."""

from __future__ import annotations

from june.stt.v1 import stt_pb2

from june_orchestrator.clients.captions import Captions
from june_orchestrator.ports import Event, Heard


def test_turns_and_revisions_are_counted() -> None:
    """The words may change until they are final; two that are alike are one revision."""
    captions = Captions()
    written = [
        captions.write(heard, 100 * at)
        for at, heard in enumerate(
            [
                Heard(Event.SPEECH_STARTED),
                Heard(Event.UPDATE, text="What"),
                Heard(Event.UPDATE, text="What"),
                Heard(Event.UPDATE, text="What is it?", language="en"),
                Heard(Event.END_OF_TURN, final_text="What is it?"),
                Heard(Event.SPEECH_STARTED),
                Heard(Event.UPDATE, text="Hm"),
                Heard(Event.SPEECH_ENDED),
                Heard(Event.SPEECH_STARTED),
            ]
        )
    ]
    assert [each.turn_index for each in written] == [0, 0, 0, 0, 0, 1, 1, 1, 1]
    assert [each.revision for each in written] == [0, 1, 1, 2, 2, 0, 1, 2, 0]
    assert [each.committed_text + each.unstable_text for each in written[1:5]] == [
        "What", "What", "What is it?", "What is it?",
    ]  # fmt: skip
    assert not any(each.committed_text for each in written if not each.is_final)
    assert [each.is_final for each in written] == [False] * 4 + [True] + [False] * 4
    assert written[3].language == "en"
    assert written[4].event == stt_pb2.TRANSCRIPT_EVENT_END_OF_TURN
    assert (written[4].speech_start_ms, written[4].audio_processed_ms) == (0, 400)
    assert written[6].speech_start_ms == 500
