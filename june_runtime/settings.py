"""Settings from the environment and a file: read once, every fault told at once.

The only file that reads the environment. A variable that is set to nothing counts
as unset.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

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
from june_runtime.setting_names import Names
from june_runtime.settings_file import Content, Given, read_file

FILE = "JUNE_SETTINGS_FILE"


def _split(value: object) -> object:
    if isinstance(value, str):
        return [part.strip() for part in value.split(",") if part.strip()]
    return value


# Several values in one variable, with commas between them.
SPLIT = BeforeValidator(_split)
Listed = Annotated[tuple[str, ...], SPLIT]

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

    # A file of NAME=value lines with more settings; what the environment says counts more.
    settings_file: Path | None = Field(None, validation_alias=FILE)
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
    # Where models lie; unset: june/models in the folder for caches.
    models_folder: Path | None = Field(None, validation_alias="JUNE_MODELS_FOLDER")
    # Whether a service that lacks its model fetches it as it starts.
    models_fetch: bool = Field(False, validation_alias="JUNE_MODELS_FETCH")
    # The folder for caches; unset: ~/.cache.
    caches: Path | None = Field(None, validation_alias="XDG_CACHE_HOME")

    @property
    def models(self) -> Path:
        """The folder of all models. Raises SettingsError where there is no home for it."""
        try:
            if self.models_folder is not None:
                return self.models_folder.expanduser().absolute()
            # The standard has relative ones ignored.
            given = self.caches if self.caches and self.caches.is_absolute() else None
            return (given or Path("~/.cache").expanduser()) / "june" / "models"
        except RuntimeError as homeless:
            raise _wrong(
                [("JUNE_MODELS_FOLDER", "is not set, or begins with ~, and this user has no home")]
            ) from homeless


M = TypeVar("M", bound=BaseModel)


def read(model: type[M], environ: Mapping[str, str] | None = None, owner: str = "JUNE_STT_") -> M:
    """The settings of one service.

    Args:
        model: a frozen model whose fields have the variable's name as
            `validation_alias`.
        environ: the environment; the process's own where None. It may name a file
            of further settings.
        owner: the service's prefix. Names with another service's are ignored.

    Raises:
        SettingsError: SETTINGS_INVALID, listing every value at fault, every name that
            nothing reads and every line that cannot be read, each with its place.
    """
    environ = os.environ if environ is None else environ  # noqa: TID251  the one place
    variables = _variables(model)
    names = Names([*variables, *_variables(Settings)], owner)
    file = _file_named_in(environ)
    given = _set(file.values) | _set(
        {name: Given(value, "environment") for name, value in environ.items()}
    )
    faults = [*file.faults, *_misnamed(names, environ, file)]
    try:
        settings = model.model_validate(
            {name: given[name].value for name in variables if name in given}
        )
    except ValidationError as invalid:
        faults += _invalid(invalid, model, given)
    if faults:
        raise _wrong(faults)
    return settings


def _set(values: Mapping[str, Given]) -> dict[str, Given]:
    """Those that are set to something, without the space around it."""
    return {
        name: Given(bare, given.where)
        for name, given in values.items()
        if (bare := given.value.strip())
    }


def _file_named_in(environ: Mapping[str, str]) -> Content:
    path = environ.get(FILE, "").strip()
    if not path:
        return Content({}, [])
    try:
        return read_file(Path(path))
    except ValueError as failed:
        return Content({}, [(FILE, f"is {path!r}, which {failed} (environment)")])


def _misnamed(names: Names, environ: Mapping[str, str], file: Content) -> Iterator[tuple[str, str]]:
    for name, value in environ.items():
        if fault := names.fault_in_environment(name, value):
            yield name, f"{fault} (environment)"
    for name, given in file.values.items():
        fault = names.fault_in_file(name)
        if name == FILE:
            fault = "cannot be set in the file itself"
        if fault:
            yield name, f"{fault} ({given.where})"


def _variables(model: type[BaseModel]) -> dict[str, str]:
    """Variable -> the field that it sets."""
    return {
        field.validation_alias: name
        for name, field in model.model_fields.items()
        if isinstance(field.validation_alias, str)
    }


def _types_in(annotation: Any) -> set[Any]:
    inner = getattr(annotation, "__args__", ())
    return {annotation}.union(*(_types_in(part) for part in inner))


def _invalid(
    invalid: ValidationError, model: type[BaseModel], given: Mapping[str, Given]
) -> Iterator[tuple[str, str]]:
    """Each variable at fault with its value, unless that is secret, and what is wrong."""
    fields = _variables(model)
    for variable, fault in _faults_by_variable(invalid, fields):
        if variable not in fields:
            yield variable, fault
            continue
        field = model.model_fields[fields[variable]]
        if variable not in given:
            yield variable, f"is {field.default!r} by default; {fault}"
            continue
        secret = SecretStr in _types_in(field.annotation)
        shown = "(not shown)" if secret else repr(given[variable].value)
        yield variable, f"is {shown}; {fault} ({given[variable].where})"


def _faults_by_variable(
    invalid: ValidationError, fields: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    variables = {field: variable for variable, field in fields.items()}
    for fault in invalid.errors():
        if fault["type"] == "contradiction":
            # Told of fields, as whoever configures a running service knows them.
            for field, text in fault["ctx"].items():
                if field in variables:
                    yield variables[field], _renamed(text, variables)
        else:
            yield str(fault["loc"][0]) if fault["loc"] else "settings", told(fault["msg"])


def _renamed(text: str, variables: Mapping[str, str]) -> str:
    return re.sub(r"\w+", lambda word: variables.get(word[0], word[0]), text)


def told(message: str) -> str:
    """Pydantic's message without its name for the kind of error."""
    return message.removeprefix("Value error, ").removeprefix("Assertion failed, ")


def _wrong(faults: Iterable[tuple[str, str]]) -> SettingsError:
    fields: dict[str, str] = {}
    for name, fault in faults:
        fields[name] = f"{fields[name]}; {fault}" if name in fields else fault
    listed = "".join(f"\n  {name}: {fault}" for name, fault in sorted(fields.items()))
    return SettingsError("SETTINGS_INVALID", f"these settings are wrong:{listed}", fields=fields)
