"""The picture of where a turn's time went."""

from june.orchestrator.v1.orchestrator_pb2 import (
    Milestone,
    SentenceRecord,
    TurnOutcome,
    TurnRecord,
    TurnStages,
)

from june_cli.waterfall import waterfall
from june_runtime.errors import Unavailable, to_status

SPOKEN = TurnRecord(
    outcome=TurnOutcome.TURN_OUTCOME_COMPLETE,
    end_to_end_ms=760,
    hidden_ms=310,
    speculated=True,
    stages=TurnStages(confirm_ms=510, first_sentence_ms=3, first_audio_ms=41, delivery_ms=206),
    milestones=[
        Milestone(name="confirmed", at_ms=510),
        Milestone(name="prepared", at_ms=-110),
        Milestone(name="first_audio", at_ms=554),
        Milestone(name="audible", at_ms=760),
    ],
    sentences=[
        SentenceRecord(
            text="It is twenty past nine in the morning.",
            flushed_ms=240,
            first_audio_ms=300,
            synthesised_ms=600,
            played_ms=2760,
            audio_ms=2000,
        ),
        SentenceRecord(
            text="Enjoy it.",
            flushed_ms=500,
            first_audio_ms=700,
            synthesised_ms=1100,
            played_ms=4000,
            audio_ms=1240,
        ),
    ],
)


def drawn(record: TurnRecord, width: int = 72) -> str:
    return "\n".join(line.plain for line in waterfall(3, record, width))


def test_a_turn_is_drawn_whole() -> None:
    """Stages on their own scale, moments in order, sentences on theirs."""
    assert drawn(SPOKEN) == (
        "turn 3 · complete · 760 ms from the end of your words to June's voice\n"
        "  turn confirmed         510 ████████████████████████████\n"
        "  final words              0\n"
        "  first token              0\n"
        "  first sentence           3                             █\n"
        "  first audio             41                             ██\n"
        "  delivery               206                               ███████████\n"
        "  together               760 └───────────────────────────────────────┘\n"
        "  begun before that was sure: 310 ms of work cost nothing\n"
        "  at -110 prepared · 510 confirmed · 554 first audio · 760 audible\n"
        "  ░ waits for audio  ▒ is synthesised  █ is heard   (0.0 to 4.0 s)\n"
        "  1 It is twenty past nine …   ░▒▒▒\n"
        "                                     ████████████████████\n"
        "  2 Enjoy it.                     ░░▒▒▒▒\n"
        "                                                         █████████████\n"
        "  June spoke 340 ms before its last sentence was synthesised"
    )


def test_the_stages_fill_the_bar_without_gap() -> None:
    """What is drawn of the stages covers the time from its start to its end."""
    rows = [line.plain[29:] for line in waterfall(1, SPOKEN, 72)[1:7]]
    inked = {at for row in rows for at, mark in enumerate(row) if mark == "█"}
    assert inked == set(range(41))


def test_no_line_is_wider_than_asked_for() -> None:
    """The picture fits narrow and wide terminals."""
    for width in (60, 80, 200):
        lines = waterfall(1, SPOKEN, width)
        assert max(line.cell_len for line in lines[1:-1]) <= max(width, 70)


def test_a_reply_that_waited_for_its_last_sentence_says_nothing_of_being_early() -> None:
    """In the plain way of old June speaks after all was synthesised."""
    record = TurnRecord()
    record.CopyFrom(SPOKEN)
    record.end_to_end_ms = 5000
    assert "June spoke" not in drawn(record)


def test_a_failed_turn_says_why() -> None:
    """The reason stands beside the outcome, and what is not known is not drawn."""
    error = to_status(Unavailable("TTS_UNAVAILABLE", "no voice"))
    record = TurnRecord(outcome=TurnOutcome.TURN_OUTCOME_FAILED, error=error)
    assert drawn(record) == "turn 3 · failed · no voice (TTS_UNAVAILABLE)"


def test_a_written_answer_has_no_bars_of_sound() -> None:
    """Sentences that were never spoken leave no mark."""
    record = TurnRecord(
        outcome=TurnOutcome.TURN_OUTCOME_COMPLETE, sentences=[SentenceRecord(text="Hello.")]
    )
    assert drawn(record).splitlines() == [
        "turn 3 · complete",
        "  ░ waits for audio  ▒ is synthesised  █ is heard   (0.0 to 0.0 s)",
        "  1 Hello.",
    ]


def test_a_sentence_that_failed_is_drawn_as_waiting_only() -> None:
    """It never had audio, and nothing of it was heard."""
    failed = SentenceRecord(text="x", flushed_ms=100, synthesised_ms=900)
    rows = drawn(TurnRecord(sentences=[failed])).splitlines()[2:]
    assert len(rows) == 1
    assert "░" in rows[0]
    assert "▒" not in rows[0]


def test_work_of_no_measurable_length_leaves_a_mark() -> None:
    """A millisecond on a scale of minutes is still to be seen."""
    sentence = SentenceRecord(
        text="x",
        flushed_ms=1,
        first_audio_ms=2,
        synthesised_ms=3,
        played_ms=60_000,
        audio_ms=59_900,
    )
    row = drawn(TurnRecord(sentences=[sentence])).splitlines()[2]
    assert "▒" in row
