"""How a conversation looks: to people, and as JSON."""

from __future__ import annotations

import time

from june.orchestrator.v1.orchestrator_pb2 import ConverseResponse
from rich.text import Text

from june_cli.captions import Captions
from june_cli.output import ChangingLine, Output, plain
from june_cli.recordings import Recording
from june_cli.waterfall import waterfall
from june_runtime.errors import from_status

_WIDEST = 100


class Talking:
    """Shows what June sends as it comes.

    In JSON each message is one object: `kind` names the message as
    june.orchestrator.v1.ConverseResponse does, `turn` its turn, `at_ms` the
    milliseconds since the conversation began, and the rest is the message.
    """

    def __init__(self, output: Output, line: ChangingLine) -> None:
        self._output = output
        self._line = line
        self._captions = Captions()
        self._began = time.monotonic()
        self._audio_ms = 0.0

    def question(self, recording: Recording) -> None:
        self._record("question", 0, path=str(recording.path), seconds=recording.seconds)
        name = Text.assemble("♪ ", (recording.path.name, "bold"), f"  {recording.seconds:.1f} s")
        self._output.say(name)

    def microphone(self) -> None:
        self._record("listening", 0)
        self._output.say("June listens; with headphones she does not hear herself. Ctrl-C ends.")

    def unheard(self, recording: Recording) -> None:
        self._record("unheard", 0, path=str(recording.path))
        self._say("", "(no words were heard in it)", "dim")

    def show(self, response: ConverseResponse) -> None:
        kind = response.WhichOneof("payload")
        if kind is None:
            return
        message = getattr(response, kind)
        self._record(kind, response.turn, **plain(message))
        if not self._output.as_json:
            self._tell(kind, response)

    def _record(self, kind: str, turn: int, **fields: object) -> None:
        at_ms = round((time.monotonic() - self._began) * 1000, 1)
        self._output.record(kind=kind, turn=turn, at_ms=at_ms, **fields)

    def _tell(self, kind: str, response: ConverseResponse) -> None:
        match kind:
            case "transcript":
                if words := self._captions.push(response.transcript):
                    self._line.show(_said("you…", words, "cyan"))
            case "turn_started":
                self._say("you", response.turn_started.user_text, "bold cyan")
            case "reply_text":
                self._say("June", response.reply_text.text, "bold green")
            case "turn_ended":
                self._line.clear()
                width = min(self._output.console.width, _WIDEST)
                self._output.say(*waterfall(response.turn, response.turn_ended, width), "")
            case "notice" | "go_away":
                self._line.clear()
                self._output.warn(_warning(response))
            case "paused" | "resumed" | "interrupted":
                self._say("", _aside(response), "dim")

    def _say(self, who: str, words: str, style: str) -> None:
        self._line.clear()
        self._output.say(_said(who, Text(words), style))


def _said(who: str, words: Text, style: str) -> Text:
    return Text.assemble((f"{who:>5}  ", style), words)


def _aside(response: ConverseResponse) -> str:
    """What became of the reply while someone spoke over it."""
    match response.WhichOneof("payload"):
        case "paused":
            return "(June pauses: someone speaks)"
        case "resumed":
            return "(it was nothing: June goes on)"
    heard = response.interrupted.heard_text
    return f"(interrupted after: {heard})" if heard else "(interrupted before a word was heard)"


def _warning(response: ConverseResponse) -> str:
    if response.HasField("go_away"):
        left = response.go_away.time_left.ToTimedelta().total_seconds()
        return f"June is being stopped and leaves in {left:.0f} s"
    error = from_status(response.notice.status)
    return f"{error.message} ({error.reason})"
