"""An engine for tests and benches: tones on time, at next to no cost.

How long it thinks and how fast it then speaks are given, and awaited with
`asyncio.sleep`, so that it works on virtual time. What it says is a tone whose
length and pitch follow from the words alone.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from functools import lru_cache

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from june_runtime.condition import Condition
from june_runtime.errors import AtCapacity, SettingsError, Unavailable
from june_runtime.pcm import Samples
from june_tts.engine import Sentence, Speech, SpokenWord, Voice

_WORD = re.compile(r"\S+")
# Of a word's audio this much is tone; the rest parts it from the next one.
_SOUNDING = 0.8
_PITCHES = (180.0, 220.0, 260.0, 300.0, 340.0)


class Script(BaseModel):
    """How the scripted engine behaves; JUNE_TTS_SCRIPT holds one as JSON.

    Attributes:
        first_audio_ms: from a sentence's start to its first audio.
        speed: seconds of audio made in a second after that; 0 makes all at once.
        word_ms: audio of one word.
        piece_ms: audio of one Speech.
        limit: sentences at once; AT_CAPACITY beyond; 0 is no limit.
        fail_on: a sentence with this in it fails when half of it is made; empty: none.
        break_on: likewise fails, and the engine with it, for good.
        truncate_on: likewise stops there.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    first_audio_ms: float = Field(200, ge=0)
    speed: float = Field(20, ge=0)
    word_ms: int = Field(350, ge=1, le=10_000)
    piece_ms: int = Field(40, ge=1, le=10_000)
    sample_rate: int = Field(24_000, ge=8_000, le=48_000)
    limit: int = Field(0, ge=0)
    fail_on: str = ""
    break_on: str = ""
    truncate_on: str = ""


def read_script(text: str) -> Script:
    """The script in `text`, which is JSON; the usual one where it is empty.

    Raises:
        SettingsError: SCRIPT_INVALID, naming every fault.
    """
    try:
        return Script.model_validate_json(text or "{}")
    except ValidationError as invalid:
        faults = "; ".join(
            f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in invalid.errors()
        )
        raise SettingsError("SCRIPT_INVALID", f"JUNE_TTS_SCRIPT is wrong: {faults}") from invalid


class ScriptedEngine:
    """See the module. `speaking` counts the sentences that are being made."""

    name = "scripted"
    default_voice = "tone"
    imitates = True

    def __init__(self, script: Script | None = None) -> None:
        self.script = script or Script()
        self.speaking = 0
        self.condition = Condition()

    @property
    def sample_rate(self) -> int:
        return self.script.sample_rate

    @property
    def voices(self) -> Sequence[Voice]:
        rate = self.script.sample_rate
        return (
            Voice("tone", ("en-US", "de-DE", "fr-FR"), "A tone for each word", rate),
            Voice("high", ("en-GB",), "The same, an octave up", rate),
        )

    async def load(self) -> None:
        """Nothing to load."""

    async def close(self) -> None:
        """Nothing to free."""

    async def synthesize(self, sentence: Sentence) -> AsyncGenerator[Speech, None]:
        script = self.script
        if self.condition.lost:
            raise Unavailable("ENGINE_FAILED", "the script says so, for good")
        if script.limit and self.speaking >= script.limit:
            raise AtCapacity("AT_CAPACITY", "the engine is full; try again", retry_after=0.1)
        self.speaking += 1
        try:
            await asyncio.sleep(script.first_audio_ms / 1_000)
            async with aclosing(self._speak(sentence)) as speeches:
                async for speech in speeches:
                    yield speech
        finally:
            self.speaking -= 1

    async def _speak(self, sentence: Sentence) -> AsyncGenerator[Speech, None]:
        script = self.script
        audio, words = self._audio(sentence)
        piece = script.piece_ms * script.sample_rate // 1_000
        fails, breaks, stops = (
            bool(marker) and marker in sentence.text
            for marker in (script.fail_on, script.break_on, script.truncate_on)
        )
        started = asyncio.get_running_loop().time()
        for at in range(0, len(audio), piece):
            halfway = at * 2 >= len(audio)
            if breaks and halfway:
                self.condition.lose()
            if (fails or breaks) and halfway:
                raise Unavailable("ENGINE_FAILED", "the script says so", retry_after=1.0)
            truncated = stops and halfway
            yield Speech(audio[at : at + piece], words if at == 0 else (), truncated)
            if truncated:
                return
            if script.speed:
                made = min(at + piece, len(audio)) / script.sample_rate
                loop = asyncio.get_running_loop()
                await asyncio.sleep(max(0.0, started + made / script.speed - loop.time()))

    def _audio(self, sentence: Sentence) -> tuple[Samples, tuple[SpokenWord, ...]]:
        rate = self.script.sample_rate
        length = round(self.script.word_ms * rate / 1_000 / sentence.speaking_rate)
        octave = 2.0 if sentence.voice.name == "high" else 1.0
        tones: list[Samples] = []
        words: list[SpokenWord] = []
        for number, found in enumerate(_WORD.finditer(sentence.text)):
            pitch = _PITCHES[(len(found[0]) + (sentence.seed or 0)) % len(_PITCHES)] * octave
            tones.append(_tone(pitch, length, rate))
            start = number * length
            words.append(
                SpokenWord(found.start(), found.end(), start, start + round(length * _SOUNDING))
            )
        return np.concatenate(tones or [np.zeros(0, np.float32)]), tuple(words)


@lru_cache(maxsize=64)
def _tone(pitch: float, length: int, rate: int) -> Samples:
    sounding = round(length * _SOUNDING)
    tone = np.zeros(length, np.float32)
    times = np.arange(sounding, dtype=np.float32) / rate
    tone[:sounding] = 0.3 * np.sin(2 * np.pi * pitch * times)
    tone.flags.writeable = False  # shared by every sentence
    return tone
