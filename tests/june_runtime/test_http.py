"""JSON over HTTP: what a caller sends, what it reads, and what it may not do."""

from __future__ import annotations

import httpx
import pytest

from june_runtime.condition import Condition
from june_runtime.http import Doors
from june_runtime.http_calls import MAX_BODY_BYTES
from june_runtime.server import Server, ServerSettings
from june_runtime.sessions import Sessions
from tests.june_runtime.doors import Hosted, door, reason, violations

CONFIGURE, STATUS = "/api/streaming/configure", "/api/streaming/status"
METRICS, WATCH = "/api/streaming/metrics", "/api/streaming/metrics/watch"


@pytest.mark.parametrize("content_type", ["application/json", "application/x-www-form-urlencoded"])
async def test_a_body_is_json_whatever_it_is_called(content_type: str) -> None:
    """`curl -d` calls it a form."""
    async with door() as opened:
        answer = await opened.http.post(
            CONFIGURE, content='{"language": "de"}', headers={"content-type": content_type}
        )
        assert opened.hosted.live.current.language == "de"
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    assert answer.json()["config"]["language"] == "de"


async def test_no_body_is_an_empty_message() -> None:
    """Nothing is changed, and everything is told."""
    async with door() as opened:
        answer = await opened.http.post(CONFIGURE)
    assert answer.json()["config"] == {"streaming_enabled": True, "language": ""}


async def test_answers_show_what_is_empty_but_not_what_is_unset() -> None:
    """0, false and [] are told under their proto names; an unset optional field is not."""
    async with door() as opened:
        status = (await opened.http.get(STATUS)).json()["status"]
    assert status["active_sessions"] == 0
    assert status["draining"] is False
    assert status["languages"] == []
    assert "exaggeration" not in status["config"]


async def test_the_query_sets_what_the_body_does_not() -> None:
    """The etag of Configure is a parameter: a stale one changes nothing."""
    async with door() as opened:
        etag = (await opened.http.get(STATUS)).json()["status"]["etag"]
        well = await opened.http.post(f"{CONFIGURE}?etag={etag}", json={"language": "de"})
        stale = await opened.http.post(f"{CONFIGURE}?etag={etag}", json={"language": "en"})
        assert opened.hosted.live.current.language == "de"
    assert well.status_code == 200
    assert (stale.status_code, stale.json()["code"], reason(stale)) == (409, 10, "ETAG_STALE")


async def test_unknown_fields_and_wrong_kinds_are_all_named() -> None:
    """Nothing is changed; field paths are those of the request."""
    async with door() as opened:
        sent = {"language": 3, "foo": 1, "streaming_enabled": "yes"}
        answer = await opened.http.post(f"{CONFIGURE}?config.language=de&x=1", json=sent)
    assert answer.status_code == 400
    assert (answer.json()["code"], reason(answer)) == (3, "FIELD_UNKNOWN")
    assert violations(answer) == {
        "config.language": "must be text",
        "config.foo": "is unknown",
        "config.streaming_enabled": "must be true or false",
        "x": "is unknown",
    }


@pytest.mark.parametrize("body", ["{", "[1]", '"x"', "nul", "\xff", "[" * 100_000])
async def test_a_body_that_is_no_object_is_refused(body: str) -> None:
    """Whatever it is, it comes back as a typed error."""
    async with door() as opened:
        answer = await opened.http.post(CONFIGURE, content=body.encode("latin-1"))
    assert (answer.status_code, reason(answer)) == (400, "BODY_MALFORMED")


async def test_a_body_has_a_bound() -> None:
    """One byte more is refused, and read no further."""
    async with door() as opened:
        answer = await opened.http.post(CONFIGURE, content=b" " * (MAX_BODY_BYTES + 1))
    assert (answer.status_code, answer.json()["code"]) == (413, 3)
    assert reason(answer) == "BODY_TOO_LARGE"


async def test_prometheus_reads_what_it_is_given() -> None:
    """As it is; without it there is no such path."""
    doors = Doors({}, Sessions(1), text=lambda: (b"june_up 1\n", "text/plain; version=0.0.4"))
    without = Doors({}, Sessions(1))
    for app, status in ((doors, 200), (without, 404)):
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://june") as http:
            answer = await http.get("/metrics")
        assert answer.status_code == status
        if status == 200:
            assert answer.content == b"june_up 1\n"
            assert answer.headers["content-type"] == "text/plain; version=0.0.4"


async def test_a_wrong_method_is_told_the_right_ones() -> None:
    """405 with Allow; OPTIONS asks for the same."""
    async with door() as opened:
        wrong = await opened.http.put(CONFIGURE, content="{}")
        asked = await opened.http.options(STATUS)
    assert (wrong.status_code, wrong.headers["allow"]) == (405, "OPTIONS, POST")
    assert (wrong.json()["code"], reason(wrong)) == (12, "METHOD_NOT_ALLOWED")
    assert (asked.status_code, asked.headers["allow"]) == (204, "GET, HEAD, OPTIONS")


async def test_head_is_get_without_the_body() -> None:
    """Also where the answer would stream."""
    async with door() as opened:
        whole, lines = await opened.http.head(STATUS), await opened.http.head(WATCH)
    assert (whole.status_code, whole.content) == (200, b"")
    assert int(whole.headers["content-length"]) > 100
    assert (lines.status_code, lines.content) == (200, b"")


async def test_an_unknown_path_is_a_typed_404() -> None:
    """Also with a slash too many."""
    async with door() as opened:
        for path in ("/nope", f"{STATUS}/"):
            answer = await opened.http.get(path)
            assert (answer.status_code, answer.json()["code"]) == (404, 5)
            assert reason(answer) == "PATH_UNKNOWN"


async def test_no_other_site_is_let_in() -> None:
    """Browsers of strangers are told nothing about CORS."""
    async with door() as opened:
        answer = await opened.http.get(STATUS, headers={"origin": "http://example.com"})
    assert not [name for name in answer.headers if name.startswith("access-control")]


async def test_a_stream_that_fails_at_once_is_an_error() -> None:
    """No 200 before the first message."""
    async with door() as opened:
        answer = await opened.http.get(f"{WATCH}?interval=soon")
    assert violations(answer) == {"interval": "must be seconds with an s, such as 1.5s"}


async def test_probes_tell_life_from_readiness() -> None:
    """Alive from the first moment, until the engine has failed for good; ready when
    loaded, and not when leaving."""
    hosted = Hosted()
    server = Server(ServerSettings(listen="127.0.0.1:0", http_listen="127.0.0.1:0"), hosted)
    await server.listen()
    base = f"http://{server.http_address}"
    async with httpx.AsyncClient(base_url=base, trust_env=False) as http:

        async def found() -> list[int]:
            return [(await http.get(path)).status_code for path in ("/healthz", "/readyz")]

        assert await found() == [200, 503]
        server.ready()
        assert await found() == [200, 200]
        condition = Condition()
        hosted.sessions.follow(condition)
        hosted.sessions.drain(1)
        assert await found() == [200, 503]
        condition.lose()
        assert await found() == [503, 503]
    await server.close(0)
