"""june transcribe: what is said in a recording."""

from __future__ import annotations

import asyncio
from pathlib import Path

import click
from june.common.v1.audio_pb2 import AudioFrame
from june.stt.v1.stt_pb2 import AudioIn, TranscribeConfig, TranscriptEvent, TranscriptPartial
from june.stt.v1.stt_service_pb2_grpc import SttServiceStub
from rich.text import Text

from june_cli.captions import Captions, clock
from june_cli.errors import refused_with
from june_cli.output import ChangingLine, Output, plain
from june_cli.peers import Peers, peers, run
from june_cli.recordings import Recording, recording
from june_cli.services import STT
from june_cli.stream import Pace, Stream
from june_cli.tasks import together
from june_runtime.wire import write_format

PIECE_SECONDS = 0.02
# In --fast this much audio may be on its way unheard.
_AHEAD_MS = 4_000


@click.command(short_help="Write down what a recording says.")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--fast", is_flag=True, help="As fast as the service takes it, not as fast as life.")
@click.option("--language", default="", metavar="TAG", help="What is spoken, such as en or de.")
@peers(STT)
def command(file: Path, fast: bool, language: str, peers: Peers, output: Output) -> None:
    """Write down what FILE says: captions while it is heard, the final text last.

    FILE may be WAV, FLAC, OGG or MP3, or .raw: 16 kHz mono signed 16-bit. Words in
    [brackets] may still change.

    \b
    june transcribe speech.wav
    june transcribe speech.flac --fast | tail -1
    june transcribe speech.wav --json | jq -r 'select(.is_final).final_text'

    With --json every message of the service is one object: event, turn_index,
    revision, committed_text, unstable_text, final_text, is_final,
    audio_processed_ms and the others of june.stt.v1.TranscriptPartial.
    """
    run(transcribe(recording(file), language, peers, output, fast=fast))


async def transcribe(
    speech: Recording, language: str, peers: Peers, output: Output, *, fast: bool = False
) -> None:
    """Streams `speech` to the service and shows what comes back. Raises CliError."""
    address = peers.address(STT)
    async with peers.channel(STT) as channel:
        call = SttServiceStub(channel).Transcribe()  # type: ignore[call-arg]
        stream = Stream(call, STT, address, peers.patience)
        with ChangingLine(output) as caption:
            transcript = Transcript(output, caption)
            async with stream, together() as tasks:
                config = TranscribeConfig(format=write_format(speech.format), language=language)
                await stream.send(AudioIn(config=config))
                tasks.create_task(_send(speech, stream, transcript, fast=fast))
                async for partial in stream.answers():
                    transcript.push(partial)
                    if partial.HasField("error"):
                        raise refused_with(partial.error, STT, address)
    transcript.finish()


async def _send(
    speech: Recording,
    stream: Stream[AudioIn, TranscriptPartial],
    transcript: Transcript,
    *,
    fast: bool,
) -> None:
    pace, sent_ms = Pace(), 0.0
    for piece in speech.pieces(PIECE_SECONDS):
        await stream.send(AudioIn(frame=AudioFrame(pcm=piece)))
        sent_ms += speech.format.seconds(piece) * 1000
        if fast:
            await transcript.heard(sent_ms - _AHEAD_MS)
        else:
            await pace.step(PIECE_SECONDS)
    await stream.half_close()


class Transcript:
    """Shows partials as they come, and the final text of all turns at the end."""

    def __init__(self, output: Output, line: ChangingLine) -> None:
        self._output = output
        self._line = line
        self._captions = Captions()
        self._finals: list[str] = []
        self._heard_ms = 0
        self._progress = asyncio.Event()

    def push(self, partial: TranscriptPartial) -> None:
        self._output.record(**plain(partial))
        self._heard_ms = max(self._heard_ms, partial.audio_processed_ms)
        self._progress.set()
        caption = self._captions.push(partial)
        if partial.is_final:
            self._end_turn(partial)
        elif caption is not None:
            self._line.show(_timed(partial.audio_processed_ms, caption))
        if partial.event == TranscriptEvent.TRANSCRIPT_EVENT_SPEECH_ENDED:
            self._line.clear()

    async def heard(self, until_ms: float) -> None:
        """Returns once the service has heard the audio up to there."""
        while self._heard_ms < until_ms:
            self._progress.clear()
            await self._progress.wait()

    def finish(self) -> None:
        """Show the whole text, last and alone on its line."""
        if self._finals:
            self._output.say(Text(" ".join(self._finals), style="bold"))
        else:
            self._output.warn("no words were heard")

    def _end_turn(self, partial: TranscriptPartial) -> None:
        self._line.clear()
        text = partial.final_text.strip()
        self._finals.append(text)
        if text:
            span = f"{clock(partial.speech_start_ms)} to {clock(partial.result_end_ms)}"
            self._output.say(Text.assemble((f"{span:>18}  ", "dim"), text))


def _timed(milliseconds: float, words: Text) -> Text:
    return Text.assemble((f"{clock(milliseconds):>18}  ", "dim"), words)
