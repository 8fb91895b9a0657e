"""Whether an engine works, or has failed for good: the rule, and who is told. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from june_runtime.errors import Unavailable

# So many failures without a success between them are no accident.
FAILURES = 3
# A call of a model that takes longer will not return: a device that hangs says nothing.
# It is long, since what is slow and alive must not be taken for dead.
PATIENCE_SECONDS = 120.0
# After such an error of the device every later call fails too: PyTorch's words, then
# CTranslate2's, then those of both for NVIDIA's libraries.
_DEVICE = ("CUDA error", "HIP error", "CUDA failed", "CUBLAS_STATUS", "CUDNN_STATUS")
_DEVICE_TYPES = ("AcceleratorError",)
# These do not: memory comes free again.
_MEMORY = ("out of memory", "ALLOC_FAILED")


def lost_for_good() -> Unavailable:
    """What callers are told of such an engine."""
    return Unavailable("ENGINE_FAILED", "the engine failed and does not recover; restart it")


def is_for_good(error: BaseException) -> bool:
    """Whether the device is lost with this error, or with one that led to it."""
    return any(map(_is_devices, _led_to(error)))


class Condition:
    """An engine's health, told by what works with its model.

    For good is an error of the device, at once, and any `failures` failures without a
    success between them. There is no way back: the process has to be started anew.
    An engine that always recovers tells nothing here. Any thread may call it.

    Args:
        failures: in a row that are for good.

    Attributes:
        lost: the engine has failed for good.
    """

    def __init__(self, failures: int = FAILURES) -> None:
        self.lost = False
        self._most = failures
        self._failures = 0
        self._listeners: list[Callable[[], None]] = []

    def succeeded(self) -> None:
        """The model did something whole."""
        self._failures = 0

    def failed(self, error: BaseException) -> bool:
        """The model raised `error`; whether it has failed for good by now."""
        self._failures += 1
        if self._failures >= self._most or is_for_good(error):
            self.lose()
        return self.lost

    def refused(self, error: BaseException) -> bool:
        """The same where what was asked for may be at fault: it is not counted, so that
        nobody can bring the engine down by asking for nonsense."""
        if is_for_good(error):
            self.lose()
        return self.lost

    def lose(self) -> None:
        """The engine has failed for good."""
        if not self.lost:
            self.lost = True
            for listener in list(self._listeners):
                listener()

    def on_lost(self, listener: Callable[[], None]) -> None:
        """Calls `listener` on the thread that learns of it, or now if it is known. Where
        both happen at once it may be called twice."""
        self._listeners.append(listener)
        if self.lost:
            listener()


def _led_to(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    present: BaseException | None = error
    while present is not None and id(present) not in seen:
        seen.add(id(present))
        yield present
        present = present.__cause__ or present.__context__


def _is_devices(error: BaseException) -> bool:
    if not isinstance(error, RuntimeError):
        return False
    text = str(error)
    if any(sign in text for sign in _MEMORY):
        return False
    names = {kind.__name__ for kind in type(error).__mro__}
    return bool(names.intersection(_DEVICE_TYPES)) or any(sign in text for sign in _DEVICE)
