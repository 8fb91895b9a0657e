"""Tools as configuration declares them."""

import json
from typing import Any

import pytest

from june_orchestrator.tools import read_tools

LIGHT: dict[str, Any] = {"name": "light", "description": "Turns on.", "url": "https://example.com"}


def test_a_tool_needs_a_name_a_description_and_a_place() -> None:
    """The rest is known without being said."""
    (tool,) = read_tools(json.dumps([LIGHT]))
    assert (tool.name, tool.seconds) == ("light", 4.0)
    assert tool.url.get_secret_value() == "https://example.com"
    assert read_tools("") == ()


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
    ],
)
def test_what_is_wrong_is_told_without_what_was_said(tools: Any, fault: str) -> None:
    with pytest.raises(ValueError, match=fault) as wrong:
        read_tools(json.dumps(tools))
    assert "secret" not in str(wrong.value)
