"""Fetches from a hub on loopback."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from june_runtime.errors import JuneError
from june_runtime.model_fetch import Fetched, fetch
from june_runtime.model_hub import Hub
from june_runtime.model_names import named
from june_runtime.models import MANIFEST
from tests.hub_server import HubServer, Repository, hub_server

REPO = "Systran/faster-whisper-small"
WEIGHTS = bytes(range(256)) * 200
NEEDED = {
    "config.json": b"{}",
    "model.bin": WEIGHTS,
    "tokenizer.json": b'{"tokens": 1}' * 200,
    "vocabulary.txt": b"<unk>\n",
}
OTHERS = {"README.md": b"# Small", ".gitattributes": b"*", "vocabulary.d/model.bin": b"y" * 9_000}


@pytest.fixture
def hub() -> Iterator[HubServer]:
    with hub_server() as server:
        server.repositories[REPO] = Repository(NEEDED | OTHERS)
        yield server


def fetched(hub: HubServer, folder: Path, name: str = "small", *, again: bool = False) -> Fetched:
    client = Hub(hub.endpoint, pause=lambda _: None)
    return fetch(named(name), folder, client, Seen(), again=again)


def refusal(hub: HubServer, folder: Path, name: str = "small") -> tuple[str, str]:
    with pytest.raises(JuneError) as refused:
        fetched(hub, folder, name)
    return refused.value.reason, refused.value.message


def contents(place: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in place.iterdir() if path.name != MANIFEST}


def ranges(hub: HubServer, path: str) -> list[str]:
    """What was asked for of one large file, in order."""
    return [asked.range for asked in hub.downloads() if asked.path.endswith(f"/{path}")]


class Seen:
    """An onlooker who remembers."""

    def __init__(self) -> None:
        self.waited = False
        self.total = 0
        self.have = 0
        self.counts: list[int] = []

    def waits(self) -> None:
        self.waited = True

    def begins(self, total: int, have: int) -> None:
        self.total, self.have = total, have

    def received(self, count: int) -> None:
        self.counts.append(count)
