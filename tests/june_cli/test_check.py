"""All services' settings, checked before any of them starts."""

import asyncio
import sys
from collections.abc import Sequence

import pytest

from june_cli.check import check_settings
from june_cli.commands import up
from june_cli.errors import BadInput, CliError
from june_cli.services import ORCHESTRATOR, STT, TTS, Service
from june_cli.supervise import Plan
from tests.june_cli.test_main import june


def plan(service: Service, code: str) -> Plan:
    """A service that answers --check-settings by running `code`."""
    return Plan(service, "127.0.0.1:1", [sys.executable, "-c", code], {})


def says(*lines: str) -> str:
    return f"import sys; sys.stderr.write({chr(10).join(lines)!r}); sys.exit(2)"


def check(*plans: Plan) -> None:
    async def within_time(plans: Sequence[Plan]) -> None:
        async with asyncio.timeout(30):
            await check_settings(plans)

    asyncio.run(within_time(plans))


def test_services_that_could_start_say_nothing() -> None:
    """They are asked with the argument that is for this."""
    asked = "import sys; sys.exit(sys.argv[-1] != '--check-settings')"
    check(plan(STT, asked), plan(TTS, asked + "; print('hello')"))


def test_what_several_services_say_is_told_once() -> None:
    """And what one of them says as well."""
    with pytest.raises(BadInput) as wrong:
        check(
            plan(ORCHESTRATOR, "pass"),
            plan(STT, says("these are wrong:", "  JUNE_LOG_LEVEL: x", "  JUNE_STT_X: y")),
            plan(TTS, says("these are wrong:", "  JUNE_LOG_LEVEL: x", "  JUNE_TTS_X: z")),
        )
    assert wrong.value.message.splitlines() == [
        *("these are wrong:", "  JUNE_LOG_LEVEL: x", "  JUNE_STT_X: y", "  JUNE_TTS_X: z"),
    ]


def test_a_service_that_cannot_be_asked_is_named() -> None:
    """With the last that it said."""
    with pytest.raises(CliError, match="june_tts cannot be started: SyntaxError"):
        check(plan(STT, "pass"), plan(TTS, "("))


def test_june_up_tells_the_faults_of_all_three(monkeypatch: pytest.MonkeyPatch) -> None:
    """Those of its own options too; nothing is started."""
    monkeypatch.setenv("JUNE_STT_MAX_STREAMS", "none")
    monkeypatch.setenv("JUNE_ORCH_BRIAN", "offline")
    ended = june("up", "--tts-engine", "nobody")
    assert (ended.returncode, ended.stdout) == (2, "")
    for name in ("JUNE_STT_MAX_STREAMS", "JUNE_ORCH_BRIAN", "JUNE_TTS_ENGINE"):
        assert ended.stderr.count(f"  {name}: ") == 1


def test_every_plan_can_be_asked() -> None:
    """As they are: the plans that june up starts."""
    check(*up.plans(up.Wish(6000, "scripted", "scripted", None, as_json=False)))
