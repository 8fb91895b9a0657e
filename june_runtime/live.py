"""Configuration that changes while a service runs, alone or in step with its replicas.

What counts is the configuration that the service was started with and, over it, what
was changed since, which a store keeps. The store decides what came first; each
replica works with what it last heard of it.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, Protocol, Self, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from june_runtime.errors import InvalidInput, Stale, Unavailable
from june_runtime.settings import told

log = logging.getLogger(__name__)

# How often a change is tried anew because somebody else was faster.
ATTEMPTS = 10


class LiveConfig(BaseModel):
    """The settings of a service that can be changed while it runs.

    A service derives its own: each field bears the name of a field of
    june.control.v1.Config, a default, its bounds, and as `validation_alias` the
    variable that sets it at start. The service's settings derive from it in turn.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    @classmethod
    def of(cls, settings: LiveConfig) -> Self:
        """What the settings that a service was started with say of it."""
        return cls.model_validate(settings.model_dump(include=set(cls.model_fields)))

    def contradictions(self) -> Mapping[str, str]:
        """Fields that do not fit the others, and why."""
        return {}

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if faults := self.contradictions():
            listed = "; ".join(f"{name} {fault}" for name, fault in faults.items())
            raise PydanticCustomError("contradiction", "{listed}", {"listed": listed, **faults})
        return self


@dataclass(frozen=True, slots=True)
class Kept:
    """What a store holds: the settings that were changed, by name, and how often."""

    values: Mapping[str, Any] = field(default_factory=dict)
    version: int = 0


class ConfigStore(Protocol):
    """Keeps what was changed. A replica is the only user of its `ConfigStore`."""

    @property
    def kind(self) -> str:
        """As june.control.v1.ConfigStore tells it."""
        ...

    @property
    def reachable(self) -> bool: ...

    async def read(self) -> Kept:
        """Raises Unavailable (STORE_UNREACHABLE)."""
        ...

    async def replace(self, seen: Kept, new: Kept) -> bool:
        """Keeps `new` unless the store holds another version than `seen` by now.
        Raises Unavailable (STORE_UNREACHABLE)."""
        ...

    def changes(self) -> AsyncGenerator[Kept, None]:
        """What others have changed, and what is kept whenever the store is found again
        or lost, until it is closed. Raises nothing."""
        ...


class MemoryStore:
    """Keeps changes as long as the process lives, for it alone."""

    kind = "memory"
    reachable = True

    def __init__(self) -> None:
        self._kept = Kept()

    async def read(self) -> Kept:
        return self._kept

    async def replace(self, seen: Kept, new: Kept) -> bool:
        if self._kept.version != seen.version:
            return False
        self._kept = new
        return True

    async def changes(self) -> AsyncGenerator[Kept, None]:
        await asyncio.Event().wait()  # nobody else changes anything
        yield self._kept


C = TypeVar("C", bound=LiveConfig)


class Live(Generic[C]):
    """The present configuration of a service and its changes.

    Args:
        start: what holds where nothing was changed.
        store: what was changed; in memory where none is given.
        check: raises InvalidInput where a change makes no sense here, such as a
            language that nothing here speaks; given the names that are changed.

    Attributes:
        current: the whole effective configuration; a new object after each change.
        version: how many changes the store has seen.
    """

    def __init__(
        self,
        start: C,
        store: ConfigStore | None = None,
        check: Callable[[C, frozenset[str]], Awaitable[None]] | None = None,
    ) -> None:
        self.current = start
        self.version = 0
        self.store: ConfigStore = store or MemoryStore()
        self._start = start
        self._check = check
        self._listeners: list[Callable[[], None]] = []
        # One change of this replica's at a time: it need not outrun itself.
        self._changing = asyncio.Lock()

    @property
    def etag(self) -> str:
        """Tells this configuration from every other one."""
        return hashlib.sha256(self.current.model_dump_json().encode()).hexdigest()[:16]

    def on_change(self, listener: Callable[[], None]) -> None:
        """Calls `listener` when the configuration changed, or the store was lost or found."""
        self._listeners.append(listener)

    def begin(self, start: C) -> None:
        """The service knows only now what it can do: `start` holds from here on."""
        self.current = self._start = start

    async def change(self, changes: Mapping[str, Any], etag: str = "") -> None:
        """Takes over `changes`, by field, all of them or none.

        Raises:
            InvalidInput: naming every field that is out of range or not of this
                service (then with reason SETTING_UNKNOWN).
            Stale: ETAG_STALE, the configuration is not the one that was seen;
                CONFIG_CONTENDED, too many change it at once.
            Unavailable: STORE_UNREACHABLE.
        """
        self._refuse_faults(changes, self.current)
        async with self._changing:
            await self._change(changes, etag)

    async def _change(self, changes: Mapping[str, Any], etag: str) -> None:
        for _ in range(ATTEMPTS):
            seen = await self.store.read()
            self._take(seen)
            if etag and etag != self.etag:
                raise Stale(
                    "ETAG_STALE", "the configuration has changed since it was read; read it again"
                )
            wanted = self._refuse_faults(changes, self.current)
            if self._check:
                await self._check(wanted, frozenset(changes))
            new = Kept({**seen.values, **changes}, seen.version + 1)
            if await self.store.replace(seen, new):
                self._take(new)
                return
        raise Stale("CONFIG_CONTENDED", "others change the configuration at once; try again")

    async def catch_up(self) -> None:
        """Takes over what the store holds, as at the start; a store that is lost is one
        to wait for, and not the end."""
        try:
            self._take(await self.store.read())
        except Unavailable as lost:
            log.warning("the start's configuration holds for now: %s", lost)

    async def follow(self) -> None:
        """Takes over what others change, until cancelled."""
        async for kept in self.store.changes():
            self._take(kept)

    def _take(self, kept: Kept) -> None:
        """What the store holds counts from now on; whatever of it cannot count here, as
        a newer version's setting, is left alone."""
        self.version = kept.version
        known = {n: v for n, v in kept.values.items() if n in type(self.current).model_fields}
        taken = self._over_start(known)
        if taken != self.current:
            self.current = taken
        for listener in self._listeners:
            listener()

    def _over_start(self, values: Mapping[str, Any]) -> C:
        try:
            return type(self._start).model_validate(self._start.model_dump() | dict(values))
        except ValidationError as invalid:
            faults = faults_of(invalid)
        except InvalidInput as invalid:
            faults = {path.removeprefix("config."): fault for path, fault in invalid.fields.items()}
        log.warning("kept settings that are not valid here: %s", faults)
        valid = {name: value for name, value in values.items() if name not in faults}
        return self._over_start(valid) if len(valid) < len(values) else self._start

    def _refuse_faults(self, changes: Mapping[str, Any], present: C) -> C:
        """The configuration with the changes in it."""
        fields = type(present).model_fields
        unknown = {
            f"config.{name}": "is no setting of this service"
            for name in changes
            if name not in fields
        }
        known = {name: value for name, value in changes.items() if name in fields}
        try:
            wanted = type(present).model_validate(present.model_dump() | known)
        except ValidationError as invalid:
            faults = {f"config.{name}": fault for name, fault in faults_of(invalid).items()}
            raise InvalidInput.of(unknown | faults, _reason(unknown)) from invalid
        if unknown:
            raise InvalidInput.of(unknown, _reason(unknown))
        return wanted


def _reason(unknown: Mapping[str, str]) -> str:
    return "SETTING_UNKNOWN" if unknown else "BAD_INPUT"


def faults_of(invalid: ValidationError) -> dict[str, str]:
    """Field -> what is wrong with it."""
    faults: dict[str, str] = {}
    for fault in invalid.errors():
        if fault["type"] == "contradiction":
            faults |= {name: text for name, text in fault["ctx"].items() if name != "listed"}
        else:
            faults[".".join(map(str, fault["loc"]))] = told(fault["msg"])
    return faults
