"""`python -m june_orchestrator`: one orchestrator, set up from the environment."""

from __future__ import annotations

from june_orchestrator.service import Orchestrator
from june_orchestrator.settings import OrchestratorSettings
from june_runtime import settings as environment
from june_runtime.server import run, serve
from june_runtime.telemetry import configure_logging


async def main() -> None:
    settings = environment.read(OrchestratorSettings, owner="JUNE_ORCH_")
    configure_logging(settings.log_format, settings.log_level)
    await serve(settings.server, Orchestrator(settings))


if __name__ == "__main__":
    run(main)
