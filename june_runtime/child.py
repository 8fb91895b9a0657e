"""The far side of offload.ChildProcess: one object that a parent calls through pipes.

Frames in both directions are a length (8 bytes, little-endian) and a pickle. The
parent sends (id, order, payload), the child answers (id, outcome, payload); see
Order and Outcome. Calls run one at a time in the order they came; "stop" and
"more" are heeded at once, by the thread that reads. When the parent is gone the
pipe ends, and so does the child, whatever it is doing.
"""

from __future__ import annotations

import logging
import os
import pickle
import queue
import signal
import struct
import sys
import threading
import traceback
from enum import Enum
from typing import TYPE_CHECKING, Any, BinaryIO

if TYPE_CHECKING:
    from collections.abc import Callable

HEADER = struct.Struct("<Q")


class Order(Enum):
    MAKE = "make"  # payload: the factory; the first order
    CALL = "call"  # payload: (method, args)
    STREAM = "stream"  # payload: (method, args, room): may send `room` items ahead
    MORE = "more"  # payload: room for so many items more
    STOP = "stop"  # no item is wanted any more


class Outcome(Enum):
    VALUE = "value"  # payload: what a call returned; None at the end of a stream
    ITEM = "item"  # payload: one item of a stream
    FAILED = "failed"  # payload: a JuneError, or text for the log


def frame(message: object) -> bytes:
    packed = pickle.dumps(message, protocol=pickle.HIGHEST_PROTOCOL)
    return HEADER.pack(len(packed)) + packed


class Flow:
    """How many items a stream may send; shared by its producer and the reader."""

    def __init__(self, room: int) -> None:
        self._room = room
        self.stopped = False
        self._changed = threading.Condition()

    def more(self, room: int) -> None:
        with self._changed:
            self._room += room
            self._changed.notify()

    def stop(self) -> None:
        with self._changed:
            self.stopped = True
            self._changed.notify()

    def take(self) -> bool:
        """Waits for room for one item; False if none is wanted any more."""
        with self._changed:
            self._changed.wait_for(lambda: self.stopped or self._room > 0)
            self._room -= 1
            return not self.stopped


class Child:
    def __init__(self, incoming: BinaryIO, outgoing: BinaryIO) -> None:
        self._incoming = incoming
        self._outgoing = outgoing
        self._orders: queue.SimpleQueue[tuple[int, Order, Any]] = queue.SimpleQueue()
        self._flows: dict[int, Flow] = {}
        self._object: object = None

    def run(self) -> None:
        threading.Thread(target=self._read, name="orders", daemon=True).start()
        while True:
            number, order, payload = self._orders.get()
            try:
                self._answer(number, Outcome.VALUE, self._obey(number, order, payload))
            except Exception as error:  # noqa: BLE001  the edge of the process
                told = error if _is_june_error(error) else traceback.format_exc()
                self._answer(number, Outcome.FAILED, told)

    def _read(self) -> None:
        while header := self._incoming.read(HEADER.size):
            packed = self._incoming.read(HEADER.unpack(header)[0])
            number, order, payload = pickle.loads(packed)  # the parent's own words
            match order:
                case Order.MORE:
                    if flow := self._flows.get(number):
                        flow.more(payload)
                case Order.STOP:
                    if flow := self._flows.get(number):
                        flow.stop()
                case Order.STREAM:
                    self._flows[number] = Flow(payload[2])
                    self._orders.put((number, order, payload))
                case _:
                    self._orders.put((number, order, payload))
        os._exit(0)  # the parent is gone; nothing here is worth finishing

    def _obey(self, number: int, order: Order, payload: Any) -> Any:
        if order is Order.MAKE:
            self._object = payload()
            return None
        method: Callable[..., Any] = getattr(self._object, payload[0])
        if order is Order.CALL:
            return method(*payload[1])
        return self._stream(number, method, payload[1])

    def _stream(self, number: int, method: Callable[..., Any], args: tuple[Any, ...]) -> None:
        flow = self._flows[number]
        try:
            if flow.stopped:
                return
            items = method(*args)
            try:
                for item in items:
                    if not flow.take():
                        return
                    self._answer(number, Outcome.ITEM, item)
            finally:
                if hasattr(items, "close"):
                    items.close()
        finally:
            del self._flows[number]

    def _answer(self, number: int, outcome: Outcome, payload: Any) -> None:
        try:
            packed = frame((number, outcome, payload))
        except Exception:  # noqa: BLE001  whatever pickle makes of a foreign object
            packed = frame((number, Outcome.FAILED, traceback.format_exc()))
        try:
            self._outgoing.write(packed)
            self._outgoing.flush()
        except BrokenPipeError:
            os._exit(0)  # the parent is gone


def _is_june_error(error: Exception) -> bool:
    """Without importing gRPC for it, which takes longer than all the rest of a start:
    where nobody has imported the class, nobody can have raised it."""
    errors = sys.modules.get("june_runtime.errors")
    return errors is not None and isinstance(error, errors.JuneError)


def main() -> None:
    """Serves the parent on stdin and stdout until it is gone."""
    # The parent decides when to leave: it drains while the signals that a terminal
    # or a service manager sends to all its processes would end us at once.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING)
    incoming, outgoing = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    # What the object prints must not end up among our frames.
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)
    Child(incoming, outgoing).run()
