"""Texts to ids as the library has them, and the voices of a folder."""

from pathlib import Path

import numpy as np
import pytest
import soundfile

from june_runtime.errors import SettingsError

TEXT = "hello, my friend - Ängste: 5"


def test_english_is_read_as_the_library_reads_it(checkpoint: Path) -> None:
    from chatterbox.models.tokenizers import EnTokenizer
    from chatterbox.tts import punc_norm

    from june_tts.engines.chatterbox.reading import reader_for
    from june_tts.engines.chatterbox.variants import ENGLISH

    read = reader_for(ENGLISH, checkpoint).read(TEXT, "en")
    library = EnTokenizer(str(checkpoint / "tokenizer.json"))
    assert list(read.ids[1:-1]) == library.encode(punc_norm(TEXT))
    assert len(read.places) == len(read.ids)
    assert list(read.places) == sorted(read.places)
    assert read.places[6:10] == (5, 6, 7, 8)  # ", my"


@pytest.mark.parametrize("language", ["de", "ko", "ja"])
def test_languages_are_read_as_the_library_reads_them(
    multilingual_checkpoint: Path, language: str
) -> None:
    from chatterbox.models.tokenizers import MTLTokenizer
    from chatterbox.mtl_tts import punc_norm
    from tokenizers import Tokenizer

    from june_tts.engines.chatterbox.reading import reader_for
    from june_tts.engines.chatterbox.variants import MULTILINGUAL

    read = reader_for(MULTILINGUAL, multilingual_checkpoint).read(TEXT, language)
    library = MTLTokenizer.__new__(MTLTokenizer)  # whose own beginning asks the network
    library.tokenizer = Tokenizer.from_file(str(multilingual_checkpoint / MULTILINGUAL.text))
    assert list(read.ids[1:-1]) == library.encode(punc_norm(TEXT), language)
    assert len(read.places) == len(read.ids)
    assert max(read.places) < len(TEXT)


def test_chinese_is_spelled_by_shape() -> None:
    """The second character of one code has its number."""
    from june_tts.engines.chatterbox.reading import Cangjie

    spelled = Cangjie(["日\ta", "曰\ta", "月\tb"]).spelled
    assert spelled("日曰!") == "[cj_a][cj_.][cj_a][cj_1][cj_.]!"


@pytest.mark.parametrize(
    ("name", "label", "reason"),
    [("a.wav", 'languages = ["xx"]', "VOICE_INVALID"), ("a.wav", "speed = 2", "VOICE_INVALID"),
     ("a.wav", "languages = ", "VOICE_INVALID")],
)  # fmt: skip
def test_a_label_that_is_wrong_is_refused(
    tmp_path: Path, name: str, label: str, reason: str
) -> None:
    from june_tts.engines.chatterbox.voice_store import recorded

    soundfile.write(tmp_path / name, np.zeros(100, np.float32), 16_000)
    (tmp_path / "a.toml").write_text(label)
    with pytest.raises(SettingsError) as refused:
        recorded(tmp_path, ("en",))
    assert refused.value.reason == reason


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    from june_tts.engines.chatterbox.voice_store import recorded

    with pytest.raises(SettingsError, match="JUNE_TTS_VOICES_FOLDER"):
        recorded(tmp_path / "none", ("en",))


def test_few_voices_are_kept() -> None:
    """Those that were asked for last; each is made once."""
    from june_tts.engines.chatterbox.voice_store import Cache

    cache: Cache[str] = Cache(2)
    made: list[str] = []

    def ask(key: str) -> None:
        def make() -> str:
            made.append(key)
            return key

        assert cache.get(key, make) == key

    for key in "abacabb":
        ask(key)
    assert made == ["a", "b", "c", "b"]
    assert len(cache) == 2
