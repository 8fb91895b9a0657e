"""How Gemini is made ready, and what stops June from starting with it."""

from __future__ import annotations

import json
import logging
import sys
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pydantic import SecretStr

from june_orchestrator.brains.gemini.options import DEFAULT_MODEL
from june_orchestrator.chain import load_chain
from june_orchestrator.settings import OrchestratorSettings
from june_runtime.errors import SettingsError
from tests.gemini_server import KEY, TOKEN, TOKEN_PATH, Answer, GeminiServer, error
from tests.june_orchestrator.brains.gemini.conftest import MakeBrain, pieces_of


async def test_readiness_comes_after_the_connection(
    gemini: GeminiServer, make_brain: MakeBrain
) -> None:
    """Which is used to ask for the model, so that a wrong key is known."""
    async with make_brain():
        assert gemini.connections == 1
        (asked,) = gemini.asked
    assert asked.path.endswith(f"/models/{DEFAULT_MODEL}")
    assert asked.headers["x-goog-api-key"] == KEY


async def test_a_wrong_key_stops_the_start(gemini: GeminiServer, make_brain: MakeBrain) -> None:
    gemini.models = Answer(error(400, f"API key not valid: {KEY}"), 400)
    with pytest.raises(SettingsError) as wrong:
        async with make_brain():
            pass
    assert wrong.value.reason == "BRAIN_KEY_REFUSED"
    assert KEY not in repr(wrong.value)


@pytest.mark.parametrize("passing", [Answer(error(503, "No"), 503), Answer(error(404, "No"), 404)])
async def test_what_may_pass_does_not_stop_the_start(
    gemini: GeminiServer,
    make_brain: MakeBrain,
    passing: Answer,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """It is logged, and turns try for themselves."""
    caplog.set_level(logging.WARNING)
    gemini.models = passing
    async with make_brain() as brain:
        assert "before the first turn" in caplog.text
        assert (await pieces_of(brain))[0] == "Hello."


async def test_vertex_is_asked_at_its_own_paths(
    gemini: GeminiServer, make_brain: MakeBrain
) -> None:
    """With a key and without a project, as its users may."""
    async with make_brain(vertex=True) as brain:
        assert (await pieces_of(brain))[0] == "Hello."
    assert f"publishers/google/models/{DEFAULT_MODEL}:stream" in gemini.asked[-1].path


@pytest.fixture
def account(gemini: GeminiServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An account of Google's, whose tokens come from the server on loopback."""
    key = rsa.generate_private_key(public_exponent=65_537, key_size=2_048)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    content = {
        "type": "service_account",
        "client_email": "june@example.com",
        "private_key": pem.decode(),
        "token_uri": f"{gemini.url}{TOKEN_PATH}",
    }
    path = tmp_path / "account.json"
    path.write_text(json.dumps(content))
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(path))


async def test_vertex_lets_an_account_in(
    gemini: GeminiServer, make_brain: MakeBrain, account: None
) -> None:
    """Its token is fetched before the first turn, which only uses it."""
    project = {"gemini_key": None, "vertex": True, "vertex_project": "p", "vertex_location": "eu"}
    async with make_brain(**project) as brain:
        assert gemini.asked[0].path == TOKEN_PATH
        assert (await pieces_of(brain))[0] == "Hello."
    assert "projects/p/locations/eu/publishers/google" in gemini.asked[-1].path
    assert gemini.asked[-1].headers["authorization"] == f"Bearer {TOKEN}"
    assert [asked.path for asked in gemini.asked].count(TOKEN_PATH) == 1


@pytest.mark.parametrize(
    ("settings", "name"),
    [
        ({}, "offline"),
        ({"gemini_key": "k"}, "gemini"),
        ({"google_key": "k"}, "gemini"),
        ({"gemini_key": "k", "brain": "offline"}, "offline"),
    ],
)
def test_a_key_chooses_gemini(settings: dict[str, Any], name: str) -> None:
    """Unless another brain is named."""
    assert load_chain(OrchestratorSettings(**settings)).name == name


@pytest.mark.parametrize("settings", [{"brain": "gemini"}, {"brain": "auto", "vertex": True}])
def test_gemini_needs_a_key(settings: dict[str, Any]) -> None:
    """Or a project of Vertex's; and it is said which variables to set."""
    with pytest.raises(SettingsError, match="GEMINI_API_KEY") as wrong:
        load_chain(OrchestratorSettings(**settings))
    assert wrong.value.reason == "BRAIN_KEY_MISSING"


def test_without_the_extra_auto_does_without_gemini(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """It says so, and whoever names Gemini is told what is missing."""
    monkeypatch.delitem(sys.modules, "june_orchestrator.brains.gemini.brain", raising=False)
    monkeypatch.delitem(sys.modules, "june_orchestrator.brains.gemini.sdk", raising=False)
    monkeypatch.setitem(sys.modules, "google.genai", None)
    assert load_chain(OrchestratorSettings(gemini_key=SecretStr("k"))).name == "offline"
    assert "extra `gemini`" in caplog.text
    with pytest.raises(SettingsError) as missing:
        load_chain(OrchestratorSettings(gemini_key=SecretStr("k"), brain="gemini"))
    assert missing.value.reason == "BRAIN_NOT_INSTALLED"
