"""june say: a text spoken."""

from __future__ import annotations

import sys
import time
from asyncio import Semaphore
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
from june.tts.v1.tts_pb2 import AudioChunk, Flush, SynthesizeConfig, Text
from june.tts.v1.tts_service_pb2_grpc import TtsServiceStub
from rich.text import Text as Styled

from june_cli.errors import BadInput, CliError, refused_with
from june_cli.output import ChangingLine, Output, plain
from june_cli.peers import Peers, peers, run
from june_cli.player import Player
from june_cli.recordings import WavFile
from june_cli.services import TTS
from june_cli.soundcard import loudspeaker
from june_cli.stream import Stream
from june_cli.tasks import together
from june_cli.text import pieces
from june_runtime.pcm import AudioFormat
from june_runtime.wire import read_format, write_format

DEFAULT_OUT = Path("speech.wav")
# What a loudspeaker takes; a file takes the voice's own rate.
PLAYABLE = AudioFormat(sample_rate=24_000)
# A synthesis without a GPU may take this many times the patience to begin.
_THINKING = 3
# june.tts.v1 lets four sentences wait.
_WAITING = 4


@click.command(short_help="Speak a text.")
@click.argument("text", nargs=-1, required=True)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write the speech here (WAV). Without a loudspeaker: speech.wav.",
)
@click.option("--voice", default="", help="One of `june voices`.")
@click.option("--language", default="", metavar="TAG", help="What is spoken, such as en or de-DE.")
@peers(TTS)
def command(**options: Any) -> None:
    """Speak TEXT; - reads it from standard input.

    It is played where there is a loudspeaker and no --out, and written to a file
    otherwise.

    \b
    june say "Dinner is ready." --out dinner.wav
    june say --voice slt Good morning
    june say - < story.txt
    """
    run(say(Wish(**options)))


@dataclass(frozen=True, slots=True)
class Wish:
    """What `june say` was asked for."""

    text: tuple[str, ...]
    out: Path | None
    voice: str
    language: str
    peers: Peers
    output: Output

    def config(self, *, played: bool) -> SynthesizeConfig:
        return SynthesizeConfig(
            voice=self.voice or None,
            language=self.language,
            format=write_format(PLAYABLE) if played else None,
        )


async def say(wish: Wish) -> None:
    """Has the text spoken, to the loudspeaker or a file. Raises CliError."""
    sentences = _sentences(wish.text)
    with ExitStack() as held, ChangingLine(wish.output) as line:
        card = None if wish.out else loudspeaker(PLAYABLE)
        if card is not None:
            held.callback(card.close)
            player = Player(PLAYABLE, card)
            speech = Speech(wish.output, len(sentences), lambda pcm, _: player.push(pcm, _now()))
            await _synthesize(sentences, wish, speech, line, played=True)
            await player.heard_out()
            speech.tell("played")
        else:
            wav = held.enter_context(WavFile(wish.out or DEFAULT_OUT))
            speech = Speech(wish.output, len(sentences), wav.write)
            await _synthesize(sentences, wish, speech, line, played=False)
            speech.tell(str(wav.path))


def _sentences(words: Sequence[str]) -> list[str]:
    text = sys.stdin.read() if tuple(words) == ("-",) else " ".join(words)
    if not text.strip():
        raise BadInput("there is no text to speak")
    return pieces(text)


async def _synthesize(
    sentences: Sequence[str], wish: Wish, speech: Speech, line: ChangingLine, *, played: bool
) -> None:
    address = wish.peers.address(TTS)
    async with wish.peers.channel(TTS) as channel:
        call = TtsServiceStub(channel).Synthesize()  # type: ignore[call-arg]
        stream = Stream(call, TTS, address, wish.peers.patience)
        async with stream, together() as tasks:
            await stream.send(Text(config=wish.config(played=played)))
            room = Semaphore(_WAITING)
            tasks.create_task(_send(sentences, stream, room))
            async for chunk in stream.answers(wish.peers.patience * _THINKING):
                speech.push(chunk)
                if chunk.HasField("error"):
                    raise refused_with(chunk.error, TTS, address)
                if chunk.final:
                    room.release()
                line.hint(speech.progress())
    if not speech.complete:
        raise CliError(f"{TTS.title} at {address} ended before everything was spoken")


async def _send(
    sentences: Sequence[str], stream: Stream[Text, AudioChunk], room: Semaphore
) -> None:
    for number, sentence in enumerate(sentences):
        await room.acquire()
        await stream.send(Text(sentence_id=number, text=sentence))
        await stream.send(Text(sentence_id=number, flush=Flush()))
    await stream.half_close()


class Speech:
    """What has been spoken so far; `sink` takes the audio."""

    def __init__(
        self, output: Output, sentences: int, sink: Callable[[bytes, AudioFormat], None]
    ) -> None:
        self._output, self._sentences, self._sink = output, sentences, sink
        self._began = _now()
        self._first_audio_ms: float | None = None
        self._finished = 0
        self._seconds = 0.0

    def push(self, chunk: AudioChunk) -> None:
        self._output.record(kind="chunk", at_ms=self._at_ms(), **plain(chunk))
        self._finished += chunk.final
        if chunk.pcm:
            audio = read_format(chunk.format, "format")
            self._first_audio_ms = self._first_audio_ms or self._at_ms()
            self._seconds += audio.seconds(chunk.pcm)
            self._sink(chunk.pcm, audio)

    @property
    def complete(self) -> bool:
        return self._finished == self._sentences

    def progress(self) -> Styled:
        done = f"{self._finished} of {self._sentences}  {self._seconds:.1f} s"
        return Styled(f"  speaking {done}", style="dim")

    def tell(self, where: str) -> None:
        """Say how much speech went where, and how soon it began."""
        seconds, first = round(self._seconds, 3), self._first_audio_ms
        self._output.record(kind="out", path=where, seconds=seconds, first_audio_ms=first)
        soon = "" if first is None else f", the first of it after {first:.0f} ms"
        self._output.say(f"{where}: {seconds:.1f} s of speech{soon}")

    def _at_ms(self) -> float:
        return round((_now() - self._began) * 1000, 1)


def _now() -> float:
    return time.monotonic()
