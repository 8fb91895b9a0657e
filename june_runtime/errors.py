"""Everything that can go wrong, and how a peer is told.

JuneError                                  the reason's gRPC status
├── InvalidInput                           INVALID_ARGUMENT      the peer sent nonsense
├── OutOfOrder                             FAILED_PRECONDITION   the peer sent it too early
├── Stale                                  ABORTED               someone else was faster
├── NotFound                               NOT_FOUND             there is no such thing
├── AtCapacity                             RESOURCE_EXHAUSTED    come back later
├── TooSlow                                RESOURCE_EXHAUSTED    the peer does not keep up
├── TimedOut                               DEADLINE_EXCEEDED     the peer fell silent
├── Refused                                UNAUTHENTICATED       the peer may not
├── Forbidden                              PERMISSION_DENIED     the peer may not, whoever it is
├── NotServed                              UNIMPLEMENTED         not set up here
├── Unavailable                            UNAVAILABLE           a service or engine is gone
└── SettingsError                          (never leaves the process)

A peer sees one google.rpc.ErrorInfo with `reason`, BadRequest violations where
fields are at fault and RetryInfo where waiting helps (AIP-193). Whatever is not a
JuneError is logged where it happened and reaches the peer as INTERNAL, without
its text.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice
from typing import Any

import grpc
from google.protobuf.any_pb2 import Any as AnyMessage
from google.protobuf.duration_pb2 import Duration
from google.rpc.error_details_pb2 import BadRequest, ErrorInfo, RetryInfo
from google.rpc.status_pb2 import Status

DOMAIN = "june"
# Servers put the whole google.rpc.Status into this trailer.
STATUS_TRAILER = "grpc-status-details-bin"
# A status travels in HTTP/2 trailers, which peers refuse when they exceed 8 KB:
# a longer text would turn the error into another one.
MAX_MESSAGE, MAX_FIELDS, MAX_FIELD_NAME, MAX_FAULT = 400, 10, 64, 120


class JuneError(Exception):
    """A failure with a name.

    Args:
        reason: UPPER_SNAKE, at most 63 characters; what a program switches on.
        message: one sentence for people, with what to do about it.
        fields: field path -> what is wrong with it, for bad input.
        retry_after: seconds after which trying again makes sense.
    """

    code = grpc.StatusCode.INTERNAL

    def __init__(
        self,
        reason: str,
        message: str,
        *,
        fields: Mapping[str, str] | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message)
        self.reason = reason
        self.message = message
        self.fields = dict(fields or {})
        self.retry_after = retry_after

    def __reduce__(self) -> tuple[object, ...]:
        """Errors travel between processes whole."""
        return _rebuilt, (
            type(self), self.reason, self.message, self.fields, self.retry_after,
        )  # fmt: skip


def _rebuilt(
    cls: type[JuneError],
    reason: str,
    message: str,
    fields: Mapping[str, str],
    retry_after: float | None,
) -> JuneError:
    return cls(reason, message, fields=fields, retry_after=retry_after)


class InvalidInput(JuneError):
    code = grpc.StatusCode.INVALID_ARGUMENT

    @classmethod
    def of(cls, fields: Mapping[str, str], reason: str = "BAD_INPUT") -> InvalidInput:
        """An error that lists every field at fault."""
        listed = "; ".join(f"{name}: {fault}" for name, fault in fields.items())
        return cls(reason, listed, fields=fields)


class OutOfOrder(JuneError):
    code = grpc.StatusCode.FAILED_PRECONDITION


class Stale(JuneError):
    code = grpc.StatusCode.ABORTED


class NotFound(JuneError):
    code = grpc.StatusCode.NOT_FOUND


class AtCapacity(JuneError):
    code = grpc.StatusCode.RESOURCE_EXHAUSTED


class TooSlow(JuneError):
    code = grpc.StatusCode.RESOURCE_EXHAUSTED


class TimedOut(JuneError):
    code = grpc.StatusCode.DEADLINE_EXCEEDED


class Refused(JuneError):
    code = grpc.StatusCode.UNAUTHENTICATED


class Forbidden(JuneError):
    code = grpc.StatusCode.PERMISSION_DENIED


class NotServed(JuneError):
    code = grpc.StatusCode.UNIMPLEMENTED


class Unavailable(JuneError):
    code = grpc.StatusCode.UNAVAILABLE


class SettingsError(JuneError):
    """Settings that cannot be started with; `fields` lists every fault."""


def june_error_in(error: BaseException) -> JuneError | None:
    """`error` itself, or the first JuneError in the groups that TaskGroups raise."""
    if isinstance(error, JuneError):
        return error
    if isinstance(error, BaseExceptionGroup):
        found = (june_error_in(inner) for inner in error.exceptions)
        return next((inner for inner in found if inner is not None), None)
    return None


_CLASSES: dict[grpc.StatusCode, type[JuneError]] = {
    cls.code: cls
    for cls in (
        InvalidInput, OutOfOrder, Stale, NotFound, AtCapacity, TimedOut, Refused, Forbidden,
        NotServed, Unavailable,
    )
}  # fmt: skip
_CODES = {code.value[0]: code for code in grpc.StatusCode}


def to_status(error: JuneError) -> Status:
    """The google.rpc.Status that tells a peer of `error`, long texts cut short."""
    details: list[ErrorInfo | BadRequest | RetryInfo] = [
        ErrorInfo(reason=error.reason, domain=DOMAIN)
    ]
    if error.fields:
        violations = [
            BadRequest.FieldViolation(
                field=_clipped(name, MAX_FIELD_NAME), description=_clipped(fault, MAX_FAULT)
            )
            for name, fault in islice(error.fields.items(), MAX_FIELDS)
        ]
        details.append(BadRequest(field_violations=violations))
    if error.retry_after is not None:
        delay = Duration()
        delay.FromNanoseconds(round(error.retry_after * 1e9))
        details.append(RetryInfo(retry_delay=delay))
    status = Status(code=error.code.value[0], message=_clipped(error.message, MAX_MESSAGE))
    for detail in details:
        packed = AnyMessage()
        packed.Pack(detail)
        status.details.append(packed)
    return status


def _clipped(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[: length - 3]}..."


def from_status(status: Status) -> JuneError:
    """The error that a peer told of; the reverse of `to_status`."""
    info, bad, retry = ErrorInfo(), BadRequest(), RetryInfo()
    retry_after: float | None = None
    for detail in status.details:
        detail.Unpack(info)
        detail.Unpack(bad)
        if detail.Unpack(retry):
            retry_after = retry.retry_delay.ToNanoseconds() / 1e9
    code = _CODES.get(status.code, grpc.StatusCode.UNKNOWN)
    return _CLASSES.get(code, JuneError)(
        info.reason or code.name,
        status.message,
        fields={violation.field: violation.description for violation in bad.field_violations},
        retry_after=retry_after,
    )


def from_rpc_error(failed: grpc.aio.AioRpcError) -> JuneError:
    """The error behind a failed call, with its details where the peer gave any."""
    trailers: Any = failed.trailing_metadata()  # pairs, whatever the stubs say
    for key, value in trailers or ():
        if key == STATUS_TRAILER and isinstance(value, bytes):
            return from_status(Status.FromString(value))
    code = failed.code()
    return from_status(Status(code=code.value[0], message=failed.details() or code.name))
