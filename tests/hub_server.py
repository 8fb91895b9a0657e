"""The hub's wire format on loopback: lists repositories and sends their files.

As the real one does, it keeps small files in git and large ones elsewhere: those are
sent by another server, to which it redirects.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote, urlsplit

# Files of so many bytes are large.
LARGE = 1_000
_PIECE = 4_096


@dataclass(frozen=True)
class Asked:
    """One request as it came. `server` is "hub" or "store"."""

    server: str
    method: str
    path: str
    range: str
    token: str


@dataclass
class Sending:
    """How the next request for a large file is answered, where not as it should be.

    Attributes:
        cut_after: bytes after which the connection breaks.
        hold_after: bytes after which nothing comes until `release` is set.
        whole: a range is not honoured.
        status: instead of the file.
    """

    cut_after: int | None = None
    hold_after: int | None = None
    whole: bool = False
    status: int = 200


@dataclass
class Repository:
    """What a repository holds now, and how it answers.

    Attributes:
        error: a status and a code, as in X-Error-Code, that listings are refused with.
        locked: the same for its files.
        moved_to: the name that it has now.
        bare: its listing tells neither sizes nor checksums.
        instead: what it sends for some files, whatever it lists.
    """

    files: dict[str, bytes]
    instead: dict[str, bytes] = field(default_factory=dict)
    error: tuple[int, str] | None = None
    locked: tuple[int, str] | None = None
    moved_to: str = ""
    bare: bool = False

    @property
    def commit(self) -> str:
        return hashlib.sha1(repr(sorted(self.files.items())).encode()).hexdigest()


@dataclass
class HubServer:
    """Its `repositories` by name; every earlier state stays there by its commit.

    `sending` holds what is to go wrong with the next large files, in order; `held` is
    set when a file is held, and goes on when `release` is.
    """

    repositories: dict[str, Repository] = field(default_factory=dict)
    sending: list[Sending] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    held: threading.Event = field(default_factory=threading.Event)
    release: threading.Event = field(default_factory=threading.Event)
    endpoint: str = ""
    store: str = ""
    commits: dict[str, Mapping[str, bytes]] = field(default_factory=dict)

    def downloads(self) -> list[Asked]:
        """Requests for large files' bytes."""
        return [asked for asked in self.asked if asked.server == "store"]

    def listing(self, name: str, revision: str) -> dict[str, Any] | None:
        repository = self.repositories[name]
        if revision not in ("main", repository.commit):
            return None
        self.commits[repository.commit] = repository.files | repository.instead
        return {
            "id": name,
            "modelId": name,
            "sha": repository.commit,
            "private": False,
            "tags": [],
            "downloads": 0,
            "likes": 0,
            "siblings": [
                {"rfilename": path} if repository.bare else _sibling(path, data)
                for path, data in repository.files.items()
            ],
        }


def _sibling(path: str, data: bytes) -> dict[str, Any]:
    sibling = {"rfilename": path, "size": len(data), "blobId": _git_sha1(data)}
    if len(data) >= LARGE:
        sha256 = hashlib.sha256(data).hexdigest()
        sibling["lfs"] = {"sha256": sha256, "size": len(data), "pointerSize": 134}
        sibling["xetHash"] = sha256
    return sibling


def _git_sha1(data: bytes) -> str:
    return hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest()


@contextmanager
def hub_server() -> Iterator[HubServer]:
    """The two servers, until the block ends."""
    hub = HubServer()
    front, store = _served(_door(hub, "hub", _hub)), _served(_door(hub, "store", _store))
    with front as hub.endpoint, store as hub.store:
        try:
            yield hub
        finally:
            hub.release.set()


@contextmanager
def _served(door: type[BaseHTTPRequestHandler]) -> Iterator[str]:
    server = Server(("127.0.0.1", 0), door)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _door(
    hub: HubServer, server: str, answer: Callable[[HubServer, Door], None]
) -> type[BaseHTTPRequestHandler]:
    class Mine(Door):
        def do_GET(self) -> None:
            token = self.headers.get("Authorization", "")
            hub.asked.append(
                Asked(server, self.command, self.path, self.headers.get("Range", ""), token)
            )
            answer(hub, self)

    return Mine


class Server(ThreadingHTTPServer):
    """Thinks nothing of callers who go in the midst of an answer."""

    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class Door(BaseHTTPRequestHandler):
    """Writes answers."""

    protocol_version = "HTTP/1.1"

    def answer(self, status: int, body: bytes = b"", **headers: str) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *about: Any) -> None:
        """Nothing."""


def _hub(hub: HubServer, door: Door) -> None:
    path = unquote(urlsplit(door.path).path)
    listed = re.fullmatch(r"/api/models/([^/]+/[^/]+)/revision/(.+)", path)
    sent = re.fullmatch(r"/([^/]+/[^/]+)/resolve/([^/]+)/(.+)", path)
    found = listed or sent
    if found is None or found[1] not in hub.repositories:
        # What is not there and what may not be seen are told in the same way.
        door.answer(401, b"{}", X_Error_Code="RepoNotFound")
        return
    repository = hub.repositories[found[1]]
    error = repository.error if listed else repository.locked
    if repository.moved_to:
        door.answer(307, Location=door.path.replace(found[1], repository.moved_to))
    elif error is not None:
        door.answer(error[0], b"{}", X_Error_Code=error[1])
    elif sent is not None:
        _send(hub, door, sent[2], sent[3])
    elif (listing := hub.listing(found[1], found[2])) is None:
        door.answer(404, b"{}", X_Error_Code="RevisionNotFound")
    else:
        door.answer(200, json.dumps(listing).encode(), Content_Type="application/json")


def _send(hub: HubServer, door: Door, commit: str, path: str) -> None:
    data = hub.commits.get(commit, {}).get(path)
    if data is None:
        door.answer(404, b"{}", X_Error_Code="EntryNotFound")
    elif len(data) < LARGE:
        door.answer(200, data, X_Repo_Commit=commit, ETag=f'"{_git_sha1(data)}"')
    else:
        sha256 = hashlib.sha256(data).hexdigest()
        door.answer(
            302,
            Location=f"{hub.store}/{commit}/{path}",
            X_Repo_Commit=commit,
            X_Linked_Size=str(len(data)),
            X_Linked_ETag=f'"{sha256}"',
            X_Xet_Hash=sha256,
            X_Xet_Refresh_Route="/api/models/nobody/xet-read-token",
        )


def _store(hub: HubServer, door: Door) -> None:
    commit, path = re.fullmatch(r"/([^/]+)/(.+)", unquote(door.path)).groups()  # type: ignore[union-attr]
    data = hub.commits[commit][path]
    sending = hub.sending.pop(0) if hub.sending else Sending()
    if sending.status != 200:
        door.answer(sending.status)
        return
    begin = 0
    wanted = re.fullmatch(r"bytes=(\d+)-", door.headers.get("Range", ""))
    if wanted is not None and not sending.whole:
        begin = int(wanted[1])
        if begin >= len(data):
            door.answer(416, Content_Range=f"bytes */{len(data)}")
            return
        door.send_response(206)
        door.send_header("Content-Range", f"bytes {begin}-{len(data) - 1}/{len(data)}")
    else:
        door.send_response(200)
    door.send_header("Content-Length", str(len(data) - begin))
    door.end_headers()
    _pour(hub, door, data[begin:], sending)


def _pour(hub: HubServer, door: Door, body: bytes, sending: Sending) -> None:
    stops = (len(body), sending.cut_after, sending.hold_after)
    stop = min(stop for stop in stops if stop is not None)
    for begin in range(0, stop, _PIECE):
        door.wfile.write(body[begin : min(begin + _PIECE, stop)])
    door.wfile.flush()
    if sending.cut_after is not None:
        door.close_connection = True
    elif sending.hold_after is not None:
        hub.held.set()
        hub.release.wait()
        door.wfile.write(body[stop:])
