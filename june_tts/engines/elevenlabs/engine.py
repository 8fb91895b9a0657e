"""ElevenLabs as an engine: what a sentence asks for, and what comes of it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing

from june_runtime.condition import Condition
from june_runtime.errors import InvalidInput, JuneError, SettingsError
from june_runtime.pcm import AudioFormat, decode
from june_tts.engine import Sentence, Speech, Voice
from june_tts.engines.elevenlabs import failures
from june_tts.engines.elevenlabs.context import Context
from june_tts.engines.elevenlabs.failures import Lost
from june_tts.engines.elevenlabs.options import ElevenLabsOptions
from june_tts.engines.elevenlabs.pool import Pool
from june_tts.engines.elevenlabs.wire import FASTEST, SAMPLE_RATE, SLOWEST, Route
from june_tts.engines.elevenlabs.words import Words

log = logging.getLogger(__name__)

# What Flash v2.5 speaks, whatever the voice, as its model page lists it.
LANGUAGES = (
    "en", "ar", "bg", "cs", "da", "de", "el", "es", "fi", "fil", "fr", "hi", "hr", "hu", "id",
    "it", "ja", "ko", "ms", "nl", "no", "pl", "pt", "ro", "ru", "sk", "sv", "ta", "tr", "uk",
    "vi", "zh",
)  # fmt: skip
DEFAULT_SEED = 1
_SEEDS = 1 << 32
_PCM = AudioFormat(sample_rate=SAMPLE_RATE)
# What no later attempt mends.
_SETTINGS = ("ENGINE_KEY_REFUSED", "VOICE_UNKNOWN")
_ATTEMPTS = 2


class ElevenLabsEngine:
    """The voices that are named in the settings, at 24 kHz.

    The tempo goes from 0.7 to 1.2 and stops there. A seed makes audio the same again
    mostly, not always. Expression and guidance are none of its business.
    """

    name = "elevenlabs"
    sample_rate = SAMPLE_RATE
    imitates = False

    def __init__(self, options: ElevenLabsOptions) -> None:
        self._options = options
        self.condition = Condition()  # what fails far away may work again
        self._pool: Pool | None = None
        self.default_voice = next(iter(options.voices))

    @property
    def voices(self) -> Sequence[Voice]:
        about = f"ElevenLabs, {self._options.model}"
        return [Voice(name, LANGUAGES, about, SAMPLE_RATE) for name in self._options.voices]

    async def load(self) -> None:
        """Opens the default voice's socket.

        Raises:
            SettingsError: ENGINE_KEY_REFUSED or VOICE_UNKNOWN, where that is told at
                once. Whatever else goes wrong may pass.
        """
        assert self._pool is None
        voice = next(iter(self.voices))
        self._pool = Pool(self._options, self._route(Sentence("", voice)))
        refusal = await self._pool.refusal()
        if refusal is not None and refusal.reason in _SETTINGS:
            raise SettingsError(refusal.reason, refusal.message)
        if refusal is not None:
            log.warning("ElevenLabs is not ready", extra={"reason": refusal.reason})

    async def close(self) -> None:
        if self._pool is not None:
            await self._pool.close()

    async def synthesize(self, sentence: Sentence) -> AsyncGenerator[Speech, None]:
        if not any(map(str.isalnum, sentence.text)):
            raise _nothing_to_say()
        heard = False
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                async with aclosing(self._attempt(sentence)) as speeches:
                    async for speech in speeches:
                        heard = True
                        yield speech
            except Lost:
                # What was heard once must not be heard again.
                if heard or attempt == _ATTEMPTS:
                    raise
                log.info("a sentence goes to another socket")
            else:
                return

    async def _attempt(self, sentence: Sentence) -> AsyncGenerator[Speech, None]:
        assert self._pool is not None
        socket, context = self._pool.begin(self._route(sentence), sentence.text)
        try:
            async with aclosing(self._spoken(context, sentence.text)) as speeches:
                async for speech in speeches:
                    yield speech
        except TimeoutError:
            socket.distrust()
            raise failures.silent() from None
        finally:
            socket.end(context)

    async def _spoken(self, context: Context, text: str) -> AsyncGenerator[Speech, None]:
        """Raises JuneError, or TimeoutError where nothing comes for too long."""
        words, made, odd = Words(text), 0, b""
        seconds = self._options.patience.first_audio
        while True:
            async with asyncio.timeout(seconds):
                received = await context.take()
            pcm = odd + received.pcm
            whole = len(pcm) - len(pcm) % _PCM.frame_bytes
            samples, odd = decode(pcm[:whole], _PCM), pcm[whole:]
            known = words.push(received.alignment, made) if received.alignment else ()
            known += words.finish() if received.final else ()
            made += len(samples)
            if len(samples) or known:
                yield Speech(samples, known)
                seconds = self._options.patience.next_audio
            if received.final:
                break
        if not made:
            raise _nothing_to_say()

    def _route(self, sentence: Sentence) -> Route:
        # A voice's own language is not insisted on: the text may be in another.
        asked = sentence.language.replace("_", "-").partition("-")[0].lower()
        seed = DEFAULT_SEED if sentence.seed is None else sentence.seed
        return Route(
            voice_id=self._options.voices[sentence.voice.name],
            language="" if asked == LANGUAGES[0] else asked,
            speed=min(max(sentence.speaking_rate, SLOWEST), FASTEST),
            seed=seed % _SEEDS,
        )


def _nothing_to_say() -> JuneError:
    return InvalidInput("NOTHING_TO_SAY", "there is nothing in it that can be spoken")
