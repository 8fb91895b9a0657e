"""A chain of brains: who answers, when, and what is said where nobody can."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from june_orchestrator.apologies import LANGUAGES, apology
from june_orchestrator.brain import FIRST_TOKEN_SECONDS
from june_orchestrator.chain import Chain, answer
from june_orchestrator.conversation import think
from june_orchestrator.news import FellBack, FirstToken, News
from june_orchestrator.ports import Message, Outcome, Prompt, Role, Usage
from june_orchestrator.record import TurnLog
from june_orchestrator.reply import Reply
from june_runtime.errors import AtCapacity, JuneError, TimedOut, Unavailable
from june_runtime.testing import run_virtual
from tests.june_orchestrator.fakes import OPTIONS, Brain

PROMPT = Prompt([Message(Role.USER, "?")], model="first's")
QUOTA = AtCapacity("BRAIN_QUOTA", "used up")
GONE = Unavailable("BRAIN_GONE", "gone")
FIRST = "It is mild. It is dry."
SECOND = "Take a coat. Or two."


def failing(after: int, error: JuneError = QUOTA, name: str = "first") -> Brain:
    """Fails after so many tokens of `FIRST`."""
    return Brain((FIRST,), fails={0: (after, error)}, name=name)


def thought(*links: Brain, language: str = "", apologises: bool = True) -> Reply:
    """What becomes of a reply over these brains."""

    async def run() -> Reply:
        def ignore(turn: int, news: News) -> None: ...

        options = replace(OPTIONS, language=language, speak=False)
        reply = Reply("?", PROMPT, options, TurnLog(0.0), ignore)
        await think(reply, Chain(links), apologises=apologises)
        return reply

    return run_virtual(run())


def spoken(reply: Reply) -> list[str]:
    return [lane.text for lane in reply.lanes.items]


def test_the_first_brain_answers_where_it_can() -> None:
    """The others are not asked."""
    second = Brain((SECOND,), name="second")
    reply = thought(Brain((FIRST,)), second)
    assert spoken(reply) == ["It is mild.", "It is dry."]
    assert (reply.fallback, second.asked) == ("", [])


@pytest.mark.parametrize("after", [0, 1, 2])
def test_the_next_takes_over_before_a_sentence_was_said(after: int) -> None:
    """What was begun of a sentence is void; the record tells who answered and why."""
    reply = thought(failing(after), Brain((SECOND,), name="second"))
    assert spoken(reply) == ["Take a coat.", "Or two."]
    assert reply.error is None
    assert reply.fallback == "BRAIN_QUOTA of first, answered by second"
    assert reply.record(Outcome.COMPLETE).fallback == reply.fallback


@given(st.integers(0, 6), st.integers(0, 4))
def test_nothing_that_was_said_is_said_again(first: int, second: int) -> None:
    """Wherever two brains fail: one brain's words alone, from their beginning, whole."""
    middle = Brain((SECOND,), fails={0: (second, GONE)}, name="second")
    reply = thought(failing(first), middle, Brain(("Yes.",), name="third"))
    text = " ".join(spoken(reply))
    assert any(whole.startswith(text) for whole in (FIRST, SECOND, "Yes."))
    assert text


@pytest.mark.parametrize("after", [0, 1, 2])
def test_after_a_takeover_only_the_brain_that_answered_counts(after: int) -> None:
    """Its tokens, and how long it took to its first one; the record's stages hold all of
    the time, which the caller waited."""
    reply = thought(failing(after), Brain((SECOND,), name="second", first_token=0.4))
    record = reply.record(Outcome.COMPLETE)
    assert record.tokens == len(SECOND.split())
    assert record.first_token_ms == pytest.approx(400)
    assert record.milestones["first_token"] > 400
    firsts = [news for news in reply._unreported if isinstance(news, FirstToken)]
    assert [news.ms for news in firsts] == [pytest.approx(400)]


def test_a_failure_after_a_sentence_counts_what_was_written() -> None:
    """Nobody took over."""
    record = thought(failing(5), Brain(name="second")).record(Outcome.FAILED)
    assert record.tokens == 5
    assert record.first_token_ms == pytest.approx(300)


def test_a_plain_answer_tells_its_cost() -> None:
    """As one that is streamed does."""
    plain = Brain((SECOND,), name="second", streams=False, cost=Usage(9, 4))
    assert thought(failing(0), plain).record(Outcome.COMPLETE).tokens == 4


def test_after_a_sentence_no_other_brain_is_asked() -> None:
    """What was written is said, and the failure is told."""
    second = Brain((SECOND,), name="second")
    reply = thought(failing(5), second)
    assert spoken(reply) == ["It is mild.", "It is"]
    assert (reply.error, second.asked, reply.fallback) == (QUOTA, [], "")


def test_each_brain_has_its_share_of_the_time() -> None:
    """Three silent brains take as long as one."""
    links = [Brain(first_token=1_000.0, name=str(at)) for at in range(3)]

    async def ask() -> float:
        with pytest.raises(TimedOut):
            async for _ in answer(Chain(links), PROMPT, lambda _: None, lambda: True):
                pass
        return asyncio.get_running_loop().time()

    assert run_virtual(ask()) == FIRST_TOKEN_SECONDS
    assert [link.asked[0] for link in links] == [0.0, 5.0, 10.0]
    assert [link.closed[0] for link in links] == [5.0, 10.0, 15.0]


def test_the_live_model_is_the_first_brains() -> None:
    """A name that another maker's API does not know is not sent there."""
    links = [failing(0), Brain(name="second")]
    thought(*links)
    assert [link.prompts[0].model for link in links] == ["first's", ""]


def test_one_that_cannot_stream_takes_over_too() -> None:
    """Both reasons are in the record."""
    reply = thought(failing(0), Brain((SECOND,), name="second", streams=False))
    assert spoken(reply) == ["Take a coat.", "Or two."]
    assert reply.fallback == "BRAIN_QUOTA of first, STREAMING_UNSUPPORTED"


def all_fail(**how: str) -> Reply:
    return thought(failing(0), failing(0, GONE, "second"), **how)  # type: ignore[arg-type]


@pytest.mark.parametrize("language", [*LANGUAGES, "de-AT", "PT-br"])
def test_where_all_fail_one_sentence_says_so_in_the_users_language(language: str) -> None:
    """The error is the last brain's."""
    reply = all_fail(language=language)
    assert spoken(reply) == [apology(language)]
    assert reply.error is GONE


def test_apologies_are_one_sentence_in_a_language_each() -> None:
    """English where the language is not known."""
    said = [apology(language) for language in LANGUAGES]
    assert len(set(said)) == len(LANGUAGES)
    assert {"en", "de", "fr", "es", "it", "pt"} <= set(LANGUAGES)
    assert all(re.fullmatch(r"[^.]+\.", sentence) for sentence in said)
    assert apology("") == apology("tlh") == apology("en")


def test_june_need_not_apologise() -> None:
    reply = thought(failing(0), apologises=False)
    assert (spoken(reply), reply.error) == ([], QUOTA)


def test_taking_over_is_news() -> None:
    """Told once the turn is confirmed, like all of a turn."""
    reply = thought(failing(0), Brain((SECOND,), name="second"))
    assert FellBack("BRAIN_QUOTA of first, answered by second") in reply._unreported


def test_every_link_is_closed_though_one_fails_to() -> None:
    class Stuck(Brain):
        async def close(self) -> None:
            raise GONE

    class Noted(Brain):
        closed_at = -1.0

        async def close(self) -> None:
            self.closed_at = asyncio.get_running_loop().time()

    def close(links: Sequence[Brain]) -> None:
        with pytest.raises(Unavailable):
            run_virtual(Chain(links).close())

    around = [Noted(), Stuck(), Noted()]
    close(around)
    assert [around[0].closed_at, around[2].closed_at] == [0.0, 0.0]  # type: ignore[attr-defined]
