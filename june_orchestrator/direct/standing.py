"""How a session stands with its model: what is owed, and what is remembered. Pure."""

from __future__ import annotations

from june_orchestrator.direct.ports import (
    GoingAway,
    Overruled,
    Received,
    ReplyOver,
    ReplySounds,
    Resumable,
    UserSaid,
    Whole,
    Working,
)  # fmt: skip
from june_orchestrator.direct.unanswered import Unanswered


class Standing:
    """Follows what connections tell; told the time in seconds.

    Attributes:
        unanswered: what the user said and got no answer to.
        handle: takes the session up at another connection, empty where none can.
        fresh: whether that is the session with all that was said and answered.
        replying: whether the model is in a reply.
        going_away: whether the connection is about to be ended.
        told_at: when the model last did anything.
        answered_at: when it last answered, or chose not to.
    """

    def __init__(self) -> None:
        self.unanswered = Unanswered()
        self.handle = ""
        self.fresh = False
        self.replying = False
        self.going_away = False
        self.told_at = self.answered_at = 0.0
        # The model was spoken over, and the end of that turn of its is due.
        self._overruled = False
        # It has understood something that it did not answer yet.
        self._understood = False

    @property
    def asked(self) -> bool:
        """Whether the user has asked something that is certain to be known."""
        return self._understood or self.unanswered.written

    @property
    def movable(self) -> bool:
        """Whether another connection can take over with nothing lost and nothing heard
        twice."""
        return self.fresh and not (self.replying or self.asked)

    def connected(self) -> None:
        """There is another connection, on which nothing has happened yet."""
        self.replying = self._overruled = self.going_away = False

    def answered(self, now: float) -> None:
        """Nothing is owed any more."""
        self.unanswered.answered()
        self._understood, self.answered_at = False, now

    def take(self, event: Received, now: float, *, last: bool) -> None:
        """`last`: the user says no more, whatever comes."""
        self.told_at = now
        match event:
            case Resumable(handle):
                self.fresh = bool(handle) and not self.replying
                self.handle = handle or self.handle
                if self.fresh:
                    self.unanswered.remembered()
            case GoingAway():
                self.going_away = True
            case UserSaid():
                self._understood = True
            case ReplySounds() | Working() if not self.replying:
                self.replying, self.fresh = True, False
                self.answered(now)
            case ReplyOver():
                if not (self.replying or self._overruled):
                    # To say nothing is an answer, too.
                    self.answered(now)
                self.replying = self._overruled = self._understood = False
                self.answered_at = now
            case Whole() if last:
                # Nobody is there whose turn it would be next.
                self.replying = False
            case Overruled():
                self._overruled, self.replying = self.replying, False
