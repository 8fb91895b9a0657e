"""The Redis that several orchestrators share. The one importer of redis."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from pydantic import SecretStr
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError, WatchError

from june_runtime.errors import Unavailable

# An answer takes milliseconds, or Redis is lost: it must be noticed within a second.
ANSWER_SECONDS = 0.5
RETRY_SECONDS = 1.0


class SharedRedis:
    """A few operations on keys under one prefix, each with a deadline.

    A connection that broke is made anew by the next operation. All of them raise
    Unavailable (STORE_UNREACHABLE), which tells nothing of the URL.

    Args:
        url: redis:// or rediss://, perhaps with a password in it.
        prefix: tells this June's keys from those of others.
    """

    def __init__(self, url: SecretStr, prefix: str) -> None:
        self._prefix = prefix
        self._redis: Redis = Redis.from_url(
            url.get_secret_value(),
            # No `socket_timeout`: the library would use asyncio.wait_for, which before
            # Python 3.12 swallows a cancellation that meets an answer, and whoever is
            # to end goes on for ever. The deadline below counts for all.
            socket_timeout=None,
            socket_connect_timeout=ANSWER_SECONDS,
            # Whoever asks again, asks for what holds then.
            retry=Retry(NoBackoff(), 0),
        )

    async def close(self) -> None:
        await self._redis.aclose()

    async def get(self, name: str) -> bytes | None:
        async with self._deadline():
            return _bytes(await self._redis.get(self._key(name)))

    async def replace(self, name: str, before: bytes | None, after: bytes) -> bool:
        """Puts `after` in the place of `before`; False where something else stands there
        by now."""
        key = self._key(name)
        async with self._deadline(), self._redis.pipeline(transaction=True) as transaction:
            await transaction.watch(key)
            if await transaction.get(key) != before:
                return False
            transaction.multi()  # type: ignore[no-untyped-call]
            transaction.set(key, after)
            try:
                await transaction.execute()
            except WatchError:
                return False
            return True

    async def put_member(self, group: str, member: str, value: bytes, seconds: int) -> None:
        """One member of a group and its value, which is gone after so many seconds."""
        async with self._deadline(), self._redis.pipeline(transaction=True) as transaction:
            transaction.sadd(self._key(group), member)
            transaction.set(self._key(f"{group}:{member}"), value, ex=seconds)
            await transaction.execute()

    async def members(self, group: str) -> Sequence[bytes]:
        """The values of a group's members that are there still; the others are let go."""
        async with self._deadline():
            found = await self._redis.smembers(self._key(group))
            if not found:
                return []
            names = sorted(name for member in found if (name := _bytes(member)))
            keys = [self._key(f"{group}:{name.decode()}") for name in names]
            values = dict(zip(names, map(_bytes, await self._redis.mget(keys)), strict=True))
            if gone := [name for name, value in values.items() if value is None]:
                await self._redis.srem(self._key(group), *gone)
            return [value for value in values.values() if value is not None]

    def _key(self, name: str) -> str:
        return f"{self._prefix}:{name}"

    @asynccontextmanager
    async def _deadline(self) -> AsyncIterator[None]:
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                yield
        except (RedisError, OSError, TimeoutError) as lost:
            raise Unavailable(
                "STORE_UNREACHABLE",
                f"the Redis that replicas share cannot be reached ({type(lost).__name__})",
                retry_after=RETRY_SECONDS,
            ) from None


def _bytes(value: bytes | str | None) -> bytes | None:
    """Text comes only where a client asks for it, and this one does not."""
    return value.encode() if isinstance(value, str) else value
