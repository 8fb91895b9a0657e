"""A checkpoint put together into what speaks: networks, voices, the server of both."""

from __future__ import annotations

import time

from june_runtime.condition import Condition
from june_runtime.errors import SettingsError
from june_tts.engine import Reference, Sentence, Voice
from june_tts.engines.chatterbox.likeness import Likeness, likeness
from june_tts.engines.chatterbox.model import Model, load_model
from june_tts.engines.chatterbox.schedule import Limits
from june_tts.engines.chatterbox.server import Parts, Server
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

# Voices whose conditionals are kept, some 1 MB each.
VOICES_KEPT = 64
# Prompt and speech tokens of one clause; see variants.longest and guard.bounds.
CONTEXT = 1_024


class Assembly:
    """See the module. Blocking: seconds to make. Its voices are for one thread.

    Attributes:
        voices: the model's own first, if it has one.

    Raises:
        SettingsError: MODEL_MISSING and others, see load_model; WATERMARKER_MISSING;
            VOICE_MISSING, VOICE_INVALID and others, see voice_store.
    """

    def __init__(self, neural: Neural, condition: Condition) -> None:
        self._model = load_model(
            neural.model, neural.models, neural.device, may_fetch=neural.may_fetch
        )
        self.server = _server(self._model, neural, condition)
        self._voices: dict[str, Recorded | Likeness] = {}
        self._known: Cache[Likeness] = Cache(VOICES_KEPT)
        self.voices = self._found(neural)

    @property
    def variant(self) -> str:
        return self._model.variant.name

    def ready(self, sentence: Sentence) -> Order | None:
        """The sentence with its voice, if that needs no listening."""
        voice = self._voices[sentence.voice.name]
        if sentence.reference is None and isinstance(voice, Likeness):
            return Order(sentence, voice)
        return None

    def order(self, sentence: Sentence) -> Order:
        """The sentence with its voice, which is listened to if it is not known.

        Raises:
            InvalidInput: see likeness.check.
        """
        return self.ready(sentence) or Order(sentence, self._heard(sentence))

    def _heard(self, sentence: Sentence) -> Likeness:
        given = sentence.reference
        if given is not None:
            return self._listened(given)
        voice = self._voices[sentence.voice.name]
        assert isinstance(voice, Recorded)
        file = voice.file
        return self._known.get(str(file), lambda: likeness(self._model, read(file)))

    def _listened(self, given: Reference) -> Likeness:
        key = digest(given.samples, given.sample_rate)
        return self._known.get(key, lambda: likeness(self._model, given))

    def _found(self, neural: Neural) -> tuple[Voice, ...]:
        told: dict[str, Voice] = {}
        if self._model.own_voice is not None:
            self._voices[OWN] = self._model.own_voice
            told[OWN] = Voice(OWN, self._model.languages, "The model's own", SAMPLE_RATE)
        if neural.voices is not None:
            for one in recorded(neural.voices, self._model.languages):
                self._voices[one.voice.name] = one
                told[one.voice.name] = one.voice
        if not told:
            raise SettingsError(
                "VOICE_MISSING",
                "the model brings no voice of its own (conds.pt): set JUNE_TTS_VOICES_FOLDER to "
                "a folder with a recording of some seconds, NAME.wav",
            )
        return tuple(told.values())


def _server(model: Model, neural: Neural, condition: Condition) -> Server:
    device, dtype = model.device, model.dtype
    loop = TokenLoop(
        model.t3, max_rows=neural.rows, max_context=CONTEXT, device=device, dtype=dtype
    )
    vocoder = Vocoder(model.s3gen, device=device, dtype=dtype)
    limits = Limits(neural.waiting, neural.waiting_seconds)
    parts = Parts(loop, vocoder, model.reader, model.variant)
    return Server(parts, limits, time.monotonic, condition)
