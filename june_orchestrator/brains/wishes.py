"""What a chat completion is asked with, less what a model was seen to refuse. Pure."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from june_orchestrator.ports import Prompt

log = logging.getLogger(__name__)

# What an answer can be had without.
_DISPENSABLE = ("stream_options", "temperature", "reasoning_effort")
# The cap of an answer has two names, of which OpenAI's reasoning models take the later.
_CAP, _LATER_CAP = "max_tokens", "max_completion_tokens"
_WANTS_LATER_CAP = f"use '{_LATER_CAP}'"
# Refusals that are remembered; callers may name any number of models.
_MAX_REFUSALS = 256


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where the model is served. `key` is empty for servers that want none, `effort`
    where the model does not reason or decides itself."""

    url: str
    model: str
    key: str = field(default="", repr=False)
    effort: str = ""


class Wishes:
    """Makes requests for one server; what a model refused is not asked of it again."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        self._refused: set[tuple[str, str]] = set()

    def of(self, prompt: Prompt, *, stream: bool) -> dict[str, Any]:
        """A chat completion's parameters."""
        messages = [
            {"role": message.role.value, "content": message.text} for message in prompt.messages
        ]
        if prompt.system_instruction:
            messages.insert(0, {"role": "system", "content": prompt.system_instruction})
        model = prompt.model or self._endpoint.model
        refused = {option for name, option in self._refused if name == model}
        wishes: dict[str, Any] = {
            "model": model,
            "messages": messages,
            _LATER_CAP if _CAP in refused else _CAP: prompt.max_output_tokens,
            "stream": stream,
        }
        wanted = self._options(prompt, stream=stream)
        return wishes | {name: value for name, value in wanted.items() if name not in refused}

    def lose(self, asked: Mapping[str, Any], complaint: str) -> bool:
        """Whether `complaint` is about something that `asked` can do without: then what
        is asked from now on does."""
        if _CAP in asked and _WANTS_LATER_CAP in complaint.casefold():
            option = _CAP
        else:
            named = (name for name in _DISPENSABLE if name in asked and name in complaint)
            option = next(named, "")
        if not option:
            return False
        log.info("a model refuses an option", extra={"model": asked["model"], "option": option})
        if len(self._refused) >= _MAX_REFUSALS:
            self._refused.clear()
        self._refused.add((asked["model"], option))
        return True

    def _options(self, prompt: Prompt, *, stream: bool) -> dict[str, Any]:
        options: dict[str, Any] = {}
        if stream:
            options["stream_options"] = {"include_usage": True}
        effort = self._endpoint.effort
        if manner := prompt.manner:
            if manner.temperature is not None:
                options["temperature"] = manner.temperature
            if manner.thinking != "auto":
                effort = manner.thinking
        if effort:
            options["reasoning_effort"] = effort
        return options
