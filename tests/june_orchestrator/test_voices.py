"""What voices speak, by their tags."""

from __future__ import annotations

from june_orchestrator.voices import Voices, primary

VOICES = Voices({"anna": ("de-DE",), "bert": ("en-GB", "de-AT"), "cleo": ("en-US",)}, "cleo")


def test_a_language_is_asked_for_as_a_voice_has_it() -> None:
    """The default voice comes first, then the others as they are listed."""
    assert [VOICES.tag_for(language) for language in ("en", "en-GB", "DE", "de_CH")] == [
        *("en-US", "en-US", "de-DE", "de-DE")
    ]


def test_a_voice_that_is_named_speaks_its_own_languages_only() -> None:
    assert VOICES.tag_for("de", "bert") == "de-AT"
    assert VOICES.tag_for("fr", "bert") == ""
    assert VOICES.tag_for("en", "nobody") == ""
    assert VOICES.languages("bert") == {"en", "de"}
    assert VOICES.own_language("bert") == VOICES.own_language() == "en"


def test_nothing_is_spoken_where_nothing_is_known() -> None:
    nothing = Voices()
    assert nothing.tag_for("en") == nothing.tag_for("") == nothing.own_language() == ""
    assert VOICES.tag_for("") == ""
    assert nothing.languages() == frozenset()


def test_a_primary_tag_has_no_region() -> None:
    assert [primary(tag) for tag in ("pt-BR", "PT_br", "zh-Hant-TW", "")] == ["pt", "pt", "zh", ""]
