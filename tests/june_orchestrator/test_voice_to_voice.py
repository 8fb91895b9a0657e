"""From the last sample of the user's speech to the first of June's: the arithmetic.

A word is visible 150 ms after it ended, the final words take 100 ms, the first token
300, then 50 tokens a second; the first sentence has 12 words and its synthesis takes
200 ms to the first audio; 500 ms of silence confirm the turn. LiveKit Agents needs
1,225 ms for this, Pipecat 1,129.
"""

from __future__ import annotations

import pytest

from june_orchestrator.ports import Input
from june_orchestrator.sentences import SentenceLimits
from tests.june_orchestrator.fakes import Brain, Tts
from tests.june_orchestrator.scenes import Scene, eager_end, end_of_turn, started, update

ENDED = 2.0
ASKED = "what is the weather like"
TWELVE = "The weather in the north is mild and dry for us today. It stays so."
CLAUSE = "In the north today, it is mild and dry for all of us. It stays so."
EARLY = SentenceLimits(early_clause_words=4)

Script = list[tuple[float, Input]]


def partials(*, stable_after: float | None) -> Script:
    script = [started(0.5), update(ENDED - 0.1, "what is the weather")]
    if stable_after is not None:
        script.append(update(ENDED + stable_after, ASKED, pause=stable_after))
    return script


def voice_to_voice(script: Script, reply: str = TWELVE, *, speculate: bool = True) -> float:
    """Milliseconds to the first audio, for the caller and in the record."""
    script = [*script, end_of_turn(ENDED + 0.5, ASKED)]
    scene = Scene(script, Brain((reply,)), Tts(first_audio=0.2))
    scene.with_options(limits=EARLY, speculate=speculate).hold()
    first = scene.room.all("audio")[0]
    record = scene.room.records()[0]
    assert record.end_to_end_ms == pytest.approx((first.at - ENDED) * 1000)
    assert record.speculated == speculate
    return (first.at - ENDED) * 1000


def test_from_the_eager_end() -> None:
    """200 + 300 + 11 tokens and the one after the full stop + 200: 940 ms."""
    script = [*partials(stable_after=None), eager_end(ENDED + 0.2, ASKED)]
    assert voice_to_voice(script) <= 945


def test_from_the_eager_end_whose_words_come_late() -> None:
    """Where nothing was known before and the final words take their 100 ms as well."""
    script = [*partials(stable_after=None), eager_end(ENDED + 0.3, ASKED, pause=0.3)]
    assert voice_to_voice(script) <= 1_045


def test_from_the_stable_partial() -> None:
    """The last word is visible after 150 ms, and what comes later changes nothing."""
    script = [*partials(stable_after=0.15), eager_end(ENDED + 0.3, ASKED, pause=0.3)]
    assert voice_to_voice(script) <= 895


def test_from_the_stable_partial_with_an_early_clause() -> None:
    """Four words suffice to begin speaking."""
    script = [*partials(stable_after=0.15), eager_end(ENDED + 0.3, ASKED, pause=0.3)]
    assert voice_to_voice(script, CLAUSE) <= 735


def test_from_the_eager_end_with_an_early_clause() -> None:
    script = [*partials(stable_after=None), eager_end(ENDED + 0.2, ASKED)]
    assert voice_to_voice(script, CLAUSE) <= 785


def test_without_speculation_the_wait_is_added() -> None:
    """What the others do: 500 ms, and then the work."""
    script = [*partials(stable_after=0.15), eager_end(ENDED + 0.2, ASKED)]
    assert voice_to_voice(script, speculate=False) == pytest.approx(1_240, abs=1)


def test_a_quick_answer_waits_for_nothing_but_the_confirmation() -> None:
    """Ready behind the gate: it is heard in the moment in which that opens."""
    script = [*partials(stable_after=0.15), end_of_turn(ENDED + 0.5, ASKED)]
    scene = Scene(script, Brain((TWELVE,), first_token=0.02), Tts(first_audio=0.04)).hold()
    assert scene.room.all("audio")[0].at == pytest.approx(ENDED + 0.5)
    record = scene.room.records()[0]
    assert record.stages["confirm"] == pytest.approx(500)
    assert record.end_to_end_ms == pytest.approx(500)
    assert record.hidden_ms == pytest.approx(300, abs=1)
