"""Who is being served: admission, counting and drain, the same for every service."""

from __future__ import annotations

import asyncio
import math
import uuid
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from june_runtime.errors import AtCapacity, JuneError, Unavailable
from june_runtime.telemetry import session_id

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from june_runtime.condition import Condition

# Seconds after which a refused caller may try again.
RETRY_FULL = 1.0
RETRY_ELSEWHERE = 0.5


def new_session_id() -> str:
    return uuid.uuid4().hex[:16]


class Session:
    """One caller's conversation, from its admission to its end.

    Attributes:
        id: tells it from all others; in every log line.
        leaving: set when the server is about to leave: tell the caller to go.
    """

    def __init__(self, id: str, sessions: Sessions) -> None:  # noqa: A002
        self.id = id
        self.leaving = asyncio.Event()
        self._sessions = sessions

    def time_left(self) -> float:
        """Seconds until the server stops; infinite unless it drains."""
        return self._sessions.time_left()


class Sessions:
    """The sessions of one server.

    Attributes:
        limit: how many there may be at once.
        loading: True while the server cannot serve yet: everybody is refused.
        draining: True once the server is about to leave: everybody new is refused.
        failed: True once the engine has failed for good: everybody new is refused, and
            only a new process would serve.
        admitted, refused: how many there were of each.
        leave_asked: set by whoever wants the server to drain; the server obeys.
    """

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.loading = False
        self.failed = False
        self.admitted = 0
        self.refused = 0
        self.leave_asked = asyncio.Event()
        self._stops_at: float | None = None
        self._running: set[Session] = set()
        self._empty = asyncio.Event()
        self._empty.set()
        self._listeners: list[Callable[[], None]] = []

    @property
    def active(self) -> int:
        return len(self._running)

    @property
    def draining(self) -> bool:
        return self._stops_at is not None

    @property
    def ready(self) -> bool:
        """Whether new sessions are welcome (if there is room)."""
        return not (self.loading or self.draining or self.failed)

    def on_change(self, listener: Callable[[], None]) -> None:
        """Calls `listener` whenever any of the attributes above has changed."""
        self._listeners.append(listener)

    @contextmanager
    def admit(self) -> Iterator[Session]:
        """Counts a session in for as long as the block runs.

        Raises:
            AtCapacity: AT_CAPACITY, there is no room.
            Unavailable: LOADING, DRAINING or ENGINE_FAILED; another replica may serve.
        """
        try:
            self._refuse_unless_welcome()
        except JuneError:
            self.refused += 1
            raise
        self.admitted += 1
        session = Session(session_id.get() or new_session_id(), self)
        self._running.add(session)
        self._empty.clear()
        self._tell()
        try:
            yield session
        finally:
            self._running.discard(session)
            if not self._running:
                self._empty.set()
            self._tell()

    def _refuse_unless_welcome(self) -> None:
        if self.draining:
            raise Unavailable(
                "DRAINING",
                "the server is leaving; connect to another one",
                retry_after=RETRY_ELSEWHERE,
            )
        if self.failed:
            raise Unavailable(
                "ENGINE_FAILED",
                "the engine failed and does not recover; connect to another one",
                retry_after=RETRY_ELSEWHERE,
            )
        if self.loading:
            raise Unavailable(
                "LOADING", "the server is still loading; try again", retry_after=RETRY_FULL
            )
        if self.active >= self.limit:
            raise AtCapacity(
                "AT_CAPACITY",
                f"all {self.limit} sessions are in use; try again",
                retry_after=RETRY_FULL,
            )

    def load(self) -> None:
        """From now on everybody is refused, until `loaded`."""
        self.loading = True
        self._tell()

    def loaded(self) -> None:
        self.loading = False
        self._tell()

    def follow(self, condition: Condition) -> None:
        """From now on nobody new is admitted once the engine has failed for good. In the
        event loop, which hears of it at its next turn."""
        loop = asyncio.get_running_loop()

        def lost() -> None:
            with suppress(RuntimeError):  # the loop is closed: nobody asks any more
                loop.call_soon_threadsafe(self._fail)

        condition.on_lost(lost)

    def _fail(self) -> None:
        if not self.failed:
            self.failed = True
            self._tell()

    def drain(self, seconds: float) -> None:
        """From now on nobody new is admitted; who is here has `seconds` to end."""
        if self.draining:
            return
        self._stops_at = asyncio.get_running_loop().time() + seconds
        for session in self._running:
            session.leaving.set()
        self._tell()

    def time_left(self) -> float:
        """Seconds until the server stops; infinite unless it drains."""
        if self._stops_at is None:
            return math.inf
        return max(0.0, self._stops_at - asyncio.get_running_loop().time())

    async def ended(self) -> None:
        """Returns when no session is left."""
        await self._empty.wait()

    def _tell(self) -> None:
        for listener in self._listeners:
            listener()
