"""Settings of text to speech, and the process that takes them."""

import subprocess
import sys

import pytest

from june_runtime import settings
from june_runtime.errors import SettingsError
from june_tts.settings import MAX_RECEIVE_BYTES, OWNER, TtsSettings


def read(**environ: str) -> TtsSettings:
    return settings.read(TtsSettings, environ, OWNER)


def test_nothing_needs_to_be_set() -> None:
    """The usual port, whatever engine is installed, streaming."""
    chosen = read()
    assert (chosen.listen, chosen.engine) == ("127.0.0.1:50052", "auto")
    assert chosen.tts_streaming
    assert (chosen.tts_first_chunk_ms, chosen.tts_chunk_ms) == (40, 40)


def test_the_environment_is_heeded() -> None:
    """Also by the bare name that existing users know."""
    chosen = read(TTS_STREAMING_ENABLED="false", JUNE_TTS_VOICE="rms", JUNE_TTS_STALL_SECONDS="3")
    assert (chosen.tts_streaming, chosen.voice) == (False, "rms")
    assert (chosen.server.stall_seconds, chosen.server.max_receive_bytes) == (3, MAX_RECEIVE_BYTES)


def test_every_fault_is_told() -> None:
    """Not only the first."""
    with pytest.raises(SettingsError) as wrong:
        read(JUNE_TTS_CHUNK_MS="5", JUNE_TTS_EXAGGERATION="9", JUNE_TTS_VOICES="rms")
    assert set(wrong.value.fields) == {
        "JUNE_TTS_CHUNK_MS",
        "JUNE_TTS_EXAGGERATION",
        "JUNE_TTS_VOICES",
    }


def test_certificates_of_clients_are_wanted_only_if_asked_for() -> None:
    """JUNE_TLS_CA alone is for June's own calls."""
    ca = {"JUNE_TLS_CA": "ca.pem"}
    assert read(**ca).server.tls_client_ca is None
    assert read(**ca, JUNE_TLS_CLIENT_AUTH="true").server.tls_client_ca is not None


@pytest.mark.parametrize(
    ("variable", "value", "told"),
    [("JUNE_TTS_ENGINE", "festival", "festival"), ("JUNE_TTS_CHUNK_MS", "x", "JUNE_TTS_CHUNK_MS")],
)
def test_wrong_settings_end_the_process_with_one_message(
    variable: str, value: str, told: str
) -> None:
    """Exit status 2 and no traceback."""
    ended = subprocess.run(
        [sys.executable, "-m", "june_tts"],
        env={"PYTHONPATH": ":".join(sys.path), variable: value},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert ended.returncode == 2
    assert told in ended.stderr
    assert "Traceback" not in ended.stderr
