"""Which names of settings are mistakes."""

import pytest

from june_runtime.setting_names import BARE_FLAGS, BARE_KEYS, Names

NAMES = Names(["JUNE_STT_ENGINE", "JUNE_LOG_LEVEL", "STT_STREAMING_ENABLED"], "JUNE_STT_")


@pytest.mark.parametrize("service", ["JUNE", "JUNE_STT", "JUNE_TTS", "JUNE_ORCHESTRATOR"])
@pytest.mark.parametrize(
    ("end", "value"),
    [
        ("SERVICE_HOST", "10.96.0.17"),
        ("SERVICE_PORT", "50051"),
        ("SERVICE_PORT_GRPC", "50051"),
        ("SERVICE_PORT_HTTP_METRICS", "8081"),
        ("PORT", "tcp://10.96.0.17:50051"),
        ("PORT_50051_TCP", "tcp://10.96.0.17:50051"),
        ("PORT_50051_TCP_PROTO", "tcp"),
        ("PORT_50051_TCP_PORT", "50051"),
        ("PORT_50051_TCP_ADDR", "10.96.0.17"),
        ("PORT_7_UDP", "udp://[fd00::17]:7"),
    ],
)
def test_what_kubernetes_injects_is_nobodys_mistake(service: str, end: str, value: str) -> None:
    """As a container sees Services called june, june-stt, june-tts, june-orchestrator."""
    assert NAMES.fault_in_environment(f"{service}_{end}", value) == ""


def test_a_port_that_was_meant_as_a_setting_is_a_mistake() -> None:
    """Kubernetes writes no bare number there."""
    assert NAMES.fault_in_environment("JUNE_STT_PORT", "50051").startswith("is no setting")


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("JUNE_STT_ENGIN", "JUNE_STT_ENGINE"),
        ("JUNE_LOG_LEVLE", "JUNE_LOG_LEVEL"),
        ("JUNE_SST_ENGINE", "JUNE_STT_ENGINE"),
    ],
)
def test_a_slip_of_the_pen_meets_the_name_that_was_meant(name: str, near: str) -> None:
    """In the environment and in a file."""
    told = f"is no setting; did you mean {near}?"
    assert NAMES.fault_in_environment(name, "x") == NAMES.fault_in_file(name) == told


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("ORCH_STREAMING_ENABLE", "ORCH_STREAMING_ENABLED"),
        ("STT_ENGINE", "JUNE_STT_ENGINE"),
    ],
)
def test_in_a_file_nobody_elses_names_are_expected(name: str, near: str) -> None:
    """While the environment is full of them."""
    assert NAMES.fault_in_environment(name, "x") == ""
    assert near in NAMES.fault_in_file(name)
    assert NAMES.fault_in_file("PATH") == "is no setting"


def test_nothing_is_injected_into_a_file() -> None:
    """So that there it is a mistake."""
    assert NAMES.fault_in_file("JUNE_STT_SERVICE_HOST").startswith("is no setting")


@pytest.mark.parametrize("name", ["JUNE_TTS_ENGIN", "JUNE_ORCH_BRAIN", *BARE_FLAGS])
def test_another_services_names_are_its_own_business(name: str) -> None:
    """One environment, one file serves all three."""
    assert NAMES.fault_in_environment(name, "x") == NAMES.fault_in_file(name) == ""


@pytest.mark.parametrize("key", BARE_KEYS)
def test_one_file_may_hold_keys_for_another_service(key: str) -> None:
    """By the names that users of language models know."""
    assert NAMES.fault_in_file(key) == ""
