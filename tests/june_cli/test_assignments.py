"""key=value words, read by the type of the proto's field."""

import pytest
from june.control.v1.control_pb2 import Config

from june_cli.assignments import KEYS, read_assignments
from june_cli.errors import BadInput


def test_values_are_read_by_the_type_of_their_key() -> None:
    """A switch, a whole number, a number, words, and words that are empty."""
    found = read_assignments(
        ["streaming_enabled=off", "min_sentence_chars=20", "exaggeration=0.7",
         "system_instruction=Say a=b.", "voice="]
    )  # fmt: skip
    assert found == Config(
        streaming_enabled=False,
        min_sentence_chars=20,
        exaggeration=0.7,
        system_instruction="Say a=b.",
        voice="",
    )
    assert found.HasField("voice")


def test_what_is_not_named_stays_unset() -> None:
    """So that it is left as it is."""
    found = read_assignments(["concurrent_tts=on"])
    assert [field.name for field, _ in found.ListFields()] == ["concurrent_tts"]


@pytest.mark.parametrize(
    ("word", "value"),
    [("on", True), ("TRUE", True), ("yes", True), ("1", True),
     ("off", False), ("False", False), ("no", False), ("0", False)],
)  # fmt: skip
def test_a_switch_has_many_words(word: str, value: bool) -> None:
    """Those that people type."""
    assert read_assignments([f"partial_support={word}"]).partial_support is value


@pytest.mark.parametrize(
    ("word", "fault"),
    [
        ("voice", "'voice' is no key=value"),
        ("min_sentnce_chars=3", "'min_sentnce_chars' is no setting; did you mean min_sentence"),
        ("xyzzy=3", "'xyzzy' is no setting"),
        ("=3", "'' is no setting"),
        ("streaming_enabled=maybe", "streaming_enabled must be on or off, not 'maybe'"),
        ("min_sentence_chars=", "min_sentence_chars must be a whole number, not ''"),
        ("min_sentence_chars=-1", "must be a whole number, not '-1'"),
        ("min_sentence_chars=1_0", "must be a whole number"),
        ("min_sentence_chars=٣", "must be a whole number"),
        ("min_sentence_chars=4294967296", "must be a whole number"),
        ("exaggeration=strong", "exaggeration must be a number, not 'strong'"),
        ("exaggeration=nan", "exaggeration must be a number, not 'nan'"),
        ("exaggeration=1e39", "exaggeration must be a number, not '1e39'"),
    ],
)
def test_what_is_wrong_is_named(word: str, fault: str) -> None:
    """And what it must be, or was meant to be."""
    with pytest.raises(BadInput) as failed:
        read_assignments([word])
    assert fault in failed.value.message


def test_all_faults_are_told_at_once() -> None:
    """Nobody mends them one by one."""
    with pytest.raises(BadInput) as failed:
        read_assignments(["voic=x", "exaggeration=x", "voice=a", "voice=b"])
    assert failed.value.message == (
        "'voic' is no setting; did you mean voice?;"
        " exaggeration must be a number, not 'x'; voice is given twice"
    )


def test_every_key_of_the_contract_is_known() -> None:
    """Keys are the proto's own names."""
    assert set(KEYS) == set(Config.DESCRIPTOR.fields_by_name)
