"""The tools that a brain may use, as configuration declares them. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import (
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    SecretStr,
    Tag,
    TypeAdapter,
    ValidationError,
    model_validator,
)  # fmt: skip

# Longer than this nobody waits for an answer to begin.
LONGEST_SECONDS = 8.0
# What a model accepts as the name of a tool.
TOOL_NAME = r"^[A-Za-z_][\w.-]{0,63}$"


class HttpTool(BaseModel):
    """A tool that is used by posting its arguments, as a JSON object, to `url`.

    Attributes:
        parameters: a JSON schema of the arguments.
        seconds: after so long the brain is told that the tool is late.
        headers: sent along, as for a password.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(pattern=TOOL_NAME)
    description: str = Field(min_length=1, max_length=4_000)
    parameters: Mapping[str, Any] = {"type": "object", "properties": {}}
    url: SecretStr
    seconds: float = Field(4.0, gt=0, le=LONGEST_SECONDS)
    headers: Mapping[str, SecretStr] = {}


class McpServer(BaseModel):
    """A server that speaks the Model Context Protocol and says itself which tools it has.

    Attributes:
        mcp: what it is called here.
        command: a program and its arguments, which is run and spoken to through its
            standard input and output; or else `url`, for streamable HTTP.
        environment: variables that the program has besides the usual few.
        headers: sent along to `url`, as for a password.
        only: the names of those of its tools that may be used; empty: all.
        prefix: begins the names that the brain knows them by.
        seconds: after so long the brain is told that a tool is late.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    mcp: str = Field(pattern=r"^[\w.-]{1,64}$")
    command: tuple[str, ...] = ()
    environment: Mapping[str, SecretStr] = {}
    url: SecretStr | None = None
    headers: Mapping[str, SecretStr] = {}
    only: tuple[str, ...] = ()
    prefix: str = Field("", pattern=r"^([A-Za-z_][\w.-]{0,31})?$")
    seconds: float = Field(4.0, gt=0, le=LONGEST_SECONDS)

    @model_validator(mode="after")
    def _is_somewhere(self) -> McpServer:
        if bool(self.command) == bool(self.url):
            raise ValueError("has either a command or a url")
        return self


def _kind(declared: Any) -> str:
    return "server" if isinstance(declared, Mapping) and "mcp" in declared else "tool"


_KINDS = ("server", "tool")
_TOOLS: TypeAdapter[tuple[HttpTool | McpServer, ...]] = TypeAdapter(
    tuple[
        Annotated[
            Annotated[HttpTool, Tag("tool")] | Annotated[McpServer, Tag("server")],
            Discriminator(_kind),
        ],
        ...,
    ]
)


def read_tools(text: str) -> tuple[HttpTool | McpServer, ...]:
    """The tools, and servers with tools, that a JSON list declares; none where there is
    no text.

    Raises:
        ValueError: what is wrong with it, without what it says.
    """
    try:
        declared = _TOOLS.validate_json(text or "[]")
    except ValidationError as invalid:
        faults = (f"{_place(fault['loc'])}: {fault['msg']}" for fault in invalid.errors())
        raise ValueError("; ".join(faults)) from None
    for kind in (HttpTool, McpServer):
        names = [_name(each) for each in declared if isinstance(each, kind)]
        if len(set(names)) < len(names):
            raise ValueError("two tools have the same name")
    for each in declared:
        url = each.url.get_secret_value() if each.url else "https://"
        if not url.startswith(("http://", "https://")):
            raise ValueError(f"{_name(each)}: url must be http:// or https://")
    return declared


def _name(declared: HttpTool | McpServer) -> str:
    return declared.name if isinstance(declared, HttpTool) else declared.mcp


def _place(loc: tuple[int | str, ...]) -> str:
    return ".".join(str(part) for part in loc if part not in _KINDS) or "the list"
