"""Chatterbox as June's voice. The networks' libraries are imported as it loads."""

from __future__ import annotations

import logging
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from typing import TYPE_CHECKING

from june_runtime.condition import Condition
from june_runtime.errors import JuneError, Unavailable
from june_runtime.offload import Worker
from june_runtime.rounds import Rounds
from june_tts.engine import Sentence, Speech, Voice
from june_tts.engines.chatterbox.glances import Glances
from june_tts.neural import Neural
from june_tts.pace import Pace

if TYPE_CHECKING:
    from june_tts.engines.chatterbox.assembly import Assembly
    from june_tts.engines.chatterbox.speaking import Order

log = logging.getLogger(__name__)

SAMPLE_RATE = 24_000
# The most audio in one Speech: late chunks are seconds long.
PIECE = SAMPLE_RATE // 5


class ChatterboxEngine:
    """See the package. Nothing of a sentence is shared with another one."""

    name = "chatterbox"
    sample_rate = SAMPLE_RATE
    imitates = True

    def __init__(self, neural: Neural) -> None:
        self._neural = neural
        self.condition = Condition()
        self._listener: Worker | None = None
        self._assembly: Assembly | None = None
        self._rounds: Rounds[Order, Speech] | None = None
        self._glances = Glances(self._look)

    @property
    def voices(self) -> Sequence[Voice]:
        return self._assembly.voices if self._assembly else ()

    @property
    def default_voice(self) -> str:
        return self.voices[0].name

    @property
    def busy(self) -> tuple[int, int]:
        """Sentences being made or waiting, and rows that are free."""
        server = self._assembly.server if self._assembly else None
        return (server.served, server.free_rows) if server else (0, 0)

    async def load(self) -> None:
        """Loads the model, finds the voices and says something before anyone asks.

        Raises:
            SettingsError: see Assembly.
        """
        # On one thread what listens to voices, on another one what speaks.
        self._listener = Worker("chatterbox-listener")
        assembly = await self._listener.run(lambda: _assembled(self._neural, self.condition))
        self._assembly = assembly
        self._rounds = Rounds("chatterbox", assembly.server, self.condition)
        await self._rounds.run(assembly.server.warm)
        voice = assembly.voices[0]
        async for _ in self.synthesize(Sentence("Ready.", voice, voice.languages[0])):
            pass
        log.info("voice ready", extra={"variant": assembly.variant})

    async def refresh(self) -> None:
        """See Refreshing."""
        if self._neural.voices is not None:
            await self._glances.ask()

    async def _look(self) -> None:
        if self._listener is not None and self._assembly is not None:
            await self._listener.run(self._assembly.look)

    async def synthesize(self, sentence: Sentence) -> AsyncGenerator[Speech, None]:
        rounds, assembly, listener = self._rounds, self._assembly, self._listener
        if rounds is None or assembly is None or listener is None:
            raise Unavailable("ENGINE_CLOSED", "the engine is not loaded")
        order = assembly.ready(sentence)
        if order is None:
            order = await self._listened(listener, lambda: assembly.order(sentence))
        pace = Pace(sentence.speaking_rate, SAMPLE_RATE)
        async with aclosing(rounds.serve(order)) as speeches:
            async for speech in speeches:
                for piece in in_pieces(speech):
                    # The model's, and so the watermark's, is done: this is cheap enough
                    # for the event loop, a piece at a time.
                    if (paced := pace.push(piece)) is not None:
                        yield paced
        if (rest := pace.finish()) is not None:
            yield rest

    async def _listened(self, listener: Worker, listen: Callable[[], Order]) -> Order:
        try:
            return await listener.run(listen)
        except JuneError:
            raise
        except Exception as error:
            self.condition.refused(error)
            raise

    async def close(self) -> None:
        for part in (self._rounds, self._listener):
            if part is not None:
                await part.close()


def _assembled(neural: Neural, condition: Condition) -> Assembly:
    from june_tts.engines.chatterbox.assembly import Assembly

    return Assembly(neural, condition)


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
