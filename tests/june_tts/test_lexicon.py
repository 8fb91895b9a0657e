"""Words that are said otherwise than they are written, by configuration."""

from __future__ import annotations

import json
import re
import time
from typing import Any

import grpc
import pytest
from hypothesis import given
from hypothesis import strategies as st
from june.control.v1 import control_pb2, control_service_pb2_grpc

from june_runtime.errors import InvalidInput, SettingsError, from_rpc_error
from june_runtime.settings import read
from june_tts.config import StreamConfig, deliver
from june_tts.engines.scripted import ScriptedEngine
from june_tts.lexicon import MAX_SPOKEN, MAX_WORDS, MAX_WRITTEN, NONE, Lexicon
from june_tts.settings import OWNER, TtsLive, TtsSettings
from june_tts.text import MAX_CHARACTERS, speakable
from june_tts.wording.language import KNOWN
from tests.june_tts.wires import Service, config, said, served

GIF = {"GIF": "jif"}


def spoken(text: str, words: dict[str, str], language: str = "en") -> str:
    return speakable(text, language, Lexicon.of(words)).text


CASES: list[tuple[str, dict[str, str], str]] = [
    ("A GIF, a gif.", GIF, "A jif, a gif."),
    ("A GIF, a gif, a Gif's end.", {"gif": "jif"}, "A jif, a jif, a jif's end."),
    ("GIF or gif", {"gif": "small", "GIF": "large"}, "large or small"),
    ("GIFs and aGIF and GIF1", GIF, "GIFs and aGIF and GIF one"),
    ("New York City", {"New York": "Noo York", "New York City": "the city"}, "the city"),
    ("New  York and newer", {"new york": "Noo York", "new": "nu"}, "Noo York and newer"),
    ("I like C++ and C.", {"C++": "see plus plus", "C": "see"}, "I like see plus plus and see."),
    ("my 3M tape, 7/11", {"3M": "three em", "7/11": "seven eleven"},
     "my three em tape, seven eleven"),
    ("**Nginx** [docs](https://example.com)", {"nginx": "engine x"}, "engine x docs"),
    ("5 GB of RAM", {"GB": "gigs"}, "five gigs of RAM"),
    ("at 5 Dr. St.", {"Dr.": "drive"}, "at five drive Street."),
    ("Cafe\u0301", {"Café": "kaffay"}, "kaffay"),
    ("It costs $5", {"$5": "a fiver"}, "It costs a fiver"),
]  # fmt: skip


@pytest.mark.parametrize(("written", "words", "expected"), CASES)
def test_a_word_is_said_as_the_lexicon_has_it(
    written: str, words: dict[str, str], expected: str
) -> None:
    """Whole words, the longest first, before any other rule."""
    assert spoken(written, words) == expected


def test_what_it_says_is_said_as_it_stands() -> None:
    """No rule looks at it again."""
    assert spoken("an X here", {"X": "Dr. 5 %"}) == "an Dr. 5 % here"


@pytest.mark.parametrize(
    ("language", "expected"),
    [("en", "jif"), ("de", "gif"), ("de-AT", "giff"), ("de_CH", "gif"), ("ja", "jif"), ("", "jif")],
)
def test_a_language_may_have_its_own(language: str, expected: str) -> None:
    """The nearest tag counts; a word without one holds wherever no other does."""
    assert spoken("GIF", {"de:GIF": "gif", "GIF": "jif", "de-AT:GIF": "giff"}, language) == expected


def test_another_languages_word_is_left_alone() -> None:
    assert spoken("GIF", {"fr:GIF": "jif"}, "de") == "GIF"


@pytest.mark.parametrize(
    ("written", "words", "expected"),
    [
        ("私は東京に住む", {"東京": "とうきょう"}, "私はとうきょうに住む"),
        ("कमल कम", {"कम": "kam"}, "कमल kam"),
        ("का क", {"क": "ka"}, "का ka"),
    ],
)
def test_words_of_other_scripts(written: str, words: dict[str, str], expected: str) -> None:
    """Where there are no spaces any place will do; a letter keeps its vowel."""
    assert spoken(written, words, "ja") == expected


def test_captions_keep_what_was_written() -> None:
    """The words and their places are those of the sentence as it came."""
    words = {"New York": "Noo York", "GIF": "jif"}
    said_ = speakable("A GIF of New York.", "en", Lexicon.of(words))
    assert [word.text for word in said_.words] == ["A", "GIF", "of", "New", "York."]
    places = {word.text: said_.text[word.start : word.end] for word in said_.words}
    assert (places["GIF"], places["of"]) == ("jif", "of")
    assert [word.exact for word in said_.words] == [True, True, True, False, False]


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        ({"": "x"}, "'' is empty"),
        ({" ": "x"}, "'' is empty"),
        ({"a": ""}, "'a' is given nothing that can be said"),
        ({"a": "..."}, "'a' is given nothing that can be said"),
        ({"a b": "x", "a  b": "y"}, "'a b' is there twice"),
        ({"a" * (MAX_WRITTEN + 1): "x"}, "has 65 characters; at most 64"),
        ({"a": "x" * (MAX_SPOKEN + 1)}, "is said in 129 characters; at most 128"),
        ({"a\u200bb": "x"}, "holds characters that cannot be seen"),
        ({str(n): "x" for n in range(MAX_WORDS + 1)}, "has 1,001 words; at most 1,000"),
        ({"": "x", "b": ""}, "'' is empty; 'b' is given nothing"),
    ],
)
def test_faults_are_told_all_at_once(words: dict[str, str], fault: str) -> None:
    with pytest.raises(ValueError, match=re.escape(fault)):
        Lexicon.of(words)


def test_a_tag_alone_is_a_word_like_any_other() -> None:
    assert spoken("de: me", {"de: ": "x"}) == "x me"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("{", "is no valid JSON"),
        ("[" * 100_000, "is no valid JSON"),
        ("[]", "must be a JSON object of texts"),
        ('{"a": 1}', "must be a JSON object of texts"),
        ('{"a": ""}', "'a' is given nothing that can be said"),
    ],
)
def test_text_that_is_no_lexicon_is_refused_at_the_start(text: str, fault: str) -> None:
    with pytest.raises(SettingsError) as refused:
        read(TtsSettings, {"JUNE_TTS_LEXICON": text}, OWNER)
    assert fault in refused.value.fields["JUNE_TTS_LEXICON"]


def test_a_streams_own_words_come_over_the_services() -> None:
    live = TtsLive(lexicon='{"GIF": "jif", "SQL": "sequel"}')
    asked = StreamConfig(lexicon=Lexicon.of({"GIF": "gif"}))
    lexicon = deliver(asked, live, ScriptedEngine()).lexicon
    assert speakable("GIF SQL", "en", lexicon).text == "gif sequel"
    assert deliver(StreamConfig(), TtsLive(), ScriptedEngine()).lexicon == NONE


async def change(service: Service, text: str) -> None:
    """Raises JuneError."""
    control: Any = control_service_pb2_grpc.ControlServiceStub(service.channel)
    request = control_pb2.ConfigureRequest(config=control_pb2.Config(lexicon=text))
    try:
        await control.Configure(request, timeout=10)
    except grpc.aio.AioRpcError as failed:
        raise from_rpc_error(failed) from None


async def test_it_can_be_changed_and_taken_away_while_the_service_runs() -> None:
    """From the next sentence on; words[] stays as written, and their number in time
    tells what was said: a scripted word is one tone."""
    async with served() as service:
        await change(service, json.dumps({"GIF": "one two three"}))
        async with service.line(config(), *said(1, "GIF"), *said(2, "word")) as line:
            longer, usual = (await line.sentence(1))[-1], (await line.sentence(2))[-1]
        assert [word.text for word in longer.words] == ["GIF"]
        assert longer.words[0].end_ms > 2 * usual.words[0].end_ms
        await change(service, "")
        async with service.line(config(), *said(1, "GIF")) as line:
            after = (await line.sentence(1))[-1]
        assert after.words[0].end_ms == usual.words[0].end_ms


async def test_a_wrong_one_changes_nothing_and_says_why() -> None:
    async with served() as service:
        with pytest.raises(InvalidInput) as refused:
            await change(service, '{"a": ""}')
        assert "'a' is given nothing" in refused.value.fields["config.lexicon"]
        control: Any = control_service_pb2_grpc.ControlServiceStub(service.channel)
        status = await control.GetStatus(control_pb2.GetStatusRequest(), timeout=10)
        assert status.status.config.lexicon == ""


WORDS = st.dictionaries(
    st.text("abAB1 .+é今", min_size=1, max_size=4), st.text("xyz ", min_size=1, max_size=5)
)


@given(WORDS, st.text("abAB1 .+é今*5%", max_size=60), st.sampled_from([*KNOWN, "ja"]))
def test_no_lexicon_and_no_text_makes_it_fail(
    words: dict[str, str], text: str, language: str
) -> None:
    """Whatever passes the check can be said; written words stay in order."""
    try:
        lexicon = Lexicon.of(words)
    except ValueError:
        return
    found = speakable(text, language, lexicon)
    places = [place for word in found.words for place in (word.start, word.end)]
    assert places == sorted(places)
    assert [word.text for word in found.words] == [
        word.text for word in speakable(text, language).words
    ]


@pytest.mark.timeout(20)
def test_the_largest_lexicon_is_quick() -> None:
    """A long sentence and a thousand words cost milliseconds, not seconds."""
    lexicon = Lexicon.of({f"{'ab' * 20} {n}": "x" for n in range(MAX_WORDS)})
    text = ("ab" * 20 + " ") * (MAX_CHARACTERS // 41)
    speakable(text, "en", lexicon)
    started = time.process_time()
    speakable(text, "en", lexicon)
    assert time.process_time() - started < 5
