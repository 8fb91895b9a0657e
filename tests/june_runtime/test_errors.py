"""Errors on their way to a peer and back."""

from __future__ import annotations

import pickle

import grpc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from june_runtime import errors
from june_runtime.errors import (
    AtCapacity,
    InvalidInput,
    JuneError,
    NotServed,
    OutOfOrder,
    Refused,
    Stale,
    TimedOut,
    TooSlow,
    Unavailable,
    from_status,
    june_error_in,
    to_status,
)
from june_runtime.testing import running
from tests.june_runtime.echo import Echo, ask, stub

CLASSES = [
    InvalidInput, OutOfOrder, Stale, AtCapacity, TimedOut, Refused, NotServed, Unavailable,
    JuneError,
]  # fmt: skip

words = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60)
june_errors = st.builds(
    lambda cls, reason, message, fields, retry_after: cls(
        reason, message, fields=fields, retry_after=retry_after
    ),
    st.sampled_from(CLASSES),
    st.from_regex(r"[A-Z][A-Z0-9_]{0,62}", fullmatch=True),
    words,
    st.dictionaries(words, words, max_size=errors.MAX_FIELDS),
    st.none() | st.integers(0, 10**6).map(lambda ms: ms / 1_000),
)


def facts(error: JuneError) -> tuple[object, ...]:
    return type(error), error.reason, error.message, error.fields, error.retry_after


@given(june_errors)
def test_an_error_survives_the_way_to_a_peer(error: JuneError) -> None:
    """Class, reason, message, fields and retry time arrive as they left."""
    assert facts(from_status(to_status(error))) == facts(error)


@given(june_errors)
def test_an_error_survives_the_way_between_processes(error: JuneError) -> None:
    """Pickled and unpickled, an error is the same."""
    assert facts(pickle.loads(pickle.dumps(error))) == facts(error)


def test_too_slow_arrives_as_the_other_error_of_its_status() -> None:
    """RESOURCE_EXHAUSTED becomes AtCapacity; the reason tells the two apart."""
    arrived = from_status(to_status(TooSlow("READER_STALLED", "read faster")))
    assert (type(arrived), arrived.reason) == (AtCapacity, "READER_STALLED")


def test_every_status_has_details_in_the_order_of_aip_193() -> None:
    """One ErrorInfo first, then BadRequest, then RetryInfo."""
    status = to_status(AtCapacity("FULL", "full", fields={"a": "b"}, retry_after=1))
    names = [detail.TypeName() for detail in status.details]
    assert names == ["google.rpc.ErrorInfo", "google.rpc.BadRequest", "google.rpc.RetryInfo"]


@given(st.text(max_size=5_000), st.dictionaries(st.text(max_size=500), st.text(max_size=500)))
def test_a_status_stays_small(message: str, fields: dict[str, str]) -> None:
    """Whatever an error says, its status fits into the trailers."""
    message, fields = (
        message.encode("utf-8", "replace").decode(),
        {
            k.encode("utf-8", "replace").decode(): v.encode("utf-8", "replace").decode()
            for k, v in fields.items()
        },
    )
    assert to_status(InvalidInput("R", message, fields=fields)).ByteSize() < 8_000


async def test_a_huge_error_still_arrives() -> None:
    """200 long violations are cut short instead of breaking the trailers."""
    async with running(Echo()) as channel:
        call = stub(channel).Synthesize()
        with pytest.raises(grpc.aio.AioRpcError) as failed:
            await ask(call, "many")
    error = errors.from_rpc_error(failed.value)
    assert isinstance(error, InvalidInput)
    assert list(error.fields) == [f"field_{n}" for n in range(errors.MAX_FIELDS)]


def test_a_group_counts_as_the_first_june_error_in_it() -> None:
    """Nested groups, as nested TaskGroups raise them, are searched in order."""
    inner = ExceptionGroup("inner", [ValueError(), Unavailable("FIRST", "x")])
    group = ExceptionGroup("outer", [KeyError(), inner, Stale("SECOND", "x")])
    found = june_error_in(group)
    assert found is not None
    assert found.reason == "FIRST"


def test_other_errors_are_no_june_errors() -> None:
    """A bug is not mistaken for something foreseen."""
    assert june_error_in(ExceptionGroup("", [ValueError()])) is None
