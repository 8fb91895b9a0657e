"""`python -m june_orchestrator`: one orchestrator, set up by its settings."""

from __future__ import annotations

from june_orchestrator.settings import OWNER, OrchestratorSettings
from june_runtime.server import serve
from june_runtime.starting import start


async def main(settings: OrchestratorSettings) -> None:
    # Not needed for checking settings, and the larger part of what there is to load.
    from june_orchestrator.service import Orchestrator

    await serve(settings.server, Orchestrator(settings))


if __name__ == "__main__":
    start(main, OrchestratorSettings, OWNER)
