"""What models may be asked for, beside words."""

import pytest

from june_orchestrator.manner import CATEGORIES, THRESHOLDS, read_safety


def test_safety_is_read_from_json() -> None:
    """No text is nothing to block otherwise."""
    assert read_safety("") == read_safety("{}") == {}
    written = '{"HARM_CATEGORY_HARASSMENT": "OFF", "HARM_CATEGORY_HATE_SPEECH": "BLOCK_NONE"}'
    assert read_safety(written) == {
        "HARM_CATEGORY_HARASSMENT": "OFF",
        "HARM_CATEGORY_HATE_SPEECH": "BLOCK_NONE",
    }


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("{", "must be JSON"),
        ("[]", "must be JSON"),
        ('{"HARM_CATEGORY_HARASSMENT": 3}', "must be JSON"),
        ('{"HARM_CATEGORY_BOREDOM": "OFF"}', "HARM_CATEGORY_DANGEROUS_CONTENT, HARM"),
        ('{"HARM_CATEGORY_HARASSMENT": "BLOCK_SOME"}', "BLOCK_LOW_AND_ABOVE, BLOCK"),
        ('{"HARM_CATEGORY_IMAGE_HATE": "OFF"}', "HARM_CATEGORY_IMAGE_HATE"),
    ],
)
def test_what_gemini_would_refuse_is_refused_here(text: str, named: str) -> None:
    """With what there could be."""
    with pytest.raises(ValueError, match=named):
        read_safety(text)


def test_the_names_are_googles(gemini_extra: None) -> None:
    """As its client knows them."""
    from google.genai import types

    assert set(types.HarmCategory.__members__) >= CATEGORIES
    unspecified = {"HARM_BLOCK_THRESHOLD_UNSPECIFIED"}
    assert set(types.HarmBlockThreshold.__members__) - unspecified == THRESHOLDS
