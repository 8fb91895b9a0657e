"""One sentence through its clauses: what is done about speech that came out wrong."""

from typing import Any

import numpy as np
import pytest

pytest.importorskip("chatterbox", reason="the extra `chatterbox` is not installed")

from june_runtime.errors import InvalidInput
from june_tts.engine import Sentence, Speech, Voice
from june_tts.engines.chatterbox.guard import STUCK_TOKENS
from june_tts.engines.chatterbox.reading import Read
from june_tts.engines.chatterbox.speaking import Order, Speaking
from june_tts.engines.chatterbox.tokens import Sampled
from june_tts.engines.chatterbox.variants import ENGLISH, TURBO, Variant
from june_tts.engines.chatterbox.vocoder.chunking import GROWING
from june_tts.engines.chatterbox.vocoder.utterance import Utterance

VOICE = Voice("default", ("en",), "", 24_000)
TEXT = "The quick brown fox jumps over the lazy dog."
NONE: Any = None


class Letters:
    """A token for each letter."""

    def read(self, text: str, language: str) -> Read:
        return Read(tuple(range(len(text))), tuple(range(len(text))))


class Unchanged:
    """A voice without networks."""

    vocoder: Any = None

    def with_exaggeration(self, exaggeration: float) -> Any:
        return exaggeration


class Said:
    """A sentence that is said by hand."""

    def __init__(self, text: str = TEXT, variant: Variant = ENGLISH) -> None:
        voice: Any = Unchanged()
        order = Order(Sentence(text, VOICE, seed=1), voice)
        self.speaking = Speaking(order, variant, Letters())
        self.speeches: list[Speech] = []

    def begin(self) -> int:
        """Lets the next attempt begin; its seed."""
        seed = self.speaking.sampling().seed
        self.speaking.begin(Utterance(NONE, seed, GROWING, NONE))
        return seed

    def draw(self, count: int, *, ends: bool, limit: bool = False, positions: bool = True) -> None:
        """So many different tokens, which walk through the text."""
        for number in range(count):
            last = ends and number == count - 1
            place = number * 2 // 3 if positions else None
            self.speaking.hear(Sampled(0, number, last, last and limit, place))

    def vocode(self) -> None:
        """All audio that can be made."""
        while self.speaking.due:
            take = self.speaking.take
            chunk = take.voice.next_chunk(len(take.tokens), take.over)
            assert chunk is not None
            take.voice.vocoded, take.voice.finished = chunk.stop, chunk.final
            samples = np.zeros(960 * (chunk.stop - chunk.start), np.float32)
            if (speech := self.speaking.vocoded(samples)) is not None:
                self.speeches.append(speech)

    @property
    def words(self) -> list[str]:
        return [TEXT[word.start : word.end] for one in self.speeches for word in one.words]

    @property
    def truncated(self) -> bool:
        return any(one.truncated for one in self.speeches)


def test_what_is_good_is_said_once() -> None:
    said = Said()
    said.begin()
    said.draw(66, ends=True)
    said.vocode()
    assert said.speaking.over
    assert said.words == TEXT.split()
    assert not said.truncated


@pytest.mark.parametrize(("count", "limit"), [(5, False), (8, True)])
def test_what_nobody_heard_is_said_again(count: int, limit: bool) -> None:
    """From the beginning, with another seed; and nothing of the first attempt is heard."""
    said = Said()
    first = said.begin()
    said.draw(count, ends=True, limit=limit)
    said.vocode()
    assert not said.speeches
    assert said.begin() != first
    said.draw(66, ends=True)
    said.vocode()
    assert said.speaking.over
    assert said.words == TEXT.split()
    assert not said.truncated


def test_what_broke_off_is_taken_up_where_it_was() -> None:
    """What was heard stays; the rest is said from the word that was reached."""
    said = Said()
    said.begin()
    said.draw(20, ends=False)
    said.vocode()
    said.draw(1, ends=True)
    said.vocode()
    attempt = said.speaking.next_attempt
    assert attempt is not None
    assert TEXT.endswith(attempt.clause.text)
    assert attempt.clause.text.startswith("brown")
    said.begin()
    said.draw(50, ends=True)
    said.vocode()
    assert said.speaking.over
    assert said.words == TEXT.split()
    assert not said.truncated


def test_what_fails_twice_is_truncated() -> None:
    said = Said()
    for _ in range(2):
        said.begin()
        said.draw(5, ends=True)
        said.vocode()
    assert said.speaking.over
    assert said.truncated


def test_babble_that_was_heard_is_truncated() -> None:
    """It cannot be taken back; but the clauses after it are said."""
    said = Said(f"{TEXT} " * 6)
    said.begin()
    said.draw(60, ends=False)
    said.vocode()
    said.draw(1, ends=True, limit=True)
    assert said.speaking.next_attempt is not None
    while said.speaking.next_attempt is not None:
        said.begin()
        said.draw(250, ends=True)
        said.vocode()
    assert said.speaking.over
    assert said.truncated


def test_a_stuck_sound_is_stopped() -> None:
    said = Said()
    said.begin()
    tokens = 1
    while said.speaking.hear(Sampled(0, 7, False, False, 0)):
        tokens += 1
    assert tokens == STUCK_TOKENS + 1
    said.begin()  # nobody heard it: it is said again


def test_marks_are_no_sound() -> None:
    """Ids above the speech tokens are passed over."""
    said = Said()
    said.begin()
    said.speaking.hear(Sampled(0, 6_561, False, False, 0))
    said.speaking.hear(Sampled(0, 6_560, False, False, 0))
    assert said.speaking.take.tokens == [6_560]


def test_turbo_ends_with_silence_and_ignores_guidance() -> None:
    said = Said(variant=TURBO)
    assert said.speaking.sampling().cfg_weight == 0
    said.begin()
    said.draw(66, ends=True, positions=False)
    assert said.speaking.take.tokens[-3:] == list(TURBO.trailing)
    said.vocode()
    assert said.words == []
    assert said.speaking.over


def test_long_texts_need_several_attempts() -> None:
    """Each clause with a seed of its own."""
    said = Said(f"{TEXT} " * 9)
    seeds = set()
    while said.speaking.next_attempt is not None:
        letters = len(said.speaking.next_attempt.clause.text)
        seeds.add(said.begin())
        said.draw(letters * 3 // 2, ends=True)
        said.vocode()
    assert len(seeds) == 3
    assert said.speaking.over


def test_nothing_to_say_is_refused() -> None:
    with pytest.raises(InvalidInput) as refused:
        Said("?!...")
    assert refused.value.reason == "NOTHING_TO_SAY"
