"""A recogniser that hears what it was told to. For tests and benches."""

from __future__ import annotations

import asyncio

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from june_runtime.condition import Condition
from june_runtime.errors import AtCapacity, SettingsError, Unavailable
from june_runtime.pcm import Samples
from june_stt.engine import RATE, HeardWord, Hypothesis, SttOptions

# A speaker's usual pace; see SttScript.word_ms.
_WORD_MS = 300.0
# A sample louder than this is part of the speech.
_AUDIBLE = 0.01


class SttScript(BaseModel):
    """What to hear and how fast. The n-th utterance of a stream gets the n-th text.

    `word_ms` is the length of each word: word k is taken to end (k + 1) * word_ms
    after the utterance's first audible sample and becomes visible `word_visible_ms`
    of audio later, and takes `partial_ms` to be found out unless it is hurried; `finish`
    knows all of them, and takes `final_ms`. `fail_after` makes every push after so many
    fail. `languages` gives the n-th utterance's language and its probability, where no
    language is asked for; "en" for sure where it is empty.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    utterances: tuple[str, ...] = ("what's the weather like",)
    languages: tuple[tuple[str, float], ...] = ()
    word_ms: float = Field(_WORD_MS, gt=0)
    word_visible_ms: float = Field(150.0, ge=0)
    partial_ms: float = Field(0.0, ge=0)
    final_ms: float = Field(100.0, ge=0)
    capacity: int = Field(1_000, ge=1)
    fail_after: int | None = None


def read_script(text: str) -> SttScript:
    """A script from JSON; the default one where there is no text. Raises SettingsError."""
    try:
        return SttScript.model_validate_json(text or "{}")
    except ValidationError as invalid:
        raise SettingsError(
            "ENGINE_SCRIPT", f"the engine's script is wrong: {invalid}"
        ) from invalid


class ScriptedEngine:
    """Any number of streams, each hearing the script from its start."""

    name = "scripted"
    languages = ("en", "de")
    feed_ms = 96

    def __init__(self, script: SttScript) -> None:
        self._script = script
        self.capacity = script.capacity
        self.condition = Condition()
        self.open_streams = 0

    async def load(self) -> None:
        return

    def check_room(self) -> None:
        """`open` knows."""

    async def open(self, options: SttOptions) -> ScriptedSession:
        if self.open_streams >= self.capacity:
            raise AtCapacity("AT_CAPACITY", "every stream of the script is taken", retry_after=1.0)
        self.open_streams += 1
        return ScriptedSession(self, self._script, options)

    async def close(self) -> None:
        return


class ScriptedSession:
    def __init__(self, engine: ScriptedEngine, script: SttScript, options: SttOptions) -> None:
        self._engine = engine
        self._script = script
        self._asked_language = options.language
        self._utterance = 0
        self._samples = 0
        self._onset: int | None = None
        self._pushes = 0
        self._hurried = asyncio.Event()

    async def push(self, samples: Samples) -> Hypothesis | None:
        self._pushes += 1
        if self._script.fail_after is not None and self._pushes > self._script.fail_after:
            raise Unavailable("ENGINE_FAILED", "the script says so")
        if self._onset is None and (audible := np.abs(samples) > _AUDIBLE).any():
            self._onset = self._samples + int(audible.argmax())
        self._samples += len(samples)
        if self._script.partial_ms and await self._is_hurried(self._script.partial_ms / 1000):
            return None
        if self._onset is None:
            return self._hypothesis(0)
        heard_ms = (self._samples - self._onset) * 1000 / RATE - self._script.word_visible_ms
        return self._hypothesis(int(heard_ms // self._script.word_ms))

    def hurry(self) -> None:
        self._hurried.set()

    async def finish(self) -> Hypothesis:
        self._hurried.clear()
        if self._script.final_ms:
            await asyncio.sleep(self._script.final_ms / 1000)
        return self._hypothesis(len(self._words()))

    async def reset(self) -> None:
        if self._samples:
            self._utterance += 1
        self._samples = 0
        self._onset = None

    async def close(self) -> None:
        self._engine.open_streams -= 1

    async def _is_hurried(self, seconds: float) -> bool:
        try:
            async with asyncio.timeout(seconds):
                return await self._hurried.wait()
        except TimeoutError:
            return False

    def _language(self) -> tuple[str, float]:
        """The utterance's language and how likely it is."""
        languages = self._script.languages
        if self._asked_language or not languages:
            return self._asked_language or "en", 1.0
        return languages[self._utterance % len(languages)]

    def _words(self) -> list[str]:
        utterances = self._script.utterances
        return utterances[self._utterance % len(utterances)].split()

    def _hypothesis(self, count: int) -> Hypothesis:
        words = self._words()[: max(0, count)]
        each = int(self._script.word_ms * RATE / 1000)
        heard = [
            HeardWord(word, place * each, (place + 1) * each, 1.0)
            for place, word in enumerate(words)
        ]
        return Hypothesis(" ".join(words), heard, *self._language())
