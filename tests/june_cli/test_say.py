"""june say against a scripted text to speech service."""

import io
import json
from collections.abc import Iterable
from pathlib import Path

import pytest
import soundfile
from june.tts.v1 import tts_pb2 as tts
from rich.console import Console

from june_cli.commands.say import Wish, say
from june_cli.errors import BadInput, CliError, Unanswered
from june_cli.output import Output
from june_runtime.errors import InvalidInput, to_status
from tests.june_cli.scripted import RATE, ScriptedTts, TtsScript, chunk, reachable, speech


def spoken(request: tts.Text | None) -> Iterable[tts.AudioChunk]:
    """Two chunks for each sentence that is flushed."""
    if request is not None and request.HasField("flush"):
        yield chunk(request.sentence_id, 100)
        yield chunk(request.sentence_id, 50, seq=1, final=True)


async def said(
    text: str,
    out: Path,
    script: TtsScript = spoken,
    *,
    as_json: bool = False,
    patience: float = 2.0,
) -> tuple[str, ScriptedTts]:
    told = io.StringIO()
    output = Output(as_json=as_json, console=Console(file=told))
    service = ScriptedTts(script)
    async with reachable(service, patience=patience) as peers:
        await say(Wish((text,), out, "ada", "en", peers, output))
    return told.getvalue(), service


async def test_speech_is_written_as_it_came(tmp_path: Path) -> None:
    """All samples, in order, at the voice's own rate, and where they are is said."""
    text, _ = await said("Hello.", tmp_path / "a.wav")
    samples, rate = soundfile.read(tmp_path / "a.wav", dtype="int16")
    assert (samples.astype("<i2").tobytes(), rate) == (speech(150), RATE)
    assert text.startswith(f"{tmp_path / 'a.wav'}: 0.0 s of speech, the first of it after")


async def test_a_sentence_is_sent_with_its_voice_and_flushed(tmp_path: Path) -> None:
    """Config, text, flush: the order that the contract asks for."""
    _, service = await said("Hello there.", tmp_path / "a.wav")
    config, text, flush = service.heard
    assert (config.config.voice, config.config.language) == ("ada", "en")
    assert text.text == "Hello there."
    assert flush.HasField("flush")


async def test_a_long_text_is_sent_in_sentences(tmp_path: Path) -> None:
    """Nothing is lost of 6,000 characters, and no piece is beyond the limit."""
    text = "This is a sentence of some length. " * 171
    told, service = await said(text, tmp_path / "a.wav", as_json=True)
    pieces = [request.text for request in service.heard if request.HasField("text")]
    assert " ".join(pieces) == text.strip()
    assert max(map(len, pieces)) <= 2_000
    finals = [record for record in map(json.loads, told.splitlines()) if record.get("final")]
    assert [record["sentence_id"] for record in finals] == list(range(len(pieces)))


async def test_each_chunk_and_the_file_are_told_as_json(tmp_path: Path) -> None:
    """Times and lengths instead of samples."""
    told, _ = await said("Hello.", tmp_path / "a.wav", as_json=True)
    *chunks, out = map(json.loads, told.splitlines())
    assert [(record["kind"], record["pcm_bytes"]) for record in chunks] == [
        ("chunk", 200),
        ("chunk", 100),
    ]
    assert (out["kind"], out["path"]) == ("out", str(tmp_path / "a.wav"))
    assert out["seconds"] == pytest.approx(150 / RATE, abs=0.001)


async def test_a_sentence_that_fails_is_told_with_its_reason(tmp_path: Path) -> None:
    """An error in a chunk ends the command, and no file is left."""
    error = to_status(InvalidInput("NOTHING_TO_SAY", "only emoji"))

    def refuse(request: tts.Text | None) -> Iterable[tts.AudioChunk]:
        if request is not None and request.HasField("flush"):
            yield tts.AudioChunk(final=True, end_reason=tts.END_REASON_ERROR, error=error)

    with pytest.raises(CliError, match=r"only emoji \(NOTHING_TO_SAY\)"):
        await said("🙂", tmp_path / "a.wav", refuse)
    assert not list(tmp_path.iterdir())  # noqa: ASYNC240


async def test_a_stream_that_ends_early_is_an_error(tmp_path: Path) -> None:
    """Half a speech is not a success."""
    with pytest.raises(CliError, match="ended before everything was spoken"):
        await said("Hello.", tmp_path / "a.wav", lambda request: ())


async def test_a_service_that_says_nothing_is_not_waited_for_for_ever(tmp_path: Path) -> None:
    """Three times the patience, for a voice may be slow to begin."""
    hang: TtsScript = lambda request: [None]  # type: ignore[list-item]  # noqa: E731
    with pytest.raises(Unanswered):
        await said("Hello.", tmp_path / "a.wav", hang, patience=0.1)


@pytest.mark.parametrize("text", ["", "  \n"])
async def test_no_text_is_refused_before_anything_is_called(tmp_path: Path, text: str) -> None:
    """An empty text is the user's mistake."""
    with pytest.raises(BadInput, match="no text"):
        await said(text, tmp_path / "a.wav")


async def test_a_text_may_come_from_standard_input(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """- reads it."""
    monkeypatch.setattr("sys.stdin", io.StringIO("From a file.\n"))
    _, service = await said("-", tmp_path / "a.wav")
    assert service.heard[1].text == "From a file."
