"""Settings from the environment: read once, every fault told at once.

The only file that reads the environment. A variable that is set to nothing counts
as unset.
"""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
)

from june_runtime.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Iterator

PREFIX = "JUNE_"
SERVICE_PREFIXES = ("JUNE_STT_", "JUNE_TTS_", "JUNE_ORCH_")
# Flags that existing users know by these bare names.
BARE_FLAGS = (
    "STT_STREAMING_ENABLED",
    "STT_PARTIALS_ENABLED",
    "ORCH_STREAMING_ENABLED",
    "CONCURRENT_TTS_ENABLED",
    "PARTIAL_SUPPORT_ENABLED",
    "TTS_STREAMING_ENABLED",
)
# Kubernetes sets such variables for every Service, so no setting is called so.
_INJECTED = re.compile(
    r"_SERVICE_HOST$|_SERVICE_PORT(_\w+)?$|_PORT$|_PORT_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?$"
)


def _split(value: object) -> object:
    if isinstance(value, str):
        return [part.strip() for part in value.split(",") if part.strip()]
    return value


# Several values in one variable, with commas between them.
Listed = Annotated[tuple[str, ...], BeforeValidator(_split)]

OFF = "off"
# host:port, or the word that stands for none; in code none is "".
HttpListen = Annotated[
    str,
    Field(pattern=rf"^({OFF}|.+:\d{{1,5}})?$"),
    AfterValidator(lambda value: "" if value == OFF else value),
]


class Settings(BaseModel):
    """What every process reads; a service derives its own from it.

    Each field names its variable as `validation_alias`; in code it is set by its
    own name.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    # json for collectors, console for people.
    log_format: Literal["json", "console"] = Field("console", validation_alias="JUNE_LOG_FORMAT")
    # The least serious lines that are written.
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "INFO", validation_alias="JUNE_LOG_LEVEL"
    )
    # This end's certificate: a PEM file; unset talks in the clear.
    tls_cert: Path | None = Field(None, validation_alias="JUNE_TLS_CERT")
    # Its private key.
    tls_key: Path | None = Field(None, validation_alias="JUNE_TLS_KEY")
    # Who signs the other ends' certificates.
    tls_ca: Path | None = Field(None, validation_alias="JUNE_TLS_CA")
    # Whether clients must show a certificate signed by JUNE_TLS_CA.
    tls_client_auth: bool = Field(False, validation_alias="JUNE_TLS_CLIENT_AUTH")


M = TypeVar("M", bound=BaseModel)


def read(model: type[M], environ: Mapping[str, str] | None = None, owner: str = "JUNE_STT_") -> M:
    """The settings of one service.

    Args:
        model: a frozen model whose fields have the variable's name as
            `validation_alias`.
        environ: the environment; the process's own where None.
        owner: the service's prefix. Names with another service's are ignored: the
            three may share one file of settings.

    Raises:
        SettingsError: SETTINGS_INVALID, listing every value at fault and every
            name that nothing reads.
    """
    environ = os.environ if environ is None else environ  # noqa: TID251  the one place
    variables = _variables(model)
    values = {name: environ[name].strip() for name in variables if environ.get(name, "").strip()}
    faults = dict(_unknown(environ, variables, owner))
    try:
        settings = model.model_validate(values)
    except ValidationError as invalid:
        faults |= _invalid(invalid, variables)
    if faults:
        listed = "".join(f"\n  {name}: {fault}" for name, fault in sorted(faults.items()))
        raise SettingsError("SETTINGS_INVALID", f"these settings are wrong:{listed}", fields=faults)
    return settings


def _variables(model: type[BaseModel]) -> dict[str, bool]:
    """The name of each variable and whether its value is secret."""
    return {
        field.validation_alias: SecretStr in _types_in(field.annotation)
        for field in model.model_fields.values()
        if isinstance(field.validation_alias, str)
    }


def _types_in(annotation: Any) -> set[Any]:
    inner = getattr(annotation, "__args__", ())
    return {annotation}.union(*(_types_in(part) for part in inner))


def _invalid(invalid: ValidationError, variables: Mapping[str, bool]) -> dict[str, str]:
    """Variable -> its value, unless that is secret, and what is wrong with it."""
    faults: dict[str, str] = {}
    for fault in invalid.errors():
        name = str(fault["loc"][0]) if fault["loc"] else "settings"
        what = told(fault["msg"])
        if name in variables and fault["type"] != "missing":
            shown = "(not shown)" if variables[name] else repr(fault["input"])
            what = f"is {shown}; {what}"
        faults[name] = f"{faults[name]}; {what}" if name in faults else what
    return faults


def told(message: str) -> str:
    """Pydantic's message without its name for the kind of error."""
    return message.removeprefix("Value error, ").removeprefix("Assertion failed, ")


def _unknown(
    environ: Mapping[str, str], variables: Mapping[str, bool], owner: str
) -> Iterator[tuple[str, str]]:
    """JUNE_ names that nobody reads, and the name that was probably meant."""
    common = _variables(Settings)
    known = [*variables, *common]
    others = tuple(prefix for prefix in SERVICE_PREFIXES if prefix != owner)
    for name in environ:
        if not name.startswith(PREFIX) or name in known or name.startswith(others):
            continue
        if _INJECTED.search(name):
            continue
        near = difflib.get_close_matches(name, known, n=1)
        yield name, "is no setting" + (f"; did you mean {near[0]}?" if near else "")
