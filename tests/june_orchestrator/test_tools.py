"""Tools as configuration declares them."""

import json
from typing import Any

import pytest

from june_orchestrator.tools import HttpTool, McpServer, read_tools

LIGHT: dict[str, Any] = {"name": "light", "description": "Turns on.", "url": "https://example.com"}
HOME: dict[str, Any] = {"mcp": "home", "url": "https://example.com/mcp"}
FILES: dict[str, Any] = {"mcp": "files", "command": ["files-server", "."]}


def test_a_tool_needs_a_name_a_description_and_a_place() -> None:
    """The rest is known without being said."""
    (tool,) = read_tools(json.dumps([LIGHT]))
    assert isinstance(tool, HttpTool)
    assert (tool.name, tool.seconds) == ("light", 4.0)
    assert tool.url.get_secret_value() == "https://example.com"
    assert read_tools("") == ()


def test_servers_with_tools_stand_beside_them() -> None:
    """Reached at an address, or run as a program."""
    light, home, files = read_tools(json.dumps([LIGHT, HOME, FILES]))
    assert isinstance(light, HttpTool)
    assert isinstance(home, McpServer)
    assert isinstance(files, McpServer)
    assert files.command == ("files-server", ".")
    assert "example.com" not in repr(home)


@pytest.mark.parametrize(
    ("tools", "fault"),
    [
        ([LIGHT | {"name": "two words"}], "0.name"),
        ([LIGHT | {"seconds": 60}], "0.seconds"),
        ([LIGHT | {"adress": 1}], "0.adress"),
        ([{"name": "light"}], "0.url"),
        ([LIGHT, LIGHT], "same name"),
        ([LIGHT | {"url": "file:///secret"}], "light: url must be http"),
        (LIGHT, "the list"),
        ([FILES | {"url": "https://example.com"}], "0: .*either a command or a url"),
        ([{"mcp": "home"}], "0: .*either a command or a url"),
        ([HOME | {"url": "ws://secret"}], "home: url must be http"),
        ([HOME, HOME], "same name"),
        ([HOME | {"parameters": {}}], "0.parameters"),
        ([7], "0: "),
    ],
)
def test_what_is_wrong_is_told_without_what_was_said(tools: Any, fault: str) -> None:
    with pytest.raises(ValueError, match=fault) as wrong:
        read_tools(json.dumps(tools))
    assert "secret" not in str(wrong.value)
