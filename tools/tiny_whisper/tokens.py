"""The tokens: one a word, then Whisper's special ones in Whisper's order.

CTranslate2 counts on that order (it takes differences of ids) but not on the size,
and calls a model multilingual that knows the empty token.
"""

from collections.abc import Iterable, Sequence

from faster_whisper.tokenizer import _LANGUAGE_CODES
from tokenizers import AddedToken, Regex, Tokenizer, decoders, normalizers, pre_tokenizers
from tokenizers.models import WordLevel

from tools.tiny_whisper.sentences import all_words

UNKNOWN = "!"
TIMESTAMP_STEP, TIMESTAMPS = 0.02, 1_501
# Whisper's order of languages begins like this and holds all others after.
_FIRST_LANGUAGES = ("en", "zh", "de", "es", "ru", "ko", "fr", "ja", "pt", "tr", "pl")
_BYTES = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)


class Tokens:
    """Ids of everything that may stand in a transcript.

    Attributes:
        words: the words, whose ids are 1, 2, 3...
        spelled: all tokens as CTranslate2 spells them, by id.
    """

    def __init__(self, words: Sequence[str] = all_words()) -> None:
        others = sorted(set(_LANGUAGE_CODES) - {*_FIRST_LANGUAGES, "yue"})
        self.languages = (*_FIRST_LANGUAGES, *others)
        self.words = tuple(words)
        self.special = (
            "<|endoftext|>",
            "<|startoftranscript|>",
            *(f"<|{language}|>" for language in self.languages),
            "<|translate|>",
            "<|transcribe|>",
            "<|startoflm|>",
            "<|startofprev|>",
            "<|nospeech|>",
            "<|notimestamps|>",
            *(f"<|{step * TIMESTAMP_STEP:.2f}|>" for step in range(TIMESTAMPS)),
        )
        self.spelled = (UNKNOWN, *(_in_bytes(f" {word}") for word in words), "", *self.special)
        self._ids = {token: at for at, token in enumerate(self.spelled)}
        self._word_ids = {word: at for at, word in enumerate(words, start=1)}
        self.end = self._ids["<|endoftext|>"]
        self.start = self._ids["<|startoftranscript|>"]
        self.transcribe = self._ids["<|transcribe|>"]
        self.previous = self._ids["<|startofprev|>"]
        self.no_speech = self._ids["<|nospeech|>"]
        self.no_timestamps = self._ids["<|notimestamps|>"]

    def __len__(self) -> int:
        return len(self.spelled)

    def of(self, words: Iterable[str]) -> list[int]:
        return [self._word_ids[word] for word in words]

    def language(self, code: str) -> int:
        return self._ids[f"<|{code}|>"]

    @property
    def language_ids(self) -> list[int]:
        return [self.language(code) for code in self.languages]

    @property
    def never_said(self) -> list[int]:
        """What no transcript holds, for Whisper's list of suppressed tokens."""
        marks = ("translate", "transcribe", "startoflm", "startofprev", "nospeech")
        return [0, self._ids[""], self.start, *(self._ids[f"<|{mark}|>"] for mark in marks)]

    def timestamp(self, seconds: float) -> int:
        return self.no_timestamps + 1 + min(round(seconds / TIMESTAMP_STEP), TIMESTAMPS - 1)

    def tokenizer(self) -> Tokenizer:
        """For tokenizer.json: any text comes out as words that are known and "!"."""
        model = WordLevel(dict(self._ids), unk_token=UNKNOWN)
        tokenizer = Tokenizer(model)
        tokenizer.normalizer = normalizers.Sequence(
            [
                normalizers.Lowercase(),
                normalizers.Replace(Regex("[.,!?;:]"), ""),
                normalizers.Strip(),
                normalizers.Replace(Regex(r"\s+"), " "),
                normalizers.Prepend(" "),
            ]
        )
        words = pre_tokenizers.Split(Regex(r" ?[^ ]+"), "isolated")
        tokenizer.pre_tokenizer = pre_tokenizers.Sequence([words, _BYTES])
        tokenizer.decoder = decoders.ByteLevel()
        tokenizer.add_special_tokens(
            [AddedToken(token, special=True, normalized=False) for token in self.special]
        )
        return tokenizer


def _in_bytes(text: str) -> str:
    return str(_BYTES.pre_tokenize_str(text)[0][0])
