"""Plays one conversation in several modes, turn by turn, and keeps the turns' records."""

from __future__ import annotations

from asyncio import Lock
from collections.abc import Callable, Sequence
from itertools import cycle, islice
from pathlib import Path

from june.orchestrator.v1.orchestrator_pb2 import ConverseResponse, TurnRecord
from rich.console import Console

from june_cli.commands import say
from june_cli.comparison import Comparison, Mode
from june_cli.conversation import Conversation, output_format, session, session_config
from june_cli.errors import CliError
from june_cli.output import Output
from june_cli.peers import Peers
from june_cli.player import ClockSpeaker, Player
from june_cli.recordings import Recording, in_one_format, recording
from june_cli.services import ORCHESTRATOR
from june_cli.tasks import together
from june_cli.unary import standing_of

# Asked where there is no recording; a brain without a model has something to say to
# each.
QUESTIONS = ("What is your name?", "What will the weather be like today?")

# Told of each question put and each turn ended: which mode, which turn of it from 1,
# and, at its end, its record.
Shown = Callable[[Mode, int, TurnRecord | None], None]


async def spoken_questions(folder: Path, peers: Peers) -> list[Path]:
    """Questions that June's own voice speaks, as files in `folder`. Raises CliError."""
    unseen = Output(console=Console(quiet=True))
    files = []
    for number, question in enumerate(QUESTIONS, 1):
        file = folder / f"question-{number}.wav"
        await say.say(say.Wish((question,), file, "", "", peers, unseen))
        files.append(file)
    return files


async def play(
    peers: Peers, files: Sequence[Path], turns: int, modes: Sequence[Mode], shown: Shown
) -> Comparison:
    """Asks the recordings, again and again, until each mode has had so many turns.

    The modes take turns, so that whatever else the machine does disturbs all alike.

    Raises CliError where June fails, or where it is set to stream in no session.
    """
    told = await standing_of(peers, ORCHESTRATOR)
    if Mode.STREAMING in modes and not told.streaming.enabled:
        raise CliError("June's streaming is off; `june configure streaming_enabled=on` first")
    recordings = in_one_format([recording(file) for file in files])
    questions = list(islice(cycle(recordings), turns))
    floor = Lock()
    kept = {mode: Kept(mode, shown) for mode in modes}
    async with together() as tasks:
        for mode in modes:
            tasks.create_task(_converse(peers, questions, kept[mode], floor))
    return Comparison({mode: each.records for mode, each in kept.items()})


class Kept:
    """A conversation's display that keeps the records of its turns."""

    def __init__(self, mode: Mode, shown: Shown) -> None:
        self.mode = mode
        self.records: list[TurnRecord] = []
        self._shown = shown
        self._asked = 0

    def question(self, recording: Recording) -> None:
        self._asked += 1
        self._shown(self.mode, self._asked, None)

    def show(self, response: ConverseResponse) -> None:
        if response.HasField("turn_ended"):
            self._check_mode(response.turn_ended)
            self.records.append(response.turn_ended)
            self._shown(self.mode, self._asked, response.turn_ended)

    def _check_mode(self, record: TurnRecord) -> None:
        """Somebody may switch while we measure. Raises CliError."""
        if record.sequential is not (self.mode is Mode.SEQUENTIAL):
            went = Mode.SEQUENTIAL if record.sequential else Mode.STREAMING
            raise CliError(
                f"a turn of the {self.mode} conversation was {went}; was June configured?"
            )

    def unheard(self, recording: Recording) -> None:
        """The conversation fails of it in the end, and says so."""


async def _converse(peers: Peers, questions: Sequence[Recording], kept: Kept, floor: Lock) -> None:
    config = session_config(questions[0].format, voice="", language="")
    config.sequential = kept.mode is Mode.SEQUENTIAL
    async with session(peers, config) as (line, first):
        audio = output_format(first)
        player = Player(audio, ClockSpeaker(audio.sample_rate))
        address = peers.address(ORCHESTRATOR)
        conversation = Conversation(line, address, player, kept, questions[0].format)
        await conversation.ask(questions, floor)
