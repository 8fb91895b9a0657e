"""june transcribe against a scripted speech to text service."""

import io
import json
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pytest
import soundfile
from june.stt.v1 import stt_pb2 as stt
from rich.console import Console

from june_cli.commands.transcribe import transcribe
from june_cli.errors import CliError, Unanswered
from june_cli.output import Output
from june_cli.recordings import Recording, recording
from june_runtime.errors import InvalidInput, Unavailable, to_status
from tests.june_cli.scripted import ScriptedStt, SttScript, reachable


def said(tmp_path: Path, seconds: float = 0.1, rate: int = 16_000) -> Recording:
    soundfile.write(tmp_path / "said.wav", np.full(round(seconds * rate), 0.1), rate)
    return recording(tmp_path / "said.wav")


def partial(event: str, at_ms: int, turn: int = 0, **fields: object) -> stt.TranscriptPartial:
    return stt.TranscriptPartial(
        event=f"TRANSCRIPT_EVENT_{event}",
        turn_index=turn,
        audio_processed_ms=at_ms,
        **fields,  # type: ignore[arg-type]
    )


WEATHER = [
    partial("SPEECH_STARTED", 20),
    partial("UPDATE", 40, unstable_text="what"),
    partial("UPDATE", 60, committed_text="what's the", unstable_text=" whether"),
    partial("HEARTBEAT", 70),
    partial(
        "END_OF_TURN", 100, final_text="what's the weather like", is_final=True, result_end_ms=80
    ),
]


def at_the_end(*partials: stt.TranscriptPartial) -> SttScript:
    """A script that answers the half-close."""
    return lambda request: partials if request is None else ()


async def transcribed(
    speech: Recording, script: SttScript, *, as_json: bool = False, fast: bool = False
) -> tuple[str, ScriptedStt]:
    text = io.StringIO()
    output = Output(as_json=as_json, console=Console(file=text))
    service = ScriptedStt(script)
    async with reachable(service, patience=2.0) as peers:
        await transcribe(speech, "en", peers, output, fast=fast)
    return text.getvalue(), service


async def test_captions_come_in_order_and_the_final_text_last(tmp_path: Path) -> None:
    """In a pipe each caption is a line, and the last line is the text alone."""
    text, _ = await transcribed(said(tmp_path), at_the_end(*WEATHER))
    assert text.splitlines() == [
        "            0:00.0  [what]",
        "            0:00.1  what's the [whether]",
        "  0:00.0 to 0:00.1  what's the weather like",
        "what's the weather like",
    ]


async def test_every_partial_is_one_json_object(tmp_path: Path) -> None:
    """Heartbeats too: whoever reads JSON sees what the service sent."""
    text, _ = await transcribed(said(tmp_path), at_the_end(*WEATHER), as_json=True)
    events = [json.loads(line)["event"] for line in text.splitlines()]
    assert events == ["SPEECH_STARTED", "UPDATE", "UPDATE", "HEARTBEAT", "END_OF_TURN"]


async def test_several_turns_make_one_text(tmp_path: Path) -> None:
    """A recording with pauses ends in all of its words."""
    turns = (
        partial("END_OF_TURN", 50, final_text="one two", is_final=True),
        partial("END_OF_TURN", 100, turn=1, final_text="three", is_final=True),
    )
    text, _ = await transcribed(said(tmp_path), at_the_end(*turns))
    assert text.splitlines()[-1] == "one two three"


@pytest.mark.parametrize("fast", [False, True])
async def test_the_service_gets_the_config_first_and_then_all_of_the_audio(
    tmp_path: Path, fast: bool
) -> None:
    """Fast or at the speed of life: the same bytes in the file's own format."""
    speech = said(tmp_path, 0.11, 8_000)
    _, service = await transcribed(speech, at_the_end(*WEATHER), fast=fast)
    config, *frames = service.heard
    assert (config.config.format.sample_rate, config.config.language) == (8_000, "en")
    assert b"".join(each.frame.pcm for each in frames) == b"".join(speech.pieces(10))


async def test_fast_never_runs_far_ahead_of_what_the_service_has_heard(tmp_path: Path) -> None:
    """Four seconds beyond the last acknowledgement it waits."""
    heard_ms = 0.0

    def script(request: stt.AudioIn | None) -> Iterable[stt.TranscriptPartial]:
        nonlocal heard_ms
        if request is not None and request.HasField("frame"):
            heard_ms += len(request.frame.pcm) / 32
            if heard_ms in (1000, 2000):
                yield partial("HEARTBEAT", int(heard_ms))

    output = Output(console=Console(file=io.StringIO()))
    async with reachable(ScriptedStt(script), patience=0.5) as peers:
        with pytest.raises(Unanswered):
            await transcribe(said(tmp_path, 12), "", peers, output, fast=True)
    assert 6_000 <= heard_ms <= 6_040


async def test_no_words_are_said_to_be_none(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Silence prints nothing but a remark, beside the output."""
    text, _ = await transcribed(said(tmp_path), at_the_end(partial("HEARTBEAT", 100)))
    assert text == ""
    assert capsys.readouterr().err == "june: no words were heard\n"


async def test_a_refusal_is_told_with_its_reason(tmp_path: Path) -> None:
    """The service's own words reach the user."""

    def refuse(request: stt.AudioIn | None) -> Iterable[stt.TranscriptPartial]:
        raise InvalidInput("LANGUAGE_UNKNOWN", "no engine for xx")

    with pytest.raises(CliError, match=r"no engine for xx \(LANGUAGE_UNKNOWN\)") as failed:
        await transcribed(said(tmp_path, 0.5), refuse)
    assert failed.value.exit_code == 1


async def test_an_error_in_band_is_told_too(tmp_path: Path) -> None:
    """A stream that cannot go on says so in a message."""
    broken = stt.TranscriptPartial(error=to_status(Unavailable("ENGINE_FAILED", "it died")))
    with pytest.raises(CliError, match=r"it died \(ENGINE_FAILED\)"):
        await transcribed(said(tmp_path), at_the_end(broken))


async def test_a_service_that_says_nothing_is_not_waited_for_for_ever(tmp_path: Path) -> None:
    """Its silence ends in an error of its own kind."""
    output = Output(console=Console(file=io.StringIO()))
    silent = ScriptedStt(lambda request: [None] if request is None else [])  # type: ignore[list-item]
    async with reachable(silent, patience=0.3) as peers:
        with pytest.raises(Unanswered, match="said nothing for 0 s"):
            await transcribe(said(tmp_path), "", peers, output)


async def test_where_nothing_listens_the_user_is_told_what_to_start(tmp_path: Path) -> None:
    """The line names the address and the command."""
    output = Output(console=Console(file=io.StringIO()))
    async with reachable() as peers:
        with pytest.raises(CliError, match=r"nothing answers at .*; start it with `june up`") as no:
            await transcribe(said(tmp_path), "", peers, output)
    assert no.value.exit_code == 3
