"""Chooses the brain; each is imported only when it is the one."""

from __future__ import annotations

from june_orchestrator.ports import Brain
from june_runtime.errors import SettingsError

BRAINS = ("auto", "offline", "scripted")


def load_brain(name: str, script: str = "") -> Brain:
    """The brain of that name; "auto" is the best one that needs nothing more.

    Args:
        script: JSON for the scripted brain.

    Raises:
        SettingsError: BRAIN_UNKNOWN or BRAIN_SCRIPT.
    """
    match name:
        case "auto" | "offline":
            from june_orchestrator.brains.offline import OfflineBrain

            return OfflineBrain()
        case "scripted":
            from june_orchestrator.brains.scripted import ScriptedBrain, read_script

            return ScriptedBrain(read_script(script))
        case _:
            raise SettingsError(
                "BRAIN_UNKNOWN", f"there is no brain {name!r}; choose one of {', '.join(BRAINS)}"
            )
