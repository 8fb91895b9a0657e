"""One utterance while it is heard: its audio, its caption, its words. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field

from june_stt.caption import Caption
from june_stt.endpointing import Patience
from june_stt.engine import Hypothesis, SttOptions
from june_stt.intake import Windows
from june_stt.transcript import EndReason, Event, Transcript


@dataclass(frozen=True, slots=True)
class Hearing:
    """How turns are heard.

    `partials`: whether UPDATE is told. `streaming`: whether the engine hears a turn
    while it is spoken, or the whole at its end. `options`: what is asked of the engine.
    `config_number`: the caller's own name for all this.
    """

    patience: Patience = field(default_factory=Patience)
    partials: bool = True
    streaming: bool = True
    options: SttOptions = field(default_factory=SttOptions)
    config_number: int = 0


class Utterance:
    """What is known of it. It is open until it has an `end_reason`."""

    def __init__(
        self, number: int, hearing: Hearing, started_ms: float, audio_start_ms: float
    ) -> None:
        self.number = number
        self.hearing = hearing
        self.started_ms = int(started_ms)
        self.audio_start_ms = int(audio_start_ms)
        self.caption = Caption()
        # Audio that the engine was not given yet.
        self.windows: list[Windows] = []
        # Counts pauses and their ends: words decided for an earlier one are void.
        self.pause = 0
        self.final: Hypothesis | None = None
        # Whether RESUMED was told of it.
        self.resumed = False
        self.end_reason: EndReason | None = None
        self.voiced_end_ms = 0
        # When something was last told of it, and its start, if that waits until an
        # earlier utterance is concluded.
        self.told_ms = started_ms
        self.start: Transcript | None = None
        self._revision = 0
        self._said = ("", "", "")

    @property
    def revision(self) -> int:
        """Counts the states of its text."""
        final_text = self.final.text if self.final else ""
        said = (self.caption.committed_text, self.caption.unstable_text, final_text)
        if said != self._said:
            self._said = said
            self._revision += 1
        return self._revision

    def tell(self, event: Event, position_ms: float, confidence: float) -> Transcript:
        """The event with the state of the utterance."""
        self.told_ms = position_ms
        final = self.final or Hypothesis()
        over = event in (Event.END_OF_TURN, Event.SPEECH_ENDED)
        return Transcript(
            event=event,
            audio_processed_ms=int(position_ms),
            revision=self.revision,
            committed_text=self.caption.committed_text,
            unstable_text=self.caption.unstable_text,
            final_text=final.text,
            stability=1.0 if self.final else self.caption.stability,
            end_of_turn_confidence=1.0 if self.end_reason else confidence,
            end_reason=self.end_reason if over else None,
            speech_start_ms=self.started_ms,
            result_end_ms=self.voiced_end_ms,
            audio_start_ms=self.audio_start_ms,
            words=final.words,
            language=final.language,
            language_probability=final.language_probability,
            config_number=self.hearing.config_number,
        )
