"""Texts to ids as the library has them, and the voices that are kept."""

from pathlib import Path

import pytest

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


def test_a_voice_that_is_found_was_asked_for() -> None:
    """It stays longer than the others; and nothing is made of one that is not there."""
    from june_tts.engines.chatterbox.voice_store import Cache

    cache: Cache[str] = Cache(2)
    for key in "ab":
        cache.get(key, key.upper)
    assert cache.find("a") == "A"
    cache.get("c", lambda: "C")
    assert [cache.find(key) for key in "abc"] == ["A", None, "C"]
