"""How a service's process starts: its command line, its settings, its main."""

from __future__ import annotations

import argparse
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from june_runtime.server import run
from june_runtime.settings import Settings, read
from june_runtime.telemetry import configure_logging

S = TypeVar("S", bound=Settings)


def start(
    main: Callable[[S], Awaitable[None]],
    model: type[S],
    owner: str,
    arguments: Sequence[str] | None = None,
) -> None:
    """Reads the settings and runs `main` with them; `--check-settings` only reads them.

    Faults go to stderr, with exit status 2.

    Args:
        main: the service's whole life.
        model, owner: what `read` takes.
        arguments: of the command line; the process's own where None.
    """
    asked = _command_line(model.__module__.partition(".")[0]).parse_args(arguments)

    async def life() -> None:
        settings = read(model, owner=owner)
        if not asked.check_settings:
            configure_logging(settings.log_format, settings.log_level)
            await main(settings)

    run(life)


def _command_line(package: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=f"python -m {package}",
        description="One of June's services, set up by variables; docs/settings.md lists them.",
    )
    parser.add_argument(
        "--check-settings",
        action="store_true",
        help="tell what is wrong with the settings, or end with status 0, and start nothing",
    )
    return parser
