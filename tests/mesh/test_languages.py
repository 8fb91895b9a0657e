"""Replies in the language that is heard, through three real servers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from typing import Any

import pytest

from june_tts.engine import Sentence, Speech
from tests.mesh.caller import Caller
from tests.mesh.conftest import MakeMesh, Mesh
from tests.mesh.test_switching import switch

GERMAN = "Heute ist es mild und trocken, um die 20 °C."
ENGLISH = "It is mild and dry today, at about 20 °C."
FRENCH = "Il fait doux et sec, à 20 °C dans le sud."


def scripts(*heard: tuple[str, float], replies: tuple[str, ...]) -> dict[str, Any]:
    """What is heard to be in which language, and what is answered, turn by turn."""
    return {"stt": {"languages": heard}, "brain": {"replies": replies}}


@pytest.fixture
def spoken(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Listens to a mesh's voice engine: call it with a mesh; what it was asked to say."""

    def listen_to(mesh: Mesh) -> list[Sentence]:
        engine: Any = mesh.tts.engine
        said, synthesize = list[Sentence](), engine.synthesize

        def listening(sentence: Sentence) -> AsyncGenerator[Speech, None]:
            said.append(sentence)
            speech: AsyncGenerator[Speech, None] = synthesize(sentence)
            return speech

        monkeypatch.setattr(engine, "synthesize", listening)
        return said

    return listen_to


async def voices_known(mesh: Mesh) -> None:
    """Until the orchestrator has asked what voices there are."""
    async with asyncio.timeout(10):
        while not mesh.orchestrator.voices.tags:  # noqa: ASYNC110  it tells nobody
            await asyncio.sleep(0.01)


async def asked(caller: Caller, question: bytes) -> None:
    await caller.speak(question)
    await caller.hush(0.8)
    await caller.until("turn_ended")


async def test_replies_follow_the_language_that_is_heard(
    make_mesh: MakeMesh, question: bytes, spoken: Any
) -> None:
    """Turn by turn: voice and wording, numbers and units included; what is heard badly,
    or has no voice, changes nothing."""
    script = scripts(
        *(("de", 0.9), ("fr", 0.2), ("fr", 0.9), ("ja", 0.9)),
        replies=(GERMAN, "Gut, bis 12:00.", FRENCH, "Oui, à 12:00."),
    )
    async with make_mesh(**script) as mesh, Caller(mesh.channel) as caller:
        said = spoken(mesh)
        await voices_known(mesh)
        await caller.begin()
        for _ in range(4):
            await asked(caller, question)
    languages: list[str] = []
    for sentence in said:
        if not languages or languages[-1] != sentence.language:
            languages.append(sentence.language)
    assert languages == ["de-DE", "fr-FR"]
    words = " ".join(sentence.text for sentence in said)
    assert "zwanzig Grad Celsius" in words
    assert "vingt degrés Celsius" in words
    assert "zwölf Uhr" in words
    assert "douze heures" in words


async def test_a_reply_in_another_language_is_spoken_as_what_it_is(
    make_mesh: MakeMesh, question: bytes, spoken: Any
) -> None:
    """German was heard, and the brain answers in English."""
    script = scripts(("de", 0.9), replies=(ENGLISH,))
    async with make_mesh(**script) as mesh, Caller(mesh.channel) as caller:
        said = spoken(mesh)
        await voices_known(mesh)
        await caller.begin()
        await asked(caller, question)
    assert {sentence.language for sentence in said} == {"en-US"}


@pytest.mark.parametrize("fixed", ["session", "live", "off"])
async def test_what_is_fixed_holds(
    make_mesh: MakeMesh, question: bytes, spoken: Any, fixed: str
) -> None:
    """A language that the caller asked for or that is configured; and with the setting off
    the voice's own."""
    script = scripts(("de", 0.9), replies=(GERMAN,))
    async with make_mesh(**script) as mesh, Caller(mesh.channel) as caller:
        said = spoken(mesh)
        await voices_known(mesh)
        match fixed:
            case "live":
                await switch(mesh.channel, language="en")
            case "off":
                await switch(mesh.channel, follow_language=False)
        await caller.begin(language="en" if fixed == "session" else "")
        await asked(caller, question)
    assert {sentence.language for sentence in said} == {"en-US" if fixed == "off" else "en"}


async def test_code_and_tables_are_said_as_they_can_be(
    make_mesh: MakeMesh, question: bytes, spoken: Any
) -> None:
    """Shown whole; of the code one sentence is said, of the table its cells."""
    reply = "Seht her.\n```\nx = 1\n```\n| Ort | Grad |\n|---|---|\n| Rom | 20 °C |\nDas ist es."
    script = scripts(("de", 0.9), replies=(reply,))
    async with make_mesh(**script) as mesh, Caller(mesh.channel) as caller:
        said = spoken(mesh)
        await voices_known(mesh)
        await caller.begin()
        await asked(caller, question)
    assert [told.text for told in caller.of("reply_text")] == reply.split("\n")
    assert sorted(sentence.text for sentence in said) == sorted(
        ["Seht her.", "Den Code lese ich nicht vor.", "Ort, Grad", "Rom, zwanzig Grad Celsius",
         "Das ist es."]
    )  # fmt: skip
