"""One stream's hearing: windows, controls and hypotheses in; events and work out.

Pure, and clocked by the audio. The order of the events is that of
june.stt.v1.TranscriptEvent. The engine answers in the order in which it was asked
and any time later; what it says of an utterance that was dropped is no news.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from june_stt.endpointing import Boundary, Endpointer, Patience
from june_stt.engine import Hypothesis
from june_stt.intake import WINDOW_MS, Windows
from june_stt.transcript import EndReason, Event, Feed, Finish, Output, Reset, Transcript
from june_stt.utterance import Hearing, Utterance

# Audio from before the voice was noticed: the first sound of a word is soft.
PREROLL_WINDOWS = 10
# The caller is told at least every 192 ms.
UPDATE_MS = 6 * WINDOW_MS


class Session:
    """See above. At most one utterance is open; those before it wait for their words.

    Args:
        hearing: asked at the start of each turn.
        feed_ms: of speech that the engine is given at a time; see SttEngine.
    """

    def __init__(self, hearing: Callable[[], Hearing], feed_ms: int) -> None:
        self._next_hearing = hearing
        self._feed_windows = max(1, round(feed_ms / WINDOW_MS))
        self._endpointer = Endpointer(Patience())
        self._preroll: deque[Windows] = deque(maxlen=PREROLL_WINDOWS)
        self._utterances: deque[Utterance] = deque()
        self._turn_index = 0
        self._count = 0

    @property
    def waiting_for_engine(self) -> bool:
        """Whether the words of an utterance that is over are outstanding."""
        return any(utterance.end_reason for utterance in self._utterances)

    @property
    def in_turn(self) -> bool:
        """Whether an utterance is open, or waits for its words."""
        return bool(self._utterances)

    def configure(self, hearing: Callable[[], Hearing]) -> None:
        """Holds from the next turn on: it is asked at the start of each."""
        self._next_hearing = hearing

    def hear(self, windows: Windows, probabilities: Sequence[float]) -> list[Output]:
        """The next windows, shape (n, 512), and how likely each holds a voice."""
        outputs: list[Output] = []
        for window, probability in zip(windows, probabilities, strict=True):
            if self._open is None:
                self._preroll.append(window)
            else:
                self._open.windows.append(window)
            for boundary in self._endpointer.push(float(probability)):
                outputs += self._cross(boundary)
            if self._open is not None:
                outputs += self._tick(self._open)
        return outputs

    def decoded(self, hypothesis: Hypothesis, work: Feed | Finish) -> list[Output]:
        """The engine's answer to `work`."""
        for utterance in self._utterances:
            if utterance.number == work.utterance:
                if isinstance(work, Finish):
                    return self._decided(utterance, hypothesis, work.pause)
                return self._captioned(utterance, hypothesis)
        return []

    def flush(self) -> list[Output]:
        """The caller wants to know all that is known."""
        if self._open is None:
            return []
        return [*self._feed(self._open), *self._update(self._open)]

    def reset(self) -> list[Output]:
        """The caller wants the turn in progress forgotten."""
        if self._open is None:
            return []
        self._utterances.pop()
        self._endpointer.stop()
        return [Reset()]

    def end_turn(self) -> list[Output]:
        """The caller says that the turn is over, or that no more audio comes."""
        if self._open is None:
            return []
        self._endpointer.stop()
        return self._close(self._open, EndReason.CLIENT)

    def heartbeat(self) -> Transcript:
        """Shows that the stream lives, and what was heard of it."""
        position = int(self._endpointer.position_ms)
        return Transcript(Event.HEARTBEAT, position, turn_index=self._turn_index)

    @property
    def _open(self) -> Utterance | None:
        last = self._utterances[-1] if self._utterances else None
        return last if last and last.end_reason is None else None

    def _cross(self, boundary: Boundary) -> list[Output]:
        if boundary is Boundary.STARTED:
            return self._start()
        utterance = self._open
        assert utterance is not None
        match boundary:
            case Boundary.SETTLED:
                return [*self._feed(utterance), *self._update(utterance)]
            case Boundary.EAGER_END:
                return self._ask(utterance)
            case Boundary.RESUMED:
                return self._resume(utterance)
            case Boundary.END:
                return self._close(utterance, EndReason.SILENCE)
            case Boundary.TOO_LONG:
                return self._close(utterance, EndReason.TOO_LONG)

    def _start(self) -> list[Output]:
        hearing = self._next_hearing()
        self._endpointer.patience = hearing.patience
        self._count += 1
        audio_start = self._endpointer.position_ms - len(self._preroll) * WINDOW_MS
        utterance = Utterance(self._count, hearing, self._endpointer.started_ms, audio_start)
        utterance.windows.extend(self._preroll)
        self._preroll.clear()
        self._utterances.append(utterance)
        return [*self._tell(utterance, Event.SPEECH_STARTED), *self._feed(utterance)]

    def _tick(self, utterance: Utterance) -> list[Output]:
        """What is due by the audio alone."""
        pausing = self._endpointer.pausing
        if self._endpointer.silence_ms >= utterance.hearing.patience.eager_end_silence_ms:
            return []  # the final words are asked for, or will be in the next window
        outputs: list[Output] = []
        # In a pause the words may all be known any moment: no window is held back.
        if pausing or len(utterance.windows) >= self._feed_windows:
            outputs += self._feed(utterance)
        if self._endpointer.position_ms - utterance.told_ms >= UPDATE_MS:
            outputs += self._update(utterance)
        return outputs

    def _feed(self, utterance: Utterance) -> list[Output]:
        return self._hand_over(utterance) if utterance.hearing.streaming else []

    def _hand_over(self, utterance: Utterance) -> list[Output]:
        if not utterance.windows:
            return []
        samples = np.concatenate(utterance.windows)
        utterance.windows.clear()
        return [Feed(utterance.number, samples, utterance.hearing.options)]

    def _update(self, utterance: Utterance) -> list[Output]:
        """Nothing may be told between EAGER_END and what follows it."""
        if not utterance.hearing.partials or utterance.final:
            return []
        return self._tell(utterance, Event.UPDATE)

    def _ask(self, utterance: Utterance) -> list[Output]:
        utterance.pause += 1
        finish = Finish(utterance.number, utterance.pause, utterance.hearing.options)
        return [*self._hand_over(utterance), finish]

    def _resume(self, utterance: Utterance) -> list[Output]:
        """The words decided for the pause, or still being decided, are void."""
        utterance.pause += 1
        if utterance.final is None:
            return []
        utterance.final, utterance.resumed = None, True
        return self._tell(utterance, Event.RESUMED)

    def _close(self, utterance: Utterance, reason: EndReason) -> list[Output]:
        """The turn is over, save for its words where they are outstanding."""
        outputs: list[Output] = []
        if reason is not EndReason.SILENCE and utterance.final is None:
            outputs = self._ask(utterance)
        self._note_place(utterance)
        utterance.end_reason = reason
        # The engine never heard the end of the silence: it leads into what comes next.
        self._preroll.extend(utterance.windows)
        utterance.windows.clear()
        outputs.append(Reset())
        return [*outputs, *(self._conclude(utterance) if utterance.final else [])]

    def _captioned(self, utterance: Utterance, hypothesis: Hypothesis) -> list[Output]:
        before = utterance.revision
        utterance.caption.take(hypothesis.text)
        changed = utterance.revision != before
        return self._update(utterance) if changed and utterance.hearing.streaming else []

    def _decided(self, utterance: Utterance, final: Hypothesis, pause: int) -> list[Output]:
        """The authoritative words are here, if the pause that asked for them lasts."""
        if pause != utterance.pause:
            return []
        utterance.final = final
        forced = utterance.end_reason not in (None, EndReason.SILENCE)
        # After RESUMED the legal order asks for it in any case.
        told = self._tell(utterance, Event.EAGER_END) if utterance.resumed or not forced else []
        return [*told, *(self._conclude(utterance) if utterance.end_reason else [])]

    def _conclude(self, utterance: Utterance) -> list[Output]:
        """Its last word; what the next one had to say until now may be told."""
        assert utterance.final is not None
        worded = bool(utterance.final.text.strip())
        outputs = self._tell(utterance, Event.END_OF_TURN if worded else Event.SPEECH_ENDED)
        self._utterances.popleft()
        self._turn_index += worded
        if self._utterances:
            following = self._utterances[0]
            assert following.start is not None
            outputs += [self._told(following.start), *self._update(following)]
        return outputs

    def _tell(self, utterance: Utterance, event: Event) -> list[Output]:
        if utterance is not self._utterances[0]:
            # It is only begun: its first words are told once the one before is done.
            if event is Event.SPEECH_STARTED:
                utterance.start = utterance.tell(event, self._endpointer.position_ms, 0.0)
            return []
        if utterance is self._open:
            self._note_place(utterance)
        patience = utterance.hearing.patience
        confidence = min(1.0, self._endpointer.silence_ms / patience.end_silence_ms)
        return [self._told(utterance.tell(event, self._endpointer.position_ms, confidence))]

    def _note_place(self, utterance: Utterance) -> None:
        utterance.voiced_end_ms = int(self._endpointer.voiced_end_ms)

    def _told(self, transcript: Transcript) -> Transcript:
        """As it is told now, which may be later than it happened."""
        heard = int(self._endpointer.position_ms)
        return replace(transcript, turn_index=self._turn_index, audio_processed_ms=heard)
