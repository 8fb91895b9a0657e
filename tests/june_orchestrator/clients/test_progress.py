"""One order of a session's own, whichever replica hears it."""

from __future__ import annotations

from dataclasses import dataclass, field

from hypothesis import given
from hypothesis import strategies as st
from june.stt.v1 import stt_pb2

from june_orchestrator.clients.progress import EVENTS, Progress
from june_orchestrator.ports import Event

NUMBERS = {event: number for number, event in EVENTS.items()}


def partial(
    event: Event, ms: int, committed: str = "", *, turn: int = 0, revision: int = 0, final: str = ""
) -> stt_pb2.TranscriptPartial:
    return stt_pb2.TranscriptPartial(
        event=NUMBERS[event],
        turn_index=turn,
        revision=revision,
        committed_text=committed,
        unstable_text="...",
        final_text=final,
        audio_processed_ms=ms,
    )


@dataclass
class Told:
    """Passes messages through a Progress and keeps what is news."""

    progress: Progress = field(default_factory=Progress)
    told: list[stt_pb2.TranscriptPartial] = field(default_factory=list)

    def hear(self, *partials: stt_pb2.TranscriptPartial) -> list[bool]:
        news = []
        for message in partials:
            news.append(self.progress.take(EVENTS[message.event], message))
            self.told += [message] if news[-1] else []
        return news


STARTED = partial(Event.SPEECH_STARTED, 100)


def copy(*partials: stt_pb2.TranscriptPartial) -> list[stt_pb2.TranscriptPartial]:
    copies = []
    for message in partials:
        fresh = stt_pb2.TranscriptPartial()
        fresh.CopyFrom(message)
        copies.append(fresh)
    return copies


def test_one_replica_is_passed_on_as_it_is() -> None:
    """Without a change nothing is changed."""
    turn = [
        partial(Event.SPEECH_STARTED, 100),
        partial(Event.UPDATE, 300, "what"),
        partial(Event.EAGER_END, 600, "what", revision=1, final="what"),
        partial(Event.END_OF_TURN, 900, "what", revision=1, final="what"),
        partial(Event.SPEECH_STARTED, 2_000, turn=1),
    ]
    told = Told()
    assert all(told.hear(*copy(*turn)))
    assert told.told == turn


def test_turns_count_on_at_another_replica() -> None:
    """Each replica counts its own from 0; a sound without words is no turn."""
    told = Told()
    told.hear(STARTED, partial(Event.END_OF_TURN, 900))
    told.hear(
        partial(Event.SPEECH_STARTED, 1_000, turn=1), partial(Event.SPEECH_ENDED, 1_100, turn=1)
    )
    told.progress.start_over()
    told.hear(partial(Event.SPEECH_STARTED, 2_000), partial(Event.END_OF_TURN, 2_900))
    assert [message.turn_index for message in told.told] == [0, 0, 1, 1, 1, 1]


def test_revisions_count_on_within_the_turn_and_begin_anew_after_it() -> None:
    told = Told()
    told.hear(STARTED, partial(Event.UPDATE, 300, "what", revision=4))
    told.progress.start_over()
    told.hear(partial(Event.UPDATE, 500, "what", revision=1))
    told.hear(partial(Event.END_OF_TURN, 900, "what", revision=2))
    told.hear(partial(Event.SPEECH_STARTED, 2_000), partial(Event.UPDATE, 2_300, revision=1))
    assert [message.revision for message in told.told] == [0, 4, 6, 7, 0, 1]


def test_what_was_told_of_the_turn_is_not_told_again() -> None:
    """The same audio is heard again; news begins where it ended."""
    turn = [
        partial(Event.SPEECH_STARTED, 100),
        partial(Event.UPDATE, 300, "what"),
        partial(Event.EAGER_END, 700, "what", final="what"),
        partial(Event.RESUMED, 900, "what"),
    ]
    told = Told()
    told.hear(*copy(*turn))
    told.progress.start_over()
    again = [*copy(*turn), partial(Event.UPDATE, 1_100, "what time")]
    assert told.hear(*again) == [False, False, False, False, True]


def test_the_end_is_told_however_early_another_replica_finds_it() -> None:
    told = Told()
    told.hear(STARTED, partial(Event.UPDATE, 900, "what"))
    told.progress.start_over()
    assert told.hear(partial(Event.END_OF_TURN, 800, "what", final="what")) == [True]
    assert not told.progress.in_turn


def test_a_caption_that_was_shown_stays() -> None:
    """Another replica may hear other words: partials wait until they fit, and the
    turn's events keep what was committed; the final words are the new ones."""
    told = Told()
    told.hear(STARTED, partial(Event.UPDATE, 300, "what ti"))
    told.progress.start_over()
    assert told.hear(partial(Event.UPDATE, 500, "that")) == [False]
    told.hear(
        partial(Event.EAGER_END, 700, "that time", final="that time"),
        partial(Event.END_OF_TURN, 900, "that time", final="that time"),
    )
    assert [message.committed_text for message in told.told] == ["", *["what ti"] * 3]
    assert [message.final_text for message in told.told[2:]] == ["that time"] * 2


def test_heartbeats_are_always_told() -> None:
    told = Told()
    told.hear(STARTED, partial(Event.UPDATE, 900, "what"))
    told.progress.start_over()
    assert told.hear(partial(Event.HEARTBEAT, 100)) == [True]


def test_the_next_turn_owes_nothing_to_the_last() -> None:
    """What was told of a turn that is over holds nothing back."""
    told = Told()
    told.hear(STARTED, partial(Event.UPDATE, 900, "what"), partial(Event.END_OF_TURN, 1_200))
    told.progress.start_over()
    assert told.hear(partial(Event.SPEECH_STARTED, 200), partial(Event.UPDATE, 400, "a")) == [
        True,
        True,
    ]


WORDS = "what time is it in the north today".split()


def story(cuts: list[int]) -> list[stt_pb2.TranscriptPartial]:
    """A turn whose text grows word by word, one every 100 ms, told at some of them."""
    told = [partial(Event.SPEECH_STARTED, 0)]
    for revision, count in enumerate(sorted(set(cuts))):
        text = " ".join(WORDS[:count])
        told.append(partial(Event.UPDATE, 100 * count, text, revision=revision + 1))
    text = " ".join(WORDS)
    told.append(partial(Event.END_OF_TURN, 1_500, text, revision=len(told), final=text))
    return told


CUTS = st.lists(st.integers(1, len(WORDS)), max_size=8)


@given(st.lists(st.tuples(CUTS, st.integers(0, 9)), max_size=4), CUTS)
def test_whichever_replicas_die_the_story_is_told_once(
    dead: list[tuple[list[int], int]], last: list[int]
) -> None:
    """Each replica tells the turn in its own steps and dies somewhere in it: together
    the captions only grow, revisions rise, and there is one start and one end."""
    told = Told()
    for cuts, survived in dead:
        told.hear(*story(cuts)[:-1][:survived])
        told.progress.start_over()
    told.hear(*story(last))
    events = [EVENTS[message.event] for message in told.told]
    assert events.count(Event.SPEECH_STARTED) == 1
    assert events[0] is Event.SPEECH_STARTED
    assert events.count(Event.END_OF_TURN) == 1
    texts = [message.committed_text for message in told.told]
    assert texts == sorted(texts, key=len)
    assert len({text for text in texts if text}) >= len(texts) - 2
    revisions = [message.revision for message in told.told]
    assert revisions == sorted(revisions)
    updates = [message.revision for message in told.told if EVENTS[message.event] is Event.UPDATE]
    assert len(set(updates)) == len(updates)
