"""Which of its configs a session's ear goes by. Pure."""

from __future__ import annotations

from june.stt.v1 import stt_pb2

# More are never waiting for a turn that is heard by them.
KEPT = 16


class Configs:
    """The configs that speech to text was given, oldest first.

    A turn keeps the one by which its start was heard, also where another replica
    hears it again. One that was refused counts no more.
    """

    def __init__(self, first: stt_pb2.AudioIn) -> None:
        self._given = [first]

    @property
    def newest(self) -> stt_pb2.AudioIn:
        """By which the next turn is to be heard."""
        return self._given[-1]

    @property
    def of_turn(self) -> stt_pb2.AudioIn:
        """By which the turn in progress is heard, if one is."""
        return self._given[0]

    def give(self, config: stt_pb2.AudioIn) -> None:
        self._given.append(config)
        if len(self._given) > KEPT:
            del self._given[1]

    def heard_by(self, number: int) -> None:
        """A turn is heard by the config of that number: it is good, and those before it
        are done with."""
        numbers = [given.config.config_number for given in self._given]
        if number in numbers:
            del self._given[: numbers.index(number)]

    def refused(self, number: int) -> None:
        """The service cannot hear so."""
        self._given = [
            given for given in self._given if given.config.config_number != number
        ] or self._given
