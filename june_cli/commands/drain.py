"""june drain: let services finish what they do and stop."""

from __future__ import annotations

import click

from june_cli.output import Output
from june_cli.peers import Peers, peers, run
from june_cli.services import NAMES, ORCHESTRATOR, SERVICES, STT, TTS, Service, named
from june_cli.unary import drain, status_of


@click.command(short_help="Let a service finish its sessions and stop.")
@click.argument("service", type=click.Choice([*NAMES, "all"]), default="all")
@peers(ORCHESTRATOR, STT, TTS)
def command(service: str, peers: Peers, output: Output) -> None:
    """Let SERVICE, or all of them, finish their turns and stop.

    New sessions are refused from now on, and the running ones are told to go.
    Under `june up` a drained service is started again.

    \b
    june drain stt
    june drain
    """
    run(drain_all(SERVICES if service == "all" else (named(service),), peers, output))


async def drain_all(services: tuple[Service, ...], peers: Peers, output: Output) -> None:
    """Drains the services in order, the front door first. Raises CliError."""
    for service in services:
        sessions = (await status_of(peers, service)).active_sessions
        await drain(peers, service)
        output.record(service=service.name, draining=True, active_sessions=sessions)
        left = "1 session is" if sessions == 1 else f"{sessions} sessions are"
        output.say(f"{service.title} is draining; {left} left")
