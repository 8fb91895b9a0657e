"""Whisper's tokens: prompts in, words out. Knows faster-whisper's tokenizer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from typing import Any

from faster_whisper import tokenizer as whisper

from june_runtime.errors import SettingsError
from june_stt.caption import normalised
from june_stt.engines.whisper.work import DecodedWord

# Rows of one batch need prompts of one length: they are cut to one of these, the
# oldest tokens first, so that they often are.
PROMPT_LENGTHS = (128, 64, 32, 16, 8, 4, 2, 1)
# A token's place is counted in steps of two frames.
_STEP = 2
# Whisper's code where BCP-47 has another one.
_BCP47 = {"jw": "jv"}
_WHISPER = {tag: code for code, tag in _BCP47.items()}


class Tokens:
    """The tokenizer of one model.

    Args:
        hf_tokenizer: as faster-whisper loads it.
        multilingual: whether prompts name a language.

    Attributes:
        languages: BCP-47 primary tags of those that the model knows.

    Raises:
        SettingsError: MODEL_BROKEN, it lacks Whisper's own tokens.
    """

    def __init__(self, hf_tokenizer: Any, *, multilingual: bool) -> None:
        self._hf = hf_tokenizer
        self._multilingual = multilingual
        known = [
            code
            for code in whisper._LANGUAGE_CODES
            if hf_tokenizer.token_to_id(f"<|{code}|>") is not None
        ]
        if not known or hf_tokenizer.token_to_id("<|startoftranscript|>") is None:
            raise SettingsError("MODEL_BROKEN", "the model's tokenizer is none of Whisper's")
        self.languages = (
            tuple(_BCP47.get(code, code) for code in known) if multilingual else ("en",)
        )
        self._of = cache(self._make)
        # Whisper has some 50,000 tokens of text.
        self._plain = cache(lambda one: normalised(self.text([one])))

    def start(self, language: str) -> list[int]:
        """What tells the decoder to transcribe this language."""
        sequence: list[int] = self._of(language).sot_sequence
        return sequence

    def prompt(self, language: str, before: Sequence[int]) -> list[int]:
        """A whole prompt, without timestamps."""
        tokens = self._of(language)
        past = [tokens.sot_prev, *before] if before else []
        return [*past, *tokens.sot_sequence, tokens.no_timestamps]

    def timed_prompt(self, language: str) -> list[int]:
        """The same with timestamps, and nothing before it."""
        return list(self._of(language).sot_sequence)

    def segments(self, ids: Sequence[int]) -> tuple[list[int], int | None]:
        """What was decoded after a timed prompt: the tokens of its text; and the frame
        from which on there is more to hear, None where that was all.

        Two timestamps at the end say so, as in openai/whisper: one segment is over and
        another one begins.
        """
        begin = self._of(self.languages[0]).timestamp_begin
        said = [one for one in ids if one < begin]
        goes_on = len(ids) > 2 and ids[-1] >= begin and ids[-2] >= begin
        return said, (ids[-1] - begin) * _STEP if goes_on else None

    def before(self, text: str) -> tuple[int, ...]:
        """The tokens of text that comes before, of one of PROMPT_LENGTHS."""
        ids = self._hf.encode(f" {text.strip()}", add_special_tokens=False).ids if text else []
        length = next((length for length in PROMPT_LENGTHS if length <= len(ids)), 0)
        return tuple(ids[len(ids) - length :])

    def text(self, ids: Sequence[int]) -> str:
        decoded: str = self._of(self.languages[0]).decode(ids)
        return decoded.strip()

    def plain(self, ids: Sequence[int]) -> list[str]:
        """Each token's text without case, space and punctuation."""
        return [self._plain(one) for one in ids]

    def words(self, ids: Sequence[int], language: str, aligned: Any) -> list[DecodedWord]:
        """The words with their places.

        Args:
            aligned: CTranslate2's WhisperAlignmentResult of these tokens.
        """
        tokens = self._of(language)
        texts, groups = tokens.split_to_word_tokens([*ids, tokens.eot])
        begins = _first_steps(aligned.alignments, len(ids) + 1)
        words, at = [], 0
        for text, group in zip(texts[:-1], groups[:-1], strict=True):
            following = at + len(group)
            probabilities = aligned.text_token_probs[at:following]
            words.append(
                DecodedWord(
                    text,
                    begins[at] * _STEP,
                    begins[following] * _STEP,
                    sum(probabilities) / max(1, len(probabilities)),
                )
            )
            at = following
        return _with_punctuation(words)

    def _make(self, language: str) -> Any:
        code = _WHISPER.get(language, language)
        return whisper.Tokenizer(self._hf, self._multilingual, task="transcribe", language=code)


def tag_of(token: str) -> str:
    """The BCP-47 tag of a token such as <|de|>."""
    code = token.strip("<|>")
    return _BCP47.get(code, code)


def _first_steps(alignments: Sequence[tuple[int, int]], count: int) -> list[int]:
    """The step at which each of so many tokens begins; one that has none begins with
    the next."""
    begins = [-1] * count
    for token, step in alignments:
        if token < count and begins[token] < 0:
            begins[token] = step
    last = alignments[-1][1] if alignments else 0
    for token in reversed(range(count)):
        if begins[token] < 0:
            begins[token] = last
        last = begins[token]
    return begins


def _with_punctuation(words: Sequence[DecodedWord]) -> list[DecodedWord]:
    """Marks that stand alone belong to the word before, where there is one."""
    joined: list[DecodedWord] = []
    for word in words:
        bare = not any(character.isalnum() for character in word.text)
        if bare and joined and not word.text[:1].isspace():
            joined[-1] = replace(joined[-1], text=joined[-1].text + word.text)
        else:
            joined.append(word)
    return joined
