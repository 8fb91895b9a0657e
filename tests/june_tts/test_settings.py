"""Settings of text to speech, and the process that takes them."""

import subprocess
import sys
from typing import get_args

import pytest

from june_runtime import settings
from june_runtime.errors import SettingsError
from june_tts.engine import load_engine
from june_tts.settings import MAX_RECEIVE_BYTES, OWNER, TtsLive, TtsSettings


def read(**environ: str) -> TtsSettings:
    return settings.read(TtsSettings, environ, OWNER)


def test_nothing_needs_to_be_set() -> None:
    """The usual port, whatever engine is installed, streaming."""
    chosen = read()
    assert (chosen.listen, chosen.engine) == ("127.0.0.1:50052", "auto")
    assert chosen.tts_streaming
    assert (chosen.tts_first_chunk_ms, chosen.tts_chunk_ms) == (40, 40)
    assert chosen.server.http_listen == "127.0.0.1:8082"


def test_the_environment_is_heeded() -> None:
    """Also by the bare name that existing users know."""
    chosen = read(TTS_STREAMING_ENABLED="false", JUNE_TTS_VOICE="rms", JUNE_TTS_STALL_SECONDS="3")
    assert (chosen.tts_streaming, chosen.voice) == (False, "rms")
    assert (chosen.server.stall_seconds, chosen.server.max_receive_bytes) == (3, MAX_RECEIVE_BYTES)


VALUES = {
    "tts_streaming": ("TTS_STREAMING_ENABLED", "no", False),
    "voice": ("JUNE_TTS_VOICE", "rms", "rms"),
    "language": ("JUNE_TTS_LANGUAGE", "de", "de"),
    "lexicon": ("JUNE_TTS_LEXICON", '{"GIF": "jif"}', '{"GIF": "jif"}'),
    "exaggeration": ("JUNE_TTS_EXAGGERATION", "0.7", 0.7),
    "cfg_weight": ("JUNE_TTS_CFG_WEIGHT", "0", 0.0),
    "tts_first_chunk_ms": ("JUNE_TTS_FIRST_CHUNK_MS", "60", 60),
    "tts_chunk_ms": ("JUNE_TTS_CHUNK_MS", "120", 120),
}


@pytest.mark.parametrize("field", TtsLive.model_fields)
def test_whatever_can_be_changed_live_can_be_set_at_start(field: str) -> None:
    """By a variable that changes nothing else."""
    variable, written, meant = VALUES[field]
    assert read(**{variable: written}).live() == TtsLive().model_copy(update={field: meant})


@pytest.mark.parametrize("name", get_args(TtsSettings.model_fields["engine"].annotation))
def test_every_engine_that_can_be_chosen_is_known_where_it_is_loaded(name: str) -> None:
    """It may be one that is not installed or set up here."""
    try:
        load_engine(name)
    except SettingsError as missing:
        if missing.reason not in ("ENGINE_MISSING", "ENGINE_KEY_MISSING"):
            raise


def test_the_voices_of_elevenlabs_have_names() -> None:
    """Each its own; the key is shown to nobody."""
    chosen = read(
        ELEVENLABS_API_KEY="secret", JUNE_TTS_ELEVENLABS_VOICES="anna=21m00Tc, ben=pNInz6o"
    )
    assert chosen.elevenlabs_voices == ("anna=21m00Tc", "ben=pNInz6o")
    assert "secret" not in repr(chosen)


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("JUNE_TTS_ELEVENLABS_VOICES", "21m00Tc"),
        ("JUNE_TTS_ELEVENLABS_VOICES", "anna=21m/../00Tc"),
        ("JUNE_TTS_ELEVENLABS_VOICES", "anna=21m00Tc,anna=pNInz6o"),
        ("JUNE_TTS_ELEVENLABS_URL", "https://example.org"),
        ("JUNE_TTS_ELEVENLABS_SOCKETS", "0"),
    ],
)
def test_settings_of_elevenlabs_that_cannot_be_are_refused(variable: str, value: str) -> None:
    """At the start."""
    with pytest.raises(SettingsError) as wrong:
        read(**{variable: value})
    assert set(wrong.value.fields) == {variable}


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
