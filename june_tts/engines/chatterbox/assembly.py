"""A checkpoint put together into what speaks: networks, voices, the server of both."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping

from june_runtime.condition import Condition
from june_runtime.errors import InvalidInput, SettingsError
from june_tts.engine import Reference, Sentence, Voice
from june_tts.engines.chatterbox.likeness import Likeness, check, likeness
from june_tts.engines.chatterbox.model import Model, load_model
from june_tts.engines.chatterbox.schedule import Limits
from june_tts.engines.chatterbox.server import Parts, Server
from june_tts.engines.chatterbox.speaking import Order
from june_tts.engines.chatterbox.tokens import TokenLoop
from june_tts.engines.chatterbox.vocoder.vocoder import Vocoder
from june_tts.engines.chatterbox.voice_folder import VoiceFolder
from june_tts.engines.chatterbox.voice_store import (
    OWN,
    SAMPLE_RATE,
    Cache,
    Recorded,
    digest,
    read,
)
from june_tts.neural import Neural

log = logging.getLogger(__name__)

# Voices whose conditionals are kept, some 1 MB each.
VOICES_KEPT = 64
# Prompt and speech tokens of one clause; see variants.longest and guard.bounds.
CONTEXT = 1_024


class Assembly:
    """See the module. Blocking: seconds to make. Its voices are for one thread, but for
    `voices` and `ready`.

    Attributes:
        voices: the model's own first, if it has one.

    Raises:
        SettingsError: MODEL_MISSING and others, see load_model; WATERMARKER_MISSING;
            VOICE_MISSING, VOICE_INVALID and others, see VoiceFolder.
    """

    def __init__(self, neural: Neural, condition: Condition) -> None:
        self._model = load_model(
            neural.model, neural.models, neural.device, may_fetch=neural.may_fetch
        )
        self.server = _server(self._model, neural, condition)
        self._known: Cache[Likeness] = Cache(VOICES_KEPT)
        self._folder: VoiceFolder | None = None
        if neural.voices is not None:
            variant, languages = self._model.variant, self._model.languages
            self._folder = VoiceFolder(neural.voices, languages, lambda one: check(one, variant))
        # Replaced, never changed: another thread may be reading it.
        self._voices: Mapping[str, tuple[Voice, Recorded | Likeness]] = self._found()
        if not self._voices:
            raise SettingsError(
                "VOICE_MISSING",
                "the model brings no voice of its own (conds.pt): set JUNE_TTS_VOICES_FOLDER to "
                "a folder with a recording of some seconds, NAME.wav",
            )

    @property
    def voices(self) -> tuple[Voice, ...]:
        return tuple(voice for voice, _ in self._voices.values())

    @property
    def variant(self) -> str:
        return self._model.variant.name

    def ready(self, sentence: Sentence) -> Order | None:
        """The sentence with its voice, if that needs no listening."""
        _, found = self._voices.get(sentence.voice.name, (None, None))
        if sentence.reference is None and isinstance(found, Likeness):
            return Order(sentence, found)
        return None

    def order(self, sentence: Sentence) -> Order:
        """The sentence with its voice, which is listened to if it is not known.

        Raises:
            InvalidInput: VOICE_UNKNOWN, it is gone by now; see likeness.check.
        """
        return self.ready(sentence) or Order(sentence, self._heard(sentence))

    def _heard(self, sentence: Sentence) -> Likeness:
        given = sentence.reference
        if given is not None:
            return self._listened(given)
        _, found = self._voices.get(sentence.voice.name, (None, None))
        if isinstance(found, Likeness):
            return found
        if found is None:
            raise _gone(sentence.voice.name)
        if (known := self._known.find(found.digest)) is not None:
            return known
        try:
            recording = read(found.file)
        except SettingsError as lost:
            raise _gone(sentence.voice.name) from lost
        return self._listened(recording)  # under what is in the file by now

    def _listened(self, given: Reference) -> Likeness:
        key = digest(given.samples, given.sample_rate)
        return self._known.get(key, lambda: likeness(self._model, given))

    def look(self) -> None:
        """Sees which recordings are there by now."""
        if self._folder is None or not self._folder.again():
            return
        found = self._found()
        if found:
            self._voices = found
        else:
            log.warning("no voice is left: the last ones stay as far as they are known")

    def _found(self) -> dict[str, tuple[Voice, Recorded | Likeness]]:
        found: dict[str, tuple[Voice, Recorded | Likeness]] = {}
        if self._model.own_voice is not None:
            own = Voice(OWN, self._model.languages, "The model's own", SAMPLE_RATE)
            found[OWN] = own, self._model.own_voice
        for one in self._folder.voices if self._folder else ():
            found[one.voice.name] = one.voice, one
        return found


def _gone(name: str) -> InvalidInput:
    fault = f"{name!r} is gone; ListVoices shows which voices there are"
    return InvalidInput.of({"config.voice": fault}, "VOICE_UNKNOWN")


def _server(model: Model, neural: Neural, condition: Condition) -> Server:
    device, dtype = model.device, model.dtype
    loop = TokenLoop(
        model.t3, max_rows=neural.rows, max_context=CONTEXT, device=device, dtype=dtype
    )
    vocoder = Vocoder(model.s3gen, device=device, dtype=dtype)
    limits = Limits(neural.waiting, neural.waiting_seconds)
    parts = Parts(loop, vocoder, model.reader, model.variant)
    return Server(parts, limits, time.monotonic, condition)
