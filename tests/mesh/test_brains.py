"""Brains over the wire in a whole mesh: one answers, one fails and the next takes over."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from june.orchestrator.v1 import orchestrator_pb2 as pb

from june_orchestrator.apologies import apology
from june_orchestrator.settings import BrainName
from tests.june_orchestrator.chat_server import (
    DONE,
    Answer,
    ChatServer,
    chat_server,
    delta,
    fault,
    usage,
)
from tests.mesh.caller import Caller
from tests.mesh.conftest import QUICK_BRAIN, MakeMesh, Mesh

pytest.importorskip("openai")

SAID = "It is dry."
STREAM = Answer([delta("It "), delta("is dry."), delta(ended="stop"), usage(7, 3), DONE])


@asynccontextmanager
async def held(
    make_mesh: MakeMesh, answer: Answer, *brains: BrainName, **config: Any
) -> AsyncGenerator[tuple[Mesh, Caller, ChatServer], None]:
    """A conversation over the brain openai, whose server gives this answer, and others."""
    async with (
        chat_server(answer) as server,
        make_mesh(brains=("openai", *brains), openai_url=server.url, openai_model="m") as mesh,
        Caller(mesh.channel) as caller,
    ):
        await caller.begin(**config)
        yield mesh, caller, server


async def ended(caller: Caller) -> pb.TurnRecord:
    response = await caller.until("turn_ended")
    record: pb.TurnRecord = response.turn_ended
    return record


async def test_a_whole_spoken_conversation(make_mesh: MakeMesh, question: bytes) -> None:
    """Speech in, the model's words out as audio, what it cost in the record."""
    async with held(make_mesh, STREAM) as (_, caller, server):
        await caller.speak(question)
        await caller.hush(1.0)
        record = await ended(caller)
    assert (record.reply_text, record.fallback) == (SAID, "")
    assert sum(len(frame.pcm) for frame in caller.of("audio")) > 0
    assert server.asked[-1]["messages"][-1]["role"] == "user"


async def test_the_next_brain_answers_within_the_turn(make_mesh: MakeMesh) -> None:
    """The record and the figures tell."""
    async with held(make_mesh, fault(429, "slow down"), "scripted") as (mesh, caller, _):
        await caller.say(text="What is the weather like?")
        record = await ended(caller)
        assert mesh.orchestrator.metrics.snapshot().counts["fallbacks"] == 1
    assert record.reply_text == QUICK_BRAIN["replies"][0]  # type: ignore[index]
    assert record.fallback == "BRAIN_QUOTA of openai, answered by scripted"
    assert not record.HasField("error")


async def test_where_all_fail_it_is_said_aloud(make_mesh: MakeMesh) -> None:
    """In the session's language; a notice and the record say why."""
    answer = fault(401, "bad key")
    async with held(make_mesh, answer, language="de") as (_, caller, _):
        await caller.say(text="Wie ist das Wetter?")
        record = await ended(caller)
    assert record.reply_text == apology("de")
    assert record.HasField("error")
    assert len(caller.of("notice")) == 1
