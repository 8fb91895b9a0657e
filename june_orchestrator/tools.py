"""The tools that a brain may use, as configuration declares them. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, SecretStr, TypeAdapter, ValidationError

# Longer than this nobody waits for an answer to begin.
LONGEST_SECONDS = 8.0


class HttpTool(BaseModel):
    """A tool that is used by posting its arguments, as a JSON object, to `url`.

    Attributes:
        parameters: a JSON schema of the arguments.
        seconds: after so long the brain is told that the tool is late.
        headers: sent along, as for a password.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(pattern=r"^[A-Za-z_][\w.-]{0,63}$")
    description: str = Field(min_length=1, max_length=4_000)
    parameters: Mapping[str, Any] = {"type": "object", "properties": {}}
    url: SecretStr
    seconds: float = Field(4.0, gt=0, le=LONGEST_SECONDS)
    headers: Mapping[str, SecretStr] = {}


_TOOLS = TypeAdapter(tuple[HttpTool, ...])


def read_tools(text: str) -> tuple[HttpTool, ...]:
    """The tools that a JSON list declares; none where there is no text.

    Raises:
        ValueError: what is wrong with it, without what it says.
    """
    try:
        tools = _TOOLS.validate_json(text or "[]")
    except ValidationError as invalid:
        faults = (
            f"{'.'.join(map(str, fault['loc'])) or 'the list'}: {fault['msg']}"
            for fault in invalid.errors()
        )
        raise ValueError("; ".join(faults)) from None
    names = [tool.name for tool in tools]
    if len(set(names)) < len(names):
        raise ValueError("two tools have the same name")
    for tool in tools:
        if not tool.url.get_secret_value().startswith(("http://", "https://")):
            raise ValueError(f"{tool.name}: url must be http:// or https://")
    return tools
