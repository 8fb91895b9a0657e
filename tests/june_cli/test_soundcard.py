"""The sound card, with a library that stands in for PortAudio."""

import time
from types import SimpleNamespace
from typing import Any

import pytest

from june_cli import soundcard
from june_cli.errors import BadInput
from june_cli.soundcard import Card, loudspeaker, microphone
from june_runtime.pcm import AudioFormat


class PortAudioError(Exception):
    pass


class Stream:
    """A sound card that takes samples when a test says so."""

    latency = 0.0
    active = True

    def __init__(self, *, callback: Any, **_: Any) -> None:
        self.callback = callback

    def start(self) -> None: ...
    def abort(self) -> None: ...
    def close(self) -> None: ...

    def take(self, samples: int) -> bytes:
        out = bytearray(samples * 2)
        self.callback(out, samples, None, None)
        return bytes(out)


def card() -> tuple[Card, Stream]:
    made: list[Stream] = []

    def stream(**options: Any) -> Stream:
        made.append(Stream(**options))
        return made[0]

    return Card(SimpleNamespace(RawOutputStream=stream), 8000), made[0]


def test_the_card_gets_the_audio_and_then_silence() -> None:
    """In order, and never noise where there is nothing to play."""
    plays, stream = card()
    plays.play(b"\1\0\2\0\3\0", 0)
    assert stream.take(2) == b"\1\0\2\0"
    assert stream.take(2) == b"\3\0\0\0"
    assert plays.played(0) == 3


def test_what_the_card_has_taken_is_audible_after_its_latency() -> None:
    """Reports are about the ear, not about the buffer."""
    plays, stream = card()
    plays._latency = 0.05
    plays.play(bytes(8000), 0)
    stream.take(2000)
    assert plays.played(0) == 2000 - 400


def test_a_held_card_plays_silence_and_goes_on_where_it_stopped() -> None:
    """Nothing is lost in a pause."""
    plays, stream = card()
    plays.play(b"\1\0\2\0", 0)
    plays.hold(0)
    assert stream.take(1) == b"\0\0"
    plays.go_on(0)
    assert stream.take(2) == b"\1\0\2\0"


def test_a_dropped_reply_is_silent_at_once() -> None:
    """An interruption empties what waits."""
    plays, stream = card()
    plays.play(b"\1\0\2\0", 0)
    stream.take(1)
    assert plays.drop(0) == 1
    assert stream.take(1) == b"\0\0"


def test_a_card_that_was_unplugged_is_not_waited_for() -> None:
    """What will never be heard counts as over."""
    plays, stream = card()
    plays.play(bytes(200), 0)
    stream.active = False
    assert plays.played(time.monotonic()) == 100


@pytest.mark.parametrize("failure", [ImportError("no"), OSError("PortAudio library not found")])
def test_without_a_sound_card_there_is_no_loudspeaker(
    failure: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither the extra nor the system library need be there."""

    def absent() -> None:
        raise failure

    monkeypatch.setattr(soundcard, "_sounddevice", absent)
    assert loudspeaker(AudioFormat()) is None


def test_a_library_without_a_device_is_no_loudspeaker(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a server."""

    def refuse(**_: Any) -> None:
        raise PortAudioError("Error querying device -1")

    library = SimpleNamespace(check_output_settings=refuse)
    monkeypatch.setattr(soundcard, "_sounddevice", lambda: library)
    assert loudspeaker(AudioFormat()) is None


@pytest.mark.parametrize(
    ("failure", "words"),
    [(ImportError("x"), "june\\[mic\\]"), (OSError("PortAudio library not found"), "PortAudio")],
)
async def test_without_a_microphone_the_user_is_told_what_to_do(
    failure: Exception, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Name a file, or install what is missing."""

    def absent() -> None:
        raise failure

    monkeypatch.setattr(soundcard, "_sounddevice", absent)
    with pytest.raises(BadInput, match=f"no FILE given.*{words}"):
        await anext(microphone(0.02))


async def test_the_microphone_gives_what_it_hears(monkeypatch: pytest.MonkeyPatch) -> None:
    """Piece after piece; it is closed with the iterator."""
    closed: list[bool] = []

    class Input(Stream):
        def __enter__(self) -> None:
            for number in range(3):
                self.callback(bytes([number, 0]), 1, None, None)

        def __exit__(self, *_: object) -> None:
            closed.append(True)

    library = SimpleNamespace(RawInputStream=Input, PortAudioError=PortAudioError)
    monkeypatch.setattr(soundcard, "_sounddevice", lambda: library)
    sound = microphone(0.02)
    assert [await anext(sound) for _ in range(3)] == [b"\0\0", b"\1\0", b"\2\0"]
    await sound.aclose()  # type: ignore[attr-defined]
    assert closed
