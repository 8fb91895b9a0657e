"""Configuration that several orchestrators share, kept in Redis.

What is kept is one JSON document: what was changed since the start, and how often.
A replica puts a new document in the place of the one that it has seen, or finds that
another was faster. It looks for what others did a few times a second, which shows it
at the same time whether Redis is there.
"""

from __future__ import annotations

import asyncio
import json
import logging
import random
from collections.abc import AsyncGenerator
from typing import Any

from june_orchestrator.clients.shared_redis import SharedRedis
from june_runtime.errors import Unavailable
from june_runtime.live import Kept

log = logging.getLogger(__name__)

NAME = "config"
# How often is looked, in seconds; while Redis is lost somewhat later each time.
LOOK_SECONDS = 0.25
LOST_SECONDS = (0.25, 0.75)


class RedisStore:
    """Implements `june_runtime.live.ConfigStore`."""

    kind = "redis"

    def __init__(self, redis: SharedRedis) -> None:
        self.reachable = False
        self._redis = redis
        # The newest that this replica has seen.
        self._known = Kept()

    async def read(self) -> Kept:
        """What is kept. Where Redis has lost what this replica knows, it is put back."""
        try:
            raw = await self._redis.get(NAME)
            kept = _parsed(raw)
            if kept.version < self._known.version:
                kept = await self._put_back(raw)
        except Unavailable:
            self._found(False)
            raise
        self._found(True)
        self._known = kept
        return kept

    async def replace(self, seen: Kept, new: Kept) -> bool:
        try:
            raw = await self._redis.get(NAME)
            if _parsed(raw).version != seen.version:
                return False
            done = await self._redis.replace(NAME, raw, _written(new))
        except Unavailable:
            self._found(False)
            raise
        if done:
            self._known = new
        return done

    async def changes(self) -> AsyncGenerator[Kept, None]:
        told, was_reachable = self._known, self.reachable
        while True:
            await asyncio.sleep(LOOK_SECONDS if self.reachable else random.uniform(*LOST_SECONDS))
            try:
                kept = await self.read()
            except Unavailable:
                kept = self._known
            if kept != told or self.reachable != was_reachable:
                told, was_reachable = kept, self.reachable
                yield kept

    async def _put_back(self, raw: bytes | None) -> Kept:
        """Redis holds something older: the newest that any replica knows counts."""
        if await self._redis.replace(NAME, raw, _written(self._known)):
            log.warning("the configuration was put back", extra={"version": self._known.version})
            return self._known
        # Another replica did, or knew more.
        kept = _parsed(await self._redis.get(NAME))
        return kept if kept.version >= self._known.version else self._known

    def _found(self, reachable: bool) -> None:
        if reachable and not self.reachable:
            log.info("the shared configuration is found")
        elif self.reachable and not reachable:
            log.warning("the shared configuration is lost: what was known of it holds")
        self.reachable = reachable


def _written(kept: Kept) -> bytes:
    return json.dumps({"version": kept.version, "values": dict(kept.values)}).encode()


def _parsed(raw: bytes | None) -> Kept:
    """What cannot be read counts as nothing: it is not what June wrote."""
    if raw is None:
        return Kept()
    try:
        found: Any = json.loads(raw)
        return Kept(dict(found["values"]), int(found["version"]))
    except (ValueError, KeyError, TypeError):
        log.warning("what Redis holds as the configuration is none of June's")
        return Kept()
