"""Whose turn it is with a model that decides so itself: what it tells goes in, what to
do comes out. Pure.

The model hears when the user is done and when they speak over its reply. A turn begins
with the first sign of a reply, or with what the user writes. The user may hear a reply
for long after the model is done with it: replies come faster than they are spoken.
"""

from __future__ import annotations

from enum import Enum, auto

from june_orchestrator.direct.ports import (
    Happening,
    Lost,
    Overruled,
    ReplyOver,
    ReplySaid,
    ReplySounds,
    Told,
    UserSaid,
    Whole,
    Working,
    Written,
)  # fmt: skip
from june_orchestrator.direct.steps import AddWords, Begin, Fail, ForgetModel, Step
from june_orchestrator.ports import (
    Event,
    Heard,
    Interrupted,
    Judge,
    Played,
    ReplyEnded,
    Trouble,
    Typed,
    Usage,
)  # fmt: skip
from june_orchestrator.turns import Interrupt, is_backchannel, words_of
from june_runtime.errors import JuneError, TimedOut, Unavailable

# A model that does nothing for so long after the user's words, or in its reply, has
# failed. Tools have deadlines of their own, which are shorter.
ANSWER_SECONDS = 15.0
NEXT_SECONDS = 12.0
# The words of what was said are known this soon after it.
PLAUSIBLE_SECONDS = 5.0


class _Model(Enum):
    """What the far side does, as far as we know."""

    QUIET = auto()
    REPLYING = auto()
    # We let go of its reply, and it may not know yet.
    DROPPED = auto()
    # It knows, and is about to say that its turn is over.
    OVERRULED = auto()


class Exchange:
    """Decides, for one session; told the time in seconds.

    `judge_at`: when a `Judge` is due who finds that the model is silent; None where
    nothing is waited for.
    """

    def __init__(self) -> None:
        self.judge_at: float | None = None
        self._turn = 0
        self._model = _Model.QUIET
        # A turn's reply is awaited, comes or is being heard.
        self._going = False
        # The turn in progress was begun by the user's writing, and no reply to it came.
        self._awaited = False
        # What the user has said since the last turn began, and when it was known.
        self._words = ""
        self._words_at = 0.0
        # It uses tools, and no sound has come since.
        self._working = False
        # An end of turn is on its way that is of an earlier one.
        self._stale_end = False

    def take(self, event: Happening | Judge, now: float, loud_at: float = 0.0) -> list[Step]:
        """What to do about `event`, in order; the user was last loud at `loud_at`."""
        match event:
            case Typed(text):
                return self._write(text, now)
            case Interrupted():
                if self._awaited:
                    # The reply that is yet to come is not wanted either.
                    self._model, self.judge_at = _Model.DROPPED, None
                return self._drop()
            case Judge():
                return self._silent(now, loud_at)
            case ReplyEnded(turn):
                self._going = self._going and turn != self._turn
                return []
            case Played() | Trouble():
                return []
            case told:
                return self._told(told, now, loud_at)

    def _told(self, event: Told, now: float, loud_at: float) -> list[Step]:
        """What the model does."""
        match event:
            case UserSaid():
                return self._hear(event, now)
            case ReplySaid() | ReplySounds() | Working():
                return self._reply(event, now, loud_at)
            case Overruled():
                return self._overruled()
            case Whole():
                return self._whole()
            case ReplyOver(error):
                return self._over(error, now, loud_at)
            case Lost(error, final):
                return self._lost(error, final, now, loud_at)
            case Usage():
                return [event] if self._going else []

    def _hear(self, said: UserSaid, now: float) -> list[Step]:
        if self._model is _Model.REPLYING:
            # Words come late, and the answer to them is here already.
            return [AddWords(said.text)] if self._going else []
        if self._model is _Model.OVERRULED:
            self._model, self._stale_end = _Model.QUIET, True
        steps: list[Step] = []
        if not self._words:
            steps.append(Heard(Event.SPEECH_STARTED))
        self._words += said.text
        self._words_at = now
        if words_of(self._words) and not is_backchannel(self._words) and not self._awaited:
            steps += self._cut()
        if not self._awaited:
            self.judge_at = now + ANSWER_SECONDS
        text = self._words.strip()
        return [*steps, Heard(Event.UPDATE, text=text, language=said.language, ended_at=now)]

    def _reply(
        self, event: ReplySaid | ReplySounds | Working, now: float, loud_at: float
    ) -> list[Step]:
        if self._model is _Model.DROPPED:
            return []
        steps: list[Step] = []
        # Words alone may be the last of a reply that is over.
        begins = not isinstance(event, ReplySaid)
        if self._model is _Model.REPLYING:
            if not (self._going or begins):
                return []
            # It goes on, as after a tool, when all that there was has been heard.
            steps = [] if self._going else self._begin(now, loud_at)
        elif begins or self._words or self._awaited:
            steps = self._open(now, loud_at)
        else:
            return [event] if self._going and self._model is _Model.QUIET else []
        self.judge_at = now + NEXT_SECONDS
        self._working = isinstance(event, Working) or (self._working and not begins)
        return [*steps, event]

    def _open(self, now: float, loud_at: float) -> list[Step]:
        """A reply begins, to what was written or else to what was said."""
        self._model, self._stale_end = _Model.REPLYING, False
        if self._awaited:
            self._awaited = False
            return self._unheard()
        return [*self._cut(), *self._begin(now, loud_at)]

    def _begin(self, now: float, loud_at: float) -> list[Step]:
        """A turn of what was said, whose words may all be yet to come."""
        text, words_at = self._words.strip(), self._words_at or now
        # The words are known once they were said, however loud the room is since; and
        # who was last loud long before spoke too softly to tell.
        ended_at = loud_at if 0 <= words_at - loud_at < PLAUSIBLE_SECONDS else words_at
        heard = [Heard(Event.END_OF_TURN, final_text=text, ended_at=ended_at)] if text else []
        self._forget_words()
        self._turn += 1
        self._going = True
        return [*heard, Begin(self._turn, text, ended_at, words_at)]

    def _overruled(self) -> list[Step]:
        if self._model is not _Model.QUIET:
            self._model = _Model.OVERRULED
        if self._awaited:
            # It was about an earlier reply.
            return []
        self.judge_at = None
        return self._cut()

    def _whole(self) -> list[Step]:
        """Before a tool has answered this is so of a part of the reply only."""
        if self._model is not _Model.REPLYING or self._working:
            return []
        self.judge_at = None
        return [Whole()] if self._going else []

    def _over(self, error: JuneError | None, now: float, loud_at: float) -> list[Step]:
        replied, self._model = self._model, _Model.QUIET
        if replied is _Model.REPLYING:
            self.judge_at = None
            if not self._going:
                return []
            return [Fail(error)] if error else [Whole()]
        if replied is not _Model.QUIET or self._stale_end:
            self._stale_end = False
            return []
        self.judge_at = None
        if self._awaited:
            empty = Unavailable("BRAIN_EMPTY", "the model answered nothing")
            return self._fail(error or empty, now, loud_at)
        # It chose to say nothing.
        return self._fail(error, now, loud_at) if error and self._words else self._unheard()

    def _lost(self, error: JuneError, final: bool, now: float, loud_at: float) -> list[Step]:
        """What had no answer is told to the next connection, which tells it again."""
        broken = self._model is _Model.REPLYING and self.judge_at is not None
        self._model, self._stale_end = _Model.QUIET, False
        if broken or (final and (self._awaited or self._words)):
            return self._fail(error, now, loud_at)
        if not self._awaited:
            self.judge_at = None
        return self._unheard()

    def _silent(self, now: float, loud_at: float) -> list[Step]:
        if self.judge_at is None:
            return []
        if self._model is _Model.QUIET and not self._awaited and is_backchannel(self._words):
            # No answer was to be expected.
            self.judge_at = None
            return self._unheard()
        error = TimedOut("BRAIN_SILENT", "the model fell silent")
        self._model = _Model.QUIET
        return [*self._fail(error, now, loud_at), ForgetModel(error)]

    def _fail(self, error: JuneError, now: float, loud_at: float) -> list[Step]:
        """The turn in progress fails, or else the one that was about to begin."""
        self.judge_at, self._awaited, going = None, False, self._going
        if self._words:
            return [*self._cut(), *self._begin(now, loud_at), Fail(error)]
        return [Fail(error)] if going else []

    def _write(self, text: str, now: float) -> list[Step]:
        steps = [*self._drop(), *self._unheard()]
        self._turn += 1
        self._going = self._awaited = True
        self.judge_at = now + ANSWER_SECONDS
        return [*steps, Begin(self._turn, text, now, now), Written(text)]

    def _drop(self) -> list[Step]:
        """The user wants no more of the reply, which the model does not know."""
        if self._model is _Model.REPLYING:
            self._model = _Model.DROPPED
            self.judge_at = None
        return self._cut()

    def _cut(self) -> list[Step]:
        if not self._going:
            return []
        self._going = self._awaited = False
        return [Interrupt()]

    def _unheard(self) -> list[Step]:
        """What was said so far is no turn of its own."""
        if not self._words:
            return []
        self._forget_words()
        return [Heard(Event.SPEECH_ENDED)]

    def _forget_words(self) -> None:
        self._words, self._words_at = "", 0.0
