"""Whisper for many streams: each has its utterance, all share one model.

The streams' pieces gather while a batch is decoded; the next batch is chosen out of
all that wait. A stream asks for one caption at a time, so that where the model cannot
keep up captions come less often, while nothing is lost and final words go first.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from june_runtime.batcher import Batcher
from june_runtime.condition import Condition, lost_for_good
from june_runtime.errors import AtCapacity, Unavailable
from june_runtime.offload import Worker
from june_runtime.pcm import Samples
from june_stt.engine import Hypothesis, SttOptions
from june_stt.engines.whisper.device import chosen_device
from june_stt.engines.whisper.heard import Heard, Hint
from june_stt.engines.whisper.load import Load
from june_stt.engines.whisper.model import WhisperModel
from june_stt.engines.whisper.queue import Order
from june_stt.engines.whisper.work import Decoded, Piece

log = logging.getLogger(__name__)

# Rows of a batch: more make each stream wait longer for its caption than they save.
CPU_ROWS, GPU_ROWS = 8, 32
# Streams that are held at most; how many are heard well is for Load to say.
MAX_STREAMS = 512
# A caption that is not there by then is of no use, and the next audio waits for it.
STALE_SECONDS = 1.0
# Hotwords and the turn before are hints: so many characters of each do.
MAX_HINT = 400


class WhisperEngine:
    """See the module.

    Args:
        folder: of the model.
        kind, compute_type, threads: see device.chosen_device.
        rows: of a batch; 0 takes what suits the device.
        late: seconds; where captions take longer of late nobody is taken in; 0: never.
    """

    name = "whisper"
    capacity = MAX_STREAMS
    # A window of voice activity: a caption that had to wait for another stream's is
    # asked for as soon as there is something new to hear.
    feed_ms = 32

    def __init__(
        self,
        folder: Path,
        *,
        kind: str = "auto",
        compute_type: str = "auto",
        threads: int = 0,
        rows: int = 0,
        late: float = 0.0,
    ) -> None:
        self._folder = folder
        self._device = chosen_device(kind, compute_type, threads)
        order = Order(rows or (GPU_ROWS if self._device.kind == "cuda" else CPU_ROWS))
        self.condition = Condition()
        self._batcher = Batcher[Piece, Decoded | None](
            "whisper", self._decode, order.choose, self.condition
        )
        self._model: WhisperModel | None = None
        self.load_of_late = Load(late)
        self.open_streams = 0
        self.languages: Sequence[str] = ()

    async def load(self) -> None:
        worker = Worker("whisper-load")
        try:
            model = await worker.run(partial(WhisperModel, self._folder, self._device))
            await worker.run(model.warm)
        finally:
            await worker.close()
        self._model = model
        self.languages = tuple(sorted(model.tokens.languages))
        log.info(
            "whisper is loaded",
            extra={
                "model": self._folder.name,
                "device": self._device.kind,
                "compute_type": self._device.compute_type,
            },
        )

    def check_room(self) -> None:
        if self.load_of_late.too_high(asyncio.get_running_loop().time()):
            raise AtCapacity(
                "AT_CAPACITY", "captions already come late; try another replica", retry_after=1.0
            )

    async def open(self, options: SttOptions) -> WhisperSession:
        assert self._model is not None
        if self.open_streams >= self.capacity:
            raise AtCapacity("AT_CAPACITY", "every place is taken", retry_after=1.0)
        self.open_streams += 1
        return WhisperSession(self, self._model, options)

    async def close(self) -> None:
        await self._batcher.close()

    def ask(self, piece: Piece) -> asyncio.Future[Decoded | None]:
        """What it says, in time; whoever asked may set it to None in the meantime."""
        return self._batcher.submit(piece)

    def _decode(self, pieces: Sequence[Piece]) -> Sequence[Decoded]:
        assert self._model is not None
        if self.condition.lost:
            raise lost_for_good()
        try:
            decoded = self._model.decode(pieces)
        except Unavailable as failed:
            # CTranslate2 raises ValueError for what it is asked.
            asked = isinstance(failed.__cause__, ValueError)
            if (self.condition.refused if asked else self.condition.failed)(failed):
                log.exception("the engine failed for good")
            raise
        # Without words the model may not have been asked.
        if any(answer.text for answer in decoded):
            self.condition.succeeded()
        return decoded


class WhisperSession:
    """One stream's ear."""

    def __init__(self, engine: WhisperEngine, model: WhisperModel, options: SttOptions) -> None:
        self._engine = engine
        self._model = model
        self._options = options
        self._hotwords = model.tokens.before(", ".join(options.hotwords)[:MAX_HINT])
        self._said_before = ""
        self._said = ""
        # Where each part begins, and what it says. Their audio is not kept.
        self._parts: list[tuple[int, asyncio.Future[Decoded | None]]] = []
        self._caption: asyncio.Future[Decoded | None] | None = None
        self._hurried = False
        self._heard = self._listen()

    def hurry(self) -> None:
        """See SttSession."""
        self._hurried = True
        self._give_up_caption()

    async def push(self, samples: Samples) -> Hypothesis | None:
        for part in self._heard.push(samples):
            self._parts.append((part.start, self._engine.ask(part)))
        piece = None if self._hurried else self._heard.due()
        if piece is None:
            return None
        now = asyncio.get_running_loop().time
        began = now()
        self._caption = self._engine.ask(piece)
        await asyncio.wait({self._caption}, timeout=STALE_SECONDS)
        self._engine.load_of_late.note(now(), now() - began)
        self._give_up_caption()
        decoded = await self._caption
        if decoded is None or decoded.stammered:
            return None
        return self._heard.captioned(piece, decoded)

    async def finish(self) -> Hypothesis:
        self._hurried = False
        rest = self._heard.rest()
        asked = [*self._parts, (rest.start, self._engine.ask(rest))]
        answers = [(start, await future) for start, future in asked]
        hypothesis = self._heard.concluded(
            [(start, decoded) for start, decoded in answers if decoded is not None]
        )
        self._said = hypothesis.text
        return hypothesis

    async def reset(self) -> None:
        self._drop()
        if self._said:
            self._said_before, self._said = self._said, ""
        self._heard = self._listen()

    async def close(self) -> None:
        self._drop()
        self._engine.open_streams -= 1

    def _listen(self) -> Heard:
        hint = Hint(self._options.language, self._hotwords)
        final_prompt: tuple[int, ...] = ()
        if self._options.previous_turn and self._said_before:
            words = (
                f"{', '.join(self._options.hotwords)[:MAX_HINT]} {self._said_before[-MAX_HINT:]}"
            )
            final_prompt = self._model.tokens.before(words)
        return Heard(self._model.filters, hint, final_prompt)

    def _give_up_caption(self) -> None:
        if self._caption is not None and not self._caption.done():
            self._caption.set_result(None)

    def _drop(self) -> None:
        for _, future in self._parts:
            future.cancel()
        self._parts.clear()
        if self._caption is not None:
            self._caption.cancel()
        self._hurried = False
