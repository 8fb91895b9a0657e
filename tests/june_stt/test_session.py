"""The events of a stream come in their legal order, whatever is heard."""

from __future__ import annotations

import itertools
import re
from collections import deque

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from june_stt.endpointing import Patience
from june_stt.engine import RATE, Hypothesis
from june_stt.intake import WINDOW, WINDOW_MS
from june_stt.session import UPDATE_MS, Session
from june_stt.transcript import Event, Feed, Finish, Reset, Transcript
from june_stt.utterance import Hearing

# june.stt.v1.TranscriptEvent, one letter an event.
LETTERS = {
    Event.SPEECH_STARTED: "S",
    Event.UPDATE: "U",
    Event.EAGER_END: "E",
    Event.RESUMED: "R",
    Event.END_OF_TURN: "T",
    Event.SPEECH_ENDED: "N",
}
STORY = re.compile(r"(SU*(E(RU*E)*)?T|SU*(ERU*)*E?N)*(SU*(ERU*)*E?)?")

VOICE, HUSH = 0.9, 0.02


class Ear:
    """An engine that hears one word every 320 ms and answers when it is told to."""

    def __init__(self, *, wordless: bool = False) -> None:
        self.work: deque[Feed | Finish | Reset] = deque()
        self.fed: list[int] = []
        self._samples = 0
        self._wordless = wordless

    def answer(self, session: Session) -> list[Transcript]:
        """Does the oldest work."""
        work = self.work.popleft()
        if isinstance(work, Reset):
            self._samples = 0
            return []
        if isinstance(work, Feed):
            self._samples += len(work.samples)
            self.fed += work.samples.astype(int).tolist()
        words = [] if self._wordless else [f"w{n}" for n in range(1 + self._samples // 5_120)]
        return self.take(session.decoded(Hypothesis(" ".join(words)), work))

    def take(self, outputs: list[Transcript | Feed | Finish | Reset]) -> list[Transcript]:
        """Keeps the work and gives back what was told."""
        told = [output for output in outputs if isinstance(output, Transcript)]
        self.work.extend(output for output in outputs if not isinstance(output, Transcript))
        return told


def hear(
    session: Session, ear: Ear, probabilities: list[float], *, at_once: bool = True
) -> list[Transcript]:
    """Windows whose samples tell their number, and the engine's answers."""
    told: list[Transcript] = []
    for number, probability in enumerate(probabilities, start=1):
        window = np.full((1, WINDOW), number, np.float32)
        told += ear.take(session.hear(window, [probability]))
        while at_once and ear.work:
            told += ear.answer(session)
    return told


def letters(told: list[Transcript]) -> str:
    return "".join(LETTERS[transcript.event] for transcript in told)


def speech(windows: int, silence: int = 20) -> list[float]:
    return [VOICE] * windows + [HUSH] * silence


def a_session(**hearing: object) -> Session:
    return Session(lambda: Hearing(**hearing), 96)  # type: ignore[arg-type]


def test_a_turn_is_started_updated_and_ended() -> None:
    """The final words are those of the eager end, and the turn is counted."""
    told = hear(a_session(), Ear(), [HUSH] * 10 + speech(40) + speech(40))
    assert re.fullmatch(r"SU+ETSU+ET", letters(told))
    ends = [each for each in told if each.event in (Event.EAGER_END, Event.END_OF_TURN)]
    assert [each.turn_index for each in ends] == [0, 0, 1, 1]
    assert ends[0].final_text == ends[1].final_text != ""
    assert ends[0].revision == ends[1].revision


def test_silences_are_as_long_as_was_asked() -> None:
    """200 and 500 ms, rounded up to the window of 32."""
    told = hear(a_session(), Ear(), speech(30))
    eager, end = told[-2:]
    assert 200 <= eager.audio_processed_ms - eager.result_end_ms < 200 + WINDOW_MS
    assert 500 <= end.audio_processed_ms - end.result_end_ms < 500 + WINDOW_MS


def test_someone_is_told_at_least_every_200_ms_while_speaking() -> None:
    """Also where the engine says nothing at all."""
    told = hear(a_session(), Ear(), [VOICE] * 100, at_once=False)
    at = [each.audio_processed_ms for each in told]
    assert max(b - a for a, b in itertools.pairwise(at)) <= UPDATE_MS + 1
    assert at[-1] > 3_000


@pytest.mark.parametrize("feed_ms", [32, 96, 160])
def test_the_engine_is_fed_as_it_wants_to_be(feed_ms: int) -> None:
    """While somebody speaks; the first feed is what came before the voice was noticed."""
    session, ear = Session(Hearing, feed_ms), Ear()
    hear(session, ear, [VOICE] * 60, at_once=False)
    feeds = [work for work in ear.work if isinstance(work, Feed)]
    assert {len(feed.samples) for feed in feeds[1:]} == {feed_ms * RATE // 1_000}


def test_going_on_after_the_eager_end_is_told_and_voids_its_words() -> None:
    told = hear(a_session(), Ear(), [VOICE] * 20 + [HUSH] * 9 + speech(20))
    assert re.fullmatch(r"SU+ERU+ET", letters(told))
    resumed = next(each for each in told if each.event is Event.RESUMED)
    assert resumed.final_text == ""


def test_a_sound_without_words_is_no_turn() -> None:
    """Its turn_index is used again."""
    session = a_session()
    told = hear(session, Ear(wordless=True), speech(10))
    assert re.fullmatch(r"SU*EN", letters(told))
    assert {each.turn_index for each in hear(session, Ear(), speech(30))} == {0}


def test_the_end_waits_for_its_words_and_the_next_turn_waits_for_the_end() -> None:
    """A slow engine delays what is told, and never reorders it."""
    session, ear = a_session(), Ear()
    told = hear(session, ear, speech(30) + speech(30), at_once=False)
    assert "T" not in letters(told)
    assert session.waiting_for_engine
    while ear.work:
        told += ear.answer(session)
    assert STORY.fullmatch(letters(told))
    assert [each.turn_index for each in told if each.event is Event.END_OF_TURN] == [0, 1]


def test_without_partials_only_the_turn_is_told() -> None:
    assert letters(hear(a_session(partials=False), Ear(), speech(40))) == "SET"


def test_without_streaming_the_engine_hears_the_whole_at_its_end() -> None:
    """One feed, with the silence before the onset in it."""
    session, ear = a_session(streaming=False), Ear()
    hear(session, ear, [HUSH] * 10 + speech(40), at_once=False)
    assert [type(work) for work in ear.work] == [Feed, Finish, Reset]


def test_a_turn_that_is_too_long_is_cut_and_the_next_begins() -> None:
    session = a_session(patience=Patience(max_turn_ms=1_000))
    told = hear(session, Ear(), [VOICE] * 70)
    ends = [each for each in told if each.event is Event.END_OF_TURN]
    assert len(ends) == 2
    assert all(str(each.end_reason).endswith("TOO_LONG") for each in ends)


def test_the_caller_may_end_forget_or_ask() -> None:
    """END_TURN tells the words at once; RESET tells nothing; FLUSH tells what is known."""
    session, ear = a_session(), Ear()
    hear(session, ear, [VOICE] * 20)
    assert letters(ear.take(session.flush()))
    while ear.work:
        ear.answer(session)
    told = ear.take(session.end_turn())
    while ear.work:
        told += ear.answer(session)
    assert letters(told).endswith("T")
    hear(session, ear, [VOICE] * 20)
    assert letters(ear.take(session.reset())) == ""
    assert ear.take(session.end_turn()) == []


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("hear"), st.sampled_from([0.0, 0.2, 0.4, 0.6, 0.9]), st.integers(1, 25)),
        st.tuples(st.just("answer"), st.just(0.0), st.integers(1, 8)),
        st.tuples(st.sampled_from(["end", "flush", "reset"]), st.just(0.0), st.just(1)),
    ),
    max_size=40,
)


@settings(max_examples=200, deadline=None)
@given(STEPS, st.booleans(), st.booleans())
def test_whatever_happens_the_story_is_legal(
    steps: list[tuple[str, float, int]], streaming: bool, partials: bool
) -> None:
    """The grammar of june.stt.v1 holds; committed text only grows within a turn; the
    same revision means the same words; the end repeats the eager end's words; and
    the engine hears every window once and in order."""
    session, ear = a_session(streaming=streaming, partials=partials), Ear()
    numbers = itertools.count(1)

    def do(kind: str, probability: float) -> list[Transcript]:
        match kind:
            case "hear":
                window = np.full((1, WINDOW), next(numbers), np.float32)
                return ear.take(session.hear(window, [probability]))
            case "answer":
                return ear.answer(session) if ear.work else []
            case "end":
                return ear.take(session.end_turn())
            case "flush":
                return ear.take(session.flush())
            case _:
                return ear.take(session.reset())

    told: list[Transcript] = []
    for kind, probability, count in steps:
        for _ in range(count):
            told += do(kind, probability)
    told += ear.take(session.end_turn())
    while ear.work:
        told += ear.answer(session)
    assert not session.waiting_for_engine
    if all(kind != "reset" for kind, *_ in steps):
        assert STORY.fullmatch(letters(told)), letters(told)
    _check_turns(told, reset=any(kind == "reset" for kind, *_ in steps))
    heard = ear.fed[::WINDOW]
    assert heard == sorted(set(heard))


def _check_turns(told: list[Transcript], *, reset: bool) -> None:
    committed, eager = "", ""
    words: dict[int, tuple[str, str, str]] = {}
    for each in told:
        if each.event is Event.SPEECH_STARTED:
            committed, words, eager = "", {}, ""
        assert each.committed_text.startswith(committed)
        committed = each.committed_text
        said = (each.committed_text, each.unstable_text, each.final_text)
        assert words.setdefault(each.revision, said) == said
        if each.event is Event.EAGER_END:
            eager = each.final_text
        if each.event is Event.END_OF_TURN and eager and not reset:
            assert each.final_text
