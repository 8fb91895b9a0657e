"""Whether the services could start with the settings at hand."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from june_cli.child import child
from june_cli.errors import BadInput, CliError
from june_cli.supervise import WRONG_SETTINGS, Plan
from june_cli.tasks import together

# Only settings are read, but a cold machine takes a while to load the code for that.
CHECK_SECONDS = 60.0


async def check_settings(plans: Sequence[Plan]) -> None:
    """Asks each service what is wrong with its settings, before any of them starts.

    Raises:
        BadInput: the faults of all of them; what several say is told once.
        CliError: a service cannot even be asked.
    """
    async with together() as tasks:
        asked = [tasks.create_task(_faults(plan)) for plan in plans]
    faults = dict.fromkeys(line for answer in asked for line in answer.result())
    if faults:
        raise BadInput("\n".join(faults))


async def _faults(plan: Plan) -> list[str]:
    """What the service writes about its settings, line by line."""
    lines: list[str] = []
    command = [*plan.command, "--check-settings"]
    try:
        async with (
            asyncio.timeout(CHECK_SECONDS),
            child(command, plan.environment, lines.append) as process,
        ):
            status = await process.exited()
    except TimeoutError:
        raise CliError(f"{plan.service.module} does not say whether it could start") from None
    if status not in (0, WRONG_SETTINGS):
        raise CliError(f"{plan.service.module} cannot be started: {process.last_line}")
    return lines if status else []
