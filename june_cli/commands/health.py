"""june health: whether all three services serve."""

from __future__ import annotations

import asyncio

import click
from rich.text import Text

from june_cli.errors import CliError
from june_cli.output import Output
from june_cli.peers import Peers, peers, run
from june_cli.services import ORCHESTRATOR, SERVICES, STT, TTS, Service
from june_cli.unary import of_each, serves_at

_EVERY_SECONDS = 0.2


@click.command(short_help="Tell whether all three services serve.")
@click.option(
    "--wait",
    type=click.FloatRange(min=0),
    default=0.0,
    metavar="SECONDS",
    help="Give them so long to become ready.",
)
@peers(ORCHESTRATOR, STT, TTS)
def command(wait: float, peers: Peers, output: Output) -> None:
    """Tell whether all three services serve: exit status 0 only if they do.

    \b
    june health
    june up --log-dir logs & june health --wait 60 && june talk question.wav
    """
    run(health(peers, output, wait))


async def health(peers: Peers, output: Output, wait: float = 0.0) -> None:
    """Shows each service's health. Raises CliError unless all of them serve."""
    loop = asyncio.get_running_loop()
    until = loop.time() + wait
    while True:
        found = await of_each(SERVICES, lambda service: serves_at(peers, service))
        well = all(answer is True for answer in found.values())
        if well or loop.time() + _EVERY_SECONDS > until:
            break
        await asyncio.sleep(_EVERY_SECONDS)
    for service, answer in found.items():
        _show(service, peers.address(service), answer, output)
    if not well:
        ill = [service.title for service, answer in found.items() if answer is not True]
        raise CliError(f"not serving: {', '.join(ill)}; start everything with `june up`")


def _show(service: Service, address: str, answer: bool | CliError, output: Output) -> None:
    why = answer.message if isinstance(answer, CliError) else None
    output.record(service=service.name, address=address, serving=answer is True, error=why)
    if answer is True:
        state = ("serving", "green")
    elif why is None:
        state = ("not ready: loading, draining or failed", "yellow")
    else:
        state = (why, "red")
    output.say(Text.assemble(f"{service.title:<16}{address:<24}", state))
