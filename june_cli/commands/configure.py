"""june configure: what can be changed while June runs."""

from __future__ import annotations

from collections.abc import Iterator

import click
import grpc
from june.control.v1.control_pb2 import Config, ConfigureRequest, ConfigureResponse, Status
from june.control.v1.control_service_pb2_grpc import ControlServiceStub
from rich.table import Table

from june_cli.assignments import KEYS, read_assignments
from june_cli.errors import BadInput, explained
from june_cli.output import Output, Plain, plain
from june_cli.peers import Peers, peers, run
from june_cli.services import NAMES, ORCHESTRATOR, STT, TTS, Service, named
from june_cli.standing import setting, settings
from june_cli.unary import status_of
from june_runtime.errors import InvalidInput, from_rpc_error

_LISTED = ", ".join(KEYS)


@click.command(
    short_help="Show or change settings while June runs.",
    epilog=f"Keys: {_LISTED}. Which of them a service has, `june configure --service` shows.",
)
@click.argument("assignments", nargs=-1, metavar="[KEY=VALUE]...")
@click.option(
    "--service",
    type=click.Choice(NAMES),
    default=ORCHESTRATOR.name,
    show_default=True,
    help="Whose settings. What the orchestrator is told reaches the others by itself.",
)
@click.option(
    "--etag",
    default="",
    metavar="ETAG",
    help="Change nothing unless the settings are still those that had this etag.",
)
@peers(ORCHESTRATOR, STT, TTS)
def command(
    assignments: tuple[str, ...], service: str, etag: str, peers: Peers, output: Output
) -> None:
    """Change settings while June runs; without KEY=VALUE show all of them.

    Each running conversation takes a change over with its next turn. Switches take
    on or off; an empty value, as in voice=, leaves the choice to June.

    \b
    june configure
    june configure streaming_enabled=off
    june configure min_sentence_chars=20 voice=slt --etag 5f2c1d0e9a8b7c6d
    june configure --service stt end_silence_ms=700
    """
    wanted = read_assignments(assignments)
    if etag and not assignments:
        raise BadInput("--etag guards a change; name one, such as streaming_enabled=off")
    run(configure(named(service), wanted, etag, peers, output))


async def configure(
    service: Service, wanted: Config, etag: str, peers: Peers, output: Output
) -> None:
    """Shows the settings where `wanted` is empty, else changes them. Raises CliError."""
    before = await status_of(peers, service)
    if not wanted.ListFields():
        _show(service, before, output)
        return
    request = ConfigureRequest(config=wanted, etag=etag)
    address = peers.address(service)
    with explained(service, address):
        async with peers.channel(service) as channel:
            try:
                stub = ControlServiceStub(channel)
                answer = await stub.Configure(request, timeout=peers.patience)
            except grpc.aio.AioRpcError as failed:
                error = from_rpc_error(failed)
                if not isinstance(error, InvalidInput) or not error.fields:
                    raise
                raise _refused(service, error) from failed
    _tell(service, settings(before.config), answer, output)


def _refused(service: Service, error: InvalidInput) -> BadInput:
    """One line for each setting that the service refused."""
    faults = {name.removeprefix("config."): fault for name, fault in error.fields.items()}
    width = max(map(len, faults))
    lines = [f"  {name:<{width}}  {fault}" for name, fault in faults.items()]
    head = f"{service.title} changed nothing ({error.reason}):"
    return BadInput("\n".join([head, *lines]))


def _show(service: Service, status: Status, output: Output) -> None:
    config = settings(status.config)
    store = plain(status.config_store)
    output.record(kind="config", service=service.name, config=config, etag=status.etag, store=store)
    table = Table(box=None, show_header=False, padding=(0, 3, 0, 0))
    for key, value in config.items():
        table.add_row(key, setting(value))
    output.say(table, "", f"etag {status.etag} · {_kept(status)}")


def _kept(status: Status) -> str:
    """Where the settings are kept, and whether that can be reached."""
    store = status.config_store
    changes = "1 change" if store.version == 1 else f"{store.version:,} changes"
    where = "in this process's memory" if store.kind in ("", "memory") else f"in {store.kind}"
    if store.kind and not store.reachable:
        return f"kept {where}, which is out of reach: what was known holds, nothing can be changed"
    return f"kept {where}, {changes} so far"


def _tell(service: Service, before: Plain, answer: ConfigureResponse, output: Output) -> None:
    after = settings(answer.config)
    changed = {
        key: {"before": before.get(key), "after": after.get(key)}
        for key in {**before, **after}
        if before.get(key) != after.get(key)
    }
    output.record(
        kind="configured",
        service=service.name,
        changed=changed,
        config=after,
        etag=answer.etag,
        sessions_at_next_turn=answer.sessions_at_next_turn,
        turns_unchanged=answer.turns_unchanged,
        shared=answer.shared,
    )
    for key, value in changed.items():
        output.say(f"{key}: {setting(value['before'])} → {setting(value['after'])}")
    if changed:
        output.say(*_reach(answer))
    else:
        output.say("it was so already")
    output.say(f"etag {answer.etag}")


def _reach(answer: ConfigureResponse) -> Iterator[str]:
    """Whom a change reaches, and when."""
    yield "new sessions: from their first turn"
    if sessions := answer.sessions_at_next_turn:
        yield f"{_counted(sessions, 'session')} under way: with the next turn"
    if turns := answer.turns_unchanged:
        yield f"{_counted(turns, 'turn')} under way: unchanged to the end"
    if answer.shared:
        yield "other replicas: within a second"


def _counted(number: int, what: str) -> str:
    return f"{number:,} {what}" + ("" if number == 1 else "s")
