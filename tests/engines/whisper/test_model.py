"""The real decoding, on a model that knows a few hundred words."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import faster_whisper
import numpy as np
import pytest

from june_runtime.errors import SettingsError, Unavailable
from june_runtime.pcm import Samples
from june_stt.engine import RATE
from june_stt.engines.whisper import model as decoding
from june_stt.engines.whisper.device import chosen_device
from june_stt.engines.whisper.doubts import MIN_LOGPROB, Evidence
from june_stt.engines.whisper.heard import Heard, Hint
from june_stt.engines.whisper.model import BEAMS, SEARCHED_LEAST, TEMPERATURES, WhisperModel
from june_stt.engines.whisper.queue import BUCKETS, LONGEST
from june_stt.engines.whisper.work import Aim, Piece
from tests.engines.spoken import TINY_WHISPER, spoken
from tools.tiny_whisper import voices

SAID = (
    ("en", "what's the weather like in london tomorrow"),
    ("en", "thank you"),
    ("en", "set a timer for ten minutes"),
    ("de", "wie wird das wetter morgen in berlin"),
    ("de", "guten morgen"),
)


def piece(model: WhisperModel, samples: Samples, language: str = "", aim: Aim = Aim.FINAL) -> Piece:
    heard = Heard(model.filters, Hint(language))
    heard.push(samples)
    return replace(heard.rest(), aim=aim)


def noise(level: float, seconds: float = 3.0, colour: str = "white") -> Samples:
    random = np.random.default_rng(3)
    samples = random.standard_normal(round(seconds * RATE))
    if colour == "brown":
        samples = np.cumsum(samples)
        samples -= np.linspace(samples[0], samples[-1], len(samples))
    scaled: Samples = (samples / np.sqrt(np.mean(samples**2)) * level).astype(np.float32)
    return scaled


def chord(seconds: float = 4.0) -> Samples:
    """Something like music."""
    time = np.arange(round(seconds * RATE)) / RATE
    notes = [220.0 * 2 ** (step / 12) for step in (0, 4, 7, 12)]
    swell = 0.5 + 0.5 * np.sin(2 * np.pi * 2 * time)
    tones = sum(np.sin(2 * np.pi * note * time) for note in notes)
    samples: Samples = (0.05 * swell * tones).astype(np.float32)
    return samples


@pytest.mark.parametrize(("language", "text"), SAID)
def test_it_hears_what_was_said_and_in_which_language(
    model: WhisperModel, language: str, text: str
) -> None:
    [found] = model.decode([piece(model, spoken(text, language))])
    assert found.text == text
    assert found.language == language
    assert found.language_probability > 0.5
    [told] = model.decode([piece(model, spoken(text, language), language)])
    assert (told.text, told.language_probability) == (text, 1.0)


@pytest.mark.parametrize("aim", [Aim.FINAL, Aim.PARTIAL])
def test_who_else_is_in_the_batch_does_not_matter(model: WhisperModel, aim: Aim) -> None:
    """Other languages and lengths; places too."""
    pieces = [piece(model, spoken(text, language), "", aim) for language, text in SAID]
    together = model.decode(pieces)
    for one, among_others in zip(pieces, together, strict=True):
        [alone] = model.decode([one])
        assert among_others.text == alone.text
        assert among_others.language == alone.language
        assert [word.text for word in among_others.words] == [word.text for word in alone.words]
        for here, there in zip(among_others.words, alone.words, strict=True):
            assert abs(here.start - there.start) <= 10


def test_words_lie_where_they_are_said(model: WhisperModel) -> None:
    """Within a quarter of a second of where the voice put them, and half of that in the
    mean."""
    text = "set a timer for ten minutes"
    voice = "flite rms" if voices.flite() else "espeak en-us"
    said = voices.say("en", text, voices.Speaker(voice, 1.0, 1.0, 0))
    assert said is not None
    [heard] = model.decode([piece(model, spoken(text), "en")])
    assert [word.text.strip() for word in heard.words] == text.split()
    off = [
        abs(word.start / 100 - start / RATE)
        for word, (start, _) in zip(heard.words, said.words, strict=True)
    ]
    assert max(off) < 0.25
    assert sum(off) / len(off) < 0.125


@pytest.mark.parametrize("aim", [Aim.FINAL, Aim.PARTIAL])
def test_what_holds_no_words_gives_none(model: WhisperModel, aim: Aim) -> None:
    """Silence, noise from barely audible to loud, hum and music."""
    time = np.arange(3 * RATE) / RATE
    hum = (0.1 * np.sin(2 * np.pi * 50 * time)).astype(np.float32)
    sounds = [np.zeros(3 * RATE, np.float32), hum, chord()]
    sounds += [noise(10 ** (level / 20)) for level in (-60, -40, -30, -20, -10)]
    sounds += [noise(10 ** (level / 20), colour="brown") for level in (-40, -20)]
    for sound in sounds:
        [heard] = model.decode([piece(model, sound, "en", aim)])
        assert heard.text == ""


def test_what_is_steady_is_judged_as_such(
    model: WhisperModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    judged: list[bool] = []

    def judge(evidence: Evidence) -> bool:
        judged.append(evidence.steady)
        return False

    monkeypatch.setattr(decoding, "is_silence", judge)
    for samples in (noise(0.05), spoken("thank you")):
        model.decode([piece(model, samples, "en", Aim.PARTIAL)])
    assert judged == [True, False]


def test_words_in_noise_are_words(model: WhisperModel) -> None:
    """Thank you, for one, which Whisper is known to make up."""
    for text in ("thank you", "what time is it"):
        said = spoken(text)
        mixed = said + noise(0.02, len(said) / RATE)[: len(said)]
        [heard] = model.decode([piece(model, mixed.astype(np.float32), "en")])
        assert heard.text == text


def test_final_words_are_those_of_faster_whisper(model: WhisperModel) -> None:
    """Its own way, in a window of 30 s, finds the same."""
    offline = faster_whisper.WhisperModel(str(TINY_WHISPER), device="cpu", compute_type="int8")
    for language, text in SAID:
        samples = spoken(text, language)
        segments, _ = offline.transcribe(samples, language=language, without_timestamps=True)
        theirs = " ".join(segment.text.strip() for segment in segments)
        [ours] = model.decode([piece(model, samples, language)])
        assert ours.text == theirs


def test_a_prompt_may_come_before(model: WhisperModel) -> None:
    text = "set a timer for ten minutes"
    hinted = replace(piece(model, spoken(text), "en"), prompt=model.tokens.before("hello june"))
    assert len(hinted.prompt) == 2
    [heard] = model.decode([hinted])
    assert heard.text == text


def test_what_was_left_out_is_heard_segment_by_segment(
    model: WhisperModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Here: all but the first word."""
    said = ["thank you", "set a timer for ten minutes"]
    pause = np.zeros(RATE // 2, np.float32)
    samples = np.concatenate([spoken(said[0]), pause, spoken(said[1]), pause])
    generate = model._generate

    def forgetful(rows: Sequence[Any], encoded: object, search: dict[str, object]) -> None:
        generate(rows, encoded, search)
        for row in rows:
            row.tokens = row.tokens[:1]

    monkeypatch.setattr(model, "_generate", forgetful)
    [heard] = model.decode([piece(model, samples, "en")])
    assert heard.text == " ".join(said)
    assert [word.text.strip() for word in heard.words] == heard.text.split()
    [caption] = model.decode([piece(model, samples, "en", Aim.PARTIAL)])
    assert caption.text == "thank"


@pytest.mark.parametrize(("seconds", "attempts"), [(0.0, len(TEMPERATURES)), (0.3, 3), (9.0, 0)])
def test_doubtful_words_are_tried_again_while_there_is_time(
    monkeypatch: pytest.MonkeyPatch, seconds: float, attempts: int
) -> None:
    """Each search takes so long here; the first is one in the longest window."""
    clock = [0.0]
    impatient = WhisperModel(TINY_WHISPER, chosen_device("cpu", threads=1), lambda: clock[0])
    searches: list[dict[str, Any]] = []
    generate = impatient._generate

    def slow(rows: Sequence[Any], encoded: object, search: dict[str, Any]) -> None:
        generate(rows, encoded, search)
        for row in rows:
            row.evidence = Evidence(MIN_LOGPROB - 0.1, 0.0)
        searches.append(search)
        clock[0] += seconds / 2

    monkeypatch.setattr(impatient, "_generate", slow)
    [heard] = impatient.decode([piece(impatient, spoken("what time is it"), "en")])
    assert searches[0] == searches[1] == {"beam_size": BEAMS}
    assert len(searches) == 2 + attempts
    assert heard.text


def test_unsure_words_are_those_of_the_longest_window(
    model: WhisperModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    windows: list[int] = []
    encode = model._encode

    def noted(pieces: Sequence[Piece], window: int) -> object:
        windows.append(window)
        return encode(pieces, window)

    monkeypatch.setattr(model, "_encode", noted)
    model.decode([piece(model, spoken("thank you"), "en")])
    assert windows == [SEARCHED_LEAST]
    monkeypatch.setattr(decoding, "is_unsure", lambda *_: True)
    windows.clear()
    model.decode([piece(model, spoken("thank you"), "en")])
    assert windows == [SEARCHED_LEAST, LONGEST]
    windows.clear()
    model.decode([piece(model, spoken("thank you"), "en", Aim.PARTIAL)])
    assert windows == [BUCKETS[0]]


def test_a_failure_of_the_model_is_told(model: WhisperModel) -> None:
    """Here: two prompts of different lengths, which CTranslate2 refuses."""
    one = piece(model, spoken("thank you"), "en")
    with pytest.raises(Unavailable) as failed:
        model.decode([one, replace(one, prompt=(1, 2))])
    assert failed.value.reason == "ENGINE_FAILED"


def _copy(folder: Path) -> Path:
    return Path(shutil.copytree(TINY_WHISPER, folder / "model"))


def test_a_broken_model_is_refused(tmp_path: Path) -> None:
    """Told with what mends it; nothing is fetched in its stead."""
    device = chosen_device("cpu")
    for name in ("tokenizer.json", "model.bin", "config.json"):
        folder = _copy(tmp_path / name)
        (folder / name).unlink()
        with pytest.raises(SettingsError, match="june models fetch") as broken:
            WhisperModel(folder, device)
        assert broken.value.reason == "MODEL_BROKEN"
    cut = _copy(tmp_path / "cut")
    (cut / "model.bin").write_bytes((cut / "model.bin").read_bytes()[:100_000])
    with pytest.raises(SettingsError, match=r"model\.bin|Unsupported|incomplete|cannot be loaded"):
        WhisperModel(cut, device)
    bands = _copy(tmp_path / "bands")
    (bands / "preprocessor_config.json").write_text(json.dumps({"feature_size": 128}))
    with pytest.raises(SettingsError, match="preprocessor_config"):
        WhisperModel(bands, device)
