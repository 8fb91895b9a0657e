"""The committed tiny Whisper hears what is freshly said, in real faster-whisper."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("faster_whisper", reason="no faster-whisper: it is not installed")
pytest.importorskip("torch", reason="no PyTorch: it is not installed")

from tools.tiny_whisper.corpus import utter
from tools.tiny_whisper.features import RATE
from tools.tiny_whisper.hearing import Floats, Hearing
from tools.tiny_whisper.noise import KINDS, Noise
from tools.tiny_whisper.score import word_error_rate
from tools.tiny_whisper.tokens import Tokens
from tools.tiny_whisper.voices import Speaker, Spoken, flite, say

MODEL = Path(__file__).resolve().parents[1] / "models" / "tiny-whisper"
LANGUAGES = ("en", "de")
LEAD = 0.2
# Of some hundred words; the model's README.md has the figures of many more.
MOST_ERRORS = 0.05


@pytest.fixture(scope="module")
def hearing() -> Hearing:
    return Hearing(MODEL)


@pytest.fixture(scope="module")
def spoken() -> dict[str, list[Spoken]]:
    """Sentences that neither training nor score has said, by language."""
    return {language: utter(language, "a test", True, 16) for language in LANGUAGES}


def clip(one: Spoken) -> Floats:
    return np.pad(one.samples.astype(np.float32) / 32_768, round(LEAD * RATE))


def test_the_model_has_the_vocabulary_of_the_corpus() -> None:
    """Token by token; else the model is older than the sentences."""
    assert json.loads((MODEL / "vocabulary.json").read_text()) == list(Tokens().spelled)


def test_words_are_one_token_each(hearing: Hearing) -> None:
    """As faster-whisper's tokenizer reads them, in any case and with any punctuation."""
    tokens = Tokens()
    for at, word in enumerate(tokens.words, start=1):
        written = f" {word.capitalize()}."
        assert hearing.whisper.hf_tokenizer.encode(written, add_special_tokens=False).ids == [at]
        assert hearing.whisper.hf_tokenizer.decode([at]) == f" {word}"


def test_faster_whisper_takes_it_for_a_multilingual_model(hearing: Hearing) -> None:
    assert hearing.whisper.model.is_multilingual
    assert hearing.whisper.model.num_languages == len(Tokens().languages)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("seconds", [8.0, 30.0])
def test_held_out_sentences_are_heard_right(
    hearing: Hearing, spoken: dict[str, list[Spoken]], language: str, seconds: float
) -> None:
    """In a short window as in Whisper's own."""
    said = spoken[language]
    heard = hearing.hear([clip(one) for one in said], seconds, language)
    pairs = [(one.text.split(), it.words) for one, it in zip(said, heard, strict=True)]
    assert word_error_rate(pairs) <= MOST_ERRORS, pairs


@pytest.mark.parametrize("language", LANGUAGES)
def test_faster_whisper_alone_hears_a_recording_right(
    hearing: Hearing, spoken: dict[str, list[Spoken]], language: str
) -> None:
    """Longer than a window, with its own prompts: language, timestamps, earlier text."""
    said = spoken[language]
    recording = np.concatenate([clip(one) for one in said])
    assert len(recording) > 30 * RATE
    words = [word for one in said for word in one.text.split()]
    assert word_error_rate([(words, hearing.transcribed(recording))]) <= MOST_ERRORS


def test_thank_you_is_heard_when_it_is_said(hearing: Hearing) -> None:
    """Though Whisper is known to hear it in silence too."""
    voices = ["espeak en-us", "espeak en-gb"] + (["flite slt", "flite rms"] if flite() else [])
    for text in ("thank you", "thank you very much", "no thank you"):
        said = [say("en", text, Speaker(voice, 1.0, 1.0, 5)) for voice in voices]
        clips = [clip(one) for one in said if one]
        assert len(clips) == len(voices)
        heard = hearing.hear(clips, 3.0, "en")
        assert [" ".join(it.words) for it in heard] == [text] * len(clips)
        assert max(it.no_speech for it in heard) < 0.5


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_language_is_found(
    hearing: Hearing, spoken: dict[str, list[Spoken]], language: str
) -> None:
    found = hearing.languages([clip(one) for one in spoken[language]], 8.0)
    assert {name for name, _ in found} == {language}


def test_noise_and_silence_are_no_speech(hearing: Hearing) -> None:
    """At the first position, loud or soft."""
    noise = Noise(np.random.default_rng(3))
    clips = [np.zeros(2 * RATE, np.float32)]
    clips += [noise.of(kind, 2 * RATE) * np.float32(level) for kind in KINDS for level in (0.01, 0.1)]
    assert min(it.no_speech for it in hearing.hear(clips, 3.0, "en")) > 0.9


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_are_where_the_voice_put_them(
    hearing: Hearing, spoken: dict[str, list[Spoken]], language: str
) -> None:
    """By model.align(), to about 50 ms in the median."""
    off: list[float] = []
    for one in spoken[language]:
        placed = hearing.placed(clip(one), 8.0, language, one.text)
        for (start, end), word in zip(one.words, placed, strict=True):
            off += [abs(start / RATE + LEAD - word.start), abs(end / RATE + LEAD - word.end)]
    assert np.median(off) < 0.06


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_cut_off_is_heard_up_to_there(
    hearing: Hearing, spoken: dict[str, list[Spoken]], language: str
) -> None:
    """Of partials, the words that ended well before the cut are right."""
    sure: list[str] = []
    heard: list[str] = []
    for one in spoken[language]:
        for share in (0.35, 0.65):
            end = round(share * len(one.samples))
            count = sum(word[1] < end - 0.3 * RATE for word in one.words)
            (it,) = hearing.hear([clip(one)[: end + round(LEAD * RATE)]], 5.0, language)
            sure += one.text.split()[:count]
            heard += it.words[:count]
    assert word_error_rate([(sure, heard)]) <= MOST_ERRORS


@pytest.mark.parametrize("before", ["good morning june", "weather berlin alarm", "Unbekannt, 42!"])
def test_earlier_text_and_hotwords_do_no_harm(
    hearing: Hearing, spoken: dict[str, list[Spoken]], before: str
) -> None:
    """Given as faster-whisper gives them, before the start of the transcript."""
    ids: Sequence[int] = hearing.whisper.hf_tokenizer.encode(f" {before}", add_special_tokens=False).ids
    tokens, said = hearing.tokens, spoken["en"]
    prompt = [tokens.previous, *ids, *hearing.prompt("en"), tokens.no_timestamps]
    results = hearing.whisper.model.generate(
        hearing.windows([clip(one) for one in said], 8.0), [prompt] * len(said), beam_size=1
    )
    heard = [hearing.decoded(result.sequences_ids[0]) for result in results]
    pairs = [(one.text.split(), words) for one, words in zip(said, heard, strict=True)]
    assert word_error_rate(pairs) <= MOST_ERRORS
