"""The sockets to ElevenLabs: which one a sentence goes to, and one that is always open."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from june_runtime.errors import AtCapacity, JuneError, Unavailable
from june_runtime.tasks import Owned, until
from june_tts.engines.elevenlabs.context import Context
from june_tts.engines.elevenlabs.options import ElevenLabsOptions
from june_tts.engines.elevenlabs.socket import Socket
from june_tts.engines.elevenlabs.wire import Route

RETRY_SECONDS = 0.2
# A socket that is lost is opened again at once, if it had lived for so long; otherwise
# after pauses that grow.
STEADY_SECONDS = 5.0
_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 30.0


class Pool:
    """Sockets by their routes, never more than the options allow.

    One is open, or being opened, for the route that was last spoken by: a sentence
    finds it warm.

    Args:
        route: the first.
    """

    def __init__(self, options: ElevenLabsOptions, route: Route) -> None:
        self._options = options
        self._route = route
        self._route_changed = asyncio.Event()
        self._sockets = [Socket(options, route, self._is_warm)]
        # Not needed any more, but perhaps not at their end yet.
        self._leaving: list[Socket] = []
        self._closed = False
        self._warmth = Owned(self._stay_warm())

    async def refusal(self) -> JuneError | None:
        """Why the first socket was not opened, or was closed soon; None where all is
        well."""
        [first, *_] = self._sockets
        if await first.opened():
            with suppress(TimeoutError):
                async with asyncio.timeout(self._options.patience.refusal):
                    await first.lost()
        return first.failure

    def begin(self, route: Route, text: str) -> tuple[Socket, Context]:
        """A sentence, and the socket that it is on.

        Raises:
            AtCapacity: AT_CAPACITY, every socket is full.
            Unavailable: ENGINE_CLOSED.
        """
        if self._closed:
            raise Unavailable("ENGINE_CLOSED", "the engine is closed")
        if route != self._route:
            self._route = route
            self._route_changed.set()
        for socket in self._living(route):
            if socket.room > 0:
                break
        else:
            socket = self._opened(route)
        return socket, socket.begin(text)

    async def close(self) -> None:
        self._closed = True
        await self._warmth.close()
        for socket in [*self._sockets, *self._leaving]:
            await socket.close()

    def _living(self, route: Route) -> list[Socket]:
        return [each for each in self._sockets if each.route == route and each.failure is None]

    def _is_warm(self, socket: Socket) -> bool:
        return socket in self._living(self._route)[:1]

    def _opened(self, route: Route) -> Socket:
        """A new socket, in the place of one that speaks for nobody where there are many."""
        self._leaving = [socket for socket in self._leaving if socket.failure is None]
        self._sockets = [socket for socket in self._sockets if socket.failure is None]
        if len(self._sockets) >= self._options.sockets:
            idle = next((socket for socket in self._sockets if not socket.speaking), None)
            if idle is None:
                busy = "every socket to ElevenLabs is full; try again"
                raise AtCapacity("AT_CAPACITY", busy, retry_after=RETRY_SECONDS)
            idle.leave()
            self._sockets.remove(idle)
            self._leaving.append(idle)
        socket = Socket(self._options, route, self._is_warm)
        self._sockets.append(socket)
        return socket

    async def _stay_warm(self) -> None:
        now, pause = asyncio.get_running_loop().time, 0.0
        while True:
            self._route_changed.clear()
            began = now()
            with suppress(AtCapacity):
                socket = next(iter(self._living(self._route)), None) or self._opened(self._route)
                await until(socket.lost(), self._route_changed.wait())
            steady = self._route_changed.is_set() or now() - began >= STEADY_SECONDS
            pause = 0.0 if steady else min(max(2 * pause, _FIRST_PAUSE), _LONGEST_PAUSE)
            await asyncio.sleep(pause)
