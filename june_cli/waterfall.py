"""A turn's latency, drawn. Pure: a record goes in, lines come out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from june.orchestrator.v1.orchestrator_pb2 import SentenceRecord, TurnOutcome, TurnRecord
from rich.text import Text

from june_runtime.errors import from_status

# In the order in which they follow one another; they sum to end_to_end_ms.
STAGES = {
    "confirm": "turn confirmed",
    "final_words": "final words",
    "first_token": "first token",
    "first_sentence": "first sentence",
    "first_audio": "first audio",
    "delivery": "delivery",
}
_OUTCOMES = {
    TurnOutcome.TURN_OUTCOME_COMPLETE: ("complete", "green"),
    TurnOutcome.TURN_OUTCOME_INTERRUPTED: ("interrupted", "yellow"),
    TurnOutcome.TURN_OUTCOME_FAILED: ("failed", "red"),
}
_LABEL, _NUMBER = 20, 7
_WAITING, _MAKING, _HEARD = "░", "▒", "█"


def waterfall(turn: int, record: TurnRecord, width: int = 80) -> list[Text]:
    """The lines that show where the time of one turn went, `width` columns wide."""
    lines = [_headline(turn, record)]
    columns = max(10, width - _LABEL - _NUMBER - 4)
    if record.HasField("end_to_end_ms"):
        lines += _stages(record, columns)
    if record.milestones:
        lines += _milestones(record, width)
    if record.sentences:
        lines += _sentences(record, columns)
    return lines


def _headline(turn: int, record: TurnRecord) -> Text:
    outcome, style = _OUTCOMES.get(record.outcome, ("ended", "default"))
    line = Text.assemble((f"turn {turn}", "bold"), " · ", (outcome, style))
    if record.HasField("end_to_end_ms"):
        line.append(f" · {record.end_to_end_ms:,.0f} ms", style="bold")
        line.append(" from the end of your words to June's voice")
    if record.HasField("error"):
        error = from_status(record.error)
        line.append(f" · {error.message} ({error.reason})", style="red")
    return line


def _stages(record: TurnRecord, columns: int) -> Iterator[Text]:
    scale = _Scale(0.0, max(record.end_to_end_ms, 1.0), columns)
    at = 0.0
    for name, title in STAGES.items():
        took: float = getattr(record.stages, f"{name}_ms")
        line = _labelled(title, took)
        line.append(scale.bar(at, at + took, _HEARD), style="cyan")
        at += took
        yield _stripped(line)
    total = _labelled("together", at)
    total.append("└" + "─" * (columns - 2) + "┘", style="dim")
    yield total
    if record.speculated:
        saved = f"  begun before that was sure: {record.hidden_ms:,.0f} ms of work cost nothing"
        yield Text(saved, style="dim")


def _milestones(record: TurnRecord, width: int) -> Iterator[Text]:
    """The moments in order, wrapped between two of them."""
    line = "  at"
    for milestone in sorted(record.milestones, key=lambda milestone: milestone.at_ms):
        moment = f" {milestone.at_ms:,.0f} {milestone.name.replace('_', ' ')}"
        if len(line) + len(moment) + 2 > width and line.strip() != "at":
            yield Text(line + " ·", style="dim")
            line = "    "
        line += moment if line.strip() in ("", "at") else f" ·{moment}"
    yield Text(line, style="dim")


def _sentences(record: TurnRecord, columns: int) -> Iterator[Text]:
    last = record.sentences[-1]
    ends = [max(s.synthesised_ms, s.played_ms, s.first_audio_ms) for s in record.sentences]
    starts = [min(0.0, s.flushed_ms) for s in record.sentences]
    scale = _Scale(min(starts), max(*ends, 1.0), columns)
    yield Text(
        f"  {_WAITING} waits for audio  {_MAKING} is synthesised  {_HEARD} is heard"
        f"   ({scale.start / 1000:.1f} to {scale.end / 1000:.1f} s)",
        style="dim",
    )
    for number, sentence in enumerate(record.sentences, 1):
        yield from _sentence(number, sentence, scale)
    if record.HasField("end_to_end_ms"):
        ahead = last.synthesised_ms - record.end_to_end_ms
        if ahead > 0:
            yield Text(f"  June spoke {ahead:,.0f} ms before its last sentence was synthesised")


def _sentence(number: int, sentence: SentenceRecord, scale: _Scale) -> Iterator[Text]:
    title = f"{number} {sentence.text}"
    made = Text(f"  {_cut(title, _LABEL + _NUMBER - 1)} ")
    # 0 is what never happened: a sentence may have failed or been cut.
    first_audio = sentence.first_audio_ms or sentence.synthesised_ms
    # Before it was begun June waited herself, with audio enough in hand.
    begun = sentence.begun_ms or sentence.flushed_ms
    waits = scale.bar(begun, first_audio, _WAITING)
    making = scale.bar(first_audio, sentence.synthesised_ms, _MAKING)
    made.append(_over(waits, making), style="yellow")
    yield _stripped(made)
    if sentence.played_ms and sentence.audio_ms:
        heard = Text(" " * (_LABEL + _NUMBER + 2))
        began = sentence.played_ms - sentence.audio_ms
        heard.append(scale.bar(began, sentence.played_ms, _HEARD), style="green")
        yield _stripped(heard)


@dataclass(frozen=True, slots=True)
class _Scale:
    """Milliseconds from `start` to `end` laid over `columns`."""

    start: float
    end: float
    columns: int

    def bar(self, begin: float, end: float, ink: str) -> str:
        """A row of `columns`; anything longer than nothing leaves at least one mark."""
        if end <= begin:
            return " " * self.columns
        first = min(self._column(begin), self.columns - 1)
        after = min(max(self._column(end), first + 1), self.columns)
        return (" " * first + ink * (after - first)).ljust(self.columns)

    def _column(self, at: float) -> int:
        share = (at - self.start) / (self.end - self.start)
        return round(min(max(share, 0.0), 1.0) * self.columns)


def _over(below: str, above: str) -> str:
    """Two rows drawn into one, `above` covering `below`."""
    return "".join(low if high == " " else high for low, high in zip(below, above, strict=True))


def _labelled(title: str, milliseconds: float) -> Text:
    return Text(f"  {title:<{_LABEL}}{milliseconds:>{_NUMBER - 1},.0f} ")


def _cut(text: str, width: int) -> str:
    return text.ljust(width) if len(text) <= width else text[: width - 1] + "…"


def _stripped(line: Text) -> Text:
    line.rstrip()
    return line
