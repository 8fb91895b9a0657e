"""When the things of one turn happened, and what that makes of its latency. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from june_orchestrator.lanes import Lane
from june_orchestrator.ports import STAGES, Outcome, SentenceRecord, TurnRecord
from june_runtime.errors import JuneError

# The chain of work from the user's words to sound, in order: stage and the mark that
# ends it.
_CHAIN = (
    ("final_words", "prepared"),
    ("first_token", "first_token"),
    ("first_sentence", "first_sentence"),
    ("first_audio", "first_audio"),
)


class TurnLog:
    """Marks of one turn, as times of the event loop.

    `ended_at` is the end of the user's speech, from which everything is counted.
    """

    def __init__(self, ended_at: float) -> None:
        self.ended_at = ended_at
        # The answer was begun before the turn was confirmed, and then given.
        self.adopted = False
        self._marks: dict[str, float] = {}

    def mark(self, name: str, at: float) -> None:
        """Something happened for the first time; later marks of it do not count."""
        self._marks.setdefault(name, at)

    def unmark(self, *names: str) -> None:
        """These did not count."""
        for name in names:
            self._marks.pop(name, None)

    def confirm(self, ended_at: float, at: float, *, adopted: bool) -> None:
        """The turn is confirmed: now it is certain when the speech ended."""
        self.ended_at, self.adopted = ended_at, adopted
        self.mark("confirmed", at)

    def heard_at(self, at: float) -> None:
        """The caller tells when the first sample was heard: not before it was sent."""
        if (sent := self.at("audible")) is not None:
            self._marks["audible"] = max(sent, at)

    def at(self, name: str) -> float | None:
        return self._marks.get(name)

    def since_speech_ms(self, at: float | None) -> float:
        return 0.0 if at is None else (at - self.ended_at) * 1000

    def between_ms(self, earlier: str, later: str) -> float | None:
        start, end = self.at(earlier), self.at(later)
        return None if start is None or end is None else (end - start) * 1000

    def stages(self) -> dict[str, float]:
        """The time from end of speech to first audible sample, cut along the critical path.

        Sound needs two things: the turn confirmed, and the first audio made.
        Where the audio was ready first, all the time before it was spent waiting
        to confirm; else the chain of work is what took the time, from the end of
        speech where it was begun before the turn was confirmed, and from the
        confirmation where not. The stages always add up to the whole.
        """
        stages = dict.fromkeys(STAGES, 0.0)
        if (heard := self.at("audible")) is None:
            return stages
        audible = max(heard, self.ended_at)
        ready = self._marks.get("first_audio", audible)
        confirmed = self._marks.get("confirmed", self.ended_at)
        at = self.ended_at
        if ready <= confirmed or not self.adopted:
            at = max(at, min(confirmed, audible))
            stages["confirm"] = (at - self.ended_at) * 1000
        for name, mark in _CHAIN:
            reached = min(self._marks.get(mark, at), audible)
            if reached > at:
                stages[name], at = (reached - at) * 1000, reached
        stages["delivery"] = (audible - at) * 1000
        return stages

    def hidden_ms(self) -> float:
        """Work done before the turn was confirmed: what speculation saved."""
        prepared, confirmed = self.at("prepared"), self.at("confirmed")
        if prepared is None or confirmed is None or not self.adopted:
            return 0.0
        done = min(self._marks.get("first_audio", confirmed), confirmed)
        return max(0.0, (done - prepared) * 1000)

    def record(  # noqa: PLR0913 - a record's own fields
        self,
        *,
        outcome: Outcome,
        user_text: str,
        reply_text: str,
        lanes: Iterable[Lane],
        rate: int,
        wasted: int = 0,
        error: JuneError | None = None,
        sequential: bool = False,
        fallback: str = "",
        tokens: int = 0,
    ) -> TurnRecord:
        stages = self.stages()
        lanes = list(lanes)
        concurrent = sum(lane.concurrent for lane in lanes)
        return TurnRecord(
            outcome=outcome,
            user_text=user_text,
            reply_text=reply_text,
            stages=stages,
            end_to_end_ms=sum(stages.values()) if self.at("audible") is not None else None,
            hidden_ms=self.hidden_ms(),
            first_token_ms=self.between_ms("brain_asked", "first_token"),
            first_audio_ms=self.between_ms("first_sentence", "first_audio"),
            milestones={name: self.since_speech_ms(at) for name, at in self._marks.items()},
            sentences=self._sentences(lanes, rate),
            speculated=self.adopted,
            speculations_wasted=wasted,
            concurrent_tts=concurrent > 0,
            error=error,
            sequential=sequential,
            fallback=fallback,
            concurrent_sentences=concurrent,
            tokens=tokens,
        )

    def _sentences(self, lanes: Sequence[Lane], rate: int) -> list[SentenceRecord]:
        return [
            SentenceRecord(
                text=lane.text,
                flushed_ms=self.since_speech_ms(lane.flushed_at),
                first_audio_ms=self.since_speech_ms(lane.first_audio_at),
                synthesised_ms=self.since_speech_ms(lane.filled_at),
                played_ms=self.since_speech_ms(lane.played_at),
                audio_ms=lane.samples / rate * 1000,
                begun_ms=self.since_speech_ms(lane.started_at),
            )
            for lane in lanes
        ]
