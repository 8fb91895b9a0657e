"""How the services stand, in words for people. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from june.control.v1.control_pb2 import Config, Status, Streaming
from june.metrics.v1.metrics_pb2 import Expectation, Metrics, Timing
from rich.text import Text

from june_cli.output import Plain, plain

# The averages that users of the HTTP system know: their name, and the label here.
_AVERAGES = {
    "avg_first_token_ms": "first token",
    "avg_first_audio_ms": "first audio",
    "avg_end_to_end_ms": "end to end",
}
_TALLIES = {
    "concurrent_tts_triggers": "concurrent syntheses",
    "partial_transcripts_received": "partial transcripts",
}


def settings(config: Config) -> Plain:
    """The settings that a service has, by key."""
    return {key: value for key, value in plain(config).items() if value is not None}


def setting(value: object) -> str:
    """A setting's value as `june configure` would take it."""
    if isinstance(value, bool):
        return "on" if value else "off"
    if value is None:
        return "(unset)"
    return "(empty)" if value == "" else str(value)


def state(status: Status) -> Text:
    if status.draining:
        return Text("draining", "yellow")
    return Text("ready", "green") if status.ready else Text("not ready", "yellow")


def mode(streaming: Streaming) -> Text:
    """Whether a service streams, and what of it is switched off."""
    if not streaming.enabled:
        return Text("sequential", "yellow")
    off = [
        name
        for name in ("partials", "concurrent_tts", "partial_support")
        if streaming.HasField(name) and not getattr(streaming, name)
    ]
    text = Text("streaming", "green")
    return text.append(f", no {', no '.join(off)}", "yellow") if off else text


def sessions(status: Status) -> str:
    return f"{status.active_sessions} of {status.max_sessions}"


def age(started: datetime, now: datetime) -> str:
    """How long a service has been up."""
    seconds = max(0, (now - started) // timedelta(seconds=1))
    if seconds < 60:
        return f"{seconds} s"
    if seconds < 3600:
        return f"{seconds // 60} min"
    return f"{seconds // 3600} h {seconds % 3600 // 60} min"


def averages(metrics: Metrics) -> Iterator[tuple[str, str]]:
    """What users of the HTTP system look at, where there is any of it."""
    for name, label in _AVERAGES.items():
        if metrics.HasField(name):
            yield label, f"{getattr(metrics, name):,.0f} ms"
    for name, label in _TALLIES.items():
        if metrics.HasField(name):
            yield label, f"{getattr(metrics, name):,}"


def spread(timing: Timing) -> str:
    return f"p50 {timing.p50:,.0f}   p95 {timing.p95:,.0f}   p99 {timing.p99:,.0f}"


def verdict(expected: Expectation) -> Text:
    """Whether a promise is kept, with the figure that says so."""
    if not expected.HasField("actual"):
        return Text("nothing measured yet", "dim")
    word = ("met", "green") if expected.met else ("NOT met", "red")
    return Text.assemble(f"{expected.actual:,.4g}, ", word)


Change = tuple[str, str, str]


def changes(before: Status, after: Status) -> Iterator[Change]:
    """What of a service's standing is another than before: its name, the old, the new."""
    pairs = {
        "state": (state(before).plain, state(after).plain),
        "engine": (before.engine, after.engine),
        "sessions": (sessions(before), sessions(after)),
        "replica": (before.replica, after.replica),
        "store": (_store(before), _store(after)),
    }
    for name, (old, new) in pairs.items():
        if old != new:
            yield name, old, new
    yield from config_changes(before.config, after.config)


def config_changes(before: Config, after: Config) -> Iterator[Change]:
    """The settings that are other than before: key, old value, new value."""
    old, new = settings(before), settings(after)
    for key in {**old, **new}:
        if old.get(key) != new.get(key):
            yield key, setting(old.get(key)), setting(new.get(key))


def _store(status: Status) -> str:
    store = status.config_store
    return f"{store.kind}, reachable" if store.reachable else f"{store.kind}, out of reach"
