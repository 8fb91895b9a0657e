"""One Synthesize stream at work: messages in, chunks out.

What happens in which order is stream.py's business; here it is done. The caller's
messages are taken while a sentence is being spoken in a task of its own, so that a
cancel is heeded at once, whatever the engine or the caller does.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import aclosing

from june_runtime.errors import InvalidInput, JuneError, TooSlow, Unavailable
from june_runtime.outbox import Outbox
from june_runtime.sessions import Session
from june_tts.config import StreamConfig, deliver
from june_tts.engine import TtsEngine, refresh
from june_tts.lane import Chunk, Lane
from june_tts.metrics import TtsMetrics
from june_tts.settings import TtsLive
from june_tts.stream import (
    Action,
    Answer,
    Configure,
    Done,
    EndReason,
    Message,
    Speak,
    Stop,
    SynthesisStream,
)
from june_tts.text import MAX_CHARACTERS, speakable

log = logging.getLogger(__name__)


class SynthesisSession:
    """See the module.

    Args:
        live: reads the service's present defaults.
        session: tells when the server is about to leave.
        outbox: where chunks go.
    """

    def __init__(
        self,
        engine: TtsEngine,
        live: Callable[[], TtsLive],
        metrics: TtsMetrics,
        session: Session,
        outbox: Outbox[Chunk],
    ) -> None:
        self._engine = engine
        self._live = live
        self._metrics = metrics
        self._session = session
        self._outbox = outbox
        self._stream: SynthesisStream[StreamConfig] = SynthesisStream(MAX_CHARACTERS)
        self._speaking: _Speaking | None = None
        self._done = asyncio.Event()
        self._now = asyncio.get_running_loop().time

    @property
    def speaking(self) -> bool:
        """Whether a sentence is being made."""
        return self._speaking is not None and not self._speaking.over

    @property
    def waiting(self) -> int:
        """Sentences that stand in line behind the one being made."""
        return self._stream.waiting

    async def run(self, messages: AsyncIterator[Message[StreamConfig]]) -> None:
        """Serves the stream until everything is answered.

        Raises:
            JuneError: what ends the stream, maybe within an ExceptionGroup.
        """
        async with asyncio.TaskGroup() as tasks:
            leaving = tasks.create_task(self._tell_leaving())
            async for message in messages:
                if isinstance(message, Configure):
                    # Refused now and not at the first sentence.
                    await refresh(self._engine)
                    deliver(message.config, self._live(), self._engine)
                await self._take(tasks, self._stream.push(message))
            await self._take(tasks, self._stream.finish(self._now()))
            await self._done.wait()
            leaving.cancel()

    async def _tell_leaving(self) -> None:
        await self._session.leaving.wait()
        left = self._session.time_left()
        await self._outbox.put(Chunk(go_away=left))
        await asyncio.sleep(left)
        raise Unavailable("DRAINING", "the server has left; connect again", retry_after=0.5)

    async def _take(
        self, tasks: asyncio.TaskGroup, actions: Sequence[Action[StreamConfig]]
    ) -> None:
        for action in actions:
            match action:
                case Speak():
                    speaking = self._speaking = _Speaking(action, self._now)
                    speaking.task = tasks.create_task(self._speak(tasks, speaking))
                case Stop():
                    if self._speaking is not None:
                        self._speaking.stop()
                case Answer():
                    await self._answer(action)
                case Done():
                    self._done.set()

    async def _answer(self, answer: Answer) -> None:
        lane = Lane(answer.sentence_id, self._now())
        await self._end(lane, lane.final(answer.reason, self._now(), error=answer.error))

    async def _speak(self, tasks: asyncio.TaskGroup, speaking: _Speaking) -> None:
        """Speaks one sentence and answers it, whatever becomes of it."""
        lane = speaking.lane
        final = await speaking.outcome(lambda: self._synthesize(speaking))
        await self._end(lane, final)
        await self._take(tasks, self._stream.answered(lane.sentence_id))

    async def _synthesize(self, speaking: _Speaking) -> Chunk:
        """Sends the sentence's audio but for its final chunk, which is returned."""
        lane, request = speaking.lane, speaking.request
        delivery = deliver(request.config, self._live(), self._engine)
        spoken = speakable(request.text, delivery.language, delivery.lexicon)
        if not spoken.says_something:
            raise InvalidInput("NOTHING_TO_SAY", "there is nothing in it that can be spoken")
        now = self._now()
        lane.begin(delivery, spoken, now)
        self._metrics.sentence_started(len(request.text), lane.ms_since_flush(now))
        truncated = False
        async with aclosing(self._engine.synthesize(delivery.sentence(spoken.text))) as speeches:
            async for speech in speeches:
                for pcm in lane.push(speech):
                    await self._send(lane, pcm)
                truncated = truncated or speech.truncated
        *rest, last = lane.finish()
        for pcm in rest:
            await self._send(lane, pcm)
        reason = EndReason.TRUNCATED if truncated else EndReason.COMPLETE
        return lane.final(reason, self._now(), last)

    async def _send(self, lane: Lane, pcm: bytes) -> None:
        first = lane.first_at is None
        chunk = lane.chunk(pcm, self._now())
        await self._outbox.put(chunk)
        lane.went(chunk)
        if first:
            self._metrics.first_audio(lane.ms_since_flush(lane.first_at))

    async def _end(self, lane: Lane, final: Chunk) -> None:
        assert final.end_reason is not None
        await self._outbox.put(final)
        lane.went(final)
        if final.error is not None:
            self._metrics.sentence_failed(final.error.reason)
        total = lane.ms_since_flush(self._now())
        self._metrics.sentence_ended(final.end_reason, lane.sent_seconds, total)
        log.debug(
            "sentence ended",
            extra={
                "sentence": lane.sentence_id,
                "reason": final.end_reason.value,
                "audio_s": round(lane.sent_seconds, 3),
                "total_ms": round(total, 1),
            },
        )


class _Speaking:
    """The sentence being spoken, and the way to stop it."""

    def __init__(self, request: Speak[StreamConfig], now: Callable[[], float]) -> None:
        self.request = request
        self.lane = Lane(request.sentence_id, request.flushed_at)
        self.task: asyncio.Task[None] | None = None
        self._now = now
        self._wanted = True
        self._running = False  # within `outcome`, where a cancel is for the sentence

    @property
    def over(self) -> bool:
        return self.task is not None and self.task.done()

    def stop(self) -> None:
        """The caller wants no more of it. Too late once its final chunk is made."""
        self._wanted = False
        if self._running and self.task is not None:
            self.task.cancel()

    async def outcome(self, synthesize: Callable[[], Awaitable[Chunk]]) -> Chunk:
        """The final chunk: what `synthesize` returns, or what tells why it did not."""
        if not self._wanted:
            return self._final(EndReason.CANCELLED)
        self._running = True
        try:
            return await synthesize()
        except asyncio.CancelledError:
            # Ours, unless the whole stream ends as well.
            task = asyncio.current_task()
            if self._wanted or (task is not None and task.uncancel() > 0):
                raise
            return self._final(EndReason.CANCELLED)
        except TooSlow:
            raise  # the caller reads nothing: the stream ends
        except JuneError as error:
            return self._final(EndReason.ERROR, error)
        except Exception:
            # The edge of the sentence: the stream goes on.
            log.exception("the engine failed")
            return self._final(EndReason.ERROR, JuneError("INTERNAL", "internal error"))
        finally:
            self._running = False

    def _final(self, reason: EndReason, error: JuneError | None = None) -> Chunk:
        return self.lane.final(reason, self._now(), error=error)
