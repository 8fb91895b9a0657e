"""A service's settings, for tests of how settings are read."""

from collections.abc import Mapping

import pytest
from pydantic import Field, SecretStr

from june_runtime.errors import SettingsError
from june_runtime.live import LiveConfig
from june_runtime.settings import HttpListen, Listed, Settings, read


class ExampleLive(LiveConfig):
    """What can be changed while it runs."""

    most: int = Field(9, ge=1, validation_alias="JUNE_STT_MOST")
    least: int = Field(1, ge=0, validation_alias="JUNE_STT_LEAST")

    def contradictions(self) -> Mapping[str, str]:
        return (
            {"least": f"must not exceed most, which is {self.most}"}
            if self.least > self.most
            else {}
        )


class Example(Settings, ExampleLive):
    """Settings as a service has them."""

    listen: str = Field("127.0.0.1:50051", validation_alias="JUNE_STT_LISTEN")
    max_sessions: int = Field(100, ge=1, validation_alias="JUNE_STT_MAX_SESSIONS")
    token: SecretStr | None = Field(None, min_length=8, validation_alias="JUNE_STT_TOKEN")
    http_listen: HttpListen = Field("127.0.0.1:8081", validation_alias="JUNE_STT_HTTP_LISTEN")
    words: Listed = Field((), validation_alias="JUNE_STT_WORDS")
    streaming: bool = Field(True, validation_alias="STT_STREAMING_ENABLED")


def faults(environ: dict[str, str]) -> dict[str, str]:
    with pytest.raises(SettingsError) as wrong:
        read(Example, environ)
    for name, fault in wrong.value.fields.items():
        assert f"{name}: {fault}" in wrong.value.message
    return wrong.value.fields
