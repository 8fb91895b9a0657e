"""Chatterbox as June's voice."""

from __future__ import annotations

import logging
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing

from june_runtime.errors import SettingsError, Unavailable
from june_runtime.offload import Worker
from june_runtime.rounds import Rounds
from june_tts.engine import Reference, Sentence, Speech, Voice
from june_tts.engines.chatterbox.likeness import Likeness, likeness
from june_tts.engines.chatterbox.model import Model, load_model
from june_tts.engines.chatterbox.schedule import Limits
from june_tts.engines.chatterbox.server import Server
from june_tts.engines.chatterbox.speaking import Order
from june_tts.engines.chatterbox.tokens import TokenLoop
from june_tts.engines.chatterbox.vocoder.vocoder import Vocoder
from june_tts.engines.chatterbox.voice_store import (
    OWN,
    SAMPLE_RATE,
    Cache,
    Recorded,
    digest,
    read,
    recorded,
)
from june_tts.neural import Neural

log = logging.getLogger(__name__)

# Voices whose conditionals are kept, some 1 MB each.
VOICES_KEPT = 64
# Prompt and speech tokens of one clause; see variants.longest and guard.bounds.
CONTEXT = 1_024
# The most audio in one Speech: late chunks are seconds long.
PIECE = SAMPLE_RATE // 5


class ChatterboxEngine:
    """See the package. Nothing of a sentence is shared with another one."""

    name = "chatterbox"
    sample_rate = SAMPLE_RATE
    imitates = True

    def __init__(self, neural: Neural) -> None:
        self._neural = neural
        self._voices: dict[str, Recorded | Likeness] = {}
        self._told: tuple[Voice, ...] = ()
        self._known: Cache[Likeness] = Cache(VOICES_KEPT)
        self._listener: Worker | None = None
        self._model: Model | None = None
        self._server: Server | None = None
        self._rounds: Rounds[Order, Speech] | None = None

    @property
    def voices(self) -> Sequence[Voice]:
        return self._told

    @property
    def default_voice(self) -> str:
        return self._told[0].name if self._told else OWN

    @property
    def busy(self) -> tuple[int, int]:
        """Sentences being made or waiting, and rows that are free."""
        return (self._server.served, self._server.free_rows) if self._server else (0, 0)

    async def load(self) -> None:
        """Loads the model, hears the voices and says something before anyone asks.

        Raises:
            SettingsError: MODEL_MISSING and others, see load_model; WATERMARKER_MISSING;
                VOICE_MISSING, VOICE_INVALID and others, see voice_store.
        """
        self._listener = Worker("chatterbox-listener")
        model = await self._listener.run(
            lambda: load_model(self._neural.model, self._neural.models, self._neural.device)
        )
        self._model = model
        self._find_voices(model)
        server = await self._listener.run(lambda: self._build(model))
        self._server = server
        self._rounds = Rounds("chatterbox", server)
        await self._rounds.run(server.warm)
        for voice in self._told[:1]:
            async for _ in self.synthesize(Sentence("Ready.", voice, voice.languages[0])):
                pass
        log.info(
            "voice ready",
            extra={"variant": model.variant.name, "device": str(model.device)},
        )

    async def synthesize(self, sentence: Sentence) -> AsyncGenerator[Speech, None]:
        rounds = self._rounds
        if rounds is None:
            raise Unavailable("ENGINE_CLOSED", "the engine is not loaded")
        order = Order(sentence, await self._likeness(sentence))
        async with aclosing(rounds.serve(order)) as speeches:
            async for speech in speeches:
                for piece in in_pieces(speech):
                    yield piece

    async def close(self) -> None:
        for part in (self._rounds, self._listener):
            if part is not None:
                await part.close()

    def _build(self, model: Model) -> Server:
        neural, device, dtype = self._neural, model.device, model.dtype
        loop = TokenLoop(
            model.t3, max_rows=neural.rows, max_context=CONTEXT, device=device, dtype=dtype
        )
        vocoder = Vocoder(model.s3gen, device=device, dtype=dtype)
        limits = Limits(neural.waiting, neural.waiting_seconds)
        return Server(loop, vocoder, model.reader, model.variant, limits, time.monotonic)

    def _find_voices(self, model: Model) -> None:
        told: list[Voice] = []
        if model.own_voice is not None:
            self._voices[OWN] = model.own_voice
            told.append(Voice(OWN, model.languages, "The model's own", SAMPLE_RATE))
        if self._neural.voices is not None:
            for one in recorded(self._neural.voices, model.languages):
                self._voices[one.voice.name] = one
                told = [*(voice for voice in told if voice.name != one.voice.name), one.voice]
        if not told:
            raise SettingsError(
                "VOICE_MISSING",
                "the model brings no voice of its own (conds.pt): set JUNE_TTS_VOICES_FOLDER to "
                "a folder with a recording of some seconds, NAME.wav",
            )
        self._told = tuple(told)

    async def _likeness(self, sentence: Sentence) -> Likeness:
        """The voice of a sentence, heard once and then known.

        Raises:
            InvalidInput: see likeness.check.
        """
        voice = self._voices[sentence.voice.name]
        if sentence.reference is None and isinstance(voice, Likeness):
            return voice
        assert self._listener is not None
        return await self._listener.run(lambda: self._heard(sentence.reference, voice))

    def _heard(self, reference: Reference | None, voice: Recorded | Likeness) -> Likeness:
        """On the listener's thread."""
        if reference is None:
            assert isinstance(voice, Recorded)
            file = voice.file
            return self._known.get(str(file), lambda: likeness(self._model, read(file)))
        given = reference
        key = digest(given.samples, given.sample_rate)
        return self._known.get(key, lambda: likeness(self._model, given))


def in_pieces(speech: Speech) -> list[Speech]:
    """The speech cut to size; its words come with the first piece, its end with the last."""
    samples = speech.samples
    starts = range(0, len(samples), PIECE) or range(1)
    return [
        Speech(
            samples[start : start + PIECE],
            speech.words if start == 0 else (),
            speech.truncated and start == starts[-1],
        )
        for start in starts
    ]
