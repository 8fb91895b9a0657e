"""june talk: a conversation, one turn for each recording or through the microphone."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from june_cli.conversation import (
    OUTPUT,
    PIECE_SECONDS,
    Conversation,
    output_format,
    session,
    session_config,
)  # fmt: skip
from june_cli.output import ChangingLine, Output
from june_cli.peers import Peers, peers, run
from june_cli.player import ClockSpeaker, Loudspeaker, Player
from june_cli.recordings import Recording, WavFile, in_one_format, recording
from june_cli.services import ORCHESTRATOR
from june_cli.soundcard import MICROPHONE_FORMAT, loudspeaker, microphone
from june_cli.talking import Talking

DEFAULT_OUT = Path("reply.wav")
FAST = 4.0


@click.command(short_help="Ask June something and hear the answer.")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path), metavar="[FILE]...")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write June's voice here (WAV). Without a loudspeaker: reply.wav.",
)
@click.option("--no-play", is_flag=True, help="Keep the loudspeaker silent.")
@click.option("--fast", is_flag=True, help="Four times faster than life, both ways.")
@click.option("--voice", default="", help="One of `june voices`.")
@click.option("--language", default="", metavar="TAG", help="What you speak, such as en or de.")
@peers(ORCHESTRATOR)
def command(**options: Any) -> None:
    """Hold a conversation with June: one turn for each FILE, or through the
    microphone where no FILE is given.

    A FILE is streamed as fast as it would be spoken, followed by silence until
    June has answered. What she hears appears while it is spoken; her answer is
    played, or written to a file while its later sentences are still being made.
    Each turn ends with where its time went.

    FILE may be WAV, FLAC, OGG or MP3, or .raw: 16 kHz mono signed 16-bit.

    \b
    june talk question.wav
    june talk first.wav second.flac --out answers.wav
    june talk question.wav --json | jq 'select(.kind == "reply_text").text'
    """
    run(talk(Wish(**options)))


@dataclass(frozen=True, slots=True)
class Wish:
    """What `june talk` was asked for."""

    files: tuple[Path, ...]
    out: Path | None
    no_play: bool
    fast: bool
    voice: str
    language: str
    peers: Peers
    output: Output

    @property
    def speed(self) -> float:
        return FAST if self.fast else 1.0


async def talk(wish: Wish) -> None:
    """The whole conversation. Raises CliError."""
    questions = in_one_format([recording(file) for file in wish.files])
    with ExitStack() as held:
        card = None if wish.no_play or wish.fast else loudspeaker(OUTPUT)
        path = wish.out or (DEFAULT_OUT if card is None else None)
        wav = None if path is None else held.enter_context(WavFile(path))
        try:
            await _converse(wish, questions, card, wav)
        finally:
            _tell_of(wav, wish.output)


async def _converse(
    wish: Wish, questions: list[Recording], card: Loudspeaker | None, wav: WavFile | None
) -> None:
    heard_as = questions[0].format if questions else MICROPHONE_FORMAT
    config = session_config(heard_as, wish.voice, wish.language)
    with ChangingLine(wish.output) as caption:
        async with session(wish.peers, config) as (line, first):
            talking = Talking(wish.output, caption)
            talking.show(first)
            audio = output_format(first)
            speaker = card or ClockSpeaker(audio.sample_rate, wish.speed)
            player = Player(audio, speaker, wav)
            address = wish.peers.address(ORCHESTRATOR)
            conversation = Conversation(line, address, player, talking, heard_as, wish.speed)
            if not questions:
                talking.microphone()
            try:
                await _hold(conversation, questions)
            finally:
                player.close()


async def _hold(conversation: Conversation, questions: list[Recording]) -> None:
    if questions:
        await conversation.ask(questions)
    else:
        await conversation.talk(microphone(PIECE_SECONDS))


def _tell_of(wav: WavFile | None, output: Output) -> None:
    """Say where June's voice went."""
    if wav is not None and wav.written:
        output.record(kind="out", path=str(wav.path), seconds=round(wav.seconds, 3))
        output.say(f"{wav.path}: {wav.seconds:.1f} s of June's voice")
