"""june talk against a scripted orchestrator, over a real channel."""

import io
import json
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pytest
import soundfile
from june.orchestrator.v1 import orchestrator_pb2 as orch
from june.stt.v1.stt_pb2 import TranscriptPartial
from rich.console import Console

from june_cli.commands.talk import Wish, talk
from june_cli.errors import BadInput, CliError, Unanswered, Unreachable
from june_cli.output import Output
from june_runtime.errors import AtCapacity, Unavailable, to_status
from june_runtime.pcm import AudioFormat
from june_runtime.wire import write_format
from tests.june_cli.scripted import RATE, ScriptedOrchestrator, reachable, speech

REPLY = AudioFormat(sample_rate=RATE)


def response(turn: int, **payload: object) -> orch.ConverseResponse:
    return orch.ConverseResponse(turn=turn, **payload)  # type: ignore[arg-type]


def started() -> orch.ConverseResponse:
    formats = {"input": write_format(AudioFormat()), "output": write_format(REPLY)}
    return response(0, started=orch.SessionStarted(session_id="s1", **formats))


def heard(event: str, text: str = "") -> orch.ConverseResponse:
    partial = TranscriptPartial(event=f"TRANSCRIPT_EVENT_{event}", unstable_text=text)
    return response(0, transcript=partial)


class Answering:
    """Answers once it has heard some audio: a turn of two sentences."""

    def __init__(self, after_pieces: int = 5) -> None:
        self._left = after_pieces

    def __call__(self, request: orch.ConverseRequest | None) -> Iterable[orch.ConverseResponse]:
        if request is not None and request.HasField("config"):
            yield started()
        elif request is not None and request.HasField("audio"):
            self._left -= 1
            if self._left == 0:
                yield from self._turn()

    def _turn(self) -> Iterable[orch.ConverseResponse]:
        yield heard("UPDATE", "good")
        yield heard("END_OF_TURN", "good day")
        yield response(1, turn_started=orch.TurnStarted(user_text="Good day."))
        yield response(1, reply_text=orch.ReplyText(sentence=0, text="Hello."))
        yield response(1, audio=orch.ReplyAudio(pcm=speech(2400), sent_ms=10))
        yield response(1, reply_text=orch.ReplyText(sentence=1, text="How are you?"))
        yield response(
            1, audio=orch.ReplyAudio(sentence=1, pcm=speech(1800), start_sample=2400, last=True)
        )
        yield response(
            1,
            turn_ended=orch.TurnRecord(
                outcome=orch.TURN_OUTCOME_COMPLETE,
                end_to_end_ms=500,
                stages=orch.TurnStages(confirm_ms=500),
            ),
        )


def said(folder: Path) -> Path:
    soundfile.write(folder / "said.wav", np.full(1600, 0.1), 16_000)
    return folder / "said.wav"


async def talked(
    folder: Path,
    service: ScriptedOrchestrator,
    *,
    as_json: bool = False,
    patience: float = 3.0,
) -> str:
    told = io.StringIO()
    output = Output(as_json=as_json, console=Console(file=told))
    async with reachable(service, patience=patience) as peers:
        out = folder / "reply.wav"
        wish = Wish((said(folder),), out, no_play=True, fast=True, voice="ada", language="en",
                    peers=peers, output=output)  # fmt: skip
        await talk(wish)
    return told.getvalue()


async def test_a_conversation_is_shown_as_it_happens(tmp_path: Path) -> None:
    """Captions, the confirmed words, the reply by sentences, the waterfall, the file."""
    text = await talked(tmp_path, ScriptedOrchestrator(Answering()))
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    assert lines[:6] == [
        "♪ said.wav  0.1 s",
        "you…  [good]",
        "you…  [good day]",
        "you  Good day.",
        "June  Hello.",
        "June  How are you?",
    ]
    assert lines[6].startswith("turn 1 · complete · 500 ms")
    assert lines[-1] == f"{tmp_path / 'reply.wav'}: 0.2 s of June's voice"


async def test_the_reply_is_written_whole(tmp_path: Path) -> None:
    """Every sample, in order, at the output's rate."""
    await talked(tmp_path, ScriptedOrchestrator(Answering()))
    samples, rate = soundfile.read(tmp_path / "reply.wav", dtype="int16")
    assert (samples.astype("<i2").tobytes(), rate) == (speech(4200), RATE)


async def test_json_tells_everything_that_june_sent(tmp_path: Path) -> None:
    """One object a message with its kind, turn and time, and the file at the end."""
    told = await talked(tmp_path, ScriptedOrchestrator(Answering()), as_json=True)
    records = [json.loads(line) for line in told.splitlines()]
    assert [record["kind"] for record in records] == [
        "started", "question", "transcript", "transcript", "turn_started", "reply_text", "audio",
        "reply_text", "audio", "turn_ended", "out",
    ]  # fmt: skip
    of = {record["kind"]: record for record in records}
    assert of["audio"]["pcm_bytes"] == 3600
    assert of["audio"]["start_sample"] == 2400
    assert of["turn_ended"]["end_to_end_ms"] == 500.0
    assert of["turn_ended"]["stages"]["confirm_ms"] == 500.0
    assert of["turn_ended"]["turn"] == 1
    times = [record["at_ms"] for record in records[:-1]]
    assert times == sorted(times)


async def test_the_session_is_opened_as_asked(tmp_path: Path) -> None:
    """Config first, with the recording's format, the voice and the language."""
    service = ScriptedOrchestrator(Answering())
    await talked(tmp_path, service)
    config = service.heard[0].config
    assert (config.input.sample_rate, config.voice, config.language) == (16_000, "ada", "en")
    assert config.output.sample_rate == RATE


async def test_what_was_heard_is_reported(tmp_path: Path) -> None:
    """June learns that the whole reply was audible."""
    service = ScriptedOrchestrator(Answering())
    await talked(tmp_path, service)
    reports = [each.playback for each in service.heard if each.HasField("playback")]
    assert (reports[-1].turn, reports[-1].played_samples) == (1, 4200)


async def test_a_refused_session_is_one_line(tmp_path: Path) -> None:
    """The server's words, its reason and when to try again; no file is left."""
    full = AtCapacity("AT_CAPACITY", "all sessions are in use", retry_after=1)
    service = ScriptedOrchestrator(lambda request: [full])  # type: ignore[list-item]
    with pytest.raises(CliError, match=r"in use \(AT_CAPACITY\); try again in 1.0 s"):
        await talked(tmp_path, service)
    assert not (tmp_path / "reply.wav").exists()


async def test_a_server_that_accepts_and_never_answers_is_an_error(tmp_path: Path) -> None:
    """Not even `started` comes: the wait has an end."""
    with pytest.raises(Unanswered, match="said nothing"):
        await talked(tmp_path, ScriptedOrchestrator(), patience=0.3)


async def test_a_session_that_breaks_is_an_error(tmp_path: Path) -> None:
    """A failure in the middle is told with its reason."""

    def breaking(request: orch.ConverseRequest | None) -> Iterable[orch.ConverseResponse]:
        if request is not None and request.HasField("config"):
            yield started()
        else:
            raise Unavailable("STT_UNAVAILABLE", "nobody hears")

    with pytest.raises(CliError, match=r"nobody hears \(STT_UNAVAILABLE\)"):
        await talked(tmp_path, ScriptedOrchestrator(breaking))


async def test_a_stream_that_ends_too_soon_is_an_error(tmp_path: Path) -> None:
    """A server that hangs up politely has still not answered."""
    service = ScriptedOrchestrator(Answering())

    async def hang_up(request_iterator: object, context: object) -> object:
        yield started()

    service.Converse = hang_up  # type: ignore[method-assign, assignment]
    with pytest.raises(CliError, match="ended the stream early"):
        await talked(tmp_path, service)


async def test_notices_are_warnings(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What the session survives is said beside the conversation."""
    answering = Answering()
    notice = orch.Notice(status=to_status(Unavailable("TTS_SLOW", "one voice is gone")))

    def noticing(request: orch.ConverseRequest | None) -> Iterable[orch.ConverseResponse]:
        yield from answering(request)
        if request is not None and request.HasField("config"):
            yield response(0, notice=notice)

    await talked(tmp_path, ScriptedOrchestrator(noticing))
    assert capsys.readouterr().err == "june: one voice is gone (TTS_SLOW)\n"


async def test_where_nothing_listens_it_is_said(tmp_path: Path) -> None:
    """Before anything is sent, and without a file."""
    output = Output(console=Console(file=io.StringIO()))
    async with reachable() as peers:
        wish = Wish((said(tmp_path),), tmp_path / "r.wav", True, True, "", "", peers, output)
        with pytest.raises(Unreachable):
            await talk(wish)
    assert not (tmp_path / "r.wav").exists()


async def test_all_files_are_looked_at_first(tmp_path: Path) -> None:
    """A conversation does not break off at its third file because it is missing."""
    output = Output(console=Console(file=io.StringIO()))
    async with reachable() as peers:
        files = (said(tmp_path), tmp_path / "missing.wav")
        with pytest.raises(BadInput, match=r"missing.wav does not exist"):
            await talk(Wish(files, None, True, True, "", "", peers, output))
