"""What the user is told of a call that failed."""

import grpc
import pytest
from grpc.aio import AioRpcError, Metadata

from june_cli.errors import CliError, Unanswered, Unreachable, explain, explained
from june_cli.services import TTS
from june_runtime.errors import STATUS_TRAILER, InvalidInput, to_status


def failed(code: grpc.StatusCode, details: str, trailers: Metadata | None = None) -> AioRpcError:
    return AioRpcError(code, Metadata(), trailers or Metadata(), details, None)


@pytest.mark.parametrize(
    ("details", "line"),
    [
        (
            "failed to connect to all addresses; last error: UNKNOWN: ipv4:127.0.0.1:1:"
            " Failed to connect to remote host: Connection refused",
            "nothing answers at here:1; start it with `june up`",
        ),
        (
            "failed to connect to all addresses; last error: UNAVAILABLE: x: Socket closed",
            "what listens at here:1 hangs up; does it want TLS (--tls-ca)?",
        ),
        (
            "failed to connect to all addresses; last error: UNAVAILABLE: x: Failed parsing"
            " HTTP/2 (Expected SETTINGS frame as the first frame, got frame type 79)",
            "what listens at here:1 hangs up; does it want TLS (--tls-ca)?",
        ),
        (
            "failed to connect to all addresses; Tls handshake failed: WRONG_VERSION_NUMBER",
            "what listens at here:1 does not talk TLS; try without --tls-ca",
        ),
        (
            "failed to connect to all addresses; handshake failed: CERTIFICATE_VERIFY_FAILED",
            "the certificate of here:1 is not signed by --tls-ca",
        ),
        (
            "errors resolving here:1: [field:hostname lookup error: Domain name not found]",
            "no host is known by the name in here:1",
        ),
        ("Socket closed", "text to speech at here:1 broke off (Socket closed)"),
    ],
)
def test_a_connection_that_fails_is_told_in_the_users_words(details: str, line: str) -> None:
    """What gRPC says is turned into what to do."""
    told = explain(failed(grpc.StatusCode.UNAVAILABLE, details), TTS, "here:1")
    assert isinstance(told, Unreachable)
    assert told.message == line


def test_what_the_service_says_itself_is_kept() -> None:
    """Its message and its reason, whatever the status."""
    status = to_status(InvalidInput("VOICE_UNKNOWN", "no voice is called bob"))
    trailers = Metadata((STATUS_TRAILER, status.SerializeToString()))
    told = explain(failed(grpc.StatusCode.INVALID_ARGUMENT, "x", trailers), TTS, "here:1")
    assert told.message == "text to speech at here:1: no voice is called bob (VOICE_UNKNOWN)"


@pytest.mark.parametrize(
    ("code", "kind", "words"),
    [
        (grpc.StatusCode.UNIMPLEMENTED, CliError, "is not June's text to speech service"),
        (grpc.StatusCode.DEADLINE_EXCEEDED, Unanswered, "said nothing"),
        (grpc.StatusCode.INTERNAL, CliError, "text to speech at here:1: oh"),
    ],
)
def test_other_failures_have_their_own_line(
    code: grpc.StatusCode, kind: type[CliError], words: str
) -> None:
    """Each with the exit status of its kind."""
    told = explain(failed(code, "oh"), TTS, "here:1")
    assert type(told) is kind
    assert words in told.message


def test_exit_statuses_tell_the_kinds_apart() -> None:
    """A script can switch on them."""
    with pytest.raises(CliError) as told, explained(TTS, "here:1"):
        raise failed(grpc.StatusCode.UNAVAILABLE, "failed to connect")
    assert told.value.exit_code == 3
    assert (CliError("").exit_code, Unanswered("").exit_code) == (1, 4)
