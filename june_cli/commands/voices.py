"""june voices: what `june say --voice` can be."""

from __future__ import annotations

import click
from june.tts.v1.tts_pb2 import ListVoicesRequest, ListVoicesResponse
from june.tts.v1.tts_service_pb2_grpc import TtsServiceStub
from rich.table import Table

from june_cli.errors import explained
from june_cli.output import Output, plain
from june_cli.peers import Peers, peers, run
from june_cli.services import TTS


@click.command(short_help="List the voices there are.")
@click.option("--language", default="", metavar="TAG", help="Only voices that speak it.")
@peers(TTS)
def command(language: str, peers: Peers, output: Output) -> None:
    """List the voices that June can speak with.

    \b
    june voices
    june voices --language de
    """
    run(voices(language, peers, output))


async def voices(language: str, peers: Peers, output: Output) -> None:
    """Shows the voices. Raises CliError."""
    with explained(TTS, peers.address(TTS)):
        async with peers.channel(TTS) as channel:
            listed = await TtsServiceStub(channel).ListVoices(
                ListVoicesRequest(language=language), timeout=peers.patience
            )
    for voice in listed.voices:
        output.record(**plain(voice), default=voice.name == listed.default_voice)
    if listed.voices:
        output.say(_table(listed))
    else:
        output.warn(f"no voice speaks {language}" if language else "there are no voices")


def _table(listed: ListVoicesResponse) -> Table:
    table = Table("voice", "languages", "Hz", "", box=None, padding=(0, 3, 0, 0))
    for voice in listed.voices:
        default = " (default)" if voice.name == listed.default_voice else ""
        languages = ", ".join(voice.languages)
        rate = str(voice.sample_rate)
        table.add_row(f"{voice.name}{default}", languages, rate, voice.description)
    return table
